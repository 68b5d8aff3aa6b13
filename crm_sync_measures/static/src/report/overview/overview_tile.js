import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

// Good and bad are told by an arrow and a word too, never by the colour alone.
const TONES = { better: "text-success", worse: "text-danger" };
const ARROWS = { up: "fa-arrow-up", down: "fa-arrow-down", flat: "fa-minus" };
const LEVELS = {
    ok: { tone: "text-bg-success", icon: "fa-check" },
    warning: { tone: "text-bg-warning", icon: "fa-exclamation-triangle" },
    critical: { tone: "text-bg-danger", icon: "fa-exclamation-circle" },
};
const VALUES = "crm.sync.kpi.value";

/**
 * What has changed since the period before, in words of the user.
 *
 * @param {Object} change as the server tells it
 * @returns {string}
 */
export function changeText({ text, word, period }) {
    switch (word) {
        case "better":
            return _t("%(amount)s better than in %(period)s", { amount: text, period });
        case "worse":
            return _t("%(amount)s worse than in %(period)s", { amount: text, period });
        case "more":
            return _t("%(amount)s more than in %(period)s", { amount: text, period });
        case "less":
            return _t("%(amount)s less than in %(period)s", { amount: text, period });
    }
    return _t("As in %(period)s", { period });
}

/**
 * One KPI: the figure opens the documents that were counted, the name the KPI with
 * its chart, the line of thirteen periods the figures, the signal what was seen.
 */
export class OverviewTile extends Component {
    static template = "crm_sync_measures.OverviewTile";
    static props = { tile: Object, onPin: Function };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get change() {
        const { change } = this.props.tile;
        return change && { icon: ARROWS[change.arrow], tone: TONES[change.word] ?? "text-muted", text: changeText(change) };
    }

    get level() {
        return LEVELS[this.props.tile.level];
    }

    get targetText() {
        const { target, attainment } = this.props.tile;
        return attainment
            ? _t("Target %(target)s, %(attainment)s attained", { target, attainment })
            : _t("Target %s", target);
    }

    get runningText() {
        const { period, text, pace_label: pace } = this.props.tile.running;
        return pace
            ? _t("%(period)s so far: %(figure)s, %(pace)s", { period, figure: text, pace })
            : _t("%(period)s so far: %(figure)s", { period, figure: text });
    }

    get stateText() {
        const { is_over: isOver, is_final: isFinal } = this.props.tile;
        if (!isOver) {
            return _t("in progress");
        }
        return isFinal ? "" : _t("not final yet");
    }

    get pinTitle() {
        return this.props.tile.is_pinned ? _t("Do not pin any more") : _t("Pin to the top");
    }

    // ---------------------------------------------------------------- what is behind it

    async openDocuments() {
        const { value_id: value, documents } = this.props.tile;
        if (!documents) {
            return this.openValues();
        }
        return this.action.doAction(await this.orm.call(VALUES, "action_documents", [[value]]));
    }

    openValues() {
        const { kpi_id: kpi, name, scope } = this.props.tile;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: VALUES,
            views: ["list", "graph", "pivot", "form"].map((view) => [false, view]),
            domain: [
                ["kpi_id", "=", kpi],
                ["scope_key", "=", scope.key],
                ["is_current", "=", true],
            ],
        });
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
