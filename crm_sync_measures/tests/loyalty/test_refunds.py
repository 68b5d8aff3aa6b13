from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command

from .common import LoyaltyCase


class TestRefunds(LoyaltyCase):
    """What a customer keeps of an order is what he keeps of its points, whatever it was made of."""

    def lines(self, order):
        return order.order_line.filtered(lambda line: not line.reward_id)

    def order_of(self, *lines, **values):
        """A quotation of (product, quantity)."""
        commands = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity}) for product, quantity in lines
        ]
        return self.env["sale.order"].create({"partner_id": self.customer.id, "order_line": commands, **values})

    def refund_line(self, invoice, product, quantity):
        """A posted credit note over so many pieces of one product."""
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.invoice_line_ids.filtered(lambda line: line.product_id != product).unlink()
        refund.invoice_line_ids.quantity = quantity
        refund.action_post()
        return refund

    # ---------------------------------------------------------------- taxes

    def taxed(self):
        tax = self.env["account.tax"].create({"name": "20 %", "amount": 20, "amount_type": "percent"})
        return self.new_product("Taxed Lens", 100.0, taxes_id=[Command.set(tax.ids)])

    def test_points_on_taxes_and_their_refund(self):
        order = self.order_of((self.taxed(), 1))
        order.action_confirm()
        self.assertLedger(self.card_of(), 120)
        self.refund(self.invoice(order), 0.5)
        self.assertLedger(self.card_of(), 60)

    def test_no_points_on_taxes_where_the_program_says_so(self):
        self.program.sync_earn_on_tax = False
        order = self.order_of((self.taxed(), 1))
        order.action_confirm()
        self.assertLedger(self.card_of(), 100)
        self.refund(self.invoice(order), 0.5)
        self.assertLedger(self.card_of(), 50)

    # ---------------------------------------------------------------- what earns nothing

    def test_delivery_earns_nothing_and_its_refund_takes_nothing(self):
        delivery = self.new_product("Delivery", 15.0, type="service")
        order = self.order_of((self.product, 1), (delivery, 1))
        # As ``sale_loyalty_delivery`` does, which need not be installed.
        without = lambda order: order.order_line.filtered(lambda line: line.product_id == delivery)  # noqa: E731
        with patch.object(type(order), "_get_no_effect_on_threshold_lines", without):
            order.action_confirm()
            card = self.card_of()
            self.assertLedger(card, 100)
            invoice = self.invoice(order)
            self.refund_line(invoice, delivery, 1)
            self.assertLedger(card, 100)

    def money_program(self, name, program_type, **rule):
        """A program whose points are money, and the product that is bought to get them."""
        product = self.new_product(name, 50.0, type="service")
        rule = {
            "reward_point_mode": "money",
            "reward_point_amount": 1,
            "product_ids": [Command.set(product.ids)],
            **rule,
        }
        reward = {"discount_mode": "per_point", "discount": 1, "discount_applicability": "order"}
        program = self.new_program(
            name=name,
            program_type=program_type,
            applies_on="future",
            trigger_product_ids=[Command.set(product.ids)],
            rule_ids=[Command.create(rule)],
            reward_ids=[Command.create({"reward_type": "discount", **reward})],
        )
        return program, product

    def gift_cards(self):
        return self.money_program("Gift Card", "gift_card", reward_point_split=True)[1]

    def ewallet(self):
        return self.money_program("Top-up", "ewallet")

    def test_a_gift_card_earns_when_it_pays_and_not_when_it_is_bought(self):
        gift = self.gift_cards()
        order = self.order_of((self.product, 1), (gift, 1))
        order.action_confirm()
        self.assertLedger(self.card_of(), 100)
        bought = self.env["loyalty.card"].search([("program_id.program_type", "=", "gift_card")])
        self.assertLedger(bought, 50)
        paid = self.new_order(1)
        paid._try_apply_code(bought.code)
        paid._apply_program_reward(bought.program_id.reward_ids, bought)
        self.assertEqual(paid.amount_total, 50)
        paid.action_confirm()
        self.assertLedger(bought, 0)
        self.assertLedger(self.card_of(), 200)

    def test_of_three_gift_cards_the_refunded_one_is_one_that_nobody_has_used(self):
        gift = self.gift_cards()
        order = self.order_of((gift, 3))
        order._update_programs_and_rewards()
        order.action_confirm()
        first, second, third = self.env["loyalty.card"].search(
            [("program_id.program_type", "=", "gift_card")], order="id"
        )
        paid = self.order_of((self.new_product("Cloth", 30.0), 1))
        paid._try_apply_code(second.code)
        paid._apply_program_reward(second.program_id.reward_ids, second)
        paid.action_confirm()
        invoice = self.invoice(order)
        self.refund_line(invoice, gift, 2)
        self.assertEqual([card.points for card in (first, second, third)], [0, 20, 0])
        for card in (first, second, third):
            self.assertLedger(card)

    def test_a_top_up_that_is_refunded_is_taken_from_the_ewallet(self):
        program, product = self.ewallet()
        order = self.order_of((product, 2))
        order._update_programs_and_rewards()
        order.action_confirm()
        wallet = self.card_of(program=program)
        self.assertLedger(wallet, 100)
        self.assertFalse(self.card_of().points, "a top-up earns no points")
        self.refund(self.invoice(order), 0.5)
        self.assertLedger(wallet, 50)

    def test_an_order_paid_by_ewallet_gives_it_back_with_its_refund(self):
        program, _product = self.ewallet()
        wallet = self.new_card(80, program=program)
        order = self.new_order(1)
        order._update_programs_and_rewards()
        order._apply_program_reward(program.reward_ids, wallet)
        self.assertEqual(order.amount_total, 20)
        order.action_confirm()
        self.assertLedger(wallet, 0)
        self.assertLedger(self.card_of(), 100)
        self.refund(self.invoice(order))
        self.assertLedger(wallet, 80)
        self.assertLedger(self.card_of(), 0)

    # ---------------------------------------------------------------- discounts and rewards

    def test_a_promotion_lessens_what_is_earned_and_nothing_is_left_after_the_refund(self):
        self.env["loyalty.program"].create(
            {
                "name": "Ten per Cent",
                "program_type": "promotion",
                "applies_on": "current",
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_amount": 10})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                        }
                    )
                ],
            }
        )
        order = self.new_order(2)
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            if coupon.program_id.program_type == "promotion":
                order._apply_program_reward(rewards, coupon)
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 180)
        order.action_confirm()
        card = self.card_of()
        self.assertLedger(card, 180)
        invoice = self.invoice(order)
        self.refund(invoice, 0.5)
        self.assertLedger(card, 90)
        self.refund(invoice, 0.5)
        self.assertLedger(card, 0)

    def test_a_free_product_that_comes_back_brings_its_points_back(self):
        mug = self.new_product("Mug", 20.0)
        self.program.reward_ids = [
            Command.clear(),
            Command.create(
                {"reward_type": "product", "reward_product_id": mug.id, "reward_product_qty": 1, "required_points": 50}
            ),
        ]
        card = self.new_card(120)
        order = self.order_of((self.new_product("Cloth", 5.0), 1))
        self.claim(order, card)
        mugs = order.order_line.filtered("reward_id")
        self.assertEqual((mugs.product_uom_qty, mugs.points_cost), (2, 100))
        order.action_confirm()
        self.assertLedger(card, 120 + 5 - 100)
        self.refund_line(self.invoice(order), mug, 1)
        self.assertLedger(card, 120 + 5 - 50)

    def test_points_spent_come_back_in_the_share_that_is_refunded(self):
        card = self.new_card(100)
        order = self.redeemed(2, card=card)
        self.assertLedger(card, 190)
        invoice = self.invoice(order)
        refund = self.refund(invoice, 0.25)
        # A quarter of the 190 earned, rounded down, is taken, and a quarter of the 100 spent is given.
        self.assertLedger(card, 190 - 47.5 + 25)
        refund.button_draft()
        self.assertLedger(card, 190)
        refund.button_cancel()
        self.assertLedger(card, 190)
        self.refund(invoice)
        self.assertLedger(card, 100)

    # ---------------------------------------------------------------- several programs

    def test_each_program_follows_its_own_products(self):
        cloth = self.new_product("Cloth", 10.0)
        other = self.new_program(
            name="Cloth Points",
            rule_ids=[
                Command.create(
                    {"reward_point_mode": "money", "reward_point_amount": 2.0, "product_ids": [Command.set(cloth.ids)]}
                )
            ],
        )
        order = self.order_of((self.product, 1), (cloth, 4))
        order.action_confirm()
        self.assertLedger(self.card_of(), 140)
        self.assertLedger(self.card_of(program=other), 80)
        self.refund_line(self.invoice(order), cloth, 1)
        self.assertLedger(self.card_of(), 130)
        self.assertLedger(self.card_of(program=other), 60)

    def test_points_per_piece_and_per_order_follow_the_refund_too(self):
        self.program.rule_ids.write({"reward_point_mode": "unit", "reward_point_amount": 3})
        order = self.confirmed(4)
        self.assertLedger(self.card_of(), 12)
        self.refund(self.invoice(order), 0.25)
        self.assertLedger(self.card_of(), 9)

    # ---------------------------------------------------------------- down payments

    def test_a_down_payment_earns_nothing_of_its_own(self):
        order = self.confirmed(2)
        card = self.card_of()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        wizard.create({"advance_payment_method": "percentage", "amount": 50}).create_invoices()
        order.invoice_ids.action_post()
        self.assertLedger(card, 200)
        rest = order._create_invoices(final=True)
        rest.action_post()
        self.assertEqual(rest.amount_total, 100)
        self.assertLedger(card, 200)
        self.refund(rest, 0.5)
        self.assertLedger(card, 100)

    # ---------------------------------------------------------------- currencies

    def test_a_refund_at_another_rate_takes_back_its_share_and_not_the_rate(self):
        yen = self.yen((30, 150.0), (0, 100.0))
        pricelist = self.env["product.pricelist"].create({"name": "Yen", "currency_id": yen.id})
        order = self.new_order(1, pricelist_id=pricelist.id)
        order.order_line.price_unit = 15000
        order.action_confirm()
        card = self.card_of()
        self.assertLedger(card, 150)
        invoice = order._create_invoices()
        invoice.invoice_date = fields.Date.today() - timedelta(days=10)
        invoice.action_post()
        refund = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        refund.invoice_line_ids.quantity = 0.5
        refund.action_post()
        self.assertLedger(card, 75)
        self.refund(invoice, 0.5)
        self.assertLedger(card, 0)

    def test_an_invoice_in_another_currency_is_refunded_at_its_own_rate(self):
        yen = self.yen((30, 100.0), (0, 150.0))
        order = self.confirmed()
        card = self.card_of()
        invoice = order._create_invoices()
        invoice.write({"currency_id": yen.id, "invoice_date": fields.Date.today() - timedelta(days=10)})
        invoice.invoice_line_ids.price_unit = 10000
        invoice.action_post()
        self.assertLedger(card, 100)
        refund = invoice._reverse_moves([{"invoice_date": fields.Date.today(), "date": fields.Date.today()}])
        refund.invoice_line_ids.quantity = 0.5
        refund.action_post()
        self.assertLedger(card, 50)

    # ---------------------------------------------------------------- edits

    def test_what_is_taken_off_a_confirmed_order_is_taken_off_its_points(self):
        cloth = self.new_product("Cloth", 10.0)
        order = self.order_of((self.product, 1), (cloth, 3))
        order.action_confirm()
        card = self.card_of()
        self.assertLedger(card, 130)
        order.order_line.filtered(lambda line: line.product_id == cloth).product_uom_qty = 0
        self.assertLedger(card, 100)
        order.order_line = [Command.create({"product_id": cloth.id, "product_uom_qty": 5})]
        self.assertLedger(card, 150)

    def test_a_price_that_is_changed_later_changes_the_points(self):
        order = self.confirmed(2)
        order.order_line.price_unit = 80
        self.assertLedger(self.card_of(), 160)
        order.order_line.discount = 50
        self.assertLedger(self.card_of(), 80)

    def test_refunded_first_and_then_taken_off_the_order_is_taken_back_once(self):
        order = self.confirmed(5)
        self.refund(self.invoice(order), 0.4)
        self.assertLedger(self.card_of(), 300)
        order.order_line.product_uom_qty = 3
        self.assertLedger(self.card_of(), 300)
