from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .common import LoyaltyCase
from .test_reminders import RemindersCase


class TestLoyaltyLoopholes(LoyaltyCase):
    """Ways to get points, to keep them, or to be in the way of others, that somebody has tried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.new_user("t_chief", "group_user", cls.sales, "sales_team.group_sale_manager")

    # ---------------------------------------------------------------- concurrency

    def test_a_card_is_touched_anew_after_a_rollback(self):
        card = self.new_card(100)
        with self.assertRaises(UserError), self.env.cr.savepoint(flush=False):
            card._sync_touch()
            raise UserError("Something else failed.")
        card.invalidate_recordset(["sync_version"])
        before = card.sync_version
        card._sync_touch()
        self.assertEqual(card.sync_version, before + 1)

    # ---------------------------------------------------------------- points that are pending

    def test_who_owes_points_can_order_in_a_program_with_pending_points(self):
        card = self.new_card(0)
        card._sync_move("test", [self.part("adjust", -150)])
        self.program.sync_hold = "paid"
        self.confirmed(1)
        self.assertEqual(self.kinds(card)[-2:], [("earn", 100), ("arrears_settle", 0)])
        self.assertLedger(card, -50)

    def test_what_is_added_to_an_unpaid_order_is_pending_too(self):
        self.program.sync_hold = "paid"
        order = self.confirmed(1)
        order.order_line.product_uom_qty = 50
        card = self.card_of()
        self.assertLedger(card, 0)
        self.assertEqual(sum(card.sync_lot_ids.mapped("held")), 5000)
        order.order_line.product_uom_qty = 2
        self.assertEqual(sum(card.sync_lot_ids.mapped("held")), 200)
        self.assertLedger(card, 0)
        order._action_cancel()
        self.assertLedger(card, 0)
        self.assertFalse(sum(card.sync_lot_ids.mapped("held")))

    def test_what_was_pending_is_not_given_back_where_points_were_spent(self):
        card = self.new_card(250)
        self.program.sync_hold = "paid"
        order = self.confirmed(2)
        order.action_open_reward_wizard()
        order._action_cancel()
        self.assertLedger(card, 250)
        self.assertFalse(any(card.sync_lot_ids.mapped("held")))

    def test_a_top_up_that_is_pending_until_it_is_paid_can_be_confirmed(self):
        topup = self.new_product("Top-up", 50.0)
        wallet = self.env["loyalty.program"].create(
            {
                "name": "Wallet",
                "program_type": "ewallet",
                "applies_on": "future",
                "trigger": "auto",
                "sync_hold": "paid",
                "trigger_product_ids": [Command.link(topup.id)],
                "rule_ids": [Command.create({"reward_point_mode": "money", "product_ids": [Command.link(topup.id)]})],
                "reward_ids": [
                    Command.create(
                        {"reward_type": "discount", "discount": 1.0, "discount_mode": "per_point", "required_points": 1}
                    )
                ],
            }
        )
        card = self.new_card(20, program=wallet)
        order = self.new_order(product=topup)
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertEqual(self.kinds(card)[1:], [("earn", 50), ("hold", -50)])
        self.assertLedger(card, 20)

    # ---------------------------------------------------------------- edited orders

    def test_what_a_confirmed_order_grants_later_is_earned_and_nothing_else(self):
        card = self.new_card(120)
        order = self.confirmed(1, product=self.new_product("Gift", 0.0))
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 1})]
        order.action_open_reward_wizard()
        self.assertEqual(self.kinds(card)[1:], [("earn", 100), ("redeem", -100), ("reverse_earn", -10)])
        self.assertLedger(card, 110)

    def test_points_for_the_order_do_not_grow_with_its_lines(self):
        self.program.rule_ids.write({"reward_point_mode": "order", "reward_point_amount": 50})
        order = self.confirmed(1)
        card = self.card_of()
        self.assertLedger(card, 50)
        order.order_line.product_uom_qty = 100
        self.assertLedger(card, 50)
        invoice = self.invoice(order)
        self.refund(invoice, 0.5)
        self.assertLedger(card, 25)

    def test_points_for_the_order_stay_where_those_for_money_grow(self):
        self.program.rule_ids = [Command.create({"reward_point_mode": "order", "reward_point_amount": 50})]
        order = self.confirmed(1)
        card = self.card_of()
        self.assertLedger(card, 150)
        order.order_line.product_uom_qty = 3
        self.assertLedger(card, 350)
        order.order_line.product_uom_qty = 1
        self.assertLedger(card, 150)

    def test_an_order_that_earns_what_it_spends_is_booked_as_any_other(self):
        card = self.new_card(100)
        order = self.redeemed(order_line=[Command.create({"product_id": self.product.id, "price_unit": 110.0})])
        self.assertEqual(self.kinds(card)[1:], [("earn", 100), ("redeem", -100)])
        order.order_line.filtered("reward_id").write({"points_cost": 0, "price_unit": 0})
        self.assertLedger(card, 210)
        order._action_cancel()
        self.assertLedger(card, 100)

    # ---------------------------------------------------------------- orders without Odoo's buttons

    def test_an_order_that_was_cancelled_over_the_api_keeps_no_points(self):
        order = self.confirmed(3)
        card = self.card_of()
        order.with_user(self.seller).write({"state": "cancel"})
        self.assertLedger(card, 0)

    def test_an_order_that_was_deleted_keeps_no_points(self):
        order = self.confirmed(3)
        card = self.card_of()
        order.with_user(self.chief).write({"state": "draft"})
        order.with_user(self.chief).unlink()
        self.assertLedger(card, 0)

    def test_points_of_an_order_are_not_moved_to_another_card(self):
        order = self.confirmed(3)
        own = self.new_card(0, self.contact)
        rows = order.coupon_point_ids.with_user(self.chief)
        for values in ({"coupon_id": own.id}, {"points": 5000}, {"order_id": self.new_order().id}):
            with self.assertRaises(AccessError):
                rows.write(values)
        with self.assertRaises(AccessError):
            rows.create({"order_id": order.id, "coupon_id": own.id, "points": 5000})
        with self.assertRaises(AccessError):
            order.with_user(self.chief).coupon_point_ids = [Command.delete(rows.id)]

    # ---------------------------------------------------------------- other people's points

    def test_nobody_reserves_points_of_another_customer(self):
        card = self.new_card(500)
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        quotation = self.new_order(partner=other)
        line = {
            "product_id": self.product.id,
            "name": "Free lens",
            "coupon_id": card.id,
            "reward_id": self.program.reward_ids.id,
            "points_cost": 500,
        }
        with self.assertRaises(UserError):
            quotation.with_user(self.seller).write({"order_line": [Command.create(line)]})
        with self.assertRaises(UserError):
            quotation.order_line.with_user(self.seller).write({"coupon_id": card.id, "points_cost": 500})
        self.assertFalse(card._sync_blocked())

    def test_the_limit_is_that_of_the_program_s_company(self):
        company = self.env["res.company"].create({"name": "Generous Company", "sync_adjust_limit": 1_000_000})
        self.company.sync_adjust_limit = 100
        self.program.company_id = self.company
        self.seller.company_ids |= company
        card = self.new_card(0)
        request = (
            self.env["crm.sync.loyalty.adjustment"]
            .with_user(self.seller)
            .with_context(default_company_id=company.id, allowed_company_ids=[self.company.id, company.id])
            .create({"card_id": card.id, "quantity": 5000, "explanation": "A gift."})
        )
        request.action_submit()
        self.assertEqual((request.state, request.company_id), ("to_approve", self.company))

    def test_a_statement_tells_no_code_of_a_card_one_may_not_read(self):
        gift = self.env["loyalty.program"].create({"name": "Gift", "program_type": "gift_card"})
        card = self.env["loyalty.card"].create({"program_id": gift.id, "points": 50})
        self.assertFalse(card.with_user(self.agent).has_access("read"))
        with self.assertRaises(AccessError):
            self.env["crm.sync.loyalty.statement"].with_user(self.agent).create({"card_id": card.id})

    def test_an_adjustment_tells_nothing_of_a_card_one_may_not_read(self):
        self.customer.user_id = self.agent
        request = self.env["crm.sync.loyalty.adjustment"].with_user(self.agent)
        request = request.create({"card_id": self.new_card(0).id, "quantity": 5, "explanation": "A gift."})
        other = self.new_card(77, self.env["res.partner"].create({"name": "Somebody Else"}))
        with self.assertRaises(AccessError):
            request.card_id = other

    def test_what_is_no_number_is_no_cost_of_a_reward(self):
        quotation = self.new_order()
        for cost in (float("nan"), float("inf"), -1):
            with self.assertRaises(UserError):
                quotation.order_line.with_user(self.seller).write({"points_cost": cost})

    # ---------------------------------------------------------------- policies

    def test_a_policy_that_no_calendar_holds_is_refused_in_whatever_order_it_is_entered(self):
        self.program.sync_expiry_months = 200_000
        with self.assertRaises(ValidationError):
            self.program.sync_expiry = "fixed"

    @staticmethod
    def part(kind, quantity):
        from ...rules.ledger import Part, exact

        return Part(kind, exact(quantity))


class TestLoopholesOfReminders(RemindersCase):
    """Parts that were built apart, together: merges and reminders."""

    def test_nobody_is_reminded_again_because_customers_were_merged(self):
        twin = self.env["res.partner"].create({"name": "Northern Optics", "email": "twin@northern.example.com"})
        self.new_card(100, twin)
        card = self.new_card(0)
        self.travel("2026-04-10 06:30:00")
        self.assertEqual(len(self.remind()[1]), 1)
        self.merge_partners(twin, self.customer)
        self.assertLedger(card, 100)
        self.travel("2026-04-11 06:30:00")
        self.assertFalse(self.remind()[1])
        self.travel("2026-05-07 06:30:00")
        self.assertEqual(self.remind()[0].kind, "last_chance")
