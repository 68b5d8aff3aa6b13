from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from ...rules.ledger import Part, exact
from .common import LoyaltyCase


class MergeCase(LoyaltyCase):
    """A customer and his twin, each with a card in the program."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.env["res.partner"].create(
            {"name": "Northern Optics Ltd", "is_company": True, "user_id": cls.seller.id}
        )

    def merge(self, target=None, sources=None):
        sources = self.twin if sources is None else sources
        self.merge_partners(sources, target or self.customer, extra_checks=False)

    def pay(self, order):
        invoice = self.invoice(order)
        self.register_payment(invoice)
        return invoice

    def open_lots(self, card):
        """[(remaining, pending, last day)] of what is on a card, by its last day."""
        lots = card.sync_lot_ids.filtered(lambda lot: lot.remaining or lot.held)
        return [
            (lot.remaining, lot.held, lot.expires_on) for lot in lots.sorted(lambda lot: (str(lot.expires_on), lot.id))
        ]

    def sums(self):
        """{(program, company): sum of all entries}."""
        groups = self.env["crm.sync.loyalty.entry"]._read_group([], ["program_id", "company_id"], ["quantity:sum"])
        return {(program, company): quantity for program, company, quantity in groups if quantity}


class TestMerge(MergeCase):
    """Upstream threads: odoo/odoo#171706 and #30141 (cards of merged partners)."""

    def test_points_go_over_lot_by_lot_and_expire_when_they_would_have(self):
        mine, his = self.new_card(40), self.new_card(0, self.twin)
        today = fields.Date.today()
        his._sync_move(
            "test",
            [Part("bonus", exact(30), expires_on=today + timedelta(days=9), earned_on=today - timedelta(days=5))],
        )
        his._sync_move("test", [Part("bonus", exact(20), expires_on=today + timedelta(days=3))])
        his.points -= 5
        before = self.sums()
        self.merge()
        self.assertEqual(self.open_lots(mine), [
            (15, 0, today + timedelta(days=3)), (30, 0, today + timedelta(days=9)), (40, 0, False),
        ])  # fmt: skip
        lot = mine.sync_lot_ids.filtered(lambda lot: lot.remaining == 30)
        self.assertEqual(lot.earned_on, today - timedelta(days=5))
        self.assertEqual(lot.origin_lot_id.card_id, his)
        self.assertEqual(self.kinds(his)[-2:], [("transfer_out", -30), ("transfer_out", -15)])
        self.assertEqual((his.active, his.sync_merged_into_id, his.partner_id), (False, mine, self.customer))
        self.assertLedger(mine, 85)
        self.assertLedger(his, 0)
        self.assertEqual(self.sums(), before)

    def test_three_customers_become_one(self):
        third = self.env["res.partner"].create({"name": "Third"})
        mine, his, its = self.new_card(1), self.new_card(20, self.twin), self.new_card(300, third)
        self.merge(sources=self.twin | third)
        self.assertLedger(mine, 321)
        for card in his | its:
            self.assertEqual(card.sync_merged_into_id, mine)
            self.assertLedger(card, 0)

    def test_merged_again_all_codes_lead_to_the_last_survivor(self):
        third = self.env["res.partner"].create({"name": "Third"})
        mine, his, its = self.new_card(1), self.new_card(20, self.twin), self.new_card(300, third)
        self.merge()
        self.merge(third, self.customer)
        self.assertEqual((mine | his).sync_merged_into_id, its)
        self.assertLedger(its, 321)
        self.assertEqual(self.env["loyalty.card"].search([("code", "=", his.code)]), its)

    def test_a_survivor_without_card_gets_that_of_the_other_as_it_is(self):
        his = self.new_card(50, self.twin)
        self.merge()
        self.assertEqual(his.partner_id, self.customer)
        self.assertTrue(his.active)
        self.assertEqual(self.kinds(his), [("adjust", 50)])
        self.assertLedger(his, 50)

    def test_twins_on_either_side_all_of_the_merged_customer_go_to_the_first_card(self):
        mine, second = self.new_card(1), self.new_card(2)
        his = self.new_card(10, self.twin) | self.new_card(20, self.twin)
        self.merge()
        self.assertLedger(mine, 31)
        self.assertLedger(second, 2)
        self.assertEqual(his.sync_merged_into_id, mine)

    def test_arrears_go_over_and_are_repaid_by_what_is_there(self):
        mine, his = self.new_card(100), self.new_card(10, self.twin)
        his.points -= 40
        before = self.sums()
        self.merge()
        self.assertLedger(mine, 70)
        self.assertLedger(his, 0)
        arrears = self.env["crm.sync.loyalty.arrears"].search(
            [("card_id", "in", (mine | his).ids), ("remaining", ">", 0)]
        )
        self.assertFalse(arrears)
        self.assertEqual(self.sums(), before)

    def test_arrears_of_the_survivor_are_repaid_by_what_comes_in(self):
        mine, _his = self.new_card(10), self.new_card(10, self.twin)
        mine.points -= 40
        self.merge()
        self.assertLedger(mine, -20)
        his_arrears = self.arrears_of(mine)
        self.assertEqual(his_arrears.remaining, 20)

    def test_points_that_have_expired_stay_expired(self):
        mine, his = self.new_card(5), self.new_card(0, self.twin)
        yesterday = fields.Date.today() - timedelta(days=1)
        his._sync_move("test", [Part("bonus", exact(30), expires_on=yesterday)])
        self.merge()
        self.assertEqual(self.open_lots(mine), [(30, 0, yesterday), (5, 0, False)])
        self.assertEqual(mine._sync_blocked(), 30)

    def test_cards_in_two_companies_keep_their_sums(self):
        company, _user = self.other_company()
        other = self.new_program(name="Second", company_id=company.id)
        shared = self.new_program(name="Shared", company_id=False, currency_id=self.company.currency_id.id)
        cards = {
            program: (self.new_card(7, program=program), self.new_card(5, self.twin, program))
            for program in (other, shared)
        }
        mine, his = cards[shared]
        his._sync_move("test", [Part("bonus", exact(11))], company_id=company.id)
        before = self.sums()
        self.merge()
        self.assertEqual(self.sums(), before)
        self.assertLedger(cards[other][0], 12)
        self.assertLedger(mine, 23)
        self.assertEqual(mine.sync_lot_ids.filtered(lambda lot: lot.quantity == 11).company_id, company)

    def test_nobody_is_congratulated_on_points_that_he_had(self):
        template = self.env.ref("loyalty.mail_template_loyalty_card")
        self.program.communication_plan_ids = [
            Command.create({"trigger": "points_reach", "points": 100, "mail_template_id": template.id})
        ]
        self.twin.email = "info@northern.example.com"
        self.new_card(60)
        self.new_card(60, self.twin)
        mails = self.env["mail.mail"].search_count([])
        self.merge()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_both_sides_are_in_odoos_history(self):
        mine, his = self.new_card(1), self.new_card(50, self.twin)
        self.merge()
        self.assertEqual((mine.history_ids.issued, mine.history_ids.used), (50, 0))
        self.assertEqual((his.history_ids.issued, his.history_ids.used), (0, 50))

    def test_coupons_are_the_survivors_and_stay_as_they_are(self):
        program = self.env["loyalty.program"].create(
            {"name": "Gift", "program_type": "gift_card", "applies_on": "future", "trigger": "auto"}
        )
        gift = self.new_card(25, self.twin, program)
        self.merge()
        self.assertTrue(gift.active)
        self.assertEqual(gift.partner_id, self.customer)
        self.assertLedger(gift, 25)

    def test_an_unused_card_that_was_merged_is_not_deleted(self):
        mine, his = self.new_card(), self.new_card(0, self.twin)
        self.merge()
        self.assertEqual(his.sync_merged_into_id, mine)
        (mine | his).unlink()
        self.assertTrue(mine.exists() and his.exists())

    def test_a_merged_card_is_not_activated_again(self):
        self.new_card(1)
        his = self.new_card(2, self.twin)
        self.merge()
        with self.assertRaisesRegex(UserError, "Active"):
            his.action_unarchive()


