import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    models,
    mountView,
    MockServer,
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
    const [me] = MockServer.env["res.partner"].read(MockServer.env.user.partner_id);
    MockServer.env["bus.bus"]._sendone(me, "crm_sync_handover_progress", {
        id,
        done,
        total: 2000,
    });
}

test("the progress of this handover is shown while it runs, and nothing of another one", async () => {
    await mountView({ type: "form", resModel: "sync.handover", resId: 7 });
    expect(".progress-bar").toHaveCount(0);
    tell(8, 500);
    await animationFrame();
    expect(".progress-bar").toHaveCount(0);
    tell(7, 500);
    await animationFrame();
    expect(".progress-bar").toHaveCount(1);
    expect(queryAllTexts("[role=status] span")).toEqual(["Handing over…", "500 / 2000"]);
    tell(7, 2000);
    await animationFrame();
    expect(".progress-bar").toHaveCount(0);
});
