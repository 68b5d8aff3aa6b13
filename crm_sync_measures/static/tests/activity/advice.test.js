import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { Advice } from "@crm_sync_measures/activity/advice/advice";

describe.current.tags("desktop");
defineMailModels();

function makePerson(id, name, values = {}) {
    return {
        user_id: id,
        name,
        score: 72.5,
        available: true,
        load: 3,
        reasons: [`Knows the customer: ${name}`, "Skilled in Retail", "At work now", "Speaks French"],
        points: [{ code: "relation", label: "Relation", value: 0.8, weight: 30, text: "" }],
        ...values,
    };
}

function makeTold(values = {}) {
    return {
        name: "Third shop",
        user_id: false,
        can_assign: true,
        override_reasons: [
            ["customer", "The customer asked for this person"],
            ["other", "Another reason"],
        ],
        people: [makePerson(1, "Anna"), makePerson(2, "Li", { available: false, score: 30, load: 1 })],
        ...values,
    };
}

async function mountAdvice(told) {
    onRpc("crm.sync.advisor", "sync_advise", ({ args }) => {
        expect.step(`advise ${args.join(",")}`);
        return told;
    });
    await mountWithCleanup(Advice, {
        props: { model: "crm.lead", resId: 7, onAssigned: (person) => expect.step(`assigned ${person.name}`) },
    });
    await animationFrame();
}

function acceptAssignments() {
    onRpc("crm.sync.advisor", "sync_assign", ({ args, kwargs }) => {
        expect.step(`${args.join(",")} seen ${kwargs.seen_user_id} reason ${kwargs.reason} note ${kwargs.note}`);
        return 11;
    });
}

test("people are told best first, with their first three reasons", async () => {
    await mountAdvice(makeTold());
    expect.verifySteps(["advise crm.lead,7"]);
    expect(queryAllTexts(".o_crm_sync_advice_person .fw-bold")).toEqual(["Anna", "Li"]);
    expect("[data-user='1'] .o_crm_sync_advice_reasons li").toHaveCount(3);
    expect("[data-user='1'] .badge.text-bg-success").toHaveCount(1);
    expect("[data-user='2'] .badge.text-bg-warning").toHaveCount(1);
    expect("[data-user='2']").toHaveClass("o_crm_sync_advice_away");
});

test("how it comes about is a click away", async () => {
    await mountAdvice(makeTold());
    expect(".o_crm_sync_advice_points").toHaveCount(0);
    await contains("[data-user='1'] .o_crm_sync_advice_more").click();
    expect("[data-user='1'] .o_crm_sync_advice_reasons li").toHaveCount(4);
    expect("[data-user='1'] .o_crm_sync_advice_points th").toHaveText("Relation");
    expect("[data-user='1'] .o_crm_sync_advice_points td.text-end").toHaveText("80 × 30");
    expect.verifySteps(["advise crm.lead,7"]);
});

test("who is proposed is assigned by one click", async () => {
    acceptAssignments();
    await mountAdvice(makeTold());
    await contains("[data-user='1'] .o_crm_sync_advice_assign").click();
    expect.verifySteps(["advise crm.lead,7", "crm.lead,7,1 seen 1 reason false note false", "assigned Anna"]);
});

test("for somebody else the reason is asked for, and its words where it is another one", async () => {
    acceptAssignments();
    await mountAdvice(makeTold());
    await contains("[data-user='2'] .o_crm_sync_advice_assign").click();
    expect(".o_crm_sync_advice_confirm").not.toBeEnabled();
    await contains(".o_crm_sync_advice_reason").select("other");
    expect(".o_crm_sync_advice_confirm").not.toBeEnabled();
    await contains(".o_crm_sync_advice_note").edit("She asked", { confirm: false });
    await contains(".o_crm_sync_advice_confirm").click();
    expect.verifySteps(["advise crm.lead,7", "crm.lead,7,2 seen 1 reason other note She asked", "assigned Li"]);
});

test("when the advice has changed meanwhile it is loaded anew, and the sentence stays", async () => {
    onRpc("crm.sync.advisor", "sync_assign", () => {
        throw makeServerError({ type: "UserError", message: "The advice has changed meanwhile." });
    });
    await mountAdvice(makeTold());
    await contains("[data-user='1'] .o_crm_sync_advice_assign").click();
    await animationFrame();
    expect("[role=alert]").toHaveText("The advice has changed meanwhile.");
    expect.verifySteps(["advise crm.lead,7", "advise crm.lead,7"]);
    expect("[data-user='1'] .o_crm_sync_advice_assign").toBeEnabled();
});

test("who has it already is marked and not assigned again", async () => {
    await mountAdvice(makeTold({ user_id: 1 }));
    expect("[data-user='1'] .badge.text-bg-info").toHaveCount(1);
    expect("[data-user='1'] .o_crm_sync_advice_assign").toHaveCount(0);
    expect.verifySteps(["advise crm.lead,7"]);
});

test("who may only read gets no buttons, and nobody to propose is said", async () => {
    await mountAdvice(makeTold({ can_assign: false, people: [] }));
    expect(".o_crm_sync_advice_assign").toHaveCount(0);
    expect(".o_crm_sync_empty").toHaveCount(1);
    expect.verifySteps(["advise crm.lead,7"]);
});
