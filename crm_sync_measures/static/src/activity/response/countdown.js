import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;

const TICK = 10000;

/**
 * Seconds of working time that went by since the server counted. Known up to the end of the running or next
 * shift; after that the clock stands still until the page is loaded again.
 *
 * @param {{ starts_in: number|null, stops_in: number|null }} countdown
 * @param {number} elapsed seconds by the clock on the wall
 */
export function workedSince({ starts_in, stops_in }, elapsed) {
    if (starts_in === null || stops_in === null) {
        return 0;
    }
    return Math.max(0, Math.min(elapsed, stops_in) - starts_in);
}

/**
 * @param {number} seconds
 * @returns {string} hours and minutes, `3:05`; from ten hours on the minutes say nothing any more: `12`
 */
export function hoursAndMinutes(seconds) {
    const minutes = Math.floor(seconds / 60);
    if (minutes >= 600) {
        return String(Math.floor(minutes / 60));
    }
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** For `setup`: seconds on the wall since the server told the value of a field. */
export function useElapsed({ record, name }) {
    const state = useState({ elapsed: 0, loadedAt: Date.now() });
    let value = record.data[name];
    onWillUpdateProps((props) => {
        if (props.record.data[props.name] !== value) {
            value = props.record.data[props.name];
            Object.assign(state, { elapsed: 0, loadedAt: Date.now() });
        }
    });
    const timer = setInterval(() => {
        state.elapsed = Math.floor((Date.now() - state.loadedAt) / 1000);
    }, TICK);
    onWillUnmount(() => clearInterval(timer));
    return state;
}

/** Working time that is left to answer; outside of working hours it stands still and says so. */
export class Countdown extends Component {
    static template = "crm_sync_measures.Countdown";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useElapsed(this.props);
    }

    get countdown() {
        return this.props.record.data[this.props.name];
    }

    get left() {
        return this.countdown.left - workedSince(this.countdown, this.state.elapsed);
    }

    get isLate() {
        return this.countdown.late || this.left < 0;
    }

    get isPaused() {
        const { starts_in, stops_in } = this.countdown;
        const { elapsed } = this.state;
        return starts_in === null || elapsed < starts_in || elapsed >= stops_in;
    }

    get text() {
        const time = hoursAndMinutes(Math.abs(this.left));
        return this.isLate ? _t("%s h late", time) : _t("%s h left", time);
    }

    get title() {
        if (!this.isPaused) {
            return _t("Working hours of the department");
        }
        const { starts_in } = this.countdown;
        if (starts_in === null || this.state.elapsed >= starts_in) {
            return _t("Outside working hours: the clock stands still");
        }
        const moment = DateTime.fromMillis(this.state.loadedAt).plus({ seconds: starts_in });
        return _t("Outside working hours: continues %s", moment.toLocaleString(DateTime.DATETIME_MED));
    }

    get icon() {
        if (this.isLate) {
            return "fa-exclamation-triangle";
        }
        return this.isPaused ? "fa-pause" : "fa-hourglass-half";
    }

    get tone() {
        if (this.isLate) {
            return "text-bg-danger";
        }
        return this.left < 3600 ? "text-bg-warning" : "text-bg-light border";
    }
}

export const countdown = {
    component: Countdown,
    displayName: _t("Working time left"),
    supportedTypes: ["json"],
};

registry.category("fields").add("crm_sync_countdown", countdown);
