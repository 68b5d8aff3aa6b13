import { Component, markRaw, onWillStart, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { ActionHelper } from "@web/views/action_helper";
import { standardViewProps } from "@web/views/standard_view_props";
import { errorMessage } from "../../core/utils/error_message";

// Bootstrap's own, readable on light and dark.
const VITAL = "#0d6efd";
const USEFUL = "#9aa5b1";
const LINE = "#fd7e14";
// Longer names are cut below their bar; the table has them in full.
const LABEL = 22;

/**
 * Chart.js configuration of a Pareto chart: bars in falling order, their
 * cumulated share as a line, and the mark up to which the vital few reach.
 *
 * @param {Object} told answer of the server's `pareto`
 * @param {(bar: Object) => void} onBar called with the bar that was clicked
 */
export function paretoConfig(told, onBar) {
    const { bars, mark } = told;
    const percent = (value) => `${formatFloat(value, { digits: [0, 0] })} %`;
    return {
        data: {
            labels: bars.map(({ name }) => (name.length > LABEL ? `${name.slice(0, LABEL)}…` : name)),
            datasets: [
                {
                    type: "bar",
                    label: _t("Cases"),
                    data: bars.map(({ count }) => count),
                    backgroundColor: bars.map(({ is_vital }) => (is_vital ? VITAL : USEFUL)),
                    yAxisID: "y",
                    order: 2,
                },
                {
                    type: "line",
                    label: _t("Cumulated"),
                    // nothing above what is not known
                    data: bars.map(({ cumulated }) => cumulated || null),
                    clip: false,
                    borderColor: LINE,
                    backgroundColor: LINE,
                    yAxisID: "share",
                    order: 1,
                },
                {
                    type: "line",
                    label: percent(mark),
                    data: bars.map(() => mark),
                    borderColor: USEFUL,
                    backgroundColor: USEFUL,
                    borderDash: [6, 4],
                    borderWidth: 1,
                    pointRadius: 0,
                    pointHitRadius: 0,
                    yAxisID: "share",
                    order: 0,
                },
            ],
        },
        options: {
            maintainAspectRatio: false,
            animation: false,
            interaction: { mode: "index", intersect: false },
            onClick: (_event, [element]) => element && onBar(bars[element.index]),
            onHover: (event, elements) => {
                event.native.target.style.cursor = elements.length ? "pointer" : "";
            },
            scales: {
                y: { beginAtZero: true, ticks: { precision: 0 } },
                share: {
                    position: "right",
                    min: 0,
                    max: 100,
                    grid: { drawOnChartArea: false },
                    ticks: { callback: percent },
                },
            },
            plugins: {
                legend: { position: "bottom", reverse: true },
                tooltip: {
                    filter: ({ datasetIndex }) => datasetIndex < 2,
                    callbacks: {
                        title: ([item]) => item && bars[item.dataIndex].name,
                        label: ({ dataset, datasetIndex, raw }) =>
                            `${dataset.label}: ${datasetIndex ? percent(raw) : raw}`,
                    },
                },
            },
        },
    };
}

/**
 * The vital few and the useful many: of what there is most, among all that the
 * search above has found. What the bars stand for is what one groups by.
 */
export class ParetoController extends Component {
    static template = "crm_sync_measures.Pareto";
    static components = { ActionHelper, CogMenu, Layout, SearchBar };
    static props = { ...standardViewProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.searchBarToggler = useSearchBarToggler();
        this.canvas = useRef("canvas");
        this.state = useState({ told: null, error: "" });
        this.keepLast = new KeepLast();
        useSetupAction({ rootRef: useRef("root") });
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load(this.props)]));
        onWillUpdateProps((nextProps) => this.load(nextProps));
        useEffect(
            (canvas, told) => {
                if (canvas && told) {
                    const chart = new Chart(canvas, paretoConfig(told, (bar) => this.openCases(bar)));
                    return () => chart.destroy();
                }
            },
            () => [this.canvas.el, this.state.told]
        );
    }

    /** What one groups by cannot always be bars: months, say. The pivot shows them. */
    async load({ context, domain, groupBy, resModel }) {
        const by = ["cause_id", "product_id", "category_id", "department_id", "user_id", "kind"].find(
            (name) => name === groupBy[0]
        );
        this.state.error = "";
        try {
            const told = await this.keepLast.add(this.orm.call(resModel, "pareto", [domain, by], { context }));
            this.state.told = markRaw(told);
        } catch (error) {
            this.state.told = null;
            this.state.error = errorMessage(error);
        }
    }

    percent(value) {
        return formatFloat(value, { digits: [0, 1] });
    }

    get vitalSentence() {
        const known = this.state.told.bars.filter(({ key }) => key);
        const vital = known.filter(({ is_vital }) => is_vital);
        if (!vital.length) {
            return _t("Of none of these cases it is known yet.");
        }
        return _t("%(vital)s of %(bars)s make %(share)s of %(total)s cases of which it is known.", {
            vital: vital.length,
            bars: known.length,
            share: `${this.percent(vital.at(-1).cumulated)} %`,
            total: known.reduce((sum, { count }) => sum + count, 0),
        });
    }

    openCases(bar) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: bar.name,
            res_model: this.props.resModel,
            views: [[false, "list"], [false, "pivot"]],
            domain: bar.domain,
            context: this.props.context,
        });
    }
}

registry.category("views").add("crm_sync_pareto", {
    type: "graph",
    Controller: ParetoController,
    searchMenuTypes: ["filter", "groupBy", "favorite"],
});
