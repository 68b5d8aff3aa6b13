import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";

import { paretoConfig } from "@crm_sync_measures/feedback/pareto/pareto_view";

describe.current.tags("headless");
beforeEach(() => {
    allowTranslations();
    patchWithCleanup(localization, { grouping: [3, 0], decimalPoint: ".", thousandsSep: "," });
});

const TOLD = {
    mark: 80,
    bars: [
        { name: "Broken on the way, though it was wrapped", count: 7, cumulated: 77.8, is_vital: true },
        { name: "Defect", count: 2, cumulated: 100, is_vital: true },
        { name: "Not known yet", count: 1, cumulated: false, is_vital: false },
    ],
};

test("bars, their cumulated share and the mark have a point for each bar", () => {
    const { datasets, labels } = paretoConfig(TOLD, () => {}).data;
    expect(datasets.map(({ data }) => data)).toEqual([
        [7, 2, 1],
        [77.8, 100, null],
        [80, 80, 80],
    ]);
    expect(labels).toEqual(["Broken on the way, tho…", "Defect", "Not known yet"]);
});

test("the vital few have another colour than the rest", () => {
    const [first, second, last] = paretoConfig(TOLD, () => {}).data.datasets[0].backgroundColor;
    expect(first).toBe(second);
    expect(first).not.toBe(last);
});

test("a click on a bar leads to it, and one beside them nowhere", () => {
    const clicked = [];
    const { onClick } = paretoConfig(TOLD, ({ name }) => clicked.push(name)).options;
    onClick({}, [{ index: 1 }]);
    onClick({}, []);
    expect(clicked).toEqual(["Defect"]);
});
