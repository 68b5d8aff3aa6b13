import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { absoluteTime, relativeTime, timeOfDay } from "../utils/moments";

const COLORS = 12;

/**
 * One event of the timeline. An event that the user may not read arrives
 * without content and is shown as a lock, a department and a time; nothing of
 * it can be opened.
 */
export class TimelineEvent extends Component {
    static template = "crm_sync_measures.TimelineEvent";
    static props = {
        event: {
            type: Object,
            shape: { key: String, at: String, masked: Boolean, "*": true },
        },
    };

    setup() {
        this.action = useService("action");
    }

    get moment() {
        return deserializeDateTime(this.props.event.at);
    }

    get relativeTime() {
        return relativeTime(this.moment);
    }

    get absoluteTime() {
        return absoluteTime(this.moment);
    }

    get timeOfDay() {
        return timeOfDay(this.moment);
    }

    get maskedSentence() {
        const { count, department: known } = this.props.event;
        const department = known ? known.name : _t("Another department");
        const when = this.relativeTime;
        return count
            ? _t("%(department)s, %(when)s (%(count)s times)", { department, when, count })
            : _t("%(department)s, %(when)s", { department, when });
    }

    get canOpen() {
        const { masked, model, res_id } = this.props.event;
        return Boolean(!masked && model && res_id);
    }

    get badgeClass() {
        return `o_crm_sync_color_${Math.abs(this.props.event.color || 0) % COLORS}`;
    }

    get title() {
        return this.props.event.title || this.props.event.label;
    }

    /** The kind in words, where the title does not begin with it: the icon is not enough. */
    get kindLabel() {
        const { label, channel_label } = this.props.event;
        const isSaid = this.title.startsWith(label) || label === channel_label;
        return isSaid ? "" : label;
    }

    get amount() {
        const { amount, currency_id } = this.props.event;
        return formatCurrency(amount, currency_id || undefined);
    }

    get hasAmount() {
        const { amount } = this.props.event;
        return amount !== false && amount !== null && amount !== undefined;
    }

    get directionInfo() {
        switch (this.props.event.direction) {
            case "in":
                return { icon: "fa-arrow-down", label: _t("From the customer") };
            case "out":
                return { icon: "fa-arrow-up", label: _t("To the customer") };
        }
        return null;
    }

    /**
     * @param {MouseEvent} ev
     * @param {boolean} isMiddleClick
     */
    onClick(ev, isMiddleClick) {
        if (!this.canOpen || window.getSelection()?.toString()) {
            return; // somebody marks text to copy it
        }
        const { model, res_id } = this.props.event;
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: model,
                res_id,
                views: [[false, "form"]],
            },
            { newWindow: isMiddleClick }
        );
    }
}
