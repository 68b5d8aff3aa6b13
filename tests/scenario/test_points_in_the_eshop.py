"""An online shop on the loyalty ledger: a portal user redeems points in the cart, pays, and earns; over HTTP."""

import json
import urllib.request
from http.cookiejar import CookieJar

from system import System

from dev import odoo_run

SETUP = """
from odoo.addons.crm_sync_measures.rules.ledger import Part, exact

env["loyalty.program"].search([]).active = False
env["product.pricelist.item"].search([]).unlink()
# The confirmation is sent without a PDF, which not every machine can make.
env["mail.template"].search([]).report_template_ids = False
program = env["loyalty.program"].create({
    "name": "Online", "program_type": "loyalty", "applies_on": "both", "trigger": "auto", "portal_point_name": "Points",
    "ecommerce_ok": True,
    "rule_ids": [(0, 0, {"reward_point_mode": "money", "reward_point_amount": 1})],
    "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 50, "discount_mode": "per_order", "required_points": 100})],
})
goods = env["product.product"].create([
    {"name": name, "list_price": price, "taxes_id": False, "type": "service", "is_published": True}
    for name, price in (("Online Course", 200), ("Online Talk", 50))])
customer = env["res.users"].create({
    "name": "Lin", "login": "portal_lin", "password": "portal_lin", "email": "lin@example.com",
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)]}).partner_id
card = env["loyalty.card"].create({"program_id": program.id, "partner_id": customer.id})
card._sync_move("test", [Part("bonus", exact(250))])
env.cr.commit()
print("SHOP", program.reward_ids.id, card.id, goods[0].id, goods[0].product_tmpl_id.id, goods[1].id, goods[1].product_tmpl_id.id)
"""
#: What a payment provider's message does to the order; the payment itself would need a bank account.
PAY = """
order = env["sale.order"].browse({order})
provider = env["payment.provider"].create({{"name": "Bank", "code": "none", "state": "test"}})
method = env["payment.method"].with_context(active_test=False).search([], limit=1)
transaction = env["payment.transaction"].create({{
    "provider_id": provider.id, "payment_method_id": method.id, "reference": order.name, "amount": order.amount_total,
    "currency_id": order.currency_id.id, "partner_id": order.partner_id.id, "sale_order_ids": [(6, 0, order.ids)]}})
transaction._set_done()
transaction._check_amount_and_confirm_order()
env.cr.commit()
"""


class Shopper:
    """A browser without JavaScript."""

    def __init__(self, url):
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        with self.opener.open(f"{self.url}{path}", timeout=120) as answer:
            return answer.url

    def call(self, path, **params):
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps({"params": params}).encode(), {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=120) as answer:
            told = json.load(answer)
        assert "error" not in told, told
        return told["result"]


def test_points_redeemed_in_the_cart_are_reserved_booked_and_earned_anew(plain_copy):
    with plain_copy("eshop") as database:
        modules = "website_sale_loyalty"
        odoo_run.odoo(database, "server", "-i", modules, "--stop-after-init", "--no-http", what="install")
        system = System(database)
        try:
            shop(system)
        finally:
            system.stop()


def shop(system):
    [line] = [line for line in system.shell(SETUP).splitlines() if line.startswith("SHOP ")]
    reward, card, course, course_template, talk, talk_template = map(int, line.split()[1:])

    def entries():
        rows = system.sql(
            f"select kind, quantity, source_id from crm_sync_loyalty_entry where card_id = {card} order by position"
        )
        return [(kind, float(quantity), source) for kind, quantity, source in rows]

    def newest_order():
        return system.sql(
            "select id, state, amount_total, sync_reserved_until is not null from sale_order where website_id is not null order by id desc"
        )[0]

    system.start()
    shopper = Shopper(system.url)
    shopper.call("/web/session/authenticate", db=system.database, login="portal_lin", password="portal_lin")
    shopper.call("/shop/cart/add", product_template_id=course_template, product_id=course, quantity=1)
    shopper.get(f"/shop/claimreward?reward_id={reward}")
    order, state, total, reserved = newest_order()
    assert (state, float(total), reserved) == ("draft", 150, "t")
    assert entries() == [("bonus", 250, "")], "a cart moves nothing"
    system.shell(PAY.format(order=order))
    assert newest_order()[:2] == [order, "sale"]
    assert entries()[1:] == [("earn", 150, order), ("redeem", -100, order)]

    # The next one is paid for with points alone.
    shopper.get("/shop/payment/validate")
    shopper.call("/shop/cart/add", product_template_id=talk_template, product_id=talk, quantity=1)
    shopper.get(f"/shop/claimreward?reward_id={reward}")
    free, state, total, reserved = newest_order()
    assert (state, float(total), reserved) == ("draft", 0, "t")
    shopper.get("/shop/payment/validate")
    assert newest_order()[:2] == [free, "sale"]
    assert entries()[3:] == [("redeem", -100, free)]
    assert system.sql(f"select points from loyalty_card where id = {card}") == [["200"]]
