import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Countdown, countdown } from "../../activity/response/countdown";

const { DateTime } = luxon;

/** Working time left until the next deadline of a case; says so where the clock is paused, or nothing is due. */
export class CaseCountdown extends Countdown {
    get isRunning() {
        return this.countdown.state === "running";
    }

    get isLate() {
        return this.isRunning && super.isLate;
    }

    get text() {
        if (this.isRunning) {
            return super.text;
        }
        return this.countdown.state === "paused" ? _t("Clock Paused") : _t("No Deadline");
    }

    get title() {
        if (!this.isRunning) {
            return this.text;
        }
        const due = deserializeDateTime(this.countdown.due);
        const moment = due.toLocaleString(DateTime.DATETIME_MED);
        return [this.isLate ? _t("Was due %s", moment) : _t("Due %s", moment), super.title].join("\n");
    }

    get icon() {
        if (this.isRunning) {
            return super.icon;
        }
        return this.countdown.state === "paused" ? "fa-pause" : "fa-minus";
    }

    get tone() {
        return this.isRunning ? super.tone : "text-muted border";
    }
}

registry.category("fields").add("crm_sync_case_countdown", { ...countdown, component: CaseCountdown });
