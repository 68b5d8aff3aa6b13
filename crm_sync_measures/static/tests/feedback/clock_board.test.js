import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test, waitFor } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";

import { CaseCountdown } from "@crm_sync_measures/feedback/clock/case_countdown";
import { ClockBoard } from "@crm_sync_measures/feedback/clock/clock_board";

describe.current.tags("desktop");
defineMailModels();

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const RUNNING = { state: "running", due: "2026-03-02 12:00:00", starts_in: 0, stops_in: 8 * HOUR };

class Case extends Component {
    static components = { CaseCountdown, ClockBoard };
    static props = {};
    static template = xml`
        <CaseCountdown record="state.record" name="'countdown'"/>
        <ClockBoard record="state.record" name="'clocks'"/>`;

    setup() {
        this.state = useState({ record: this.loaded(2 * HOUR - 5 * MINUTE) });
    }

    /** As the server tells it when so many seconds are used up. */
    loaded(consumed, target = 2 * HOUR) {
        const clock = { ...RUNNING, kind: "resolve", label: "Solution", consumed, target };
        return { data: { countdown: { ...RUNNING, left: target - consumed, late: false }, clocks: [clock] } };
    }
}

const advanceMinutes = (minutes) => advanceTime(minutes * MINUTE * 1000);

/** Waited for: a busy machine draws late. */
async function expectBoard(left, clock, state) {
    await waitFor(`.o_sync_countdown:contains(${left})`, { timeout: 5000 });
    await waitFor(`.o_sync_clock:contains(${clock})`, { timeout: 5000 });
    expect(".o_sync_clock").toHaveAttribute("data-state", state);
}

test("time runs on while the page is open, turns late at its second, and goes by what the server tells anew", async () => {
    const page = await mountWithCleanup(Case);
    await expectBoard("0:05 h left", "1:55 of 2:00 h", "running");
    await advanceMinutes(2.5);
    await expectBoard("0:02 h left", "1:57 of 2:00 h", "running");
    await advanceMinutes(4);
    await expectBoard("0:01 h late", "2:01 of 2:00 h", "breached_open");
    page.state.record = page.loaded(2 * HOUR, 4 * HOUR);
    await expectBoard("2:00 h left", "2:00 of 4:00 h", "running");
});
