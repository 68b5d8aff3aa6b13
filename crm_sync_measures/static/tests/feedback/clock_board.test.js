import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";

import { CaseCountdown } from "@crm_sync_measures/feedback/clock/case_countdown";
import { ClockBoard } from "@crm_sync_measures/feedback/clock/clock_board";

describe.current.tags("desktop");
defineMailModels();

const HOUR = 3600;
const RUNNING = { state: "running", due: "2026-03-02 12:00:00", starts_in: 0, stops_in: 8 * HOUR };

class Case extends Component {
    static components = { CaseCountdown, ClockBoard };
    static props = {};
    static template = xml`
        <CaseCountdown record="state.record" name="'countdown'"/>
        <ClockBoard record="state.record" name="'clocks'"/>`;

    setup() {
        this.state = useState({ record: this.loaded(HOUR) });
    }

    /** As the server tells it when so many seconds are used up. */
    loaded(consumed, target = 2 * HOUR) {
        const clock = { ...RUNNING, kind: "resolve", label: "Solution", consumed, target };
        return { data: { countdown: { ...RUNNING, left: target - consumed, late: false }, clocks: [clock] } };
    }
}

test("time runs on while the page is open, turns late at its second, and goes by what the server tells anew", async () => {
    const page = await mountWithCleanup(Case);
    expect(".o_sync_countdown").toHaveText("1:00 h left");
    expect(".o_sync_clock").toHaveText(/1:00 of 2:00 h/);
    // Half an hour and a tick or two.
    await advanceTime(HOUR * 500 + 20000);
    await animationFrame();
    expect(".o_sync_countdown").toHaveText("0:29 h left");
    expect(".o_sync_clock").toHaveText(/1:30 of 2:00 h/);
    expect(".o_sync_clock").toHaveAttribute("data-state", "running");
    await advanceTime(HOUR * 600);
    await animationFrame();
    expect(".o_sync_countdown").toHaveText("0:06 h late");
    expect(".o_sync_clock").toHaveAttribute("data-state", "breached_open");
    page.state.record = page.loaded(2 * HOUR, 4 * HOUR);
    await animationFrame();
    expect(".o_sync_countdown").toHaveText("2:00 h left");
    expect(".o_sync_clock").toHaveText(/2:00 of 4:00 h/);
});
