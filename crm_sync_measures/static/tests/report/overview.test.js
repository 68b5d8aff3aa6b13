import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    allowTranslations,
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { changeText } from "@crm_sync_measures/report/overview/overview_tile";
import "@crm_sync_measures/report/overview/overview";

describe.current.tags("desktop");
defineMailModels();

const TILE = {
    kpi_id: 3,
    value_id: 33,
    code: "complaints",
    name: "Complaints",
    description: "Complaints that came in.",
    scope: { key: "company", name: "Northern Optics" },
    period: "2026-03",
    is_over: true,
    is_final: true,
    text: "7",
    documents: 7,
    change: { text: "2", arrow: "down", word: "better", period: "2026-02" },
    target: "8",
    attainment: "114 %",
    level: "ok",
    level_label: "As It Should Be",
    trend: ["2.0,26.0 60.0,2.0", "90.0,5.0 118.0,9.0"],
    trend_text: "13 periods: 12 in 2025-03, 7 in 2026-03",
    measured_at: "2026-04-10 08:00:00",
    running: { period: "2026-04", text: "3", pace: "on_track", pace_label: "On Track" },
    is_pinned: false,
    signal: { id: 9, name: "Complaints", scope: "", text: "7 in 2026-03 is below the lower limit of 8.", is_favourable: true },
};
const PLAIN = { ...TILE, change: false, target: false, attainment: false, level: false, running: false, signal: false };
const PAGE = {
    company: { id: 1, name: "Northern Optics" },
    can_measure: false,
    unowned: false,
    measured_at: "2026-04-10 08:00:00",
    sections: [{ code: "service", label: "Service", tiles: [TILE] }],
    signals: { count: 1, is_more: false, rows: [TILE.signal] },
    actions: {
        count: 1,
        is_more: false,
        rows: [{ id: 5, name: "Answer faster", phase: "2. Do", day: "2026-04-01", is_late: true }],
    },
};

const START = {
    done: 1,
    steps: [
        {
            code: "people",
            label: "Who Is Who",
            text: "Say who manages it.",
            is_done: true,
            is_allowed: true,
            call: ["crm.sync.department", "action_manage"],
            choices: [{ code: 1, label: "I manage Sales" }],
            links: [{ label: "Departments", action: "crm_sync_measures.crm_sync_department_action" }],
        },
        {
            code: "ask",
            label: "Ask Your Customers",
            text: "A program opens.",
            is_done: false,
            is_allowed: true,
            call: ["crm.sync.survey.program", "action_begin"],
            choices: [{ code: "nps", label: "Every quarter" }],
            links: [],
        },
        {
            code: "reward",
            label: "Reward Your Customers",
            text: "Points with each order.",
            is_done: false,
            is_allowed: false,
            call: ["loyalty.program", "action_sync_begin"],
            choices: [{ code: "12", label: "12 months" }],
            links: [],
        },
    ],
};

async function open(page, start = START) {
    mockDate("2026-04-10 09:00:00");
    onRpc("crm.sync.start", "start_data", () => start);
    onRpc("crm.sync.overview", "overview_data", () => page);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_sync_measures.overview" });
    await animationFrame();
    await animationFrame();
}

test("a tile tells figure, period, change, target, the month in progress and the signal", async () => {
    await open(PAGE);
    expect(".o_sync_overview_figure").toHaveText("7");
    expect(".o_sync_overview_change").toHaveText("2 better than in 2026-02");
    expect(".o_sync_overview_change .fa-arrow-down").toHaveCount(1);
    expect(".o_sync_overview_change").toHaveClass("text-success");
    expect(".o_sync_overview_target").toHaveText("Target 8, 114 % attained As It Should Be", { inline: true });
    expect(".o_sync_overview_running").toHaveText("2026-04 so far: 3, On Track");
    expect(".o_sync_overview_signal").toHaveText(/below the lower limit/);
    expect(".o_sync_overview_trend polyline").toHaveCount(2);
    expect(queryOne(".o_sync_overview_trend").getAttribute("aria-label")).toBe(TILE.trend_text);
});

test("what is not known is not shown", async () => {
    await open({ ...PAGE, sections: [{ code: "service", label: "Service", tiles: [PLAIN] }] });
    for (const part of ["change", "target", "running", "signal", "unowned"]) {
        expect(`.o_sync_overview_${part}`).toHaveCount(0);
    }
});

test("a figure opens its documents, the line its figures, the name its KPI", async () => {
    await open(PAGE);
    onRpc("crm.sync.kpi.value", "action_documents", ({ args }) => {
        expect.step(["documents", args[0]]);
        return { type: "ir.actions.act_window", res_model: "crm.sync.case", domain: [] };
    });
    getService("action").doAction = ({ res_model, res_id, domain }) => expect.step([res_model, res_id ?? domain]);
    await contains(".o_sync_overview_figure").click();
    await animationFrame();
    await contains(".o_sync_overview_trend").click();
    await contains(".o_sync_overview_name").click();
    await contains(".o_sync_overview_signal").click();
    expect.verifySteps([
        ["documents", [33]],
        ["crm.sync.case", []],
        [
            "crm.sync.kpi.value",
            [
                ["kpi_id", "=", 3],
                ["scope_key", "=", "company"],
                ["is_current", "=", true],
            ],
        ],
        ["crm.sync.kpi", 3],
        ["crm.sync.kpi.signal", 9],
    ]);
});

