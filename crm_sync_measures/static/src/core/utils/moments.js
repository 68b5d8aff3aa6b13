import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

// Calendar days up to which "12 days ago" says more than "2 weeks ago".
const DAYS_COUNTED = 45;

/**
 * How long ago a moment is, in the words of the user's language. Counted in
 * calendar days as soon as the day differs: 11 p.m. the day before yesterday is
 * "2 days ago" for a person, even when only 35 hours went by.
 *
 * @param {luxon.DateTime} moment
 * @param {luxon.DateTime} [now]
 * @returns {string}
 */
export function relativeTime(moment, now = DateTime.local()) {
    const seconds = Math.abs(now.diff(moment, "seconds").seconds);
    if (seconds < 45) {
        return _t("just now");
    }
    const days = Math.abs(now.startOf("day").diff(moment.startOf("day"), "days").days);
    if (days < 0.5) {
        return moment.toRelative({ base: now });
    }
    if (days < DAYS_COUNTED) {
        return moment.toRelativeCalendar({ base: now, unit: "days" });
    }
    return moment.toRelative({ base: now, unit: ["years", "months", "days"] });
}

/**
 * The heading of a day in the timeline.
 *
 * @param {luxon.DateTime} moment
 * @param {luxon.DateTime} [now]
 * @returns {string}
 */
export function dayLabel(moment, now = DateTime.local()) {
    if (moment.hasSame(now, "day")) {
        return _t("Today");
    }
    if (moment.hasSame(now.minus({ days: 1 }), "day")) {
        return _t("Yesterday");
    }
    return moment.toLocaleString(DateTime.DATE_FULL);
}

/**
 * @param {luxon.DateTime} moment
 * @returns {string} day and time, in full
 */
export function absoluteTime(moment) {
    return moment.toLocaleString(DateTime.DATETIME_FULL);
}

/**
 * @param {luxon.DateTime} moment
 * @returns {string} the time of the day only
 */
export function timeOfDay(moment) {
    return toLocaleDateTimeString(moment, { showDate: false, showTime: true, showSeconds: false });
}

/** Two neighbours of which only the same department is known: one line says it. */
function isSameSecret(event, other) {
    return event.masked && other.masked && event.department?.id === other.department?.id;
}

/**
 * Cuts a list of events, newest first, into the days of the user's time zone.
 * Neighbours that the user may not read, of one department, become one with a `count`.
 *
 * @param {{ key: string, at: string }[]} events
 * @param {luxon.DateTime} [now]
 * @returns {{ key: string, label: string, events: object[] }[]}
 */
export function groupByDay(events, now = DateTime.local()) {
    const days = [];
    for (const event of events) {
        const moment = deserializeDateTime(event.at);
        const key = moment.toISODate();
        if (days.at(-1)?.key !== key) {
            days.push({ key, label: dayLabel(moment, now), events: [] });
        }
        const { events: ofDay } = days.at(-1);
        const last = ofDay.at(-1);
        if (last && isSameSecret(last, event)) {
            ofDay[ofDay.length - 1] = { ...last, count: (last.count ?? 1) + 1 };
        } else {
            ofDay.push(event);
        }
    }
    return days;
}
