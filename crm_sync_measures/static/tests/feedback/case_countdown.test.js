import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import { CaseCountdown } from "@crm_sync_measures/feedback/clock/case_countdown";
import { shownClock } from "@crm_sync_measures/feedback/clock/clock_board";

describe.current.tags("headless");
beforeEach(() => allowTranslations());

const RUNNING = { starts_in: 0, stops_in: 7200 };
const HOUR = 3600;

function countdown(value, elapsed = 0) {
    const shown = Object.create(CaseCountdown.prototype);
    return Object.assign(shown, {
        props: { record: { data: { countdown: value } }, name: "countdown" },
        state: { elapsed },
        loadedAt: 0,
    });
}

test("a deadline counts down, and turns red at its second", () => {
    const value = { state: "running", left: HOUR, late: false, due: "2026-03-02 12:00:00", ...RUNNING };
    expect(countdown(value).text).toBe("1:00 h left");
    expect(countdown(value, HOUR / 2).text).toBe("0:30 h left");
    expect(countdown(value, HOUR / 2).tone).toBe("text-bg-warning");
    expect(countdown(value, HOUR + 60).text).toBe("0:01 h late");
    expect(countdown(value, HOUR + 60).tone).toBe("text-bg-danger");
});

test("a paused clock and no deadline are said in words, with a sign beside the colour", () => {
    expect(countdown({ state: "paused" }).text).toBe("Clock Paused");
    expect(countdown({ state: "paused" }).icon).toBe("fa-pause");
    expect(countdown({ state: "none" }).text).toBe("No Deadline");
    expect(countdown({ state: "none" }).isLate).toBe(false);
});

test("the tooltip says the moment, and whether the department works", () => {
    const late = { state: "running", left: -60, late: true, due: "2026-03-02 12:00:00", ...RUNNING };
    expect(countdown(late).title).toInclude("Was due");
    expect(countdown({ ...late, late: false, left: 60 }).title).toInclude("Working hours of the department");
});

test("a running clock of a case uses up working time, and is late when more than its target is used up", () => {
    const clock = { state: "running", consumed: HOUR, target: 2 * HOUR, due: "2026-03-02 12:00:00", ...RUNNING };
    expect(shownClock(clock, 0)).toMatchObject({ percent: 50, text: "1:00 of 2:00 h", tone: "primary" });
    expect(shownClock(clock, HOUR)).toMatchObject({ percent: 100, state: "running" });
    expect(shownClock(clock, HOUR + 60)).toMatchObject({ percent: 100, state: "breached_open", tone: "danger" });
});

test("a clock that stands still stays as it is", () => {
    const still = { consumed: HOUR, target: 2 * HOUR, starts_in: null, stops_in: null, stopped: "2026-03-02 12:00:00" };
    expect(shownClock({ ...still, state: "paused" }, HOUR)).toMatchObject({ percent: 50, words: "Paused: it is not our turn" });
    expect(shownClock({ ...still, state: "met" }, HOUR).words).toInclude("Done in time");
    expect(shownClock({ ...still, state: "breached_done" }, HOUR).words).toInclude("Done too late");
    expect(shownClock({ ...still, state: "none", target: 0 }, HOUR)).toMatchObject({ percent: 0, text: "1:00 h", words: "No Deadline" });
});
