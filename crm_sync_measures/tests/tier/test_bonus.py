from ...rules.ledger import Part, exact
from .engine_common import TierCase


class TestTierBonus(TierCase):
    """What a tier adds to the points of an order: an entry of its own, which follows the order as earned points do.

    A lens costs 100 and earns 100 points; Silver multiplies by 1.5, Gold by 2.
    """

    def setUp(self):
        super().setUp()
        self.publish(multipliers=(1, 1.5, 2))
        self.card = self.new_card()
        self.earn(self.card, 1000)
        self.commit()
        self.start = self.card.points

    def of_bonus(self):
        """What the bonuses of orders have moved so far."""
        entries = self.card.sync_entry_ids.filtered(lambda entry: entry.source_model == "crm.sync.tier.bonus")
        return [(entry.kind, entry.quantity) for entry in entries.sorted("position")]

    def test_silver_adds_half_of_what_an_order_earns_as_a_bonus(self):
        order = self.confirmed(2)
        self.assertEqual(self.of_bonus(), [("bonus", 100)])
        self.assertLedger(self.card, self.start + 300)
        row = self.env["crm.sync.tier.bonus"].search([("source_id", "=", order.id)])
        self.assertEqual(
            (row.tier_id, row.multiplier, row.points, row.display_name), (self.silver, 1.5, 100, order.name)
        )

    def test_the_order_that_raises_is_multiplied_by_the_tier_before(self):
        self.confirmed(50)
        self.assertEqual(self.of_bonus(), [("bonus", 2500)])
        self.commit()
        self.assertEqual(self.tier_of(self.card), "Gold")
        self.confirmed(1)
        self.assertEqual(self.of_bonus()[-1], ("bonus", 100))

    def test_a_bonus_does_not_qualify(self):
        self.confirmed(2)
        self.commit()
        self.assertEqual(self.standing_of(self.card).value, 1200)

    def test_a_refund_takes_its_share_of_the_bonus(self):
        invoice = self.invoice(self.confirmed(4))
        self.refund(invoice, 0.25)
        self.assertEqual(self.of_bonus(), [("bonus", 200), ("reverse_earn", -50)])
        self.assertLedger(self.card, self.start + 450)

    def test_three_refunds_take_exactly_what_was_given(self):
        self.program.sync_rounding_digits = 0
        invoice = self.invoice(self.confirmed(3, product=self.new_product("Cloth", 101.0)))
        self.assertEqual(self.of_bonus(), [("bonus", 151)])
        for _refund in range(3):
            self.refund(invoice, 1 / 3)
        self.assertEqual(sum(quantity for _kind, quantity in self.of_bonus()), 0)
        self.assertLedger(self.card, self.start)

    def test_a_refund_that_is_withdrawn_gives_the_bonus_back(self):
        refund = self.refund(self.invoice(self.confirmed(2)))
        self.assertLedger(self.card, self.start)
        refund.button_draft()
        self.assertLedger(self.card, self.start + 300)

    def test_a_cancelled_order_leaves_nothing(self):
        order = self.confirmed(2)
        order._action_cancel()
        self.assertLedger(self.card, self.start)
        self.assertEqual(self.of_bonus(), [("bonus", 100), ("reverse_earn", -100)])

    def test_an_order_that_is_edited_takes_its_bonus_along(self):
        order = self.confirmed(2)
        order.order_line.product_uom_qty = 4
        self.assertLedger(self.card, self.start + 600)
        order.order_line.product_uom_qty = 1
        self.assertLedger(self.card, self.start + 150)

    def test_a_later_tier_changes_nothing_about_an_order(self):
        order = self.confirmed(2)
        self.earn(self.card, 6000)
        self.commit()
        order.order_line.product_uom_qty = 4
        self.assertLedger(self.card, self.start + 6600)

    def test_the_bonus_of_points_that_are_pending_comes_when_they_can_be_spent(self):
        self.program.sync_hold = "paid"
        order = self.confirmed(2)
        self.assertEqual(self.of_bonus(), [])
        self.assertLedger(self.card, self.start)
        self.register_payment(self.invoice(order))
        self.assertEqual(self.of_bonus(), [("bonus", 100)])
        self.assertLedger(self.card, self.start + 300)

    def test_a_bonus_that_was_spent_is_arrears_after_a_refund(self):
        invoice = self.invoice(self.confirmed(2))
        self.card._sync_move("test", [Part("adjust", exact(-self.card.points))])
        self.refund(invoice)
        self.assertLedger(self.card, -300)

    def test_what_has_expired_of_a_bonus_is_not_taken_twice(self):
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 1, "sync_notice_days": 0})
        invoice = self.invoice(self.confirmed(2))
        self.pass_days(60)
        self.expire()
        self.assertLedger(self.card)
        left = self.card.points
        self.refund(invoice)
        self.assertLedger(self.card, left)

    def test_a_merged_card_takes_its_bonuses_along(self):
        order = self.confirmed(2)
        other = self.env["res.partner"].create({"name": "Southern Optics"})
        survivor = self.new_card(partner=other)
        self.merge_partners(self.customer, other)
        self.assertLedger(survivor, self.start + 300)
        self.refund(self.invoice(order), 0.5)
        self.assertLedger(survivor, self.start + 150)
        self.assertLedger(self.card, 0)

    def test_orders_from_before_there_were_tiers_have_no_bonus(self):
        self.env["crm.sync.tier.policy"]._running(self.program)._record({"state": "replaced"})
        order = self.confirmed(2)
        self.publish(multipliers=(1, 1.5, 2))
        self.commit()
        order.order_line.product_uom_qty = 4
        self.assertEqual(self.of_bonus(), [])

    def test_the_history_that_odoo_shows_adds_up(self):
        order = self.confirmed(2)
        rows = self.env["loyalty.history"].search([("card_id", "=", self.card.id)])
        self.assertIn((100, f"Bonus of Silver for {order.name}"), [(row.issued, row.description) for row in rows])


