"""The cashier sees the tier of a customer in the list, and of whom he serves what there is to spend and what expires soon."""

import pytest
from pages import Pages
from system import System

from dev import addon_dbs

SHOP = """
from datetime import timedelta

from odoo import fields
from odoo.addons.crm_sync_measures.rules.ledger import Part, exact

env["loyalty.program"].search([]).active = False
program = env["loyalty.program"].create({
    "name": "House Points", "program_type": "loyalty", "applies_on": "both", "trigger": "auto", "portal_point_name": "Points",
    "portal_visible": True, "sync_notice_days": 30,
    "rule_ids": [(0, 0, {"reward_point_mode": "money", "reward_point_amount": 1})],
    "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 10, "discount_mode": "per_order", "required_points": 100})]})
other = env["loyalty.program"].create({
    "name": "Elsewhere", "program_type": "loyalty", "applies_on": "both", "trigger": "auto", "pos_ok": False,
    "portal_point_name": "Stars",
    "rule_ids": [(0, 0, {"reward_point_mode": "money", "reward_point_amount": 1})]})
bronze, gold = env["crm.sync.tier"].create([
    {"program_id": program.id, "name": name, "sequence": rank, "color": 3 + rank} for rank, name in enumerate(("Bronze", "Gold"))])
policy = env["crm.sync.tier.policy"].create({"program_id": program.id, "metric": "points", "line_ids": [
    (0, 0, {"tier_id": bronze.id, "threshold": 0, "multiplier": 1}), (0, 0, {"tier_id": gold.id, "threshold": 200, "multiplier": 1})]})
policy._publish(program._sync_today())
ada, bob = env["res.partner"].create([{"name": "Ada Till", "email": "ada@till.example.com"}, {"name": "Bob Till"}])
card = env["loyalty.card"].create({"program_id": program.id, "partner_id": ada.id})
today = program._sync_today()
card._sync_move("test", [Part("earn", exact(150), expires_on=today + timedelta(days=10))])
card._sync_move("test", [Part("earn", exact(100), expires_on=today + timedelta(days=300))])
env["loyalty.card"].create({"program_id": other.id, "partner_id": ada.id})._sync_move("test", [Part("bonus", exact(7))])
env.cr.commit()
cashier = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Cora", "login": "cashier", "password": "cashier", "email": "cora@till.example.com", "lang": "en_US",
    "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref("point_of_sale.group_pos_user").id])]})
env["product.product"].create({"name": "Lens", "list_price": 50, "taxes_id": False, "available_in_pos": True})
journal = env["account.journal"].create({"name": "Till", "type": "bank", "code": "TILL"})
method = env["pos.payment.method"].create({"name": "Card", "journal_id": journal.id})
config = env["pos.config"].create({"name": "Till", "payment_method_ids": [(6, 0, method.ids)]})
config.with_user(cashier).open_ui()
config.current_session_id.with_user(cashier).set_opening_control(0, "")
env.cr.commit()
print("TIER", ada.sync_tier_id.name, bob.sync_tier_id.name)
print("TILL", config.id, ada.id)
outsider = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Out", "login": "outsider", "group_ids": [(6, 0, [env.ref("base.group_user").id])]})
elsewhere = env["res.company"].create({"name": "Elsewhere"})
foreign = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Cashier Elsewhere", "login": "foreign", "company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)],
    "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref("point_of_sale.group_pos_user").id])]})
manager = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Manager", "login": "no_cashier", "group_ids": [(6, 0, [env.ref("crm_sync_measures.group_manager").id])]})
portal = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Ada", "login": "ada_portal", "partner_id": ada.id, "group_ids": [(6, 0, [env.ref("base.group_portal").id])]})
print("CASHIER", ada.with_user(cashier).sync_pos_standing(config.id)["points"][0]["available"])
from odoo.exceptions import AccessError
for user in (outsider, env.ref("base.public_user"), portal, manager, foreign):
    try:
        ada.with_user(user).sync_pos_standing(config.id)
        print("NOT REFUSED")
    except AccessError:
        print("REFUSED")
"""


@pytest.fixture(scope="module")
def till(browser, apps_copy):
    """A server with a shop that is open, and the number of its till."""
    with apps_copy("till") as database:
        system = System(database)
        printed = system.shell(SHOP)
        addon_dbs.bake(database, for_tests=False)
        try:
            system.start()
            yield system, printed
        finally:
            system.stop()


@pytest.fixture(scope="module")
def _pages(browser, till):
    return Pages(browser, till[0])


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_the_cashier_sees_tier_points_and_what_expires(page_for, till, screenshot, lang, width):
    _system, printed = till
    assert "TIER Gold False" in printed
    assert "CASHIER 250 Points" in printed, printed
    assert printed.count("\nREFUSED") == 5, printed
    number = next(line for line in printed.splitlines() if line.startswith("TILL ")).split()[1]
    page = page_for("cashier", lang=lang, width=width)
    page.goto(f"/pos/ui/{number}")
    page.locator(".open-register-btn").click(timeout=120000)
    page.locator(".product-screen").wait_for()
    page.locator(".product", has_text="Lens").first.click()
    if width < 600:
        page.locator(".review-button").click()
    page.locator(".set-partner").first.click()
    line = page.locator(".partner-info", has_text="Ada Till")
    line.locator(".o_sync_tier", has_text="Gold").wait_for()
    assert not page.locator(".partner-info", has_text="Bob Till").locator(".o_sync_tier").count()
    screenshot(page, f"till-customers-{lang}-{width}")
    line.click()
    standing = page.locator(".o_sync_standing")
    standing.locator(".o_sync_points").wait_for()
    text = " ".join(standing.inner_text().split())
    assert "Gold" in text and "250 Points" in text and "Stars" not in text
    assert ("150 Points expire in 10 days" if lang == "en_US" else "10天后") in text, text
    screenshot(page, f"till-{lang}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
