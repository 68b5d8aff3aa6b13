import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, defineModels, fields, mockService, models, mountView } from "@web/../tests/web_test_helpers";

import "@crm_sync_measures/report/report_body";

describe.current.tags("desktop");

class Page extends models.Model {
    _name = "report.page";
    body = fields.Html();
    _records = [
        { id: 1, body: '<div class="o_sync_report"><a href="/odoo/crm.lead/7">Forty lamps</a></div>' },
        { id: 2, body: false },
    ];
}

defineMailModels();
defineModels([Page]);

const ARCH = `<form><field name="body" widget="sync_report_body" readonly="1"/></form>`;

test("a report is shown as it was made, and a click on a record opens it", async () => {
    mockService("action", {
        doAction(action) {
            expect.step(`${action.res_model},${action.res_id}`);
        },
    });
    await mountView({ type: "form", resModel: "report.page", resId: 1, arch: ARCH });
    expect(queryAllTexts(".o_sync_report a")).toEqual(["Forty lamps"]);
    await contains(".o_sync_report a").click();
    expect.verifySteps(["crm.lead,7"]);
});

test("without a report it says what to do", async () => {
    await mountView({ type: "form", resModel: "report.page", resId: 2, arch: ARCH });
    expect(".o_crm_sync_empty").toHaveText("Choose a report and a period.");
});
