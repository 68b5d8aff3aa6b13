import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    makeServerError,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { utils } from "@web/core/ui/ui_service";

import { Timeline } from "@crm_sync_measures/core/timeline/timeline";
import {
    FILTER_OPTIONS,
    freezeTime,
    makeEvent,
    makeMaskedEvent,
    mockIntersection,
    mockTimeline,
    PARTNER_ID,
} from "./customer_page_test_helpers";

describe.current.tags("desktop");
defineMailModels();
freezeTime();

const NO_FILTERS = {
    kinds: [],
    channels: [],
    department_ids: [],
    person_ids: [],
    date_from: false,
    date_to: false,
    search: "",
};

async function mountTimeline(props = {}) {
    const timeline = await mountWithCleanup(Timeline, {
        props: { partnerId: PARTNER_ID, options: FILTER_OPTIONS, ...props },
    });
    await animationFrame();
    return timeline;
}

function mockActions() {
    const actions = [];
    mockService("action", { doAction: (action, options) => actions.push([action, options]) });
    return actions;
}

test("an event shows what, who, when, how much, and in which direction", async () => {
    mockTimeline([
        [
            makeEvent(1, {
                label: "Document",
                title: "Order S00021 confirmed",
                direction: "out",
                amount: 1234.5,
                currency_id: 2,
                state_label: "Confirmed",
            }),
        ],
    ]);
    await mountTimeline();

    expect(".o_crm_sync_event_title").toHaveText("Order S00021 confirmed");
    expect(".o_crm_sync_preview").toHaveText("What happened in event 1");
    expect(".o_crm_sync_amount").toHaveText("1,234.50 €");
    expect(".o_crm_sync_state").toHaveText("Confirmed");
    expect(queryAllTexts(".o_crm_sync_meta > *")).toEqual([
        "Document",
        "E-mail",
        "Anna",
        "Sales",
        "10:30 AM (2 hours ago)",
    ]);
    expect(".o_crm_sync_channel .fa-arrow-up").toHaveAttribute("aria-label", "To the customer");
    expect(".o_crm_sync_badge").toHaveClass("o_crm_sync_color_4");
    expect(".o_crm_sync_badge .fa-envelope").toHaveAttribute("title", "Document");
    expect(".o_crm_sync_event time").toHaveAttribute("title", /November 21, 2026/);
});

test("events are grouped by day under one heading each, in lists", async () => {
    mockTimeline([
        [
            makeEvent(1),
            makeEvent(2, { at: "2026-11-21 07:00:00" }),
            makeEvent(3, { at: "2026-11-20 15:00:00" }),
            makeEvent(4, { at: "2026-03-12 15:00:00" }),
        ],
    ]);
    await mountTimeline();

    expect(queryAllTexts(".o_crm_sync_day_label")).toEqual([
        "Today",
        "Yesterday",
        "March 12, 2026",
    ]);
    expect(".o_crm_sync_day:first [role=list] > [role=listitem]").toHaveCount(2);
});

test("content that looks like HTML stays text", async () => {
    mockTimeline([[makeEvent(1, { title: "<b>x</b>", preview: "<img src=x onerror=alert(1)>" })]]);
    await mountTimeline();

    expect(".o_crm_sync_event_title").toHaveText("<b>x</b>");
    expect(".o_crm_sync_preview").toHaveText("<img src=x onerror=alert(1)>");
    expect(".o_crm_sync_event img").toHaveCount(0);
});

test("a click or Enter on an event opens its document", async () => {
    const actions = mockActions();
    mockTimeline([[makeEvent(41)]]);
    await mountTimeline();
    const opened = {
        type: "ir.actions.act_window",
        res_model: "crm.lead",
        res_id: 41,
        views: [[false, "form"]],
    };

    await contains(".o_crm_sync_preview").click();
    expect(actions).toEqual([[opened, { newWindow: false }]]);

    queryFirst(".o_crm_sync_event_title").focus();
    await press("Enter");
    expect(actions).toHaveLength(2);
    expect(actions[1][0]).toEqual(opened);

    await contains(".o_crm_sync_preview").click({ ctrlKey: true });
    expect(actions[2][1]).toEqual({ newWindow: true });
});