class TestTierGifts(TierCase):
    """A gift for each tier that is passed, once."""

    def setUp(self):
        super().setUp()
        self.silver.gift_points, self.gold.gift_points = 50, 200
        self.publish()

    def gifts(self, card):
        entries = card.sync_entry_ids.filtered(lambda entry: entry.source_model == "crm.sync.tier")
        return [entry.quantity for entry in entries.sorted("position")]

    def member(self, points=0):
        card = self.new_card()
        self.made_on(card, "2026-03-10")
        self.commit()
        if points:
            self.earn(card, points)
            self.commit()
        return card

    def test_each_tier_that_is_passed_gives_its_gift(self):
        card = self.member(6000)
        self.assertEqual(self.gifts(card), [50, 200])
        self.assertLedger(card, 6250)
        self.assertEqual(self.standing_of(card).value, 6000)

    def test_a_second_review_gives_nothing_more(self):
        card = self.member(6000)
        self.nightly()
        self.pass_days(3)
        self.earn(card, 5000)
        self.commit()
        self.assertEqual(self.gifts(card), [50, 200])

    def test_again_after_a_real_fall(self):
        card = self.member(1000)
        self.travel("2028-01-01 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Bronze")
        self.travel("2028-02-01 12:00:00")
        self.earn(card, 1000)
        self.commit()
        self.assertEqual(self.gifts(card), [50, 50])

    def test_buying_and_returning_is_no_spring_of_gifts(self):
        self.publish(refund="at_once")
        card = self.member()
        for day in range(1, 4):
            self.travel(f"2026-04-0{day} 12:00:00")
            order = self.confirmed(10)
            self.commit()
            self.travel(f"2026-04-0{day} 15:00:00")
            order._action_cancel()
            self.commit()
        self.assertEqual(self.gifts(card), [50])

    def test_a_coupon_is_made_once(self):
        values = {"name": "Thanks", "program_type": "coupons", "applies_on": "current", "trigger": "with_code"}
        coupons = self.env["loyalty.program"].create(values)
        self.silver.gift_program_id = coupons
        card = self.member(1000)
        self.assertEqual(len(coupons.coupon_ids), 1)
        self.assertEqual(coupons.coupon_ids.partner_id, self.customer)
        self.nightly()
        self.assertEqual(len(coupons.coupon_ids), 1)
        self.assertEqual(self.gifts(card), [50])

    def test_who_was_there_before_the_tiers_gets_none_for_joining(self):
        card = self.new_card()
        self.made_on(card, "2025-01-01")
        self.earn(card, 6000)
        self.commit()
        self.assertEqual(self.tier_of(card), "Gold")
        self.assertEqual(self.gifts(card), [])
