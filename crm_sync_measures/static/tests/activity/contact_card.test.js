import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

import { ContactCard } from "@crm_sync_measures/activity/contact_card/contact_card";

const PARTNER_ID = serverState.partnerId;

function makeFinding(values = {}) {
    return {
        code: "others",
        label: "Others in contact",
        level: "yellow",
        text: "Ben (Service), call, yesterday",
        when: "2026-11-20 10:00:00",
        masked: false,
        decision: "inform",
        links: [],
        ...values,
    };
}

function makeCard(findings = [], values = {}) {
    const main = findings.find((finding) => finding.level !== "info") || false;
    return {
        partner: { id: PARTNER_ID, name: "Azure Interior" },
        is_customer: true,
        light: main ? main.level : "green",
        main,
        findings,
        decision: "inform",
        override: false,
        ...values,
    };
}

class SyncDeal extends models.Model {
    _name = "sync.deal";
    name = fields.Char();
    partner_id = fields.Many2one({ relation: "res.partner" });
    _records = [
        { id: 1, name: "With customer", partner_id: PARTNER_ID },
        { id: 2, name: "Without customer", partner_id: false },
    ];
    _views = {
        form: `
            <form>
                <widget name="crm_sync_contact_card" options="{'partner_field': 'partner_id'}"/>
                <field name="name"/>
                <field name="partner_id"/>
            </form>`,
    };
}

describe.current.tags("desktop");
defineMailModels();
defineModels([SyncDeal]);

async function mountCard(card, props = {}) {
    await mountWithCleanup(ContactCard, { props: { card, ...props } });
}

test("the light, the main reason and the rest on demand", async () => {
    await mountCard(
        makeCard([
            makeFinding({ code: "unhappy", label: "Unhappy", level: "red", text: "20 of 100" }),
            makeFinding(),
            makeFinding({ code: "leads", label: "Another open opportunity", level: "info" }),
        ])
    );
    expect(".o_crm_sync_card").toHaveAttribute("data-light", "red");
    expect(".o_crm_sync_card_main").toHaveText("Unhappy: 20 of 100");
    expect(".o_crm_sync_card_light").toHaveAttribute("aria-label", "Read this first");
    expect(".o_crm_sync_finding").toHaveCount(0);
    await contains(".o_crm_sync_card_more").click();
    expect(".o_crm_sync_finding").toHaveCount(2);
    expect(".o_crm_sync_finding:first").toHaveText(
        "Others in contact: Ben (Service), call, yesterday"
    );
    expect(".o_crm_sync_card_more").toHaveText("Less");
});

test("green says that nothing speaks against it", async () => {
    await mountCard(makeCard());
    expect(".o_crm_sync_card_main").toHaveText("Nothing speaks against contacting Azure Interior");
    expect(".o_crm_sync_card_more").toHaveCount(0);
    expect(".o_crm_sync_card_demand").toHaveCount(0);
});

test("what may not be read is a lock without a link", async () => {
    const masked = makeFinding({ masked: true, text: "Service, 2 days ago" });
    await mountCard(makeCard([makeFinding({ level: "red" }), masked]));
    await contains(".o_crm_sync_card_more").click();
    expect(".o_crm_sync_finding .fa-lock").toHaveCount(1);
    expect(".o_crm_sync_finding .o_crm_sync_card_link").toHaveCount(0);
});

test("both quotations of two prices are linked by name", async () => {
    mockService("action", {
        doAction: (action) => expect.step(`${action.res_model},${action.res_id}`),
    });
    const links = [
        { model: "sale.order", res_id: 12, name: "S00012" },
        { model: "sale.order", res_id: 11, name: "S00011" },
    ];
    await mountCard(makeCard([makeFinding({ code: "price", level: "red", links })]));
    expect(".o_crm_sync_card_link").toHaveCount(2);
    await contains(".o_crm_sync_card_link:contains(S00011)").click();
    expect.verifySteps(["sale.order,11"]);
});

test("a reason is asked for, and sent only when it says something", async () => {
    await mountCard(makeCard([makeFinding()], { decision: "ask" }), {
        onReason: (reason) => expect.step(reason),
    });
    expect(".o_crm_sync_card_demand").toHaveText(/Your company asks for a reason\./);
    await contains(".o_crm_sync_card_ask").click();
    expect("button[type=submit]").not.toBeEnabled();
    await contains(".o_crm_sync_card_reason").edit("He asked me to", { confirm: false });
    await contains("button[type=submit]").click();
    expect.verifySteps(["He asked me to"]);
});

test("a reason that was given is shown, and a block asks for none", async () => {
    const override = { reason: "He asked me to", at: "2026-11-21 10:00:00" };
    await mountCard(makeCard([makeFinding()], { decision: "ask", override }), { onReason() {} });
    expect(".o_crm_sync_card_demand").toHaveText("Reason given: He asked me to");
    expect(".o_crm_sync_card_ask").toHaveCount(0);
});

test("a block says so", async () => {
    await mountCard(makeCard([makeFinding()], { decision: "block" }), { onReason() {} });
    expect(".o_crm_sync_card_demand").toHaveText(
        "Messages to this customer are not sent until this is settled."
    );
    expect(".o_crm_sync_card_ask").toHaveCount(0);
});

test("in a form the card is asked for with the document, and the reason goes with it", async () => {
    onRpc("res.partner", "sync_contact_card", ({ args }) => {
        expect.step(JSON.stringify(args));
        return makeCard([makeFinding()], { decision: "ask" });
    });
    onRpc("res.partner", "sync_contact_override", ({ args }) => {
        expect.step(JSON.stringify(args));
        return makeCard([makeFinding()], {
            decision: "ask",
            override: { reason: args[1], at: "2026-11-21 10:00:00" },
        });
    });
    await mountView({ type: "form", resModel: "sync.deal", resId: 1 });
    await animationFrame();
    await contains(".o_crm_sync_card_ask").click();
    await contains(".o_crm_sync_card_reason").edit("He asked me to", { confirm: false });
    await contains("button[type=submit]").click();
    expect(".o_crm_sync_card_demand").toHaveText("Reason given: He asked me to");
    expect.verifySteps([
        JSON.stringify([[PARTNER_ID], "sync.deal", 1]),
        JSON.stringify([[PARTNER_ID], "He asked me to", "sync.deal", 1]),
    ]);
});

test("a form without a customer and a colleague's form have no card", async () => {
    onRpc("res.partner", "sync_contact_card", () => makeCard([], { is_customer: false }));
    await mountView({ type: "form", resModel: "sync.deal", resId: 2 });
    await animationFrame();
    expect(".o_crm_sync_card").toHaveCount(0);
    await mountView({ type: "form", resModel: "sync.deal", resId: 1 });
    await animationFrame();
    expect(".o_crm_sync_card").toHaveCount(0);
});
