from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...rules.ledger import Part, exact
from .common import LoyaltyCase


class TestRadar(LoyaltyCase):
    """Each pattern, made as people make it, is seen; a year of a good customer shows nothing."""

    def setUp(self):
        super().setUp()
        self.Signal = self.env["crm.sync.loyalty.signal"]

    def seen(self, *patterns, program=None):
        domain = [("program_id", "=", (program or self.program).id)]
        signals = self.Signal.search(domain)
        self.assertEqual(sorted(signals.mapped("pattern")), sorted(patterns))
        return signals

    def evidence(self, signal):
        action = signal.action_open_evidence()
        return self.env[action["res_model"]].search(action["domain"])

    def usual(self, count=20, points=10):
        """Orders of other customers, from which it is known what is usual in the program."""
        partner = self.env["res.partner"].create({"name": "Usual"})
        card = self.new_card(partner=partner)
        card._sync_move("test", [Part("earn", exact(points)) for _number in range(count)])
        return card

    def credit(self, card, points, user):
        """Points by hand, as an approved adjustment books them."""
        card.with_user(user).sudo().points += points

    def loop(self):
        """Bought with points earned, spent, and returned."""
        order = self.confirmed(2)
        spending = self.redeemed()
        order._action_cancel()
        return order, spending

    # ---------------------------------------------------------------- the patterns

    def test_bought_spent_and_returned_twice(self):
        self.loop()
        self.seen()
        self.loop()
        signal = self.Signal.search([("pattern", "=", "buy_refund")])
        self.assertEqual((signal.card_id, signal.times, signal.severity), (self.card_of(), 2, "3"))
        self.assertEqual(signal.points, 400)
        self.assertIn("2 orders", signal.summary)
        self.assertLessEqual({"earn", "reverse_earn", "redeem"}, set(self.evidence(signal).mapped("kind")))

    def test_returned_twice_without_spending_is_no_pattern(self):
        for _number in range(2):
            order = self.confirmed(2)
            order._action_cancel()
        self.seen()

    def test_spending_that_was_given_back_is_no_pattern(self):
        for _number in range(2):
            _order, spending = self.loop()
            spending._action_cancel()
        self.assertFalse(self.Signal.search([("pattern", "=", "buy_refund")]))

    def test_points_to_ones_own_card(self):
        card = self.new_card(partner=self.seller.partner_id)
        self.credit(card, 1, self.seller)
        signal = self.seen("self_award")
        self.assertEqual((signal.user_id, signal.severity, signal.points), (self.seller, "3", 1))
        self.assertEqual(self.evidence(signal).mapped("quantity"), [1])

    def test_it_is_who_asked_for_points_and_not_who_agreed(self):
        card = self.new_card(partner=self.seller.partner_id)
        adjustment = (
            self.env["crm.sync.loyalty.adjustment"]
            .with_user(self.seller)
            .create({"card_id": card.id, "quantity": 5, "reason": "goodwill", "explanation": "For my birthday"})
        )
        adjustment.action_submit()
        adjustment.with_user(self.manager).action_approve()
        signal = self.seen("self_award")
        self.assertEqual((card.points, signal.user_id), (5, self.seller))
        self.assertEqual(self.evidence(signal).source_name, adjustment.number)
        adjustment.with_user(self.manager).action_reverse()
        self.seen()

    def test_many_points_to_customers_of_ones_own(self):
        card = self.new_card()
        self.credit(card, 1000, self.seller)
        self.credit(card, 5000, self.manager)
        self.seen()
        self.credit(card, 1, self.seller)
        signal = self.seen("self_award")
        self.assertEqual((signal.user_id, signal.severity, signal.points, signal.times), (self.seller, "2", 1001, 2))

    def test_what_is_usual_in_a_program_sets_the_limit_for_customers_of_ones_own(self):
        self.usual(points=50)
        card = self.new_card()
        self.credit(card, 300, self.seller)
        self.seen()
        self.credit(card, 201, self.seller)
        self.assertEqual(self.seen("self_award").points, 501)

    def test_a_windfall_is_more_than_ten_times_what_is_usual(self):
        self.usual()
        self.confirmed()
        self.seen()
        order = self.confirmed(2)
        signal = self.seen("windfall")
        self.assertEqual((signal.points, signal.partner_id), (200, self.customer))
        self.assertEqual(self.evidence(signal).source_name, order.name)

    def test_without_enough_orders_nothing_is_usual_and_nothing_a_windfall(self):
        self.usual(count=5)
        self.confirmed(50)
        self.seen()

    def test_a_windfall_in_another_currency_is_told_apart(self):
        self.usual()
        currency = self.env["res.currency"].create({"name": "TPT", "symbol": "T"})
        self.env["res.currency.rate"].create({"name": "2020-01-01", "currency_id": currency.id, "rate": 0.01})
        pricelist = self.env["product.pricelist"].create({"name": "TPT", "currency_id": currency.id})
        order = self.new_order(1, pricelist_id=pricelist.id)
        order.order_line.price_unit = 5
        order.action_confirm()
        self.assertEqual(self.card_of().points, 500)
        self.assertEqual(self.seen("fx_windfall").severity, "3")

    def test_twin_cards_and_cards_of_nobody(self):
        self.new_card(10)
        self.new_card(5)
        nobody = self.env["loyalty.card"].create({"program_id": self.program.id, "points": 7})
        signals = self.seen("twin", "ownerless")
        self.assertEqual(signals.filtered(lambda s: s.pattern == "ownerless").card_id, nobody)
        twin = signals.filtered(lambda s: s.pattern == "twin")
        self.assertEqual((twin.times, twin.points, twin.partner_id), (2, 15, self.customer))
        self.assertEqual(len(self.evidence(twin)), 2)

    def test_in_arrears_again(self):
        card = self.new_card(10)
        card.points -= 20
        self.seen()
        card.points += 20
        card.points -= 30
        signal = self.seen("arrears")
        self.assertEqual((signal.times, signal.points), (2, 30))
        self.assertEqual(self.evidence(signal)._name, "crm.sync.loyalty.arrears")

    def test_many_credits_by_hand_of_one_person(self):
        for number in range(20):
            self.seen()
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            self.credit(self.new_card(partner=partner), 5, self.manager)
        signal = self.seen("by_hand")
        self.assertEqual((signal.user_id, signal.times, signal.points), (self.manager, 20, 100))
        self.assertEqual(len(self.evidence(signal)), 20)

    def test_what_lies_longer_back_than_ninety_days_is_not_told(self):
        card = self.new_card(partner=self.seller.partner_id)
        self.credit(card, 10, self.seller)
        self.seen("self_award")
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE crm_sync_loyalty_entry DISABLE TRIGGER USER"))
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_loyalty_entry SET business_date = %s WHERE card_id = %s",
                fields.Date.today() - timedelta(days=91),
                card.id,
            )
        )
        self.env.cr.execute(SQL("ALTER TABLE crm_sync_loyalty_entry ENABLE TRIGGER USER"))
        self.seen()

    # ---------------------------------------------------------------- and nothing else

    def test_a_year_of_a_good_customer_shows_nothing(self):
        self.usual(points=100)
        for quantity in (1, 3, 2, 5, 1):
            self.confirmed(quantity)
        self.refund(self.confirmed_invoice(2), 0.5)
        self.redeemed(2)
        changed = self.confirmed(4)
        changed.order_line.product_uom_qty = 2
        cancelled = self.confirmed()
        cancelled._action_cancel()
        self.credit(self.card_of(), 50, self.manager)
        self.credit(self.card_of(), 50, self.seller)
        self.seen()

    def confirmed_invoice(self, quantity):
        order = self.confirmed(quantity)
        return self.invoice(order)

    # ---------------------------------------------------------------- who may see it

    def test_only_managers_and_auditors_see_the_radar(self):
        self.credit(self.new_card(partner=self.seller.partner_id), 1, self.seller)
        domain = [("program_id", "=", self.program.id)]
        for user in (self.manager, self.auditor):
            self.assertEqual(len(self.Signal.with_user(user).search(domain)), 1, user.login)
        for user in (self.seller, self.agent, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.Signal.with_user(user).search(domain)

    def test_a_department_manager_sees_what_concerns_his_people_and_customers(self):
        self.credit(self.new_card(partner=self.seller.partner_id), 1, self.seller)
        self.credit(self.new_card(partner=self.agent.partner_id), 1, self.agent)
        signals = self.Signal.with_user(self.head).search([("program_id", "=", self.program.id)])
        self.assertEqual(signals.user_id, self.agent)

    def test_nobody_sees_the_radar_of_another_company(self):
        company, other = self.other_company()
        other.write({"group_ids": [(4, self.env.ref("crm_sync_measures.group_manager").id)]})
        self.credit(self.new_card(partner=self.seller.partner_id), 1, self.seller)
        self.assertFalse(self.Signal.with_user(other).with_context(allowed_company_ids=company.ids).search([]))
