import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/** Where the scale of a score begins and ends, and its middle: an NPS goes below zero. */
export const SCALES = { nps: [-100, 100], csat: [0, 100], ces: [0, 100] };

/**
 * @param {number} value
 * @returns {string} with one digit, in the user's language
 */
export function oneDigit(value) {
    return formatFloat(value, { digits: [0, 1] });
}

/**
 * @param {string} metric
 * @param {number} value
 * @returns {string} an NPS as points, a share as per cent
 */
export function scoreText(metric, value) {
    return metric === "nps" ? oneDigit(value) : `${oneDigit(value)} %`;
}

/**
 * Where a score lies on its scale, in per cent of the width.
 *
 * @param {string} metric
 * @param {number} value
 * @returns {number}
 */
export function place(metric, value) {
    const [lowest, highest] = SCALES[metric];
    return Math.min(100, Math.max(0, (100 * (value - lowest)) / (highest - lowest)));
}

/**
 * Whether a score has moved, in a sentence that never takes chance for news.
 *
 * @param {Object} row of the server: `figure`, `previous`, `previous_answers`, `z`, `is_signal`
 * @param {string} metric
 * @returns {string} empty where there is nothing to compare
 */
export function changeText({ figure, previous, previous_answers, is_signal, is_enough }, metric) {
    if (!is_enough || !previous_answers) {
        return "";
    }
    if (previous === false) {
        return _t("Before: not enough answers (%s).", previous_answers);
    }
    const moved = figure - previous;
    const values = {
        points: oneDigit(Math.abs(moved)),
        previous: scoreText(metric, previous),
        answers: previous_answers,
    };
    if (!is_signal) {
        return _t("Before: %(previous)s (%(answers)s answers). The difference may be chance.", values);
    }
    return moved > 0
        ? _t("%(points)s points better than before (%(previous)s, %(answers)s answers). That is more than chance.", values)
        : _t("%(points)s points worse than before (%(previous)s, %(answers)s answers). That is more than chance.", values);
}
