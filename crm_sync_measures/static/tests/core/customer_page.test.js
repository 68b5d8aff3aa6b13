import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    fields,
    defineModels,
    getService,
    makeServerError,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { router } from "@web/core/browser/router";
import { redirect } from "@web/core/utils/urls";
import { WebClient } from "@web/webclient/webclient";

import { CustomerPage } from "@crm_sync_measures/core/customer_page/customer_page";
import { CustomerTiles } from "@crm_sync_measures/core/customer_page/customer_tiles";
import {
    freezeTime,
    makeEvent,
    makePage,
    mockPage,
    mockTimeline,
    PARTNER_ID,
} from "./customer_page_test_helpers";

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
                <field name="name"/>
                <notebook>
                    <page string="Notes" name="notes"/>
                    <page string="Customer 360" name="customer">
                        <widget
                            name="crm_sync_customer_page"
                            options="{'partner_field': 'partner_id'}"
                        />
                    </page>
                </notebook>
            </form>`,
    };
}

describe.current.tags("desktop");
defineMailModels();
defineModels([SyncDeal]);
freezeTime();

async function mountPage(props = {}) {
    await mountWithCleanup(CustomerPage, { props: { partnerId: PARTNER_ID, ...props } });
    await animationFrame();
}

function makeTile(values) {
    return {
        code: "tile",
        label: "Label",
        icon: "fa-star",
        value: 12,
        unit: "count",
        text: false,
        currency_id: false,
        tone: "muted",
        action: false,
        masked: false,
        ...values,
    };
}

test("the header says who answers for the customer and when the last contact was", async () => {
    mockPage({
        contacts: [{ id: 8, name: "Brandon Freeman", function: "Buyer", active: true }],
    });
    mockTimeline([[makeEvent(1)]]);
    await mountPage();

    expect(".o_crm_sync_name").toHaveText("Azure Interior");
    expect(".o_crm_sync_owner").toHaveText("Owner: Anna");
    expect(".o_crm_sync_department").toHaveText("In charge: Sales");
    expect(".o_crm_sync_last_contact").toHaveText("Last contact: 3 days ago by Anna (Sales), call");
    expect(".o_crm_sync_contact").toHaveText("Brandon Freeman, Buyer");
    expect("a[href='tel:+1 555 0100']").toHaveCount(1);
    expect(".o_crm_sync_neglected").toHaveCount(0);
    expect(".o_crm_sync_event").toHaveCount(1);
});

test("the last contact is told with what is known, and neglect with a word", async () => {
    mockPage({
        last_contact: {
            at: "2026-08-01 10:00:00",
            days: 112,
            channel: false,
            channel_label: false,
            direction: false,
            person: false,
            department: "Service",
        },
        neglected: true,
    });
    mockTimeline([[]]);
    await mountPage();

    expect(".o_crm_sync_last_contact > span:first").toHaveText(
        "Last contact: 3 months ago by Service"
    );
    expect(".o_crm_sync_neglected").toHaveText("No contact for more than 90 days");
});

test("in the form of a contact the page says that it tells of the whole company", async () => {
    mockPage({ entity: { id: 99, name: "Azure Group" } });
    mockTimeline([[]]);
    await mountPage({ showIdentity: false });
    expect(".o_crm_sync_header").toHaveText(/The whole of Azure Group, all its contacts included\./);
    expect(".o_crm_sync_name").toHaveCount(0);
});

test("a customer whom nobody met yet", async () => {
    mockPage({ last_contact: false });
    mockTimeline([[]]);
    await mountPage();
    expect(".o_crm_sync_last_contact").toHaveText("No contact recorded yet.");
});

test("figures and history are asked for at the same time", async () => {
    const slow = new Deferred();
    onRpc("res.partner", "sync_customer_page", async () => {
        await slow;
        return makePage();
    });
    mockTimeline([[makeEvent(1)]]);
    await mountPage();

    expect(".o_crm_sync_page_skeleton").toHaveCount(1);
    expect(".o_crm_sync_event").toHaveCount(1);
    slow.resolve();
    await animationFrame();
    expect(".o_crm_sync_page_skeleton").toHaveCount(0);
    expect(".o_crm_sync_name").toHaveCount(1);
});

test("a page that fails to load says why and can be tried again", async () => {
    let fails = true;
    onRpc("res.partner", "sync_customer_page", () => {
        if (fails) {
            throw makeServerError({ type: "AccessError", message: "Not your customer." });
        }
        return makePage();
    });
    mockTimeline([[makeEvent(1)]]);
    await mountPage();
    expect(".o_crm_sync_page_error").toHaveText(/Not your customer\./);
    expect(".o_crm_sync_event").toHaveCount(0);

    fails = false;
    await contains(".o_crm_sync_page_error button").click();
    await animationFrame();
    expect(".o_crm_sync_name").toHaveCount(1);
    expect(".o_crm_sync_event").toHaveCount(1);
});

test("'Log a contact' opens the dialog with the customer, and its end refreshes all", async () => {
    let pages = 0;
    onRpc("res.partner", "sync_customer_page", () => {
        pages++;
        return makePage();
    });
    const questions = mockTimeline([[makeEvent(1)]]);
    let close;
    mockService("action", {
        doAction(action, options) {
            expect.step(action);
            expect(options.additionalContext).toEqual({
                default_partner_id: PARTNER_ID,
                default_lead_id: 5,
            });
            close = options.onClose;
        },
    });
    await mountPage({ leadId: 5 });

    await contains(".o_crm_sync_log").click();
    expect.verifySteps(["crm_sync_measures.crm_sync_touch_action_log"]);
    expect([pages, questions.length]).toEqual([1, 1]);
    close();
    await animationFrame();
    expect([pages, questions.length]).toEqual([2, 2]);
});

test("who may not log sees no button to log", async () => {
    mockPage({ can_log: false });
    mockTimeline([[]]);
    await mountPage();
    expect("button:contains(Log a contact)").toHaveCount(0);
});

test("tiles show figures by their unit; a masked tile shows its name only", async () => {
    const actions = [];
    mockService("action", { doAction: (action) => actions.push(action) });
    const open = { type: "ir.actions.act_window", res_model: "crm.lead", views: [[false, "list"]] };
    await mountWithCleanup(CustomerTiles, {
        props: {
            tiles: [
                makeTile({ code: "count", value: 1200, text: "3 this month", action: open }),
                makeTile({ code: "money", unit: "money", value: 950.5, currency_id: 1 }),
                makeTile({ code: "rich", unit: "money", value: 12345678, currency_id: 1 }),
                makeTile({ code: "points", unit: "points", value: 12.5 }),
                makeTile({ code: "text", unit: "text", value: false, text: "9 of 10" }),
                makeTile({ code: "late", value: 2, tone: "danger" }),
                makeTile({ code: "masked", value: 99, text: "Secret", masked: true, action: open }),
                makeTile({ code: "zero", value: 0 }),
            ],
        },
    });
    const value = (code) => `[data-tile=${code}] .o_crm_sync_tile_value`;

    expect(value("count")).toHaveText("1,200");
    expect("[data-tile=count]").toHaveText(/3 this month/);
    expect(value("money")).toHaveText("$ 950.50");
    expect(value("rich")).toHaveText(/^\$ 12\.\d+M$/);
    expect("[data-tile=rich] .o_crm_sync_tile").toHaveAttribute("title", "$\u00a012,345,678.00");
    expect(value("points")).toHaveText("12.50");
    expect(value("text")).toHaveText("9 of 10");
    expect(value("zero")).toHaveText("0");
    expect("[data-tile=late] .o_crm_sync_tone_icon").toHaveAttribute("aria-label", "Urgent");

    expect("[data-tile=masked] .fa-lock").toHaveCount(1);
    expect("[data-tile=masked]").toHaveText("Label\nNo access");
    expect("[data-tile=masked] button").toHaveCount(0);
    expect("[data-tile=money] button").toHaveCount(0);
    await contains("[data-tile=masked] .o_crm_sync_tile").click();
    expect(actions).toEqual([]);
    await contains("[data-tile=count] button").click();
    expect(actions).toEqual([open]);
});

test("in a form nothing is asked before its notebook page is opened", async () => {
    mockPage();
    const questions = mockTimeline([[makeEvent(1)]]);
    await mountView({ type: "form", resModel: "sync.deal", resId: 1 });
    expect(questions).toHaveLength(0);

    await contains(".nav-link:contains(Customer 360)").click();
    await animationFrame();
    expect(questions).toHaveLength(1);
    expect(questions[0].ids).toEqual([PARTNER_ID]);
    expect(".o_crm_sync_event").toHaveCount(1);
});

test("a record without customer shows a sentence and asks the server nothing", async () => {
    const questions = mockTimeline([[makeEvent(1)]]);
    await mountView({ type: "form", resModel: "sync.deal", resId: 2 });
    await contains(".nav-link:contains(Customer 360)").click();

    expect(".o_crm_sync_empty").toHaveText("Choose a customer to see the history.");
    expect(questions).toHaveLength(0);
});

test("a new contact has no history yet", async () => {
    const questions = mockTimeline([[makeEvent(1)]]);
    await mountView({
        type: "form",
        resModel: "res.partner",
        arch: `<form><widget name="crm_sync_customer_page"/></form>`,
    });
    expect(".o_crm_sync_empty").toHaveText("Save the contact first: the history starts then.");
    expect(questions).toHaveLength(0);
});

test("saving the record refreshes the page and keeps the filters", async () => {
    mockPage();
    const questions = mockTimeline([[makeEvent(1)]]);
    onRpc("sync.deal", "web_save", ({ parent }) => {
        const [values] = parent();
        return [{ ...values, write_date: "2026-11-21 11:30:00" }];
    });
    await mountView({ type: "form", resModel: "sync.deal", resId: 1 });
    await contains(".nav-link:contains(Customer 360)").click();
    await contains(".o_crm_sync_search input").edit("desk", { confirm: "Enter" });
    expect(questions).toHaveLength(2);

    await contains(".o_field_widget[name=name] input").edit("Another name");
    expect(questions).toHaveLength(2);
    await contains(".o_form_button_save").click();
    await animationFrame();
    expect(questions).toHaveLength(3);
    expect(questions[2].filters.search).toBe("desk");
});

test("the action keeps the customer in the URL and in its title", async () => {
    mockPage();
    const questions = mockTimeline([[makeEvent(1)]]);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_sync_customer_360",
        params: { partner_id: PARTNER_ID },
    });
    await animationFrame();
    await animationFrame();

    expect(".o_breadcrumb, .o_last_breadcrumb_item").toHaveText(/Azure Interior · Customer 360/);
    expect(questions[0].ids).toEqual([PARTNER_ID]);
    expect(router.current.active_id).toBe(PARTNER_ID);
    expect(router.current.action).toBe("crm_sync_customer_360");
});

test("the action finds the customer in the URL after a reload", async () => {
    mockPage();
    const questions = mockTimeline([[makeEvent(1)]]);
    redirect(`/odoo/${PARTNER_ID}/crm_sync_customer_360`);
    await mountWithCleanup(WebClient);
    await animationFrame();
    await animationFrame();

    expect(".o_crm_sync_name").toHaveText("Azure Interior");
    expect(questions[0].ids).toEqual([PARTNER_ID]);
});

test("coming back from a document shows the list as it was left", async () => {
    mockPage();
    const questions = mockTimeline([[makeEvent(1, { model: "sync.deal" })], [makeEvent(2)]]);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_sync_customer_360",
        context: { active_id: PARTNER_ID },
    });
    await contains("[data-filter=kinds]").click();
    await contains(".o-dropdown-item:contains(Order)").click();
    await contains(".o_crm_sync_event_title:contains(Event 1)").click();
    await waitFor(".o_form_view");

    await contains(".o_breadcrumb .o_back_button, .breadcrumb-item:first a").click();
    await animationFrame();
    expect(queryAllTexts(".o_crm_sync_chip")).toEqual(["Order"]);
    expect(questions.at(-1).filters.kinds).toEqual(["order"]);
    expect(".o_crm_sync_event").toHaveCount(1);
});

test("without a customer the action says what to do", async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction("crm_sync_customer_360");
    expect(".o_crm_sync_empty").toHaveText(/no customer is chosen/);
});
