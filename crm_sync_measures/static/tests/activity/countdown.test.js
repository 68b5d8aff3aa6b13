import { describe, expect, test } from "@odoo/hoot";

import { hoursAndMinutes, workedSince } from "@crm_sync_measures/activity/response/countdown";

describe.current.tags("headless");

test("of 100 seconds, only those between the begin and the end of the shift are worked", () => {
    expect(workedSince({ starts_in: 0, stops_in: 3600 }, 100)).toBe(100);
    expect(workedSince({ starts_in: 40, stops_in: 3600 }, 100)).toBe(60);
    expect(workedSince({ starts_in: 200, stops_in: 3600 }, 100)).toBe(0);
    expect(workedSince({ starts_in: 0, stops_in: 30 }, 100)).toBe(30);
});

test("without hours nothing is ever worked", () => {
    expect(workedSince({ starts_in: null, stops_in: null }, 100)).toBe(0);
});

test("time is told in hours and minutes, and in hours when there are many", () => {
    expect(hoursAndMinutes(0)).toBe("0:00");
    expect(hoursAndMinutes(3 * 3600 + 5 * 60 + 59)).toBe("3:05");
    expect(hoursAndMinutes(10 * 3600 - 1)).toBe("9:59");
    expect(hoursAndMinutes(40 * 3600 + 1800)).toBe("40");
});
