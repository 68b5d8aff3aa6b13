from datetime import date
from unittest.mock import patch

from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from .engine_common import TierCase


class TestTierEngine(TierCase):
    """Who rises, who stays and who falls. Each test begins on 10 March 2026."""

    def new_member(self, points=0, **values):
        card = self.new_card(**values)
        if points:
            self.earn(card, points)
        self.commit()
        return card

    # ---------------------------------------------------------------- rising

    def test_who_joins_has_the_lowest_tier_and_no_review(self):
        self.publish()
        card = self.new_member()
        self.assertEqual(self.history(card), [("Bronze", "joined", "2026-03-10", "")])
        standing = self.standing_of(card)
        self.assertEqual((standing.next_tier_id, standing.missing), (self.silver, 1000))
        self.assertFalse(standing.review_on)

    def test_an_order_that_reaches_the_threshold_raises_at_once(self):
        self.publish()
        card = self.new_member()
        self.pass_days(1)
        self.earn(card, 1200)
        self.assertEqual(self.tier_of(card), "Bronze")
        self.commit()
        self.assertEqual(
            self.history(card),
            [("Bronze", "joined", "2026-03-10", "2026-03-11"), ("Silver", "rise", "2026-03-11", "")],
        )
        self.assertEqual(self.held(card).valid_through, date(2027, 12, 31))
        self.assertEqual(self.held(card).evidence["value"], 1200)
        self.assertEqual(self.standing_of(card).missing, 3800)

    def test_two_tiers_can_be_passed_at_once(self):
        self.publish()
        card = self.new_member()
        self.pass_days(1)
        self.earn(card, 7000)
        self.commit()
        self.assertEqual([row[:2] for row in self.history(card)], [("Bronze", "joined"), ("Gold", "rise")])

    def test_a_tier_of_no_day_is_replaced_and_its_evidence_kept(self):
        self.publish()
        card = self.new_member()
        self.earn(card, 1000)
        self.commit()
        self.assertEqual(self.history(card), [("Silver", "rise", "2026-03-10", "")])
        self.assertEqual(self.held(card).evidence["before"]["tier"], self.bronze.id)

    def test_without_a_tier_from_nothing_nobody_has_one_before_he_reaches_it(self):
        self.publish((100, 1000, 5000))
        card = self.new_member(99)
        self.assertFalse(self.history(card))
        self.assertEqual(self.standing_of(card).missing, 1)
        self.earn(card, 1)
        self.commit()
        self.assertEqual(self.history(card), [("Bronze", "joined", "2026-03-10", "")])

    def test_spending_points_takes_no_tier(self):
        self.publish()
        card = self.new_member(1200)
        self.redeemed(card=card)
        self.commit()
        self.assertEqual(self.tier_of(card), "Silver")

    # ---------------------------------------------------------------- reviews

    def test_who_reached_the_tier_again_keeps_it_for_another_year(self):
        self.publish()
        card = self.new_member(1000)
        self.travel("2027-05-01 12:00:00")
        self.earn(card, 1000)
        self.commit()
        self.assertEqual(self.standing_of(card).keep_missing, 0)
        self.travel("2027-12-31 12:00:00")
        self.nightly()
        self.assertEqual(len(self.history(card)), 1)
        self.travel("2028-01-01 12:00:00")
        self.nightly()
        self.assertEqual(self.history(card)[-1], ("Silver", "kept", "2028-01-01", ""))
        self.assertEqual(self.held(card).valid_through, date(2028, 12, 31))

    def test_who_did_not_falls_when_the_days_of_grace_are_over(self):
        self.publish(grace_days=10)
        card = self.new_member(6000)
        self.assertEqual(self.standing_of(card).keep_missing, 5000)
        self.assertEqual(self.standing_of(card).review_on, date(2028, 1, 10))
        self.travel("2028-01-10 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Gold")
        self.travel("2028-01-11 12:00:00")
        self.nightly()
        self.assertEqual(self.history(card)[-1], ("Silver", "fall", "2028-01-11", ""))
        self.assertEqual(self.held(card).valid_through, date(2028, 12, 31))

    def test_recomputed_he_falls_to_what_he_reached(self):
        self.publish(downgrade="recompute")
        card = self.new_member(6000)
        self.travel("2028-01-01 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Bronze")

    def test_landing_softly_he_is_reviewed_again_after_half_a_year(self):
        self.publish(downgrade="soft_landing")
        card = self.new_member(6000)
        self.travel("2028-01-01 12:00:00")
        self.nightly()
        self.assertEqual(
            (self.tier_of(card), self.held(card).valid_through),
            ("Silver", date(2028, 6, 30)),
        )
        self.travel("2028-07-01 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Bronze")

    def test_reviews_that_nobody_made_for_years_are_made_up_for(self):
        self.publish()
        card = self.new_member(6000)
        self.travel("2030-02-01 12:00:00")
        self.nightly()
        # Through 2027, then Silver through 2028, then Bronze.
        self.assertEqual(self.tier_of(card), "Bronze")
        before = self.history(card)
        self.nightly()
        self.assertEqual(self.history(card), before)

    def test_a_second_run_writes_nothing(self):
        self.publish()
        card = self.new_member(1000)
        self.nightly()
        history, standing = self.history(card), self.standing_of(card).read()
        self.pass_days(1)
        self.nightly()
        self.assertEqual((self.history(card), self.standing_of(card).read()), (history, standing))

    # ---------------------------------------------------------------- by hand

    def test_what_was_locked_stays_until_the_lock_ends(self):
        self.publish()
        card = self.new_member()
        self.pass_days(1)
        lock = {
            "is_locked": True,
            "lock_reason": "A friend of the house",
            "lock_until": "2026-06-30",
            "reason": "by_hand",
        }
        self.env["crm.sync.tier.membership"]._put(card, self.gold, {**lock, "valid_through": "2026-06-30"})
        self.commit()
        self.assertEqual(self.tier_of(card), "Gold")
        self.travel("2026-06-30 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Gold")
        self.travel("2026-07-01 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Silver")

    # ---------------------------------------------------------------- other rules

    def test_who_has_a_tier_keeps_it_under_new_rules_until_its_review(self):
        self.publish()
        card = self.new_member(1200)
        self.pass_days(5)
        self.publish((0, 2000, 9000))
        self.nightly()
        self.assertEqual(self.history(card)[-1], ("Silver", "grandfathered", "2026-03-15", ""))
        self.assertEqual(self.held(card).valid_through, date(2027, 12, 31))
        self.travel("2028-01-01 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Bronze")

    def test_without_that_new_rules_hold_at_once(self):
        self.publish()
        card = self.new_member(1200)
        self.pass_days(5)
        self.publish((0, 2000, 9000), is_grandfathering=False)
        self.nightly()
        self.assertEqual(self.history(card)[-1], ("Bronze", "new_rules", "2026-03-15", ""))

    def test_first_rules_count_the_year_before_too(self):
        card = self.new_card()
        self.travel("2025-06-01 12:00:00")
        self.earn(card, 5500)
        self.travel("2026-03-10 12:00:00")
        self.publish()
        self.nightly()
        self.assertEqual((self.tier_of(card), self.held(card).valid_through), ("Gold", date(2026, 12, 31)))

    # ---------------------------------------------------------------- refunds

    def test_a_refund_next_year_takes_from_the_year_of_the_purchase(self):
        self.publish(refund="at_once")
        order = self.confirmed(20)
        self.commit()
        card = self.card_of()
        self.assertEqual(self.tier_of(card), "Silver")
        invoice = self.invoice(order)
        self.travel("2027-02-01 12:00:00")
        refund = self.refund(invoice)
        self.commit()
        self.assertEqual(self.history(card)[-1], ("Bronze", "refund", "2027-02-01", ""))
        self.assertEqual(self.standing_of(card).value, 0)
        self.travel("2027-02-02 12:00:00")
        refund.button_draft()
        refund.button_cancel()
        self.commit()
        self.assertEqual(self.history(card)[-1], ("Silver", "rise", "2027-02-02", ""))
        self.assertEqual(self.held(card).valid_through, date(2027, 12, 31))

    def test_otherwise_a_refund_takes_nothing_before_the_review(self):
        self.publish()
        order = self.confirmed(20)
        self.commit()
        self.pass_days(5)
        self.refund(self.invoice(order))
        self.commit()
        self.assertEqual(self.tier_of(self.card_of()), "Silver")
        self.assertEqual(self.standing_of(self.card_of()).value, 0)

    # ---------------------------------------------------------------- other metrics

    def test_net_spending_counts_invoices_less_credit_notes(self):
        self.publish(metric="spend")
        card = self.new_member()
        order = self.confirmed(20)
        self.commit()
        self.assertEqual(self.standing_of(card).value, 0)
        invoice = self.invoice(order)
        self.commit()
        self.assertEqual((self.standing_of(card).value, self.tier_of(card)), (2000, "Silver"))
        self.refund(invoice, 0.25)
        self.commit()
        self.assertEqual(self.standing_of(card).value, 1500)

    def test_spending_in_another_currency_counts_at_the_rate_of_its_day(self):
        self.publish(metric="spend")
        card = self.new_member()
        yen = self.yen((40, 100), (10, 200), (0, 400))
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "currency_id": yen.id,
                "invoice_date": "2026-02-20",
                "invoice_line_ids": [(0, 0, {"product_id": self.product.id, "price_unit": 10000, "tax_ids": False})],
            }
        )
        invoice.action_post()
        self.commit()
        self.assertEqual(self.standing_of(card).value, 100)

    def test_orders_count_until_they_are_wholly_refunded(self):
        self.publish((0, 1, 2), metric="orders")
        first, second = self.confirmed(1), self.confirmed(2)
        self.commit()
        card = self.card_of()
        self.assertEqual((self.standing_of(card).value, self.tier_of(card)), (2, "Gold"))
        self.refund(self.invoice(second), 0.5)
        self.commit()
        self.assertEqual(self.standing_of(card).value, 2)
        self.refund(self.invoice(first))
        self.commit()
        self.assertEqual(self.standing_of(card).value, 1)

    # ---------------------------------------------------------------- cards that become one

    def test_merged_customers_have_the_better_tier_and_both_histories(self):
        self.publish()
        other = self.env["res.partner"].create({"name": "Southern Optics"})
        gold = self.new_member(6000, partner=other)
        bronze = self.new_member()
        self.pass_days(3)
        self.merge_partners(other, self.customer)
        self.commit()
        self.assertEqual(
            self.history(bronze),
            [("Bronze", "joined", "2026-03-10", "2026-03-13"), ("Gold", "merge", "2026-03-13", "")],
        )
        self.assertEqual(self.history(gold), [("Gold", "joined", "2026-03-10", "2026-03-13")])
        self.assertFalse(self.held(gold))
        self.assertFalse(self.standing_of(gold))
        self.assertEqual(self.standing_of(bronze).value, 6000)

    def test_an_archived_card_has_no_tier_any_more(self):
        self.publish()
        card = self.new_member(1200)
        self.pass_days(1)
        card.active = False
        self.commit()
        self.assertFalse(self.held(card))
        self.assertFalse(self.standing_of(card))

    # ---------------------------------------------------------------- windows

    def test_a_year_of_membership_that_began_on_29_february(self):
        self.publish(window="anniversary")
        card = self.new_card()
        self.made_on(card, "2024-02-29")
        self.earn(card, 1000)
        self.commit()
        standing = self.standing_of(card)
        self.assertEqual((standing.window_from, standing.window_to), (date(2026, 2, 28), date(2027, 2, 27)))
        self.assertEqual(self.held(card).valid_through, date(2028, 2, 28))

    def test_the_last_six_months(self):
        self.publish(window="rolling", window_months=6)
        card = self.new_member(1000)
        self.assertEqual(self.held(card).valid_through, date(2026, 9, 10))
        self.travel("2026-09-10 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Silver")
        self.travel("2026-09-11 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(card), "Bronze")

    def test_of_the_last_months_the_days_are_told_and_not_kept(self):
        self.publish(window="rolling", window_months=6)
        standing = self.standing_of(self.new_member(100))
        self.assertEqual(standing.window_text, "09/11/2025 to 03/10/2026")
        self.pass_days(1)
        standing.invalidate_recordset()
        self.assertEqual(standing.window_text, "09/12/2025 to 03/11/2026")
        self.assertFalse(standing.window_from or standing.window_to)

    def test_a_night_that_changes_nothing_locks_and_writes_no_row(self):
        self._live_through_a_quiet_night()

    def test_nor_does_it_where_the_last_months_count(self):
        self._live_through_a_quiet_night(window="rolling")

    def _live_through_a_quiet_night(self, **values):
        self.publish(**values)
        for points in (0, 1200, 6000):
            self.new_member(points, partner=self.env["res.partner"].create({"name": f"Member with {points}"}))
        before = self.versions()
        self.assertGreaterEqual(len(before["crm_sync_tier_standing"]), 3)
        self.pass_days(1)
        self.nightly()
        self.assertEqual(self.versions(), before)

    def versions(self):
        """Every row as it is kept: where it lies, who wrote it, and who has locked it last."""
        tables = ("crm_sync_tier_standing", "crm_sync_tier_membership", "loyalty_card")
        return {
            table: self.env.execute_query(
                SQL("SELECT id, ctid::text, xmin::text, xmax::text FROM %s ORDER BY id", SQL.identifier(table))
            )
            for table in tables
        }

    def test_a_collision_is_worked_off_after_the_commit_and_never_fails_the_order(self):
        self.publish()
        card = self.new_card()
        engine = type(self.env["crm.sync.tier.engine"])
        with patch.object(engine, "_review", side_effect=SerializationFailure):
            self.earn(card, 1000)
            self.commit()
        self.assertEqual(card.points, 1000)
        self.env.cr.postcommit.clear()
