import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    allowTranslations,
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { trendConfig } from "@crm_sync_measures/survey/results/score_trend";
import { changeText, place } from "@crm_sync_measures/survey/results/score_words";
import "@crm_sync_measures/survey/results/survey_results";

describe.current.tags("desktop");
defineMailModels();

const DOMAIN = [["program_id", "=", 3]];
const SCORE = {
    figure: 55.2,
    low: 40,
    high: 70.4,
    margin: 15.2,
    answers: 87,
    is_enough: true,
    previous: 6.7,
    previous_answers: 75,
    is_signal: true,
    mean: 8.4,
    text: "NPS 55.2 ± 15.2, 87 answers",
    domain: DOMAIN,
};
const FEW = { ...SCORE, figure: false, low: false, high: false, answers: 4, is_enough: false, text: "Not enough answers: 4 of 30" };
const PAGE = {
    program: { id: 3, name: "Relationship", metric: "nps", metric_label: "Would Recommend Us", trigger: "Waves", state: "Running", minimum: 30 },
    filter: { wave: 2, days: false, by_account: false },
    waves: [2, 1],
    periods: [],
    sees_all: true,
    score: SCORE,
    bands: [
        { code: "high", label: "Promoters", from: 9, to: 10, count: 60, share: 69, domain: DOMAIN },
        { code: "middle", label: "Passives", from: 7, to: 8, count: 15, share: 17, domain: DOMAIN },
        { code: "low", label: "Detractors", from: 0, to: 6, count: 12, share: 14, domain: [["value", "<=", 6]] },
    ],
    values: [{ value: 10, count: 60, domain: DOMAIN }],
    trend: [{ ...FEW, label: "Wave 1" }, { ...SCORE, label: "Wave 2" }],
    segments: [
        { code: "department_id", label: "Department", rows: [{ ...SCORE, label: "Sales" }, { ...FEW, label: "Service" }], more: 0 },
        { code: "lang", label: "Language", rows: [{ ...SCORE, label: "English" }], more: 2 },
    ],
    response: { rate: 66.9, invited: 150, numbers: [{ code: "done", label: "Answered", value: 87, domain: [["state", "=", "done"]] }] },
    silent: [
        {
            code: "department_id",
            label: "Department",
            rows: [{ label: "Service", delivered: 44, done: 11, rate: 25, others: 88.4, bias: -1, domain: DOMAIN, done_domain: DOMAIN }],
        },
    ],
    suppressed: [{ label: "Not in the sample.", count: 14, domain: DOMAIN }],
    themes: [],
};

async function open(page, comments = []) {
    onRpc("crm.sync.survey.program", "results_page", ({ args, kwargs }) => {
        expect.step([args[0][0], kwargs.wave, kwargs.by_account]);
        return page;
    });
    onRpc("crm.sync.survey.program", "results_comments", () => ({ total: comments.length, comments }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_sync_measures.survey_results",
        params: { program_id: 3 },
    });
    await animationFrame();
    await animationFrame();
}

test("a score stands with its interval, its answers, and whether it has moved", async () => {
    await open(PAGE);
    expect(".o_sync_results_score .o_sync_results_figure").toHaveText("55.2");
    expect(".o_sync_results_score").toHaveText(/± 15.2/);
    expect(".o_sync_results_answers").toHaveText("87");
    expect(".o_sync_results_change").toHaveText(/48.5 points better than before .* more than chance/);
    expect.verifySteps([[3, null, false]]);
});

test("of few answers there is a sentence and no number", async () => {
    await open({ ...PAGE, score: FEW });
    expect(".o_sync_results_few").toHaveText("Not enough answers: 4 of 30");
    expect(".o_sync_results_score .o_sync_results_figure").toHaveCount(0);
    expect(queryAllTexts(".o_sync_results_segments tbody tr:last-child td")).toInclude("Not enough answers");
    expect.verifySteps([[3, null, false]]);
});