test("an event without a document is no button and opens nothing", async () => {
    const actions = mockActions();
    mockTimeline([[makeEvent(1, { model: false, res_id: false })]]);
    await mountTimeline();

    expect("button.o_crm_sync_event_title").toHaveCount(0);
    await contains(".o_crm_sync_preview").click();
    expect(actions).toEqual([]);
});

test("a masked event tells department and time, nothing else, and opens nothing", async () => {
    const actions = mockActions();
    mockTimeline([
        [
            // content that a faulty server might send along
            makeEvent(9, { ...makeMaskedEvent(1), title: "Secret", preview: "Secret", amount: 5 }),
            makeMaskedEvent(2, { department: false }),
        ],
    ]);
    await mountTimeline();

    expect(queryAllTexts(".o_crm_sync_event")).toEqual([
        "Service, 2 days ago",
        "Another department, 2 days ago",
    ]);
    expect(document.body.textContent).not.toMatch(/Secret/);
    expect(".o_crm_sync_event button").toHaveCount(0);
    expect(".o_crm_sync_event .fa-lock").toHaveCount(2);
    expect(".o_crm_sync_event:first").toHaveAttribute(
        "title",
        "You do not have access to the details."
    );
    await contains(".o_crm_sync_event:first").click();
    expect(actions).toEqual([]);
});

test("masked events of one department and day are one line", async () => {
    mockTimeline([
        [
            makeMaskedEvent(1),
            makeMaskedEvent(2),
            makeMaskedEvent(3),
            makeMaskedEvent(4, { department: false }),
            makeMaskedEvent(5, { at: "2026-11-18 09:30:00" }),
        ],
    ]);
    await mountTimeline();

    expect(queryAllTexts(".o_crm_sync_event")).toEqual([
        "Service, 2 days ago (3 times)",
        "Another department, 2 days ago",
        "Service, 3 days ago",
    ]);
});

test("the first page is asked for once, without filters", async () => {
    const questions = mockTimeline([[makeEvent(1)]]);
    await mountTimeline();

    expect(questions).toEqual([
        { ids: [PARTNER_ID], filters: NO_FILTERS, cursor: false, limit: 40 },
    ]);
});

test("'Show older' appends, drops what is already shown, and ends with the history", async () => {
    const questions = mockTimeline([
        [makeEvent(1), makeEvent(2)],
        [makeEvent(2), makeEvent(3)],
        [makeEvent(4)],
    ]);
    await mountTimeline();

    await contains(".o_crm_sync_older").click();
    expect(queryAllTexts(".o_crm_sync_event_title")).toEqual(["Event 1", "Event 2", "Event 3"]);
    await contains(".o_crm_sync_older").click();
    expect(".o_crm_sync_event").toHaveCount(4);
    expect(questions.map((question) => question.cursor)).toEqual([false, "1", "2"]);
    expect(".o_crm_sync_older").toHaveCount(0);
    expect(".o_crm_sync_end").toHaveCount(1);
});

test("scrolling loads older events by itself, one page at a time", async () => {
    const comeIntoSight = mockIntersection();
    const questions = mockTimeline([[makeEvent(1)], [makeEvent(2)], [makeEvent(3)]]);
    await mountTimeline({ autoLoad: true });

    comeIntoSight();
    comeIntoSight(); // an impatient wheel
    await animationFrame();
    expect(questions).toHaveLength(2);
    expect(".o_crm_sync_event").toHaveCount(2);

    await animationFrame();
    comeIntoSight();
    await animationFrame();
    expect(".o_crm_sync_event").toHaveCount(3);
    comeIntoSight(); // nothing left
    await animationFrame();
    expect(questions).toHaveLength(3);
});

