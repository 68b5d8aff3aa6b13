import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts, waitFor, waitForNone } from "@odoo/hoot-dom";
import {
    defineModels,
    fields,
    getService,
    MockServer,
    models,
    mountView,
    serverState,
} from "@web/../tests/web_test_helpers";

class SyncHandover extends models.Model {
    _name = "sync.handover";
    name = fields.Char();
    _records = [{ id: 7, name: "Anna leaves" }];
    _views = {
        form: `
            <form>
                <field name="name"/>
                <widget name="crm_sync_handover_progress"/>
            </form>`,
    };
}

defineMailModels();
defineModels([SyncHandover]);

function tell(id, done) {
    const message = { id, done, total: 2000 };
    MockServer.env["bus.bus"]._sendone(
        serverState.partnerId,
        "crm_sync_handover_progress",
        message
    );
}

test("the progress of this handover is shown while it runs, and nothing of another one", async () => {
    await mountView({ type: "form", resModel: "sync.handover", resId: 7 });
    await getService("bus_service").start();
    expect(".progress-bar").toHaveCount(0);
    tell(8, 1500);
    tell(7, 500);
    await waitFor(".progress-bar", { timeout: 3000 });
    expect(queryAllTexts("[role=status] span")).toEqual(["Under way", "500 / 2000"]);
    tell(7, 2000);
    await waitForNone(".progress-bar", { timeout: 3000 });
    expect(".progress-bar").toHaveCount(0);
});