test("numbers open exactly their records", async () => {
    await open(PAGE);
    const action = getService("action");
    action.doAction = ({ name, res_model, domain }) => expect.step([name, res_model, domain]);
    expect.verifySteps([[3, null, false]]);
    await contains("[data-code=low]").click();
    await contains("[data-code=done]").click();
    expect.verifySteps([
        ["Relationship · Detractors", "crm.sync.score", [["value", "<=", 6]]],
        ["Relationship · Answered", "crm.sync.survey.invitation", [["state", "=", "done"]]],
    ]);
});

test("another wave and one vote per customer are asked for anew", async () => {
    await open(PAGE);
    await contains(".o_sync_results_time").select("1");
    await contains("#sync_results_accounts").click();
    expect.verifySteps([[3, null, false], [3, 1, false], [3, 1, true]]);
    expect(queryOne(".o_sync_results_workbook").getAttribute("href")).toBe("/crm_sync_measures/survey_results/3?wave=1&accounts=1");
});

test("segments are looked at one after the other, and who answered less is named", async () => {
    await open(PAGE);
    await contains("[data-segment=lang]").click();
    expect(queryAllTexts(".o_sync_results_segments tbody th")).toEqual(["English"]);
    expect(".o_sync_results_segments").toHaveText(/2 more are in the workbook/);
    expect(".o_sync_results_bias").toHaveText("Service: 25.0 % have answered, of the others 88.4 %. The score says less about them.");
    expect.verifySteps([[3, null, false]]);
});

test("an anonymous page leads to no record", async () => {
    const page = {
        ...PAGE,
        program: { ...PAGE.program, is_anonymous: true },
        score: { ...SCORE, domain: undefined },
        bands: PAGE.bands.map((band) => ({ ...band, domain: false })),
        values: [],
        trend: [],
        waves: [],
        segments: [{ ...PAGE.segments[0], rows: [{ ...SCORE, label: "Sales", domain: undefined }] }],
        silent: [],
        suppressed: [],
    };
    await open(page, [{ text: "Words" }]);
    expect(".o_sync_results_answers").toHaveCount(0);
    expect(".o_sync_results_distribution button:enabled").toHaveCount(0);
    expect(".o_sync_results_segments tbody button").toHaveCount(0);
    expect(".o_sync_results_comments li button").toHaveCount(0);
    expect(".o_sync_comment_text").toHaveText("Words");
    expect.verifySteps([[3, null, false]]);
});

test("a refusal is told in words", async () => {
    onRpc("crm.sync.survey.program", "results_page", () => {
        throw makeServerError({ type: "AccessError", message: "Not for you." });
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_sync_measures.survey_results",
        params: { program_id: 3 },
    });
    await animationFrame();
    expect("[role=alert]").toHaveText("Not for you.");
});

test("chance is never news, and what cannot be compared is not", () => {
    allowTranslations();
    expect(changeText({ ...SCORE, is_signal: false }, "nps")).toMatch(/may be chance/);
    expect(changeText({ ...SCORE, figure: -10 }, "nps")).toMatch(/16.7 points worse/);
    expect(changeText({ ...SCORE, previous: false, previous_answers: 4 }, "nps")).toBe("Before: not enough answers (4).");
    expect(changeText({ ...SCORE, previous: false, previous_answers: 0 }, "nps")).toBe("");
    expect(changeText(FEW, "nps")).toBe("");
});

test("an NPS has its zero in the middle, a share at the left", () => {
    expect([place("nps", -100), place("nps", 0), place("nps", 100)]).toEqual([0, 50, 100]);
    expect([place("csat", 0), place("csat", 80), place("csat", 120)]).toEqual([0, 80, 100]);
});

test("a trend has a gap where too few have answered, and a click tells of which point", () => {
    allowTranslations();
    const { data, options } = trendConfig(PAGE.trend, "nps", ({ label }) => expect.step(label));
    expect(data.datasets.map((dataset) => dataset.data)).toEqual([
        [null, 55.2],
        [null, 40],
        [null, 70.4],
    ]);
    options.onClick({}, [{ index: 1 }]);
    options.onClick({}, []);
    expect.verifySteps(["Wave 2"]);
});
