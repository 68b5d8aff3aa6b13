from datetime import date

from odoo.tests import tagged

from .machine_common import MachineCase


@tagged("post_install", "-at_install")
class TestTierReports(MachineCase):
    """Members over time, movements, and what tiers cost and bring, told from the history."""

    def setUp(self):
        super().setUp()
        self.policy = self.in_force(self.rules(lines={self.gold: {"multiplier": 1.5}}))
        self.travel("2026-02-10 12:00:00")
        self.earn(120)
        self.review()
        self.travel("2026-04-10 12:00:00")
        self.earn(200)
        self.review()
        self.travel("2026-05-20 12:00:00")
        self.own = [("card_id", "=", self.card.id)]

    def test_each_month_tells_the_tier_of_its_last_day_and_this_one_that_of_today(self):
        rows = self.env["crm.sync.tier.month"].search(self.own, order="day")
        self.assertEqual(
            [(row.day, row.tier_id) for row in rows],
            [
                (date(2026, 2, 28), self.silver),
                (date(2026, 3, 31), self.silver),
                (date(2026, 4, 30), self.gold),
                (date(2026, 5, 20), self.gold),
            ],
        )
        self.assertEqual(rows.filtered("is_today").day, date(2026, 5, 20))

    def test_each_movement_tells_from_where_to_where(self):
        rows = self.env["crm.sync.tier.movement"].search(self.own, order="day")
        self.assertEqual(
            [(row.from_tier_id, row.to_tier_id, row.direction) for row in rows],
            [(self.env["crm.sync.tier"], self.silver, "new"), (self.silver, self.gold, "up")],
        )

    def test_an_order_counts_for_the_tier_of_its_day_with_its_bonus(self):
        self.program.sync_point_value = 0.1
        order = self.confirmed(1)
        row = self.env["crm.sync.tier.result"].search([("order_id", "=", order.id)])
        self.assertEqual((row.tier_id, row.amount, row.bonus_points, row.bonus_value), (self.gold, 100, 50, 5.0))
        self.assertEqual(row.cost, 5.0)

    def test_whether_a_customer_bought_again_is_known_after_180_days(self):
        first = self.confirmed(1)
        self.pass_days(30)
        second = self.confirmed(1)
        Result = self.env["crm.sync.tier.result"]
        self.assertFalse(Result.search([("order_id", "=", first.id)]).repeat_rate)
        self.pass_days(175)
        groups = Result._read_group([("order_id", "in", (first | second).ids)], ["tier_id"], ["repeat_rate:avg"])
        self.assertEqual(groups, [(self.gold, 100.0)])
        self.pass_days(30)
        groups = Result._read_group([("order_id", "in", (first | second).ids)], ["tier_id"], ["repeat_rate:avg"])
        self.assertEqual(groups, [(self.gold, 50.0)])

    def test_each_reads_of_the_customers_he_may_know(self):
        """The head of service has no part in a customer of sales; once it is his, he reads of him."""
        names = ("crm.sync.tier.month", "crm.sync.tier.movement")
        for name in names:
            self.assertFalse(self.env[name].with_user(self.head).search(self.own), name)
            self.assertTrue(self.env[name].with_user(self.manager).search(self.own), name)
            self.assertTrue(self.env[name].with_user(self.auditor).search(self.own), name)
        self.customer.sync_department_id = self.service
        for name in names:
            self.assertTrue(self.env[name].with_user(self.head).search(self.own), name)

    def test_a_gift_for_reaching_a_tier_is_its_cost(self):
        self.program.sync_point_value = 0.1
        self.gold.gift_points = 40
        other = self.old_card(self.env["res.partner"].create({"name": "Second"}))
        self.review(other)
        self.earn(320, other)
        self.review(other)
        row = self.env["crm.sync.tier.result"].search([("card_id", "=", other.id), ("order_id", "=", False)])
        self.assertEqual((row.tier_id, row.bonus_points, row.cost), (self.gold, 40, 4.0))
