import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import "@crm_sync_measures/feedback/team/case_team";

describe.current.tags("desktop");
defineMailModels();

const SERVICE = {
    id: 3,
    name: "Service",
    manager: "Dora",
    open: 4,
    domain: [["department_id", "=", 3]],
    numbers: [
        { code: "to_do", label: "To Do", value: 4, domain: [["step", "=", "new"]] },
        { code: "breached", label: "Too Late", value: 1, domain: [["clock_state", "=", "breached"]] },
        { code: "unassigned", label: "Without Owner", value: 0, domain: [["user_id", "=", false]] },
    ],
    verdict: { label: "Satisfaction in 30 Days", average: 4.3, count: 12, domain: [["verdict", "!=", false]] },
};
const NOBODYS = {
    ...SERVICE,
    id: false,
    name: "Without a Department",
    manager: false,
    verdict: { ...SERVICE.verdict, average: false, count: 0 },
};

async function open(departments) {
    onRpc("crm.sync.case", "team_page", () => ({ departments }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_sync_measures.case_team" });
    await animationFrame();
}

test("each department has a card, and each number its name", async () => {
    await open([SERVICE, NOBODYS]);
    expect(queryAllTexts("h2")).toEqual(["Service", "Without a Department"]);
    expect("[data-department='3'] [data-code=to_do]").toHaveText("4\nTo Do");
    expect("[data-department='3'] [data-code=verdict]").toHaveText("4.3 (12)\nSatisfaction in 30 Days");
    expect("[data-department='none'] [data-code=verdict]").toHaveText("–\nSatisfaction in 30 Days");
});

test("what is too late has a sign beside its colour, and a zero has none", async () => {
    await open([SERVICE]);
    expect("[data-code=breached] .fa-exclamation-triangle").toHaveCount(1);
    expect("[data-code=unassigned] .fa").toHaveCount(0);
    expect("[data-code=unassigned]").toHaveClass("o_crm_sync_team_zero");
});

test("a number opens the list of exactly its cases, the name of the department their board", async () => {
    await open([SERVICE]);
    const action = getService("action");
    action.doAction = ({ name, domain, views }) => expect.step([name, domain, views[0][1]]);
    await contains("[data-code=breached]").click();
    await contains(".o_crm_sync_team_board").click();
    expect.verifySteps([
        ["Service · Too Late", [["clock_state", "=", "breached"]], "list"],
        ["Service", [["department_id", "=", 3]], "kanban"],
    ]);
});

test("the numbers are asked for anew", async () => {
    await open([SERVICE]);
    onRpc("crm.sync.case", "team_page", () => ({ departments: [NOBODYS] }));
    await contains(".o_crm_sync_team_refresh").click();
    expect(queryAllTexts("h2")).toEqual(["Without a Department"]);
});

test("a refusal is told in words and can be tried again", async () => {
    await open([SERVICE]);
    onRpc("crm.sync.case", "team_page", () => {
        throw makeServerError({ type: "AccessError", message: "Not for you." });
    });
    await contains(".o_crm_sync_team_refresh").click();
    expect("[role=alert]").toHaveText("Not for you.");
    onRpc("crm.sync.case", "team_page", () => ({ departments: [SERVICE] }));
    await contains("button:contains(Try again)").click();
    expect(".o_crm_sync_team_card").toHaveCount(1);
});

test("who belongs to no department is told what to do", async () => {
    await open([]);
    expect(".o_crm_sync_empty").toHaveText(/You belong to no department/);
});
