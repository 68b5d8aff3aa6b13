import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { SCALES, scoreText } from "./score_words";

// Bootstrap's own, readable on light and dark.
const LINE = "#0d6efd";
const BAND = "rgba(13, 110, 253, 0.18)";

/**
 * Chart.js configuration of a trend: the score as a line in the band of its interval.
 * Where too few have answered there is a gap, and no line over it.
 *
 * @param {Object[]} rows of the server's trend
 * @param {string} metric
 * @param {(row: Object, ev: Event) => void} onPoint
 */
export function trendConfig(rows, metric, onPoint) {
    const [lowest, highest] = SCALES[metric];
    const told = (name) => rows.map((row) => (row.is_enough ? row[name] : null));
    const border = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, backgroundColor: BAND };
    return {
        type: "line",
        data: {
            labels: rows.map(({ label }) => label),
            datasets: [
                { label: _t("Score"), data: told("figure"), borderColor: LINE, backgroundColor: LINE, pointRadius: 4 },
                { ...border, label: "low", data: told("low"), fill: false },
                { ...border, label: "high", data: told("high"), fill: "-1" },
            ],
        },
        options: {
            maintainAspectRatio: false,
            animation: false,
            interaction: { mode: "index", intersect: false },
            onClick: (event, [element]) => element && onPoint(rows[element.index], event.native),
            onHover: (event, elements) => {
                event.native.target.style.cursor = elements.length ? "pointer" : "";
            },
            scales: { y: { suggestedMin: lowest, suggestedMax: highest } },
            plugins: {
                legend: { display: false },
                tooltip: {
                    filter: ({ datasetIndex }) => !datasetIndex,
                    callbacks: { label: ({ dataIndex }) => rows[dataIndex].text },
                },
            },
        },
    };
}

/** The trend as a picture; beside it stands the same as a table, for whoever does not see it. */
export class ScoreTrend extends Component {
    static template = "crm_sync_measures.ScoreTrend";
    static props = { metric: String, rows: Array, onOpen: Function };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (canvas, rows) => {
                const chart = new Chart(canvas, trendConfig(rows, this.props.metric, this.props.onOpen));
                return () => chart.destroy();
            },
            () => [this.canvas.el, this.props.rows]
        );
    }

    get sentence() {
        const told = this.props.rows.filter(({ is_enough }) => is_enough);
        return told.map(({ label, figure }) => `${label}: ${scoreText(this.props.metric, figure)}`).join("; ");
    }
}
