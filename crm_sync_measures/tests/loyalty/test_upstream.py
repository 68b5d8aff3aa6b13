from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from .common import LoyaltyCase


class TestUpstream(LoyaltyCase):
    """Defects that were reported to Odoo, by their thread, or measured on Odoo 19.0.0.

    Each holds whether or not Odoo has mended it meanwhile.
    """

    def quotations_that_want_the_same_points(self, number=2):
        """Quotations whose reservations have ended, each with a reward of 100 points."""
        orders = self.env["sale.order"]
        cloth = self.new_product("Cloth", 10.0)
        for _number in range(number):
            order = self.new_order(1, product=cloth)
            self.claim(order)
            order.sudo().sync_reserved_until = fields.Datetime.now() - timedelta(hours=1)
            orders |= order
        return orders

    # ---------------------------------------------------------------- confirmation

    def test_249775_two_quotations_confirmed_together_do_not_spend_the_same_points(self):
        card = self.new_card(100)
        orders = self.quotations_that_want_the_same_points()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            orders.action_confirm()
        self.env.invalidate_all()
        self.assertLedger(card, 100)
        orders[0].action_confirm()
        self.assertLedger(card, 0)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            orders[1].action_confirm()
        self.env.invalidate_all()
        self.assertLedger(card, 0)

    def test_145782_one_customer_gets_one_card_whatever_number_of_orders(self):
        orders = self.new_order(1) | self.new_order(1) | self.new_order(1)
        for order in orders:
            order._update_programs_and_rewards()
            self.program.invalidate_recordset()
            if order == orders[0]:
                order._try_apply_program(self.program)
        orders.action_confirm()
        self.assertEqual(len(self.card_of()), 1)
        self.assertLedger(self.card_of(), 300)

    # ---------------------------------------------------------------- refunds

    def test_257854_238806_212922_221928_a_refund_takes_the_points_back(self):
        order = self.confirmed(2)
        self.refund(self.invoice(order))
        self.assertLedger(self.card_of(), 0)

    def test_257854_buying_and_returning_again_and_again_earns_nothing(self):
        for _time in range(3):
            order = self.confirmed(2)
            self.refund(self.invoice(order))
        self.assertLedger(self.card_of(), 0)

    # ---------------------------------------------------------------- history and balance

    def test_273688_211342_211188_202433_the_history_adds_up_to_what_orders_have_moved(self):
        card = self.new_card(250)
        order = self.redeemed(5)
        order.order_line.filtered(lambda line: not line.reward_id).product_uom_qty = 2
        self.refund(self.invoice(order), 0.5)
        cancelled = self.confirmed()
        cancelled._action_cancel()
        # 250 there, 190 earned on two pieces less the reward, half of it and of the 100 spent given back.
        self.assertLedger(card, 250 + 95 - 50)
        history = self.env["loyalty.history"].search([("card_id", "=", card.id), ("order_model", "=", "sale.order")])
        self.assertEqual([(line.issued, line.used) for line in history], [(95, 50)])

    def test_a_cancelled_order_leaves_its_trace(self):
        order = self.confirmed(2)
        order._action_cancel()
        card = self.card_of()
        self.assertEqual(self.kinds(card), [("earn", 200), ("reverse_earn", -200)])
        self.assertEqual(set(card.sync_entry_ids.mapped("source_name")), {order.name})

    def test_cancelling_what_was_spent_meanwhile_is_told_and_repaid(self):
        order = self.cancelled_too_late()
        card = self.card_of()
        self.assertLedger(card, -10)
        arrears = self.arrears_of(card)
        self.assertEqual((arrears.source_name, arrears.remaining), (order.name, 10))
        self.confirmed()
        self.assertFalse(arrears.remaining)
        self.assertLedger(card, 90)

    # ---------------------------------------------------------------- merge

    def test_171706_30141_merged_customers_keep_the_sum_of_their_points(self):
        twin = self.env["res.partner"].create({"name": "Northern Optics Ltd"})
        first, second = self.new_card(120), self.new_card(30, partner=twin)
        self.merge_partners(twin, self.customer)
        self.env.invalidate_all()
        self.assertLedger(first, 150)
        self.assertLedger(second, 0)

    def test_a_merge_sends_no_false_mail_that_points_were_reached(self):
        template = self.env["mail.template"].create(
            {
                "name": "Reached",
                "subject": "You reached 100 points",
                "model_id": self.env["ir.model"]._get_id("loyalty.card"),
            }
        )
        values = {"trigger": "points_reach", "points": 100, "mail_template_id": template.id}
        self.program.communication_plan_ids = [Command.create(values)]
        twin = self.env["res.partner"].create({"name": "Northern Optics Ltd", "email": "twin@northern.example.com"})
        self.new_card(60)
        self.new_card(60, partner=twin)
        self.merge_partners(twin, self.customer)
        self.assertFalse(self.env["mail.mail"].sudo().search([("subject", "=", "You reached 100 points")]))

    # ---------------------------------------------------------------- amounts

    def test_101631_238491_an_order_in_another_currency_earns_what_it_is_worth(self):
        yen = self.yen((0, 150.0))
        self.program.currency_id = self.company.currency_id
        pricelist = self.env["product.pricelist"].create({"name": "Yen", "currency_id": yen.id})
        order = self.new_order(1, pricelist_id=pricelist.id)
        order.order_line.price_unit = 15000
        order.action_confirm()
        self.assertLedger(self.card_of(), 100)

    def test_150833_114004_what_was_paid_with_points_earns_none(self):
        self.program.reward_ids.write({"discount": 100.0, "discount_mode": "per_order"})
        card = self.new_card(100)
        order = self.new_order(1)
        self.claim(order)
        self.assertEqual(order.amount_total, 0)
        order.action_confirm()
        self.assertLedger(card, 0)

    # ---------------------------------------------------------------- expiry

    def test_171453_206048_an_expired_card_is_not_redeemed(self):
        card = self.new_card(100)
        card.expiration_date = fields.Date.today() - timedelta(days=1)
        order = self.new_order(1)
        order._update_programs_and_rewards()
        order._try_apply_program(self.program)
        self.assertNotIn(card, order._get_claimable_rewards())
        self.assertIn("error", order._apply_program_reward(self.program.reward_ids, card))
        card.expiration_date = fields.Date.today()
        order._update_programs_and_rewards()
        self.assertIn(card, order._get_claimable_rewards())

    def test_171453_a_card_that_expires_before_the_confirmation_is_not_spent(self):
        card = self.new_card(100)
        order = self.new_order(1)
        self.claim(order)
        card.expiration_date = fields.Date.today() - timedelta(days=1)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            order.action_confirm()
        self.env.invalidate_all()
        self.assertLedger(card, 100)

    # ---------------------------------------------------------------- edits of a confirmed order

    def test_a_reward_added_to_an_edited_confirmed_order_and_cancelled_leaves_nothing(self):
        card = self.new_card(100)
        order = self.confirmed()
        order.order_line.product_uom_qty = 3
        order.action_open_reward_wizard()
        self.assertEqual(sum(order.order_line.mapped("points_cost")), 100)
        # 100, and 290 for what is paid with money, less the reward.
        self.assertLedger(card, 100 + 290 - 100)
        order._action_cancel()
        self.assertLedger(card, 100)

    def test_fewer_pieces_on_a_confirmed_order_leave_no_ghost_points(self):
        order = self.confirmed(5)
        order.order_line.product_uom_qty = 1
        self.assertLedger(self.card_of(), 100)
        order._action_cancel()
        self.assertLedger(self.card_of(), 0)

    # ---------------------------------------------------------------- rights

    def test_a_salesperson_neither_writes_points_nor_history(self):
        card = self.new_card(10)
        with self.assertRaises(AccessError):
            card.with_user(self.seller).write({"points": 9999})
        with self.assertRaises(AccessError):
            self.env["loyalty.history"].with_user(self.seller).create(
                {"card_id": card.id, "description": "Forged", "issued": 9999}
            )
        self.assertLedger(card, 10)
