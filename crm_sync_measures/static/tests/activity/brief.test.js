import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { customersOf } from "@crm_sync_measures/activity/brief/brief_action";

describe.current.tags("desktop");
defineMailModels();

const HTML = `<style>.o_brief { color: black; }</style>
    <div class="o_brief"><h1><a href="/odoo/res.partner/7">Northern Optics</a></h1>
    <a class="lead" href="/odoo/crm.lead/3">New shop</a></div>`;

async function open(params) {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_sync_brief",
        params,
    });
    await animationFrame();
}

test("the customers come from the action, the address or the record it was opened from", () => {
    expect(customersOf({ params: { partner_ids: [4, 5] }, context: { active_id: 9 } })).toEqual([4, 5]);
    expect(customersOf({ context: { params: { customers: "4,5" }, active_id: 4 } })).toEqual([4, 5]);
    expect(customersOf({ context: { active_id: 9 } })).toEqual([9]);
    expect(customersOf({})).toEqual([]);
});

test("the brief of the server is shown, and its records open", async () => {
    onRpc("res.partner", "sync_brief_page", ({ args }) => {
        expect.step(args[0]);
        return { html: HTML, partners: [{ id: 7, name: "Northern Optics" }] };
    });
    await open({ partner_ids: [7, 8] });
    expect.verifySteps([[7, 8]]);
    expect(queryAllTexts(".o_brief h1")).toEqual(["Northern Optics"]);
    const action = getService("action");
    action.doAction = (request) => expect.step(`${request.res_model},${request.res_id}`);
    await contains(".o_brief a.lead").click();
    expect.verifySteps(["crm.lead,3"]);
});

test("a refusal is told in words and can be tried again", async () => {
    let allowed = false;
    onRpc("res.partner", "sync_brief_page", () => {
        if (!allowed) {
            throw makeServerError({ type: "AccessError", message: "Not for you." });
        }
        return { html: HTML, partners: [{ id: 7, name: "Northern Optics" }] };
    });
    await open({ partner_ids: [7] });
    expect("[role=alert]").toHaveText("Not for you.");
    allowed = true;
    await contains("button:contains(Try again)").click();
    expect(".o_brief h1").toHaveText("Northern Optics");
});

test("printing asks the server for the report of these customers", async () => {
    onRpc("res.partner", "sync_brief_page", () => ({ html: HTML, partners: [{ id: 7, name: "N" }] }));
    onRpc("res.partner", "action_print_sync_brief", ({ args }) => {
        expect.step(args[0]);
        return { type: "ir.actions.act_window_close" };
    });
    await open({ partner_ids: [7] });
    await contains(".o_crm_sync_brief_print").click();
    expect.verifySteps([[7]]);
});

test("without a customer the page says where to come from", async () => {
    await open({});
    expect(queryFirst(".o_crm_sync_empty").textContent).toInclude("Open the brief from a customer");
    expect(".o_crm_sync_brief_print").toHaveCount(0);
});
