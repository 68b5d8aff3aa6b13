import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { changeText, oneDigit, place, scoreText } from "./score_words";

/** Scores below each other, each with the interval in which the score of all customers lies: one look says who differs. */
export class ScoreRows extends Component {
    static template = "crm_sync_measures.ScoreRows";
    static props = {
        label: String,
        metric: String,
        rows: Array,
        more: { type: Number, optional: true },
        withChange: { type: Boolean, optional: true },
        /** called with a row and the event; rows without a domain open nothing */
        onOpen: Function,
    };

    get moreText() {
        return _t("%s more are in the workbook.", this.props.more);
    }

    score(row) {
        return scoreText(this.props.metric, row.figure);
    }

    interval({ low, high }) {
        return _t("%(low)s to %(high)s", { low: oneDigit(low), high: oneDigit(high) });
    }

    bar({ low, high }) {
        const from = place(this.props.metric, low);
        return `left: ${from}%; width: ${Math.max(0.5, place(this.props.metric, high) - from)}%;`;
    }

    dot({ figure }) {
        return `left: ${place(this.props.metric, figure)}%;`;
    }

    change(row) {
        return this.props.withChange ? changeText(row, this.props.metric) : "";
    }

    /** The sign of a change that is more than chance. */
    sign({ figure, previous, is_signal }) {
        if (!this.props.withChange || !is_signal) {
            return "";
        }
        return figure > previous ? "fa-arrow-up text-success" : "fa-arrow-down text-danger";
    }
}
