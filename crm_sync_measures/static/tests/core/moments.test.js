import { describe, expect, test } from "@odoo/hoot";
import { mockTimeZone } from "@odoo/hoot-mock";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { deserializeDateTime } from "@web/core/l10n/dates";

import { dayLabel, groupByDay, relativeTime } from "@crm_sync_measures/core/utils/moments";
import { freezeTime } from "./customer_page_test_helpers";

describe.current.tags("headless");
freezeTime();

const at = (text) => deserializeDateTime(text);

test("a moment of today is told in hours, one of another day in calendar days", () => {
    allowTranslations();
    expect(relativeTime(at("2026-11-21 11:59:50")).toString()).toBe("just now");
    expect(relativeTime(at("2026-11-21 08:30:00"))).toBe("3 hours ago");
    // 23:30 of the day before yesterday, 37.5 hours ago
    expect(relativeTime(at("2026-11-19 22:30:00"))).toBe("2 days ago");
    expect(relativeTime(at("2026-10-12 10:00:00"))).toBe("40 days ago");
    expect(relativeTime(at("2026-08-01 10:00:00"))).toBe("3 months ago");
});

test("the day before and the same day have names, older days their date", () => {
    allowTranslations();
    expect(dayLabel(at("2026-11-21 01:00:00")).toString()).toBe("Today");
    expect(dayLabel(at("2026-11-20 01:00:00")).toString()).toBe("Yesterday");
    expect(dayLabel(at("2026-03-12 10:00:00"))).toBe("March 12, 2026");
});

test("days are those of the user's time zone, not of the server's", () => {
    allowTranslations();
    const events = [
        { key: "a", at: "2026-11-20 23:30:00" }, // half past midnight on the 21st here
        { key: "b", at: "2026-11-20 22:30:00" },
        { key: "c", at: "2026-11-20 08:00:00" },
    ];
    const days = groupByDay(events);
    expect(days.map((day) => day.key)).toEqual(["2026-11-21", "2026-11-20"]);
    expect(days.map((day) => day.events.map((event) => event.key))).toEqual([["a"], ["b", "c"]]);

    mockTimeZone("America/New_York");
    expect(groupByDay(events).map((day) => day.key)).toEqual(["2026-11-20"]);
});
