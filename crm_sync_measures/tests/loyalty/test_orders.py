from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...rules.ledger import Part, exact
from .common import LoyaltyCase


class TestOrders(LoyaltyCase):
    """An order moves exactly what it is worth, whatever happens to it."""

    def test_an_order_earns_and_its_source_is_known(self):
        order = self.confirmed(2)
        card = self.card_of()
        self.assertEqual(self.kinds(card), [("earn", 200)])
        self.assertEqual(card.sync_entry_ids.source_name, order.name)
        self.assertEqual(card.sync_entry_ids.base_amount, 200)
        self.assertLedger(card, 200)

    def test_a_reward_is_booked_apart_from_what_is_earned(self):
        card = self.new_card(150)
        self.redeemed()
        # Ten of the hundred were paid with points: they earn nothing.
        self.assertEqual(self.kinds(card)[1:], [("earn", 90), ("redeem", -100)])
        self.assertLedger(card, 140)

    def test_a_cancelled_order_gives_back_what_it_took_to_the_lots_it_came_from(self):
        card = self.new_card(150)
        order = self.redeemed()
        order._action_cancel()
        self.assertEqual(self.kinds(card)[3:], [("reverse_redeem", 100), ("reverse_earn", -90)])
        self.assertEqual(card.sync_lot_ids.sorted("id").mapped("remaining"), [150, 0])
        self.assertLedger(card, 150)

    def test_confirmed_again_after_draft_it_earns_once(self):
        order = self.confirmed(2)
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self.kinds(self.card_of()), [("earn", 200), ("reverse_earn", -200), ("earn", 200)])
        self.assertLedger(self.card_of(), 200)

    def test_edited_quantities_of_a_confirmed_order_move_their_share(self):
        order = self.confirmed(5)
        order.order_line.product_uom_qty = 1
        self.assertLedger(self.card_of(), 100)
        order.order_line.product_uom_qty = 7
        self.assertLedger(self.card_of(), 700)
        order._action_cancel()
        self.assertLedger(self.card_of(), 0)

    def test_three_partial_refunds_take_back_exactly_what_was_earned(self):
        self.program.sync_rounding_digits = 0
        order = self.confirmed(3, product=self.new_product("Cloth", 3.34))
        card = self.card_of()
        self.assertLedger(card, 10)
        invoice = self.invoice(order)
        left = []
        for _number in range(3):
            self.refund(invoice, 1 / 3)
            left.append(card.points)
        self.assertEqual(left, [7, 4, 0])
        self.assertLedger(card, 0)

    def test_a_credit_note_that_is_withdrawn_gives_the_points_back_to_their_lot(self):
        order = self.confirmed(2)
        card = self.card_of()
        refund = self.refund(self.invoice(order))
        self.assertLedger(card, 0)
        refund.button_draft()
        self.assertLedger(card, 200)
        self.assertEqual(len(card.sync_lot_ids), 1)
        refund.action_post()
        self.assertLedger(card, 0)
        self.assertEqual(card.sync_lot_ids.state, "reversed")

    def test_refunded_and_then_cancelled_it_takes_back_once(self):
        order = self.confirmed(2)
        self.refund(self.invoice(order), 0.5)
        self.assertLedger(self.card_of(), 100)
        order._action_cancel()
        self.assertLedger(self.card_of(), 0)

    def test_points_that_were_spent_meanwhile_are_owed(self):
        self.cancelled_too_late(2)
        card = self.card_of()
        self.assertLedger(card, -10)
        self.assertEqual(self.arrears_of(card).remaining, 10)

    def test_points_on_hold_are_there_and_cannot_be_spent(self):
        self.program.sync_hold = "paid"
        order = self.confirmed(2)
        card = self.card_of()
        self.assertEqual(self.kinds(card), [("earn", 200), ("hold", -200)])
        self.assertEqual(card.sync_lot_ids.state, "pending")
        self.assertLedger(card, 0)
        invoice = self.invoice(order)
        self.register_payment(invoice)
        self.assertEqual(self.kinds(card)[2:], [("release", 200)])
        self.assertLedger(card, 200)

    def test_a_cancelled_order_takes_pending_points_back(self):
        self.program.sync_hold = "paid"
        order = self.confirmed(2)
        order._action_cancel()
        self.assertLedger(self.card_of(), 0)
        self.assertFalse(self.card_of().sync_lot_ids.held)

    def test_a_refund_of_pending_points_takes_its_share_of_them(self):
        self.program.sync_hold = "delivered"
        order = self.confirmed(2)
        self.refund(self.invoice(order), 0.5)
        card = self.card_of()
        self.assertEqual(card.sync_lot_ids.held, 100)
        self.assertLedger(card, 0)

    def test_points_of_an_order_that_have_expired_are_not_taken_a_second_time(self):
        order = self.confirmed()
        card = self.card_of()
        lot = card.sync_lot_ids
        card._sync_move("expire", [Part("expire", exact(-60), lot_id=lot.id)])
        order.order_line.product_uom_qty = 2
        self.assertLedger(card, 140)
        order._action_cancel()
        self.assertLedger(card, 0)

    # ---------------------------------------------------------------- nobody gets points by editing

    def test_the_cost_of_a_reward_is_not_edited_to_get_points(self):
        card = self.new_card(150)
        order = self.redeemed()
        line = order.order_line.filtered("reward_id").with_user(self.seller)
        for cost in (0, -9999):
            with self.assertRaises(UserError):
                line.points_cost = cost
        with self.assertRaises(AccessError):
            order.with_user(self.seller).write({"order_line": [Command.update(line.id, {"points_cost": 1})]})
        self.assertLedger(card, 140)

    def test_what_an_order_has_granted_is_not_edited(self):
        order = self.confirmed()
        with self.assertRaises(AccessError):
            order.coupon_point_ids.with_user(self.manager).sync_earned = 9999
        self.assertLedger(self.card_of(), 100)

    def test_points_of_another_customer_are_not_spent(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        card = self.new_card(500, partner=stranger)
        order = self.new_order(1)
        order.write({"applied_coupon_ids": [Command.link(card.id)]})
        self.claim(order, card)
        with self.assertRaisesRegex(UserError, "Stranger"):
            order.action_confirm()
        self.assertLedger(card, 500)

    def test_a_salesperson_confirms_redeems_edits_and_cancels_with_his_own_rights(self):
        self.new_card(150)
        order = self.new_order(1).with_user(self.seller)
        self.claim(order)
        order.action_confirm()
        order.order_line.filtered(lambda line: not line.reward_id).product_uom_qty = 2
        self.assertLedger(self.card_of(), 240)
        order._action_cancel()
        self.assertLedger(self.card_of(), 150)

    def test_set_back_to_draft_by_hand_it_does_not_earn_twice(self):
        order = self.confirmed(2)
        order.with_user(self.seller).write({"state": "draft"})
        self.assertLedger(self.card_of(), 0)
        order.with_user(self.seller).action_confirm()
        self.assertLedger(self.card_of(), 200)
        order._action_cancel()
        self.assertLedger(self.card_of(), 0)

    def test_a_reservation_is_not_made_by_hand(self):
        order = self.new_order(1).with_user(self.seller)
        for name, value in (
            ("sync_reserved_until", "2999-01-01"),
            ("sync_delivered_on", "2020-01-01"),
            ("sync_loyalty_cycle", 7),
        ):
            with self.assertRaises(AccessError):
                order.write({name: value})
            with self.assertRaises(AccessError):
                order.with_context(**{f"default_{name}": value}).create({"partner_id": self.customer.id})

    def test_points_that_all_repay_arrears_leave_nothing_to_hold(self):
        card = self.new_card(10)
        card.points -= 510
        self.program.sync_hold = "paid"
        self.confirmed(2)
        self.assertEqual(self.kinds(card)[2:], [("earn", 200), ("arrears_settle", 0)])
        self.assertLedger(card, -300)
