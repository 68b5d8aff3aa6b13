import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

// Bootstrap's own, readable on light and dark.
const FIGURE = "#0d6efd";
const LIMIT = "#6c757d";
const GOOD = "#198754";
const BAD = "#dc3545";
const RADIUS = 4;
const MARKED = 8;

/** The points that carry signals, numbered as they are in the list below the chart. */
export function numberedSignals(points) {
    return points
        .flatMap((point, index) => point.signals.map((signal) => ({ ...signal, index, period: point.label })))
        .map((signal, place) => ({ ...signal, number: place + 1 }));
}

/** What a point looks like: a triangle in the direction of its signal, a diamond in progress, a circle otherwise. */
export function pointLook(point) {
    const [signal] = point.signals;
    if (signal) {
        return {
            style: "triangle",
            rotation: signal.is_above ? 0 : 180,
            radius: MARKED,
            color: signal.is_favourable ? GOOD : BAD,
            fill: signal.is_favourable ? GOOD : BAD,
        };
    }
    const style = point.is_running ? "rectRot" : "circle";
    const fill = point.is_running || point.is_baseline ? "transparent" : FIGURE;
    return { style, rotation: 0, radius: RADIUS, color: FIGURE, fill };
}

/** Writes the numbers of signals beside their points: whoever tells no colours apart reads them. */
export function signalNumbers(points) {
    const numbers = new Map();
    for (const { index, number } of numberedSignals(points)) {
        numbers.set(index, [...(numbers.get(index) || []), number]);
    }
    return {
        id: "sync_signal_numbers",
        afterDatasetsDraw(chart) {
            const { ctx, chartArea } = chart;
            const elements = chart.getDatasetMeta(0).data;
            ctx.save();
            ctx.font = "bold 12px sans-serif";
            ctx.textAlign = "center";
            ctx.textBaseline = "middle";
            for (const [index, list] of numbers) {
                const { x, y } = elements[index];
                if (Number.isNaN(y)) {
                    continue;
                }
                const above = y - MARKED - 8 > chartArea.top;
                ctx.fillStyle = pointLook(points[index]).color;
                ctx.fillText(list.join(", "), x, above ? y - MARKED - 8 : y + MARKED + 8);
            }
            ctx.restore();
        },
    };
}

/**
 * Chart.js configuration of a control chart: the figures as a line, the centre
 * line and the limits, which step where they follow from the number of documents.
 *
 * @param {Object} told answer of the server's `chart_data`
 * @param {(point: Object) => void} onPoint called with the point that was clicked
 */
export function controlConfig(told, onPoint) {
    const { points, kpi } = told;
    const looks = points.map(pointLook);
    const known = (name) => points.map((point) => (point[name] === false ? null : point[name]));
    const line = {
        borderColor: LIMIT,
        backgroundColor: LIMIT,
        borderWidth: 1.5,
        pointRadius: 0,
        pointHitRadius: 0,
        stepped: "middle",
        fill: false,
    };
    const unit = kpi.unit === "percent" ? " %" : "";
    return {
        type: "line",
        data: {
            labels: points.map(({ label }) => label),
            datasets: [
                {
                    label: kpi.name,
                    data: known("value"),
                    borderColor: FIGURE,
                    backgroundColor: FIGURE,
                    borderWidth: 2,
                    tension: 0,
                    // where nothing could be measured there is a gap
                    spanGaps: false,
                    pointStyle: looks.map(({ style }) => style),
                    pointRotation: looks.map(({ rotation }) => rotation),
                    pointRadius: looks.map(({ radius }) => radius),
                    pointHoverRadius: looks.map(({ radius }) => radius + 1),
                    pointBorderColor: looks.map(({ color }) => color),
                    pointBackgroundColor: looks.map(({ fill }) => fill),
                },
                { ...line, label: _t("Upper control limit"), data: known("upper"), borderDash: [6, 4] },
                { ...line, label: _t("Centre line"), data: known("center") },
                { ...line, label: _t("Lower control limit"), data: known("lower"), borderDash: [6, 4] },
            ],
        },
        options: {
            maintainAspectRatio: false,
            animation: false,
            interaction: { mode: "index", intersect: false },
            layout: { padding: { top: 20, right: 8 } },
            onClick: (_event, [element]) => element && onPoint(points[element.index]),
            onHover: (event, elements) => {
                event.native.target.style.cursor = elements.length ? "pointer" : "";
            },
            scales: {
                x: { ticks: { autoSkip: true, maxRotation: 45 } },
                y: {
                    grace: "10%",
                    ticks: {
                        callback: (value) => `${formatFloat(value, { digits: [0, kpi.digits] })}${unit}`,
                    },
                },
            },
            plugins: {
                legend: { position: "bottom", labels: { boxWidth: 24 } },
                tooltip: {
                    filter: ({ datasetIndex }) => !datasetIndex,
                    callbacks: { label: ({ dataIndex }) => pointWords(points[dataIndex]) },
                },
            },
        },
        plugins: [signalNumbers(points)],
    };
}

/** What is said of a point where one looks at it: a line each. */
export function pointWords(point) {
    return [
        point.is_running ? _t("%(figure)s, in progress", { figure: point.text }) : point.text,
        ...(point.limits_text ? [_t("Limits: %(limits)s", { limits: point.limits_text })] : []),
        _t("Documents: %(count)s", { count: point.documents }),
        ...point.signals.map(({ text, is_favourable }) =>
            is_favourable ? _t("Favourable: %(text)s", { text }) : _t("Unfavourable: %(text)s", { text })
        ),
    ];
}