class TestMergedOrders(MergeCase):
    """What is done to an order after its customer was merged reaches the surviving card, exactly."""

    def assertMerged(self, points):
        mine, his = (
            self.card_of(),
            self.env["loyalty.card"].search([("sync_merged_into_id", "!=", False), ("active", "=", False)]),
        )
        self.assertLedger(mine, points)
        for card in his:
            self.assertLedger(card, 0)
        return mine

    def test_a_cancelled_order_takes_back_what_it_brought(self):
        self.new_card(7)
        order = self.confirmed(2, partner=self.twin)
        self.merge()
        self.assertMerged(207)
        order._action_cancel()
        mine = self.assertMerged(7)
        self.assertEqual(self.open_lots(mine), [(7, 0, False)])
        self.assertEqual(self.kinds(mine)[-1], ("reverse_earn", -200))

    def test_a_cancelled_order_gives_back_what_it_took_with_its_days(self):
        self.new_card(7)
        his = self.new_card(0, self.twin)
        day = fields.Date.today() + timedelta(days=12)
        his._sync_move("test", [Part("bonus", exact(130), expires_on=day)])
        order = self.redeemed(partner=self.twin)
        self.assertLedger(his, 120)
        self.merge()
        order._action_cancel()
        mine = self.assertMerged(137)
        self.assertEqual(self.open_lots(mine), [(30, 0, day), (100, 0, day), (7, 0, False)])
        given = mine.sync_lot_ids.filtered(lambda lot: lot.remaining == 100)
        self.assertEqual(given.origin_lot_id.card_id, his)

    def test_points_owed_when_merged_are_given_back_as_points(self):
        self.new_card(7)
        his = self.new_card(100, self.twin)
        order = self.redeemed(partner=self.twin)
        his.points -= 130
        self.assertLedger(his, -40)
        self.merge()
        self.assertMerged(-33)
        order._action_cancel()
        self.assertMerged(7 + 100 - 130)

    def test_three_partial_refunds_after_a_merge_take_back_exactly_what_was_earned(self):
        self.program.sync_rounding_digits = 0
        self.new_card(5)
        order = self.confirmed(3, partner=self.twin, product=self.new_product("Cloth", 3.34))
        invoice = self.invoice(order)
        self.refund(invoice, 1 / 3)
        self.merge()
        self.assertMerged(12)
        self.refund(invoice, 1 / 3)
        self.assertMerged(9)
        last = self.refund(invoice, 1 / 3)
        self.assertMerged(5)
        last.button_draft()
        self.assertMerged(9)

    def test_a_credit_note_from_before_that_is_withdrawn_gives_back(self):
        self.new_card(5)
        order = self.confirmed(2, partner=self.twin)
        refund = self.refund(self.invoice(order), 0.5)
        self.merge()
        self.assertMerged(105)
        refund.button_draft()
        mine = self.assertMerged(205)
        self.assertEqual(mine.sync_lot_ids.origin_lot_id.card_id, mine.sync_merged_ids)

    def test_pending_points_stay_pending_and_are_released_by_their_order(self):
        self.program.sync_hold = "paid"
        self.new_card(5)
        order, other = self.confirmed(2, partner=self.twin), self.confirmed(partner=self.twin)
        before = self.sums()
        self.merge()
        mine = self.assertMerged(5)
        self.assertEqual(self.open_lots(mine), [(5, 0, False), (0, 200, False), (0, 100, False)])
        self.assertEqual(self.sums(), before)
        self.pay(order)
        self.assertMerged(205)
        self.assertEqual(self.open_lots(mine), [(5, 0, False), (200, 0, False), (0, 100, False)])
        other._action_cancel()
        self.assertMerged(205)
        self.assertFalse(any(mine.sync_lot_ids.mapped("held")))

    def test_an_order_cancelled_before_the_merge_earns_once_when_confirmed_after_it(self):
        self.new_card(5)
        order = self.confirmed(2, partner=self.twin)
        order._action_cancel()
        self.merge()
        order.action_draft()
        order.action_confirm()
        self.assertMerged(205)
        order._action_cancel()
        self.assertMerged(5)
        order.action_draft()
        order.action_confirm()
        self.assertMerged(205)

    def test_edited_quantities_after_a_merge_move_their_share(self):
        self.new_card(5)
        order = self.confirmed(5, partner=self.twin)
        self.merge()
        order.order_line.product_uom_qty = 1
        self.assertMerged(105)
        order.order_line.product_uom_qty = 7
        self.assertMerged(705)
        order._action_cancel()
        self.assertMerged(5)

    def test_a_reward_removed_from_a_confirmed_order_gives_back_to_the_survivor(self):
        self.new_card(5)
        self.new_card(150, self.twin)
        order = self.redeemed(partner=self.twin)
        self.merge()
        self.assertMerged(5 + 140)
        order.order_line.filtered("reward_id")._reset_loyalty()
        self.assertMerged(5 + 150 + 100)

    def test_merged_twice_it_still_comes_out_even(self):
        third = self.env["res.partner"].create({"name": "Third"})
        final = self.new_card(3, third)
        self.new_card(5)
        self.new_card(150, self.twin)
        order = self.redeemed(partner=self.twin)
        self.merge()
        self.merge(third, self.customer)
        self.assertLedger(final, 148)
        order._action_cancel()
        self.assertLedger(final, 158)
        for card in final.sync_merged_ids:
            self.assertLedger(card, 0)

    def test_a_quotation_goes_on_with_the_surviving_card(self):
        mine, his = self.new_card(5), self.new_card(150, self.twin)
        order = self.new_order(1, partner=self.twin)
        self.claim(order)
        self.merge()
        self.assertEqual(order.order_line.coupon_id | order.coupon_point_ids.coupon_id, mine)
        self.assertEqual(order._get_real_points_for_coupon(mine), 5 + 150 + 90 - 100)
        other = self.new_order(1)
        self.assertEqual(other._get_real_points_for_coupon(mine), 155 - 100, "reserved by the quotation")
        order.action_confirm()
        self.assertLedger(mine, 5 + 150 + 90 - 100)
        self.assertLedger(his, 0)

    def test_a_quotation_with_both_cards_earns_on_one_and_spends_no_point_twice(self):
        mine, second = self.new_card(110), self.new_card(60)
        order = self.new_order(1)
        self.claim(order)
        self.assertEqual(order.order_line.coupon_id, mine)
        second._sync_merge_into(mine)
        self.assertEqual(order.coupon_point_ids.coupon_id, mine)
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertLedger(mine, 110 + 60 + 90 - 100)

    def test_the_code_of_a_merged_card_leads_to_the_survivor(self):
        mine, his = self.new_card(5), self.new_card(150, self.twin)
        self.merge()
        Card = self.env["loyalty.card"].with_user(self.seller)
        self.assertEqual(Card.search([("code", "=", his.code)]), mine)
        self.assertEqual(Card.search([("code", "in", [his.code, "nothing"])]), mine)
        self.assertEqual(Card.name_search(his.code[:-2])[0][0], mine.id)
        self.assertFalse(Card.search([("code", "!=", his.code), ("id", "=", his.id)]))
        # Odoo takes no code for points; it says the same for both.
        answers = [self.new_order()._try_apply_code(card.code)["error"] for card in (mine, his)]
        self.assertEqual(answers[0], answers[1])

    def test_the_code_of_a_merged_card_of_a_program_with_codes_gives_the_survivors_reward(self):
        program = self.new_program(name="Club", program_type="promotion", trigger="with_code")
        program.rule_ids.write({"mode": "with_code", "code": "CLUB"})
        mine, his = self.new_card(5, program=program), self.new_card(150, self.twin, program)
        self.merge()
        rewards = self.new_order(1)._try_apply_code(his.code)
        self.assertEqual(list(rewards), [mine])

    def test_an_archived_card_cannot_be_used_and_keeps_its_points(self):
        card = self.new_card(150)
        order = self.new_order(1)
        self.claim(order)
        card.active = False
        self.assertFalse(order.coupon_point_ids)
        with self.assertRaises(UserError):
            order.action_confirm()
        order.order_line.filtered("reward_id").unlink()
        self.assertFalse(any(card in rewards for rewards in order._get_claimable_rewards()))
        self.assertLedger(card, 150)
        card.action_unarchive()
        self.claim(order)