test("without autoLoad only the button loads older events", async () => {
    const comeIntoSight = mockIntersection();
    const questions = mockTimeline([[makeEvent(1)], [makeEvent(2)]]);
    await mountTimeline();

    comeIntoSight();
    await animationFrame();
    expect(questions).toHaveLength(1);
});

test("filters are sent as values, start from the newest event, and can be taken back", async () => {
    const questions = mockTimeline([[makeEvent(1)], [makeEvent(2)]]);
    await mountTimeline();
    await contains(".o_crm_sync_older").click();

    await contains("[data-filter=kinds]").click();
    await contains(".o-dropdown-item:contains(Order)").click();
    expect(".o-dropdown-item:contains(Order)").toHaveAttribute("aria-checked", "true");
    expect(questions.at(-1)).toEqual({
        ids: [PARTNER_ID],
        filters: { ...NO_FILTERS, kinds: ["order"] },
        cursor: false,
        limit: 40,
    });
    await contains(".o-dropdown-item:contains(Message)").click();
    expect(questions.at(-1).filters.kinds).toEqual(["order", "message"]);

    await contains("[data-filter=department_ids]").click();
    await contains(".o-dropdown-item:contains(Service)").click();
    await contains("[data-filter=person_ids]").click();
    await contains(".o-dropdown-item:contains(Bo)").click();
    await contains("[data-filter=channels]").click();
    await contains(".o-dropdown-item:contains(Call)").click();
    expect(questions.at(-1).filters).toEqual({
        ...NO_FILTERS,
        kinds: ["order", "message"],
        department_ids: [2],
        person_ids: [3],
        channels: ["call"],
    });
    expect(queryAllTexts(".o_crm_sync_chip")).toEqual([
        "Message",
        "Order",
        "Call",
        "Service",
        "Bo",
    ]);

    await contains(".o_crm_sync_chip:contains(Order) button").click();
    expect(questions.at(-1).filters.kinds).toEqual(["message"]);
    await contains(".o_crm_sync_clear").click();
    expect(questions.at(-1).filters).toEqual(NO_FILTERS);
    expect(".o_crm_sync_chip").toHaveCount(0);
});

test("the text search waits until the typing stops", async () => {
    const questions = mockTimeline([[makeEvent(1)]]);
    await mountTimeline();

    await contains(".o_crm_sync_search input").edit("desk", { confirm: false });
    await advanceTime(250);
    expect(questions).toHaveLength(1);
    await advanceTime(100);
    await animationFrame();
    expect(questions).toHaveLength(2);
    expect(questions[1].filters.search).toBe("desk");
    expect(questions[1].cursor).toBe(false);
    expect(".o_crm_sync_chip").toHaveText("desk");
});

test("dates are sent as days", async () => {
    const questions = mockTimeline([[makeEvent(1)]]);
    await mountTimeline();

    await contains(".o_crm_sync_dates input:first").edit("11/01/2026");
    await animationFrame();
    expect(questions.at(-1).filters.date_from).toBe("2026-11-01");
    await contains(".o_crm_sync_dates input:last").edit("11/20/2026");
    await animationFrame();
    expect(questions.at(-1).filters.date_to).toBe("2026-11-20");
    expect(queryAllTexts(".o_crm_sync_chip")).toEqual(["From 11/01/2026", "Until 11/20/2026"]);
    await contains(".o_crm_sync_chip:first button").click();
    expect(questions.at(-1).filters.date_from).toBe(false);
});

