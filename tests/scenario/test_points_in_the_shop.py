"""The point of sale on the loyalty ledger."""

from dev import odoo_run

SHOP = """
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

cashier = new_test_user(env, "cashier", "base.group_user,point_of_sale.group_pos_user")
env["loyalty.program"].search([]).active = False
program = env["loyalty.program"].create({
    "name": "Shop", "program_type": "loyalty", "applies_on": "both", "trigger": "auto", "portal_point_name": "Points",
    "rule_ids": [(0, 0, {"reward_point_mode": "money", "reward_point_amount": 1})],
    "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 10, "discount_mode": "per_order", "required_points": 100})],
})
product = env["product.product"].create({"name": "Lens", "list_price": 50, "taxes_id": False, "available_in_pos": True})
customer = env["res.partner"].create({"name": "Shopper"})
journal = env["account.journal"].create({"name": "Shop Cash", "type": "cash", "code": "SHOPC"})
cash = env["pos.payment.method"].create({"name": "Shop Cash", "journal_id": journal.id})
config = env["pos.config"].create({"name": "Shop", "payment_method_ids": [(6, 0, cash.ids)]})
config.with_user(cashier).open_ui()
session = config.current_session_id.with_user(cashier)


def sell(number, quantity, spent=0, card=None, refunded=None):
    reward = [(0, 0, {
        "product_id": program.reward_ids.discount_line_product_id.id, "qty": 1, "price_unit": -10.0, "discount": 0,
        "price_subtotal": -10.0, "price_subtotal_incl": -10.0, "tax_ids": [], "is_reward_line": True,
        "reward_id": program.reward_ids.id, "coupon_id": card.id, "points_cost": spent, "reward_identifier_code": "R"})] if spent else []
    total = 50.0 * quantity - (10.0 if spent else 0.0)
    data = {
        "uuid": "00000000-0000-4000-8000-%012d" % number, "name": "Shop %s" % number, "session_id": session.id,
        "partner_id": customer.id, "company_id": env.company.id, "pricelist_id": config.pricelist_id.id,
        "date_order": fields.Datetime.to_string(fields.Datetime.now()), "state": "paid", "user_id": cashier.id,
        "is_refund": quantity < 0,
        "lines": [(0, 0, {
            "product_id": product.id, "qty": quantity, "price_unit": 50.0, "discount": 0, "tax_ids": [],
            "price_subtotal": 50.0 * quantity, "price_subtotal_incl": 50.0 * quantity,
            "refunded_orderline_id": refunded and refunded.lines[0].id})] + reward,
        "payment_ids": [(0, 0, {"amount": total, "payment_method_id": cash.id})],
        "amount_paid": total, "amount_total": total, "amount_tax": 0.0, "amount_return": 0.0, "to_invoice": False,
    }
    result = env(user=cashier)["pos.order"].sync_from_ui([data])
    env.flush_all()
    return env(user=cashier)["pos.order"].browse(result["pos.order"][0]["id"])


def kinds(card):
    return [(entry.kind, entry.quantity, entry.source_model) for entry in card.sudo().sync_entry_ids.sorted("position")]


def changes(points, card_id=-1):
    return {str(card_id): {"points": points, "program_id": program.id, "partner_id": customer.id, "line_codes": []}}


first = sell(1, 4)
first.confirm_coupon_programs(changes(200))
card = env["loyalty.card"].search([("program_id", "=", program.id), ("partner_id", "=", customer.id)])
print("EARNED", card.points, kinds(card), card.sync_entry_ids.source_name == first.name)

first.confirm_coupon_programs(changes(200))
card.history_ids.sudo().unlink()
first.confirm_coupon_programs(changes(200, card.id))
print("AGAIN", card.points, len(card.sync_entry_ids))

second = sell(2, 2, spent=100, card=card)
print("VALID", second.validate_coupon_programs({str(card.id): -100}, [])["successful"])
second.confirm_coupon_programs(changes(-10, card.id))
print("REDEEMED", card.points, kinds(card)[1:])

late = sell(3, 1, spent=300, card=card)
print("INVALID", late.validate_coupon_programs({str(card.id): -300}, [])["successful"])
late.confirm_coupon_programs(changes(-260, card.id))
arrears = env["crm.sync.loyalty.arrears"].search([("card_id", "=", card.id)])
print("LATE", card.points, arrears.remaining, arrears.source_name == late.name)

back = sell(4, -2, refunded=first)
print("RETURNED", card.points, kinds(card)[-1][:2])
sell(4, -2, refunded=first)
print("RETURNED AGAIN", card.points)

for attempt in (
    lambda: card.with_user(cashier).write({"points": 9999}),
    lambda: card.with_user(cashier).with_context(crm_sync_movement="pos").write({"points": 9999}),
    lambda: first.add_loyalty_history_lines([{"card_id": card.id, "won": 9999, "spent": 0}], []),
    lambda: env(user=cashier)["loyalty.history"].create({"card_id": card.id, "description": "x", "issued": 9999}),
):
    try:
        attempt()
        print("NOT REFUSED")
    except AccessError:
        print("REFUSED")
env.flush_all()
env.cr.execute("SELECT sum(quantity) FROM crm_sync_loyalty_entry WHERE card_id = %s", [card.id])
print("SUM", float(env.cr.fetchone()[0]) == card.points)
"""


def printed(apps_copy, tmp_path, probe):
    script = tmp_path / "probe.py"
    script.write_text(probe)
    with apps_copy("shop") as database:
        lines = odoo_run.inside(database, str(script), "probe").splitlines()
    return [line for line in lines if line.split(" ")[0].isupper()]


def test_the_shop_books_each_order_once_and_takes_back_what_is_returned(apps_copy, tmp_path):
    assert printed(apps_copy, tmp_path, SHOP) == [
        "EARNED 200.0 [('earn', 200.0, 'pos.order')] True",
        "AGAIN 200.0 1",
        "VALID True",
        "REDEEMED 190.0 [('earn', 90.0, 'pos.order'), ('redeem', -100.0, 'pos.order')]",
        "INVALID False",
        "LATE -70.0 70.0 True",
        "RETURNED -170.0 ('reverse_earn', -100.0)",
        "RETURNED AGAIN -170.0",
        *["REFUSED"] * 4,
        "SUM True",
    ]
