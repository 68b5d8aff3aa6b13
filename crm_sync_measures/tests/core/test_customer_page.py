from odoo.exceptions import UserError
from odoo.fields import Command

from ..common import SyncCase


class TestCustomerPage(SyncCase):
    def page(self, user=None):
        self.env.cr.precommit.run()
        return self.contact.with_user(user or self.manager).sync_customer_page()

    def tiles(self, user=None):
        return {tile["code"]: tile for tile in self.page(user)["tiles"]}

    def test_it_is_the_page_of_the_commercial_entity(self):
        page = self.page()
        self.assertEqual(page["entity"], {"id": self.customer.id, "name": "Northern Optics"})
        self.assertEqual(page["partner"]["owner"]["name"], self.seller.name)
        self.assertEqual(page["partner"]["department"]["name"], "Sales")
        self.assertEqual([contact["name"] for contact in page["contacts"]], ["Li Na"])

    def test_last_contact_says_when_who_and_how(self):
        self.assertFalse(self.page()["last_contact"])
        self.touch(self.agent, channel="visit", occurred_at=self.days_ago(2))
        last = self.page()["last_contact"]
        self.assertEqual(
            (last["days"], last["person"], last["department"], last["channel_label"]),
            (2, self.agent.name, "Service", "Visit"),
        )

    def test_opportunities_and_orders_are_counted_and_valued(self):
        self.env["crm.lead"].create(
            [
                {"name": "A", "type": "opportunity", "partner_id": self.contact.id, "expected_revenue": 300},
                {"name": "B", "type": "opportunity", "partner_id": self.customer.id, "expected_revenue": 200},
            ]
        )
        product = self.env["product.product"].create({"name": "Lens", "list_price": 100.0, "taxes_id": False})
        orders = self.env["sale.order"].create(
            [
                {"partner_id": self.contact.id, "order_line": [Command.create({"product_id": product.id})]}
                for _number in range(2)
            ]
        )
        orders[0].action_confirm()
        tiles = self.tiles()
        self.assertEqual((tiles["opportunities"]["value"], tiles["opportunities"]["text"]), (500.0, "2 open"))
        self.assertEqual(tiles["quotations"]["value"], 100.0)
        self.assertEqual(tiles["orders"]["value"], 100.0)
        self.assertEqual(self.env["crm.lead"].search_count(tiles["opportunities"]["action"]["domain"]), 2)

    def test_an_order_in_another_currency_is_shown_in_the_companys(self):
        currency = self.env["res.currency"].create(
            {"name": "TST", "symbol": "T", "rate_ids": [Command.create({"rate": 4.0})]}
        )
        pricelist = self.env["product.pricelist"].create({"name": "TST", "currency_id": currency.id})
        product = self.env["product.product"].create({"name": "Lens", "taxes_id": False})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "pricelist_id": pricelist.id,
                "order_line": [Command.create({"product_id": product.id, "price_unit": 400.0})],
            }
        )
        order.action_confirm()
        self.assertAlmostEqual(self.tiles()["orders"]["value"], 100.0)

    def test_points_of_all_contacts(self):
        program = self.env["loyalty.program"].create({"name": "Club", "program_type": "loyalty"})
        self.env["loyalty.card"].create(
            [
                {"program_id": program.id, "partner_id": partner.id, "points": 50}
                for partner in self.customer | self.contact
            ]
        )
        self.assertEqual((self.tiles()["points"]["value"], self.tiles()["points"]["text"]), (100.0, "On 2 cards"))

    def test_last_survey_answer(self):
        self.manager.group_ids += self.env.ref("survey.group_survey_user")
        self.assertIn("Never", self.tiles()["survey"]["text"])
        survey = self.env["survey.survey"].create({"title": "How are we doing?"})
        survey._create_answer(partner=self.contact, check_attempts=False)._mark_done()
        self.assertIn("How are we doing?", self.tiles()["survey"]["text"])

    def test_a_figure_the_reader_may_not_see_is_locked_and_empty(self):
        tiles = self.tiles(self.agent)
        for code in ("opportunities", "orders", "quotations", "overdue", "survey", "points"):
            self.assertTrue(tiles[code]["masked"], code)
            self.assertFalse(tiles[code]["value"] or tiles[code]["text"] or tiles[code]["action"], code)
            self.assertTrue(tiles[code]["label"])

    def test_who_sees_own_documents_only_counts_his_own(self):
        self.env["crm.lead"].create(
            {
                "name": "A",
                "type": "opportunity",
                "partner_id": self.contact.id,
                "user_id": self.seller.id,
                "expected_revenue": 9,
            }
        )
        self.assertEqual(self.tiles(self.colleague)["opportunities"]["value"], 0)

    def test_who_may_log_a_contact(self):
        self.assertTrue(self.page(self.agent)["can_log"])
        self.assertFalse(self.page(self.auditor)["can_log"])

    def test_a_customer_deleted_meanwhile_gets_a_sentence(self):
        gone = self.env["res.partner"].create({"name": "Gone"})
        gone.unlink()
        with self.assertRaisesRegex(UserError, "does not exist"):
            gone.with_user(self.manager).sync_timeline()
        with self.assertRaisesRegex(UserError, "one customer"):
            (self.customer | self.contact).with_user(self.manager).sync_customer_page()