test("an answer to an older question never replaces a newer one", async () => {
    const slow = new Deferred();
    onRpc("res.partner", "sync_timeline", async ({ kwargs }) => {
        if (!kwargs.filters.search) {
            await slow;
            return { events: [makeEvent(1)], cursor: "1" };
        }
        return { events: [makeEvent(2)], cursor: false };
    });
    await mountTimeline();
    expect(".o_crm_sync_skeleton").toHaveCount(1);

    await contains(".o_crm_sync_search input").edit("desk", { confirm: "Enter" });
    expect(".o_crm_sync_event_title").toHaveText("Event 2");
    slow.resolve();
    await animationFrame();
    expect(".o_crm_sync_event_title").toHaveText("Event 2");
    expect(".o_crm_sync_older").toHaveCount(0);
});

test("a customer without history: a sentence, and the button only for who may log", async () => {
    mockTimeline([[]]);
    await mountTimeline({ onLogContact: () => expect.step("log") });

    expect(".o_crm_sync_empty").toHaveText(/Nothing recorded yet with this customer/);
    expect(".o_crm_sync_filters").toHaveCount(0);
    await contains(".o_crm_sync_empty button").click();
    expect.verifySteps(["log"]);
});

test("a customer without history and no right to log: no button", async () => {
    mockTimeline([[]]);
    await mountTimeline();

    expect(".o_crm_sync_empty").toHaveText("Nothing recorded yet with this customer.");
    expect(".o_crm_sync_empty button").toHaveCount(0);
});

test("filters that match nothing say so and can be cleared", async () => {
    onRpc("res.partner", "sync_timeline", ({ kwargs }) => ({
        events: kwargs.filters.search ? [] : [makeEvent(1)],
        cursor: false,
    }));
    await mountTimeline();
    await contains(".o_crm_sync_search input").edit("nothing like this", { confirm: "Enter" });
    expect(".o_crm_sync_empty").toHaveText(/No event matches these filters/);

    await contains(".o_crm_sync_empty button").click();
    expect(".o_crm_sync_event").toHaveCount(1);
    expect(".o_crm_sync_search input").toHaveValue("");
});

test("a failed load says why and can be tried again", async () => {
    let fails = true;
    onRpc("res.partner", "sync_timeline", () => {
        if (fails) {
            throw makeServerError({ type: "AccessError", message: "This is not for you." });
        }
        return { events: [makeEvent(1)], cursor: false };
    });
    await mountTimeline();
    expect(".o_crm_sync_error").toHaveText(/This is not for you\./);

    fails = false;
    await contains(".o_crm_sync_error button").click();
    expect(".o_crm_sync_error").toHaveCount(0);
    expect(".o_crm_sync_event").toHaveCount(1);
});

test("when older events fail to load, the shown ones stay", async () => {
    let fails = true;
    onRpc("res.partner", "sync_timeline", ({ kwargs }) => {
        if (kwargs.cursor && fails) {
            throw makeServerError({ message: "boom in module x" });
        }
        return kwargs.cursor
            ? { events: [makeEvent(2)], cursor: false }
            : { events: [makeEvent(1)], cursor: "1" };
    });
    await mountTimeline();
    await contains(".o_crm_sync_older").click();
    expect(".o_crm_sync_event").toHaveCount(1);
    expect(".o_crm_sync_error").toHaveCount(1);

    fails = false;
    await contains(".o_crm_sync_error button").click();
    expect(".o_crm_sync_event").toHaveCount(2);
});

test("on a phone the filters wait behind one button that counts them", async () => {
    patchWithCleanup(utils, { isSmall: () => true });
    mockTimeline([[makeEvent(1)]]);
    await mountTimeline();

    expect("[data-filter=kinds]").toHaveCount(0);
    expect(".o_crm_sync_search input").toHaveCount(1);
    expect(".o_crm_sync_filters_toggle").toHaveAttribute("aria-expanded", "false");

    await contains(".o_crm_sync_filters_toggle").click();
    expect(".o_crm_sync_filters_toggle").toHaveAttribute("aria-expanded", "true");
    await contains("[data-filter=kinds]").click();
    await contains(".o-dropdown-item:contains(Order)").click();
    expect(".o_crm_sync_filters_toggle .badge").toHaveText("1");
});
