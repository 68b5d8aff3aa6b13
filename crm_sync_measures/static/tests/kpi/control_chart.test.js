import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import {
    allowTranslations,
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

import {
    controlConfig,
    numberedSignals,
    pointLook,
    pointWords,
} from "@crm_sync_measures/kpi/control_chart/control_chart_config";
import "@crm_sync_measures/kpi/control_chart/control_chart";

describe.current.tags("desktop");
defineMailModels();

const SIGNAL = {
    id: 4,
    rule: "beyond",
    label: "Beyond a Control Limit",
    text: "31 % in 2026-03 is above the upper control limit of 28 %.",
    is_favourable: true,
    is_above: true,
    is_new: true,
    comment: "",
};

function point(id, value, more = {}) {
    return {
        id,
        start: `2026-0${id}-01`,
        label: `2026-0${id}`,
        value,
        text: value === false ? "–" : `${value} %`,
        documents: 40,
        is_running: false,
        is_backfill: false,
        is_baseline: false,
        center: 24,
        lower: 20,
        upper: 28,
        limits_text: "20 % to 28 %, centre line 24 %",
        signals: [],
        ...more,
    };
}

const TOLD = {
    kpi: { id: 1, name: "Win Rate", digits: 0, unit: "percent", direction: "higher" },
    company: { id: 1, name: "Lamps" },
    companies: [{ id: 1, name: "Lamps" }],
    scope: { key: "company", name: "Lamps" },
    scopes: [
        { key: "company", name: "Lamps", kind: "company" },
        { key: "team:5", name: "North", kind: "team" },
    ],
    points: [
        point(1, 25, { is_baseline: true }),
        point(2, false),
        point(3, 31, { signals: [SIGNAL] }),
        point(4, 22, { is_running: true, upper: false, lower: false, center: false, limits_text: "" }),
    ],
    sentence: "Limits of 24 figures.",
    alarm: "A false alarm within twelve periods: 15 %.",
    is_judged: true,
};

class Kpi extends models.Model {
    _name = "crm.sync.kpi";
    name = fields.Char();
    _records = [{ id: 1, name: "Win Rate" }];
    _views = { form: `<form><field name="name"/><widget name="sync_control_chart"/></form>` };
}
defineModels([Kpi]);

test("figures, centre line and limits have a point for each period; what is not known is a gap", () => {
    allowTranslations();
    const { datasets, labels } = controlConfig(TOLD, () => {}).data;
    expect(labels).toEqual(["2026-01", "2026-02", "2026-03", "2026-04"]);
    expect(datasets.map(({ data }) => data)).toEqual([
        [25, null, 31, 22],
        [28, 28, 28, null],
        [24, 24, 24, null],
        [20, 20, 20, null],
    ]);
});

test("a signal has another shape and a number, not only another colour", () => {
    const [baseline, , marked, running] = TOLD.points.map(pointLook);
    expect(marked).toMatchObject({ style: "triangle", rotation: 0 });
    expect(baseline.style).toBe("circle");
    expect(running.style).toBe("rectRot");
    expect(pointLook(point(5, 12, { signals: [{ ...SIGNAL, is_above: false, is_favourable: false }] }))).toMatchObject(
        { style: "triangle", rotation: 180 }
    );
    expect(numberedSignals(TOLD.points)).toMatchObject([{ number: 1, index: 2, period: "2026-03" }]);
});

test("the tooltip says figure, limits, documents and signal in words", () => {
    allowTranslations();
    expect(pointWords(TOLD.points[2]).map(String)).toEqual([
        "31 %",
        "Limits: 20 % to 28 %, centre line 24 %",
        "Documents: 40",
        `Favourable: ${SIGNAL.text}`,
    ]);
    expect(String(pointWords(TOLD.points[3])[0])).toBe("22 %, in progress");
});

test("a click on a point leads to its documents, and one beside them nowhere", () => {
    allowTranslations();
    const clicked = [];
    const { onClick } = controlConfig(TOLD, ({ label }) => clicked.push(label)).options;
    onClick({}, [{ index: 2 }]);
    onClick({}, []);
    expect(clicked).toEqual(["2026-03"]);
});

test("in the form: the sentence, the price of the rules, the signals, and the same as a table", async () => {
    onRpc("crm.sync.kpi", "chart_data", ({ args }) => {
        expect.step(JSON.stringify(args));
        return TOLD;
    });
    await mountView({ type: "form", resModel: "crm.sync.kpi", resId: 1 });
    await animationFrame();
    expect("canvas[role=img]").toHaveAttribute("aria-label", /Win Rate.*4 figures, 1 signals/);
    expect(".o_sync_control_chart_sentence").toHaveText("Limits of 24 figures.");
    expect(".o_sync_control_chart_alarm").toHaveText(/15 %/);
    expect(".o_sync_control_chart_signals li").toHaveCount(1);
    expect(".o_sync_control_chart_signals .badge").toHaveText("Favourable");
    expect(".o_sync_control_chart_table tbody tr").toHaveCount(4);
    await contains(".o_sync_control_chart_scope").select("team:5");
    expect.verifySteps([
        JSON.stringify([[1], "company", false]),
        JSON.stringify([[1], "team:5", 1]),
    ]);
});

test("the documents of a figure are reached by the keyboard, from the table", async () => {
    onRpc("crm.sync.kpi", "chart_data", () => TOLD);
    onRpc("crm.sync.kpi.value", "action_documents", ({ args }) => {
        expect.step(`documents ${args[0]}`);
        return { type: "ir.actions.act_window", res_model: "crm.lead" };
    });
    mockService("action", { doAction: ({ res_model }) => expect.step(res_model) });
    await mountView({ type: "form", resModel: "crm.sync.kpi", resId: 1 });
    await animationFrame();
    await contains(".o_sync_control_chart_table summary").click();
    await contains(".o_sync_control_chart_table tbody tr:first button").click();
    expect.verifySteps(["documents 1", "crm.lead"]);
});

test("before the first figure it says so", async () => {
    onRpc("crm.sync.kpi", "chart_data", () => ({ ...TOLD, points: [], alarm: "", is_judged: false }));
    await mountView({ type: "form", resModel: "crm.sync.kpi", resId: 1 });
    await animationFrame();
    expect("canvas").toHaveCount(0);
    expect(".o_sync_control_chart").toHaveText(/Nothing has been measured yet/);
});
