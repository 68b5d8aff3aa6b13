from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError

from .common import LoyaltyCase


class TestReservations(LoyaltyCase):
    """A quotation keeps the points that it wants to redeem, for the time that its program gives."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.new_card(150)
        # What the reward pays for, so that the order earns nothing that it could spend itself.
        cls.cloth = cls.new_product("Cloth", 10.0)

    def reserving(self, **values):
        order = self.new_order(1, **values)
        self.claim(order, self.card)
        return order

    def end_reservation(self, order):
        order.sudo().sync_reserved_until = fields.Datetime.now() - timedelta(minutes=1)

    def claimable(self, order):
        order._update_programs_and_rewards()
        if self.card not in order.coupon_point_ids.coupon_id:
            order._try_apply_program(self.program)
        return self.card in order._get_claimable_rewards()

    # ---------------------------------------------------------------- two that want the same points

    def test_points_of_one_quotation_cannot_be_claimed_by_another(self):
        first = self.reserving()
        second = self.new_order(1, product=self.cloth)
        # 150 less the 100 reserved, and 10 of its own: not enough for a second reward.
        self.assertFalse(self.claimable(second))
        first.action_confirm()
        self.assertLedger(self.card, 140)
        self.assertTrue(self.claimable(second))

    def test_a_quotation_does_not_block_itself(self):
        order = self.reserving()
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertLedger(self.card, 140)

    def test_a_reservation_ends_with_its_time(self):
        first = self.reserving()
        hours = self.program.sync_reservation_hours
        until = fields.Datetime.now() + timedelta(hours=hours)
        self.assertAlmostEqual(first.sync_reserved_until, until, delta=timedelta(minutes=1))
        self.end_reservation(first)
        second = self.reserving()
        second.action_confirm()
        self.assertLedger(self.card, 140)

    def test_editing_does_not_prolong_a_reservation_and_renews_one_that_has_ended(self):
        order = self.reserving()
        soon = fields.Datetime.now() + timedelta(minutes=10)
        order.sudo().sync_reserved_until = soon
        order.order_line.filtered(lambda line: not line.reward_id).product_uom_qty = 2
        order._update_programs_and_rewards()
        self.assertEqual(order.sync_reserved_until, soon)
        self.end_reservation(order)
        order._update_programs_and_rewards()
        self.assertGreater(order.sync_reserved_until, soon)

    def test_whoever_comes_too_late_is_told_and_nothing_is_moved(self):
        first = self.reserving(product=self.cloth)
        self.end_reservation(first)
        second = self.reserving(product=self.cloth)
        # The first one's time has ended, and the second one has the points now.
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            first.action_confirm()
        self.env.invalidate_all()
        self.assertLedger(self.card, 150)
        second.action_confirm()
        self.assertLedger(self.card, 50)

    # ---------------------------------------------------------------- what frees them

    def test_a_cancelled_quotation_frees_its_points(self):
        first = self.reserving()
        first._action_cancel()
        self.assertEqual(self.card._sync_blocked(), 0)

    def test_a_removed_reward_frees_its_points(self):
        first = self.reserving()
        self.assertEqual(self.card._sync_blocked(), 100)
        first.order_line.filtered("reward_id").unlink()
        self.assertEqual(self.card._sync_blocked(), 0)

    def test_a_copied_quotation_reserves_nothing(self):
        first = self.reserving()
        copy = first.copy()
        self.assertFalse(copy.order_line.filtered("reward_id"))
        self.assertEqual(self.card._sync_blocked(copy), 100)
        self.assertEqual(self.card._sync_blocked(first), 0)

    def test_a_confirmed_order_reserves_nothing_any_more(self):
        self.reserving().action_confirm()
        self.assertEqual(self.card._sync_blocked(), 0)

    # ---------------------------------------------------------------- payments

    def test_points_of_an_order_that_is_being_paid_stay_reserved(self):
        for state in ("pending", "authorized", "done"):
            with self.subTest(state=state):
                order = self.reserving()
                self.end_reservation(order)
                self.assertEqual(self.card._sync_blocked(), 0)
                transaction = self.pay_online(order, state)
                self.assertEqual(self.card._sync_blocked(), 100)
                transaction.state = "cancel"
                self.assertEqual(self.card._sync_blocked(), 0)
                order._action_cancel()

    def test_a_paid_order_never_fails_on_points(self):
        order = self.reserving()
        self.pay_online(order, "done")
        # Taken by an adjustment, though they were reserved.
        self.card.points -= 150
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_total, 90)
        self.assertLedger(self.card, 90 - 100)
        self.assertEqual(self.arrears_of(self.card).remaining, 10)

    def test_an_unpaid_order_fails_on_points_that_are_gone(self):
        order = self.reserving(product=self.cloth)
        self.card.points -= 150
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            order.action_confirm()
        self.env.invalidate_all()
        self.assertLedger(self.card, 0)

    # ---------------------------------------------------------------- who may set it

    def test_a_salesperson_reserves_by_claiming_and_not_by_writing(self):
        order = self.new_order(1).with_user(self.seller)
        self.claim(order)
        self.assertTrue(order.sync_reserved_until)

    def test_points_that_an_order_will_bring_pending_do_not_pay_for_it(self):
        self.program.sync_hold = "paid"
        self.card.points = 50
        order = self.new_order(1)
        # 50, and 100 that it earns when it is paid.
        self.assertFalse(self.claimable(order))
        self.program.sync_hold = "none"
        self.assertTrue(self.claimable(order))
