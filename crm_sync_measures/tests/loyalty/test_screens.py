from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from ...rules.ledger import Part, exact
from .common import LoyaltyCase


class TestScreens(LoyaltyCase):
    """What the staff sees of a card is what the ledger says, and costs the same for one lot and for fifty."""

    def lot(self, card, points, days=None, event="test"):
        expires = days and fields.Date.today() + timedelta(days=days)
        card._sync_move(event, [Part("bonus", exact(points), expires_on=expires or None)])

    # ---------------------------------------------------------------- figures

    def test_what_can_be_spent_is_the_balance_less_what_is_reserved(self):
        card = self.new_card(250)
        quotation = self.new_order(1)
        self.claim(quotation)
        self.assertEqual((card.sync_available, card.sync_reserved, card.points), (150, 100, 250))
        quotation.action_confirm()
        card.invalidate_recordset()
        self.assertEqual((card.sync_available, card.sync_reserved), (card.points, 0))

    def test_what_expires_is_counted_by_30_60_and_90_days_with_the_next_day(self):
        card = self.new_card()
        for points, days in ((10, 5), (20, 45), (40, 80), (80, 400), (160, None)):
            self.lot(card, points, days)
        self.assertEqual((card.sync_expiring_30, card.sync_expiring_60, card.sync_expiring_90), (10, 30, 70))
        self.assertEqual(card.sync_next_expiry, fields.Date.today() + timedelta(days=5))
        self.assertEqual((card.sync_available, card.sync_lot_count, card.sync_entry_count), (310, 5, 5))
        self.assertEqual(sorted(card.sync_lot_ids.mapped("days_left")), [0, 5, 45, 80, 400])

    def test_points_past_their_last_day_cannot_be_spent_and_are_told_apart(self):
        card = self.new_card(100)
        self.lot(card, 30, -1)
        self.assertEqual((card.points, card.sync_available, card.sync_overdue), (130, 100, 30))
        self.assertFalse(card.sync_expiring_30)

    def test_pending_points_and_arrears_have_their_own_figures(self):
        self.program.sync_hold = "paid"
        self.confirmed(2)
        card = self.card_of()
        self.assertEqual((card.sync_pending, card.sync_available, card.sync_lot_count), (200, 0, 1))
        other = self.new_card(40, partner=self.contact)
        other.points -= 100
        self.assertEqual((other.sync_arrears, other.sync_available), (60, 0))

    def test_what_a_card_is_worth_follows_the_value_of_a_point(self):
        card = self.new_card(250)
        self.assertEqual(self.program.sync_point_value, 0.1)
        self.assertEqual(card.sync_value, 25)
        self.program.sync_point_value = 0.5
        self.assertEqual(card.sync_value, 125)
        self.assertEqual(self.program.sync_liability, 125)

    def test_the_figures_of_fifty_cards_cost_what_those_of_one_cost(self):
        cards = self.env["loyalty.card"]
        for number in range(50):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            cards += self.new_card(number + 1, partner=partner)
        names = ["sync_available", "sync_pending", "sync_arrears", "sync_expiring_30", "sync_next_expiry", "sync_value"]
        self.env.flush_all()
        counts = []
        for few in (cards[:2], cards[:1], cards):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            few.with_user(self.seller).read(names)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts[1:])
        self.assertLess(counts[2], 10)

    def test_a_contact_of_a_company_with_one_wallet_is_told_where_his_points_are(self):
        self.program.sync_is_pooled = True
        key = self.new_card(0, partner=self.contact)
        wallet = self.new_card(70)
        self.assertEqual((key.sync_holder_id, wallet.sync_holder_id), (wallet, self.env["loyalty.card"]))

    # ---------------------------------------------------------------- explain

    def test_every_point_of_a_balance_is_explained(self):
        order = self.confirmed(2)
        card = self.card_of()
        self.lot(card, 50, 10)
        spending = self.redeemed(card=card)
        quotation = self.new_order(1)
        self.claim(quotation, card)
        told = card.with_user(self.seller).sync_explain()
        self.assertEqual(told["figures"]["balance"], card.points)
        self.assertEqual(sum(lot["remaining"] for lot in told["lots"]), card.points)
        earned = next(lot for lot in told["lots"] if lot["document"] and lot["document"]["name"] == order.name)
        self.assertEqual((earned["quantity"], earned["remaining"]), (200, 150))
        self.assertEqual(earned["document"]["detail"], "2 × Lens")
        self.assertEqual(
            [(draw["quantity"], draw["document"]["name"], draw["kind"]) for draw in earned["draws"]],
            [(50, spending.name, "redeem")],
        )
        [reservation] = told["reservations"]
        self.assertEqual((reservation["quantity"], reservation["document"]["id"]), (100, quotation.id))
        self.assertEqual((told["proof"]["entries"], told["proof"]["sum"], told["proof"]["is_proven"]), (4, 240, True))

    def test_what_was_given_back_is_no_longer_drawn(self):
        card = self.new_card(150)
        order = self.redeemed()
        order._action_cancel()
        [lot] = card.sync_explain()["lots"]
        self.assertEqual((lot["remaining"], lot["draws"]), (150, []))

    def test_arrears_are_explained_by_the_debit_that_left_them(self):
        order = self.cancelled_too_late(2)
        card = self.card_of()
        told = card.sync_explain()
        [arrears] = told["arrears"]
        self.assertEqual((arrears["remaining"], arrears["document"]["name"]), (10, order.name))
        self.assertTrue(told["proof"]["is_proven"])
        self.assertEqual(told["proof"]["lots"] - told["proof"]["arrears"], -10)

    def test_a_balance_that_somebody_changed_in_the_database_is_not_proven(self):
        card = self.new_card(10)
        self.env.flush_all()
        self.env.cr.execute("UPDATE loyalty_card SET points = 9999 WHERE id = %s", [card.id])
        self.env.invalidate_all()
        proof = card.sync_explain()["proof"]
        self.assertEqual((proof["sum"], proof["is_proven"]), (10, False))

    def test_fifty_lots_are_explained_by_as_many_queries_as_one(self):
        cards = [self.new_card(partner=self.customer), self.new_card(partner=self.contact)]
        for card, lots in zip(cards, (1, 50), strict=True):
            for number in range(lots):
                order = self.env["sale.order"].create({"partner_id": card.partner_id.id})
                card._sync_move("test", [Part("earn", exact(10))], order, key=f"t:{card.id}:{number}")
            card._sync_move("test", [Part("redeem", exact(-5))], order, key=f"d:{card.id}")
        counts = []
        for card in (cards[0], *cards):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            told = card.with_user(self.seller).sync_explain()
            counts.append(self.env.cr.sql_log_count - start)
            self.assertTrue(told["proof"]["is_proven"])
        self.assertEqual(len(told["lots"]), 50)
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 25)

    def test_beyond_two_hundred_lots_the_rest_is_told_as_a_sum(self):
        card = self.new_card()
        card._sync_move("test", [Part("bonus", exact(2)) for _number in range(203)])
        told = card.sync_explain()
        self.assertEqual((len(told["lots"]), told["more_lots"]), (200, {"count": 3, "points": 6}))

    def test_a_colleague_of_service_explains_the_points_of_his_own_customers_only(self):
        card, other = self.new_card(10), self.new_card(20, partner=self.env["res.partner"].create({"name": "Else"}))
        self.customer.user_id = self.agent
        self.assertFalse(self.agent.has_group("sales_team.group_sale_salesman"))
        self.assertEqual(card.with_user(self.agent).sync_explain()["figures"]["balance"], 10)
        with self.assertRaises(AccessError):
            other.with_user(self.agent).sync_explain()

    def test_what_an_order_contains_is_not_told_to_who_may_not_read_it(self):
        order = self.confirmed(2)
        self.customer.user_id = self.agent
        [lot] = self.card_of().with_user(self.agent).sync_explain()["lots"]
        document = lot["document"]
        self.assertEqual((document["name"], document["can_open"], document["detail"]), (order.name, False, False))

    def test_portal_users_and_employees_without_a_role_explain_nothing(self):
        card = self.new_card(10)
        portal = new_test_user(self.env, "t_portal_points", "base.group_portal", partner_id=self.contact.id)
        for user in (portal, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                card.with_user(user).sync_explain()

    def test_nobody_of_another_company_explains_a_card(self):
        company, other = self.other_company()
        card = self.new_card(10)
        self.assertEqual(card.company_id, self.company)
        with self.assertRaises(AccessError):
            card.with_user(other).with_context(allowed_company_ids=company.ids).sync_explain()

    # ---------------------------------------------------------------- forms, tiles

    def test_the_form_of_a_card_opens_for_sales_service_manager_and_auditor(self):
        card = self.new_card(40)
        card.points -= 100
        self.customer.sync_department_id = self.service
        self.assertEqual(card.with_user(self.seller).action_sync_adjust()["context"], {"default_card_id": card.id})
        for user in (self.seller, self.agent, self.manager, self.auditor):
            with self.subTest(user=user.login):
                form = Form(card.with_user(user))
                self.assertEqual(form.sync_arrears, 60)
                self.assertEqual(len(form.sync_entry_ids), 2)

    def test_the_policy_of_a_program_is_told_in_a_sentence_while_it_is_typed(self):
        with Form(self.program) as form:
            self.assertEqual(form.sync_expiry_sentence, "Points never expire.")
            form.sync_expiry = "fixed"
            form.sync_expiry_months = 12
            form.sync_expiry_rounding = "year"
            self.assertIn(f"12/31/{fields.Date.today().year + 1}", form.sync_expiry_sentence)
            form.sync_hold = "delivered"
            form.sync_hold_days = 14
            self.assertIn("delivered today", form.sync_spend_sentence)
            form.sync_rounding_digits = 1
            self.assertIn("12.3", form.sync_earn_sentence)
            form.sync_point_value = 0.25
            self.assertIn("25.00", form.sync_worth_sentence)

    def test_only_sales_managers_edit_the_policy(self):
        for user in (self.seller, self.auditor, self.head):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.program.with_user(user).sync_expiry_months = 24
        self.program.with_user(self.manager).sync_expiry_months = 24

    def tile(self, user):
        page = self.customer.with_user(user).sync_customer_page()
        return next(tile for tile in page["tiles"] if tile["code"] == "points")

    def test_the_tile_tells_what_can_be_spent_and_what_expires_soon(self):
        card = self.new_card(100)
        self.lot(card, 30, 10)
        tile = self.tile(self.seller)
        self.assertEqual((tile["value"], tile["tone"]), (130, "warning"))
        self.assertIn("30 expire soon", tile["text"])
        self.assertEqual(tile["action"]["params"], {"card_id": card.id})

    def test_the_tile_is_red_when_points_are_owed_and_a_list_when_there_are_several_cards(self):
        self.new_card(40).points -= 100
        self.new_card(10, partner=self.contact)
        tile = self.tile(self.seller)
        self.assertEqual((tile["value"], tile["tone"], tile["text"]), (10, "danger", "60 in arrears"))
        self.assertEqual(tile["action"]["res_model"], "loyalty.card")

    def test_the_tile_is_locked_for_who_may_not_know_the_points(self):
        self.new_card(40)
        self.assertTrue(self.tile(self.agent)["masked"])
        self.customer.user_id = self.agent
        self.assertEqual(self.tile(self.agent)["value"], 40)

    # ---------------------------------------------------------------- lists

    def test_the_ledger_is_grouped_by_customer_and_searched_by_arrears(self):
        card = self.new_card(40)
        card.points -= 100
        Entry = self.env["crm.sync.loyalty.entry"].with_user(self.seller)
        groups = Entry._read_group([("card_id", "=", card.id)], ["partner_id", "kind"], ["quantity:sum"])
        self.assertEqual(groups, [(self.customer, "adjust", -60)])
        self.assertEqual(Entry.search([("card_id", "=", card.id), ("arrears_ids", "!=", False)]).quantity, -100)
