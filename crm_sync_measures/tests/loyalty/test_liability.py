from datetime import timedelta

from odoo import fields

from ...rules.ledger import Part, exact
from .common import LoyaltyCase


class TestLiability(LoyaltyCase):
    """What the company owes in points is told in points and in money, by age and by expiry."""

    def setUp(self):
        super().setUp()
        self.Liability = self.env["crm.sync.loyalty.liability"]

    def lot(self, card, points, age=0, days=None):
        today = fields.Date.today()
        expires = days is not None and today + timedelta(days=days)
        part = Part("bonus", exact(points), earned_on=today - timedelta(days=age), expires_on=expires or None)
        card._sync_move("test", [part])

    def sums(self, groupby):
        rows = self.Liability._read_group([("program_id", "=", self.program.id)], [groupby], ["points:sum"])
        return dict(rows)

    def test_what_is_owed_is_what_customers_hold(self):
        card = self.new_card(250)
        card.points -= 100
        [row] = self.Liability.search([("card_id", "=", card.id)])
        self.assertEqual((row.points, row.value, row.partner_id), (150, 15, self.customer))
        card.points -= 150
        self.assertFalse(self.Liability.search([("card_id", "=", card.id)]))

    def test_pending_points_are_owed_and_arrears_are_not(self):
        self.program.sync_hold = "paid"
        self.confirmed(2)
        self.new_card(40, partner=self.contact).points -= 100
        [row] = self.Liability.search([("program_id", "=", self.program.id)])
        self.assertEqual((row.points, row.pending_points, row.value), (200, 200, 20))

    def test_lots_are_told_by_age_and_by_what_is_left_of_their_time(self):
        card = self.new_card()
        for points, age, days in (
            (1, 10, None),
            (2, 100, -1),
            (4, 200, 0),
            (8, 400, 45),
            (16, 800, 75),
            (32, 800, 365),
        ):
            self.lot(card, points, age, days)
        self.assertEqual(self.sums("age"), {"0-3": 1, "3-6": 2, "6-12": 4, "12-24": 8, "24+": 48})
        self.assertEqual(self.sums("expiry"), {"never": 1, "overdue": 2, "30": 4, "60": 8, "90": 16, "later": 32})

    def test_money_is_converted_at_todays_rate(self):
        currency = self.env["res.currency"].create({"name": "TPT", "symbol": "T"})
        self.env["res.currency.rate"].create(
            [
                {"name": "2020-01-01", "currency_id": currency.id, "rate": 2.0},
                {"name": fields.Date.today(), "currency_id": currency.id, "rate": 4.0},
            ]
        )
        program = self.new_program(name="Foreign", currency_id=currency.id)
        self.new_card(100, program=program)
        [row] = self.Liability.search([("program_id", "=", program.id)])
        self.assertEqual((row.value, row.value_company), (10, 2.5))
        self.assertEqual((row.currency_id, row.company_currency_id), (currency, self.company.currency_id))

    def test_nobody_sees_what_another_company_owes(self):
        company, other = self.other_company()
        other.write({"group_ids": [(4, self.env.ref("crm_sync_measures.group_manager").id)]})
        self.new_card(10)
        program = self.new_program(name="Theirs", company_id=company.id, currency_id=company.currency_id.id)
        theirs = self.new_card(20, program=program)
        seen = self.Liability.with_user(other).with_context(allowed_company_ids=company.ids).search([])
        self.assertEqual(seen.card_id.ids, theirs.ids)

    def test_a_department_manager_sees_what_is_owed_to_his_customers(self):
        self.new_card(10)
        other = self.new_card(20, partner=self.env["res.partner"].create({"name": "Service's"}))
        other.partner_id.sync_department_id = self.service
        domain = [("program_id", "=", self.program.id)]
        self.assertEqual(self.Liability.with_user(self.head).search(domain).card_id.ids, other.ids)
        for user in (self.manager, self.auditor):
            self.assertEqual(len(self.Liability.with_user(user).search(domain)), 2, user.login)

    def test_the_button_of_a_program_tells_the_same_sum(self):
        self.new_card(250)
        self.new_card(50, partner=self.contact)
        self.assertEqual((self.program.sync_open_points, self.program.sync_liability), (300, 30))
        action = self.program.action_open_sync_liability()
        self.assertEqual(sum(self.Liability.search(action["domain"]).mapped("value")), 30)
