from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ...rules.ledger import Part, exact
from .common import LoyaltyCase


@tagged("-at_install", "post_install")
class TestPortal(LoyaltyCase, HttpCase):
    """What customers see of their cards over HTTP, and what they do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = cls.new_portal_user("t_portal", cls.contact)
        cls.stranger = cls.env["res.partner"].create({"name": "Mallory"})
        cls.new_portal_user("t_stranger", cls.stranger)
        cls.card = cls.new_card(partner=cls.contact)

    @classmethod
    def new_portal_user(cls, login, partner):
        return new_test_user(cls.env, login, "base.group_portal", partner_id=partner.id, tz="Asia/Shanghai")

    def page(self, url, login="t_portal"):
        self.env.flush_all()
        self.authenticate(login, login)
        return self.url_open(url, allow_redirects=False)

    def values(self, card_id, login="t_portal"):
        self.env.flush_all()
        self.authenticate(login, login)
        return self.make_jsonrpc_request(f"/my/loyalty_card/{card_id}/values")

    def history_url(self, card=None):
        return f"/my/loyalty_card/{(card or self.card).id}/history"

    def give(self, points, days=None, card=None, **values):
        expires_on = days is not None and self.program._sync_today() + timedelta(days=days)
        (card or self.card)._sync_move("test", [Part("bonus", exact(points), expires_on=expires_on or None, **values)])

    def test_the_page_of_a_card_tells_balance_expiry_next_reward_and_movements(self):
        self.give(60, days=10)
        self.give(20, days=40)
        self.card.points -= 30
        page = self.page(self.history_url())
        self.assertEqual(page.status_code, 200)
        text = " ".join(page.text.split())
        self.assertIn("50 Points", text)
        self.assertIn("in 10 days", text)
        self.assertIn("Correction", text)
        self.assertRegex(
            text,
            r"Your next reward:</span> <strong>\$.?10 on your order</strong></div> <span>Still to earn:</span> 50 Points",
        )
        self.assertIn("width: 50%", text)

    def test_the_list_of_cards_shows_live_ones_only(self):
        self.give(10)
        merged = self.new_card(partner=self.contact, program=self.new_program(name="Merged Away"))
        merged.sudo().write({"sync_merged_into_id": self.card.id})
        archived = self.new_card(partner=self.contact, program=self.new_program(name="Archived One"))
        archived.active = False
        for url in ("/my/loyalty", "/my"):
            page = self.page(url)
            self.assertEqual(page.status_code, 200)
            self.assertIn("Northern Points", page.text)
            self.assertNotIn("Merged Away", page.text)
            self.assertNotIn("Archived One", page.text)

    def test_pending_points_are_told_with_what_they_wait_for(self):
        self.program.sync_hold = "paid"
        order = self.new_order(partner=self.contact)
        order._update_programs_and_rewards()
        order.action_confirm()
        values = self.values(self.card.id)
        self.assertEqual((values["card"]["available"], values["card"]["pending"]), (0, 100))
        self.assertEqual(values["card"]["pending_until"], "Can be spent when the order is paid.")
        self.assertEqual([line["points"] for line in values["history_lines"]], ["-100 Points", "+100 Points"])
        self.assertEqual(values["history_lines"][0]["description"], f"Pending {order.name}")
        self.assertEqual(values["history_lines"][0]["order_portal_url"], f"/my/orders/{order.id}")

    def test_an_adjustment_is_told_in_the_words_chosen_for_the_customer(self):
        adjustment = self.env["crm.sync.loyalty.adjustment"].create(
            {
                "card_id": self.card.id,
                "quantity": 25,
                "reason": "complaint",
                "explanation": "The fitter never came: our fault.",
                "customer_text": "With our apologies",
            }
        )
        adjustment.action_submit()
        page = self.page(self.history_url()).text
        self.assertIn("With our apologies", page)
        self.assertNotIn("our fault", page)
        self.assertNotIn(adjustment.number, page)

    def test_arrears_are_told_politely(self):
        self.card.points -= 40
        page = self.page(self.history_url())
        self.assertIn("nothing you have to do", page.text)
        self.assertEqual(self.values(self.card.id)["card"]["owed"], 40)
        self.assertEqual(self.values(self.card.id)["next_reward"]["missing"], "140 Points")

    def test_somebody_elses_card_is_not_there(self):
        self.give(10)
        for card_id in (self.card.id, 0, 2**31 + 5, 10**30):
            page = self.page(f"/my/loyalty_card/{card_id}/history", "t_stranger")
            self.assertEqual((page.status_code, page.headers["Location"].endswith("/my")), (303, True))
            self.assertEqual(self.values(card_id, "t_stranger"), {})
        self.assertIn(self.page("/my/loyalty_card/-1/history", "t_stranger").status_code, (303, 404))
        self.assertIn("no points yet", self.page("/my/loyalty", "t_stranger").text)

    def test_hostile_parameters_come_to_the_first_page(self):
        self.give(10)
        for query in (
            "?sortby=nonsense",
            "?sortby=__class__",
            "?page=x",
            "/page/99999999999999999999",
            "?sortby=",
            "?card_id=1",
        ):
            page = self.page(self.history_url() + query)
            self.assertEqual(page.status_code, 200, query)
            self.assertIn("10 Points", page.text)

    def test_the_pager_and_the_order_of_movements(self):
        for number in range(1, 101):
            self.give(number)
        self.assertIn(
            f"{self.history_url()}/page/2?sortby=oldest", self.page(self.history_url() + "?sortby=oldest").text
        )
        self.assertIn("+1 Points", self.page(self.history_url() + "/page/2").text)
        self.assertNotIn("+1 Points", self.page(self.history_url()).text)

    def test_reading_changes_nothing(self):
        self.program.sync_is_pooled = True
        self.give(10)
        before = self.snapshot()
        for url in (self.history_url(), "/my/loyalty", "/my"):
            self.page(url)
            self.opener.head(self.base_url() + url)
        self.values(self.card.id)
        self.assertEqual(self.snapshot(), before)

    def snapshot(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT id, points, sync_version, sync_position FROM loyalty_card ORDER BY id")
        return self.env.cr.fetchall()

    def test_contacts_share_the_wallet_of_their_company(self):
        self.program.sync_is_pooled = True
        wallet = self.new_card(partner=self.customer)
        self.give(70, card=wallet)
        mine = self.page(self.history_url())
        self.assertIn("70 Points", mine.text)
        self.assertIn("Shared by all contacts of", mine.text)
        self.assertEqual(self.values(wallet.id)["card"]["points_display"], "70 Points")
        self.assertIn(f'data-card_id="{wallet.id}"', self.page("/my").text)
        self.assertEqual(self.values(wallet.id, "t_stranger"), {})

    def test_documents_are_named_to_those_who_may_see_them(self):
        private = self.env["sale.order"].create(
            {"partner_id": self.stranger.id, "order_line": [Command.create({"product_id": self.product.id})]}
        )
        self.card._sync_move("test", [Part("bonus", exact(5))], private)
        order = self.new_order(partner=self.contact)
        self.card._sync_move("test", [Part("bonus", exact(5))], order)
        page = self.page(self.history_url())
        self.assertNotIn(private.name, page.text)
        self.assertIn(order.name, page.text)

    def test_moments_are_told_in_the_readers_time_zone_and_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.portal_user.lang = "zh_CN"
        self.give(10, days=10)
        self.assertEqual(self.values(self.card.id)["card"]["expiring"][0]["when"], "10天后")

    def test_a_card_with_many_movements_takes_no_more_queries(self):
        portal = self.env["crm.sync.loyalty.portal"]
        orders = [self.new_order(partner=self.contact) for _number in range(12)]
        counts = []
        for batch in (orders[:2], orders[2:]):
            for order in batch:
                self.card._sync_move(
                    "test", [Part("bonus", exact(5), expires_on=fields.Date.today() + timedelta(days=order.id))], order
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            portal._facts(self.card.sudo())
            portal._movements(self.card.sudo(), self.portal_user)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
