import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    makeServerError,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

import { Explain } from "@crm_sync_measures/loyalty/explain/explain";

describe.current.tags("desktop");
defineMailModels();

const ORDER = { model: "sale.order", id: 7, name: "S00007", can_open: true, detail: "2 × Lens" };

function makeLot(id, values = {}) {
    return {
        id,
        quantity: 200,
        remaining: 150,
        held: 0,
        state: "active",
        state_label: "Active",
        earned_on: "2026-03-01",
        expires_on: "2027-12-31",
        days_left: 400,
        kind: "earn",
        kind_label: "Earned",
        base: 200,
        base_currency_id: false,
        reason: false,
        person: "Anna",
        document: ORDER,
        draws: [],
        ...values,
    };
}

function makeTold(values = {}) {
    return {
        card: {
            id: 3,
            code: "044-1",
            asked_code: false,
            active: true,
            program: "Northern Points",
            point_name: "Points",
            currency_id: false,
            partner: { id: 5, name: "Northern Optics" },
        },
        figures: { balance: 150, available: 150, pending: 0, reserved: 0, overdue: 0, arrears: 0, value: 0 },
        lots: [makeLot(1)],
        more_lots: { count: 0, points: 0 },
        reservations: [],
        arrears: [],
        proof: { entries: 12, sum: 150, lots: 150, open_lots: 1, arrears: 0, is_proven: true },
        ...values,
    };
}

async function mountExplain(told) {
    onRpc("loyalty.card", "sync_explain", ({ args }) => {
        expect.step(args[0]);
        return told;
    });
    await mountWithCleanup(Explain, { props: { cardId: 3 } });
    await animationFrame();
}

function mockActions() {
    const actions = [];
    mockService("action", { doAction: (action) => actions.push(action) });
    return actions;
}

test("the proof tells the database's own sum, and that it is the balance", async () => {
    await mountExplain(makeTold());
    expect.verifySteps([[3]]);
    expect(".o_crm_sync_proof").toHaveText(/150 in lots = 150\s+Σ 12 entries = 150(?![.,\d])/);
    expect(".o_crm_sync_proof.text-success .fa-check").toHaveCount(1);
    expect("[role=alert]").toHaveCount(0);
});

test("a sum that is not the balance is an alarm", async () => {
    const proof = { entries: 2, sum: 10, lots: 10, open_lots: 1, arrears: 0, is_proven: false };
    await mountExplain(makeTold({ proof }));
    expect.verifySteps([[3]]);
    expect(".o_crm_sync_proof.text-danger .fa-times").toHaveCount(1);
    expect("[role=alert]").toHaveText(/The card says 150.00/);
});

test("only figures that are something are shown", async () => {
    await mountExplain(
        makeTold({
            figures: { balance: -10, available: 0, pending: 30, reserved: 0, overdue: 0, arrears: 10, value: 0 },
        })
    );
    expect.verifySteps([[3]]);
    expect(queryAllTexts(".o_crm_sync_tile .text-muted")).toEqual([
        "Balance",
        "Can be spent",
        "Pending",
        "In arrears",
    ]);
});

test("a lot tells its document, what is left, through when, and who drew from it", async () => {
    const actions = mockActions();
    const draw = { lot_id: 1, quantity: 50, kind: "redeem", kind_label: "Redeemed", day: "2026-04-02" };
    await mountExplain(
        makeTold({
            lots: [
                makeLot(1, {
                    days_left: 12,
                    draws: [{ ...draw, person: "Ben", document: { ...ORDER, id: 8, name: "S00008" } }],
                }),
                makeLot(2, { document: false, kind_label: "Goodwill", expires_on: false, base: false }),
            ],
        })
    );
    expect.verifySteps([[3]]);
    expect(".o_crm_sync_lot:first").toHaveText(/S00007\s+2 × Lens/);
    expect(".o_crm_sync_lot:first .text-warning").toHaveText(/usable through 12\/31\/2027, 12 days left/);
    expect(".o_crm_sync_lot:last").toHaveText(/Goodwill[\s\S]*never expires/);
    expect(".o_crm_sync_draws").toHaveCount(1);

    queryFirst(".o_crm_sync_draws summary").focus();
    await press("Enter");
    await contains(".o_crm_sync_draws summary").click();
    await contains(".o_crm_sync_lot:first .o_crm_sync_explain_document:first").click();
    expect(actions).toEqual([
        { type: "ir.actions.act_window", res_model: "sale.order", res_id: 7, views: [[false, "form"]] },
    ]);
});

test("a document that may not be read is named and is no link", async () => {
    await mountExplain(
        makeTold({ lots: [makeLot(1, { document: { ...ORDER, can_open: false, detail: false } })] })
    );
    expect.verifySteps([[3]]);
    expect("span.o_crm_sync_explain_document").toHaveText("S00007");
    expect("button.o_crm_sync_explain_document").toHaveCount(0);
});

test("reservations and arrears have their own lists", async () => {
    await mountExplain(
        makeTold({
            reservations: [{ quantity: 100, until: false, person: "Anna", document: ORDER }],
            arrears: [
                {
                    id: 1,
                    quantity: 30,
                    remaining: 10,
                    kind_label: "Taken Back",
                    day: "2026-04-02",
                    person: "Ben",
                    document: ORDER,
                },
            ],
            proof: { entries: 3, sum: -10, lots: 0, open_lots: 0, arrears: 10, is_proven: true },
        })
    );
    expect.verifySteps([[3]]);
    expect(".o_crm_sync_reservations").toHaveText(/S00007[\s\S]*until its payment is known[\s\S]*100/);
    expect(".o_crm_sync_arrears").toHaveText(/Taken Back on 04\/02\/2026 by Ben[\s\S]*-10/);
    expect(".o_crm_sync_proof").toHaveText(/0 in lots − 10 owed/);
});

test("the ledger opens on this card's movements", async () => {
    const actions = mockActions();
    const ledger = { type: "ir.actions.act_window", domain: [["card_id", "=", 3]] };
    onRpc("loyalty.card", "action_open_sync_entries", ({ args }) => args[0][0] === 3 && ledger);
    await mountExplain(makeTold());
    expect.verifySteps([[3]]);
    await contains(".o_crm_sync_explain_ledger").click();
    expect(actions).toEqual([ledger]);
});

test("a failed load says why and can be tried again", async () => {
    let fails = true;
    onRpc("loyalty.card", "sync_explain", () => {
        if (fails) {
            throw makeServerError({ type: "AccessError", message: "This is not for you." });
        }
        return makeTold();
    });
    await mountWithCleanup(Explain, { props: { cardId: 3 } });
    await animationFrame();
    expect("[role=alert]").toHaveText("This is not for you.");

    fails = false;
    await contains(".o_crm_sync_page_error button").click();
    expect(".o_crm_sync_proof").toHaveCount(1);
});
