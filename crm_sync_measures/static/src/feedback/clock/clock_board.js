import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { hoursAndMinutes, useElapsed, workedSince } from "../../activity/response/countdown";

const { DateTime } = luxon;

const TONES = {
    met: "success",
    breached_open: "danger",
    breached_done: "danger",
    paused: "warning",
    running: "primary",
};
const ICONS = {
    met: "fa-check",
    breached_open: "fa-exclamation-triangle",
    breached_done: "fa-exclamation-triangle",
    paused: "fa-pause",
    running: "fa-hourglass-half",
};

/**
 * A clock after `elapsed` seconds on the screen: how much is used up, whether it has become late meanwhile, and in words
 * what there is to know about it.
 *
 * @param {Object} clock as the server tells it
 * @param {number} elapsed seconds by the clock on the wall
 */
export function shownClock(clock, elapsed) {
    const consumed = clock.consumed + workedSince(clock, elapsed);
    const isOver = clock.state === "running" && clock.target && consumed > clock.target;
    const state = isOver ? "breached_open" : clock.state;
    const used = hoursAndMinutes(consumed);
    return {
        ...clock,
        state,
        tone: TONES[state] ?? "secondary",
        icon: ICONS[state] ?? "fa-minus",
        percent: clock.target ? Math.min(100, Math.round((100 * consumed) / clock.target)) : 0,
        text: clock.target ? _t("%(used)s of %(target)s h", { used, target: hoursAndMinutes(clock.target) }) : _t("%s h", used),
        words: words(state, clock),
    };
}

function words(state, { due, stopped }) {
    const moment = (value) => deserializeDateTime(value).toLocaleString(DateTime.DATETIME_MED);
    switch (state) {
        case "met":
            return _t("Done in time, %s", moment(stopped));
        case "breached_done":
            return _t("Done too late, %s", moment(stopped));
        case "breached_open":
            return due ? _t("Late since %s", moment(due)) : _t("Late, and paused");
        case "paused":
            return _t("Paused: it is not our turn");
        case "running":
            return _t("Until %s", moment(due));
        case "cancelled":
            return _t("Does Not Count");
    }
    return _t("No Deadline");
}

/** The clocks of a case's present cycle: each with what it waits for, how much of its time is used up, and until when. */
export class ClockBoard extends Component {
    static template = "crm_sync_measures.ClockBoard";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useElapsed(this.props);
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get clocks() {
        return (this.value || []).map((clock) => shownClock(clock, this.state.elapsed));
    }
}

registry.category("fields").add("crm_sync_clock_board", {
    component: ClockBoard,
    displayName: _t("Clocks"),
    supportedTypes: ["json"],
});
