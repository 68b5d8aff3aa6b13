import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations, makeServerError } from "@web/../tests/web_test_helpers";

import { errorMessage } from "@crm_sync_measures/core/utils/error_message";
import { openRecordLink } from "@crm_sync_measures/core/utils/record_link";

describe.current.tags("desktop");

test("what is gone is told of any record, customer or not", () => {
    allowTranslations();
    const gone = makeServerError({ type: "MissingError" });
    expect(errorMessage(gone).toString()).toBe("This record does not exist any more.");
});

test("a refusal is told in the server's words, and nothing else is", () => {
    allowTranslations();
    expect(errorMessage(makeServerError({ type: "UserError", message: "Not now." }))).toBe("Not now.");
    const unexpected = makeServerError({ type: "ValueError", message: "secret" });
    expect(errorMessage(unexpected).toString()).toBe("Something went wrong while loading.");
});

test("a click on a record opens it, on anything else it is the browser's", () => {
    const text = document.createElement("div");
    text.innerHTML = `<a href="/odoo/crm.lead/7"><b>Lamps</b></a><a href="https://example.com/odoo/crm.lead/7">Out</a><i>Text</i>`;
    const click = (selector, keys = {}) => {
        const ev = {
            target: text.querySelector(selector),
            preventDefault: () => expect.step("prevented"),
            stopPropagation: () => {},
            ...keys,
        };
        openRecordLink(ev, { doAction: ({ res_model, res_id }) => expect.step(`${res_model},${res_id}`) });
    };
    click("b");
    expect.verifySteps(["prevented", "crm.lead,7"]);
    click("b", { ctrlKey: true });
    click("b", { metaKey: true });
    click("a:nth-child(2)");
    click("i");
    expect.verifySteps([]);
});