test("the lists beside the tiles lead to their records", async () => {
    await open(PAGE);
    getService("action").doAction = (action) => expect.step(action.res_id ?? action);
    await contains(".o_sync_overview_actions li button").click();
    await contains(".o_sync_overview_signals li button").click();
    await contains(".o_sync_overview_actions h2 button").click();
    await contains(".o_sync_overview_boards").click();
    expect(".o_sync_overview_actions .fa-exclamation-triangle").toHaveCount(1);
    expect.verifySteps([
        5,
        9,
        "crm_sync_measures.crm_sync_improvement_action",
        "spreadsheet_dashboard.ir_actions_dashboard_action",
    ]);
});

test("managers are told of KPIs without an owner, and get there by a click", async () => {
    await open({ ...PAGE, unowned: "3 KPIs have no owner: nobody is told of their signals." });
    expect(".o_sync_overview_unowned").toHaveText("3 KPIs have no owner: nobody is told of their signals.");
    getService("action").doAction = (action, options) => expect.step([action, options.additionalContext]);
    await contains(".o_sync_overview_unowned").click();
    expect.verifySteps([["crm_sync_measures.crm_sync_kpi_action", { search_default_unowned: 1 }]]);
});

test("of a long section six are shown, and the rest when asked for", async () => {
    const tiles = Array.from({ length: 9 }, (_value, number) => ({ ...PLAIN, kpi_id: number + 1 }));
    await open({ ...PAGE, sections: [{ code: "service", label: "Service", tiles }] });
    expect(".o_sync_overview_tile").toHaveCount(6);
    await contains(".o_sync_overview_all").click();
    expect(".o_sync_overview_tile").toHaveCount(9);
    expect(".o_sync_overview_all").toHaveCount(0);
});

test("a star pins, and the page is read anew", async () => {
    const page = { ...PAGE };
    onRpc("crm.sync.overview", "set_pin", ({ args }) => {
        expect.step(args);
        page.sections = [{ code: "pinned", label: "Pinned", tiles: [{ ...TILE, is_pinned: true }] }];
        return true;
    });
    await open(page);
    expect(".o_sync_overview_pin").toHaveAttribute("aria-pressed", "false");
    await contains(".o_sync_overview_pin").click();
    await animationFrame();
    expect(queryAllTexts(".o_sync_overview_section h2")).toEqual(["Pinned"]);
    expect(".o_sync_overview_pin").toHaveAttribute("aria-pressed", "true");
    expect.verifySteps([[3, true]]);
});

test("before the first time it says what will happen, and managers need not wait", async () => {
    onRpc("crm.sync.overview", "action_measure", () => {
        expect.step("measure");
        return { type: "ir.actions.act_window_close" };
    });
    await open({ ...PAGE, sections: [], can_measure: true });
    expect(".o_sync_overview_empty").toHaveText(/tomorrow morning your figures are here/);
    await contains(".o_sync_overview_measure").click();
    expect.verifySteps(["measure"]);
});

test("who may not measure has no button for it", async () => {
    await open({ ...PAGE, sections: [] });
    expect(".o_sync_overview_measure").toHaveCount(0);
});

test("a refusal is told in words", async () => {
    onRpc("crm.sync.overview", "overview_data", () => {
        throw makeServerError({ type: "AccessError", message: "Not for you." });
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_sync_measures.overview" });
    await animationFrame();
    expect("[role=alert]").toHaveText(/Not for you./);
});

test("more is neither better nor worse where a range is wanted", () => {
    allowTranslations();
    const change = { text: "1.2 h", period: "2026-02" };
    expect(changeText({ ...change, word: "more" })).toBe("1.2 h more than in 2026-02");
    expect(changeText({ ...change, word: "worse" })).toBe("1.2 h worse than in 2026-02");
    expect(changeText({ ...change, word: "same" })).toBe("As in 2026-02");
});

test("a manager is offered the first steps that are not done, and puts them away", async () => {
    onRpc("crm.sync.survey.program", "action_begin", ({ args }) => {
        expect.step(args[0]);
        return { type: "ir.actions.act_window_close" };
    });
    await open({ ...PAGE, can_measure: true });
    expect(".o_sync_start .badge").toHaveText("1 of 3 done");
    expect("[data-step=people] .fa-check-circle").toHaveAttribute("aria-label", "Done");
    expect("[data-step=people] .o_sync_start_choice, [data-step=reward] .o_sync_start_choice").toHaveCount(0);
    await contains("[data-step=ask] .o_sync_start_choice").click();
    await contains(".o_sync_start_hide").click();
    expect(".o_sync_start").toHaveCount(0);
    await contains(".o_sync_start_show").click();
    expect(".o_sync_start_step").toHaveCount(3);
    expect.verifySteps(["nps"]);
});

test("nobody else sees the first steps", async () => {
    await open(PAGE);
    expect(".o_sync_overview_tile").toHaveCount(1);
    expect(".o_sync_start").toHaveCount(0);
});

test("when all is done, the first steps are gone", async () => {
    await open({ ...PAGE, can_measure: true }, { ...START, done: 3 });
    expect(".o_sync_overview_tile").toHaveCount(1);
    expect(".o_sync_start, .o_sync_start_show").toHaveCount(0);
});
