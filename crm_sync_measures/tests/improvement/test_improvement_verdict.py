from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError

from .improvement_common import ImprovementCase


class TestImprovementVerdict(ImprovementCase):
    """The Check says what final values say, and nothing else does."""

    def test_hours_that_fell_by_more_than_chance_are_effective_and_the_sentence_says_how_much(self):
        action = self.proven()
        self.assertEqual(action.outcome, "effective")
        self.assertEqual((action.value_before, action.value_after), (32.0, 24.5))
        self.assertAlmostEqual(action.effect, -7.5)
        self.assertLess(action.low, -7.5)
        self.assertTrue(-7.5 < action.high < -5)
        text = action.verdict_text
        self.assertIn("It has helped.", text)
        self.assertIn("32.0", text)
        self.assertIn("24.5", text)
        self.assertIn("in 6 months each: −7.5", text)
        self.assertIn("Hoped for was −5.0", text)

    def test_hours_that_rose_have_made_it_worse_and_are_not_adopted(self):
        kpi = self.kpi()
        self.months(kpi, (25, 24, 26, 23, 25, 24))
        action = self.checked(kpi, (31, 34, 32, 30, 33, 32))
        self.assertEqual(action.outcome, "harmful")
        with self.assertRaisesRegex(UserError, "has made it worse"):
            action.action_adopt("I like it")

    def test_a_share_is_compared_by_its_sums(self):
        kpi = self.share()
        self.months(kpi, [(19, 100), (21, 100), (20, 100), (20, 100), (18, 100), (22, 100)])
        action = self.checked(kpi, [(27, 100), (29, 100), (28, 100), (26, 100), (30, 100), (28, 100)])
        self.assertEqual((action.outcome, action.verdict_facts["method"]), ("effective", "rates"))
        self.assertEqual([round(value, 9) for value in (action.value_before, action.value_after)], [20.0, 28.0])
        self.assertEqual((round(action.low, 1), round(action.high, 1)), (3.2, 12.8))
        self.assertIn("+8.0 percentage points (with 95 % between +3.2 percentage points", action.verdict_text)

    def test_a_margin_is_no_share_of_documents(self):
        kpi = self.kpi(name="Margin", unit="percent", direction="higher")
        self.months(kpi, [(2000, 10000)] * 6)
        self.env.cr.execute("UPDATE crm_sync_kpi_value SET count = 12 WHERE kpi_id = %s", [kpi.id])
        self.env.invalidate_all()
        action = self.checked(
            kpi, [(2100, 10000), (1900, 10000), (2050, 10000), (1950, 10000), (2010, 10000), (2000, 10000)]
        )
        self.assertEqual(action.verdict_facts["method"], "means")

    def test_what_chance_explains_is_inconclusive_and_adopted_only_with_a_reason(self):
        kpi = self.kpi()
        self.months(kpi, (20, 40, 25, 38, 30, 33))
        action = self.checked(kpi, (19, 38, 24, 36, 29, 31))
        self.assertEqual((action.phase, action.outcome), ("act", "inconclusive"))
        self.assertIn("chance alone may explain", action.verdict_text)
        with self.assertRaisesRegex(UserError, "Say why it is adopted all the same"):
            action.action_adopt()
        with patch.object(type(kpi), "_rebase") as rebase:
            action.action_adopt("It is less work for everybody")
        rebase.assert_not_called()
        self.assertEqual((action.phase, action.outcome, action.is_rebased), ("over", "inconclusive", False))

    def test_much_less_than_was_hoped_for_has_no_effect(self):
        kpi = self.kpi()
        self.months(kpi, (31.0, 31.4, 31.2, 31.1, 31.3, 31.2))
        action = self.checked(kpi, (31.1, 31.3, 31.2, 31.0, 31.2, 31.3), expected_change=-10)
        self.assertEqual(action.outcome, "not_effective")
        self.assertIn("It has not done what was hoped for.", action.verdict_text)
        self.assertIn("Hoped for was −10.0", action.verdict_text)

    def test_others_who_got_better_without_it_take_the_merit_away(self):
        kpi = self.kpi()
        service, sales = f"department:{self.service.id}", f"department:{self.sales.id}"
        self.months(kpi, (31, 34, 32, 30, 33, 32), scope=service)
        self.months(kpi, (41, 44, 43, 40, 43, 41), scope=sales)
        after, same = (25, 24, 26, 23, 25, 24), (35, 34, 36, 32, 36, 34)
        action = self.checked(kpi, after, same, scope=service, compare_scope_key=sales, user=self.manager)
        self.assertEqual(action.outcome, "inconclusive")
        self.assertAlmostEqual(action.effect, -7.5)
        self.assertAlmostEqual(action.did, 0.0, delta=0.5)
        self.assertIn("For Sales, without it, it went from 42.0", action.verdict_text)
        self.assertIn("Beyond that it is", action.verdict_text)

    def test_what_goes_beyond_the_others_is_effective_even_where_nothing_has_changed(self):
        kpi = self.kpi()
        service, sales = f"department:{self.service.id}", f"department:{self.sales.id}"
        self.months(kpi, (30, 32, 31, 33, 30, 32), scope=service)
        self.months(kpi, (30, 33, 31, 32, 31, 32), scope=sales)
        action = self.checked(
            kpi,
            (31, 33, 30, 34, 31, 32),
            (40, 43, 38, 43, 40, 42),
            scope=service,
            compare_scope_key=sales,
            user=self.manager,
        )
        self.assertEqual(action.outcome, "effective")
        self.assertLess(action.did_high, 0)

    def test_before_all_months_are_final_nothing_is_said_and_nothing_adopted(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.placed(kpi)
        self.travel("2026-11-10 12:00:00")
        self.months(kpi, (25, 24, 26), first=(2026, 8))
        action.action_check()
        self.assertEqual((action.phase, action.outcome), ("check", "no_data"))
        self.assertIn("3 of 6 months after the change are final", action.verdict_text)
        for user in (self.head, self.manager):
            for reason in (None, "It is obvious"):
                with self.assertRaisesRegex(UserError, "no values show whether it has helped"):
                    action.with_user(user).action_adopt(reason)
        self.assertFalse(action.act or action.closed_at)

    def test_months_without_anything_to_measure_are_no_zero(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.checked(kpi, (None, None, None, None, None, 25))
        self.assertEqual((action.phase, action.outcome), ("check", "no_data"))
        self.assertIn("too little to measure", action.verdict_text)

    def test_where_nobody_of_the_scope_did_anything_a_sum_is_zero(self):
        kpi = self.kpi(name="Complaints", unit="number", additivity="sum")
        scope = f"department:{self.service.id}"
        self.months(kpi, (5, 6, 4, 5, 6, 5))
        self.months(kpi, (5, 6, 4, 5), scope=scope)
        action = self.begun(kpi, scope_key=scope)
        self.assertEqual([one["value"] for one in action.baseline_values], [5, 6, 4, 5, 0, 0])

    def test_a_kpi_that_is_counted_otherwise_is_not_compared(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.placed(kpi)
        self.travel("2027-02-05 12:00:00")
        self.months(kpi, (25, 24, 26, 23, 25, 24), first=(2026, 8), definition="b")
        action.action_check()
        self.assertEqual(action.outcome, "no_data")
        self.assertIn("computed otherwise than it was then", action.verdict_text)

    def test_a_favourable_signal_of_the_chart_proves_it_where_the_interval_does_not(self):
        kpi = self.kpi()
        self.months(kpi, (20, 40, 25, 38, 30, 33))
        self.signal(kpi, date(2026, 12, 1), rule="run8", is_favourable=True)
        action = self.checked(kpi, (19, 30, 24, 28, 25, 27))
        self.assertEqual(action.outcome, "effective")
        self.assertIn("the control chart does", action.verdict_text)

    def test_a_verdict_is_looked_at_again_until_it_is_decided(self):
        action = self.proven()
        self.env.cr.execute(
            "UPDATE crm_sync_kpi_value SET value = 32 WHERE kpi_id = %s AND period_start >= '2026-08-01'",
            [action.kpi_id.id],
        )
        self.env.invalidate_all()
        action.action_check()
        self.assertEqual(action.outcome, "not_effective")
        self.assertEqual([one["value"] for one in action.after_values], [32.0] * 6)

    def test_what_is_adopted_re_bases_the_limits_on_what_was_reached(self):
        action = self.proven()
        with patch.object(type(action.kpi_id), "_rebase") as rebase:
            action.action_adopt(lesson="Ask who knows before who has time")
        [arguments] = [call.args for call in rebase.call_args_list]
        self.assertEqual(
            arguments[:4], (self.company, "company", date(2026, 8, 1), date(2027, 1, 1)), "from the change on"
        )
        self.assertIn("Answer on the day it comes in", arguments[4])
        self.assertTrue(action.is_rebased)
        self.assertEqual(action.lesson, "Ask who knows before who has time")

    def test_with_too_few_values_for_limits_it_is_adopted_and_re_based_later(self):
        action = self.proven()
        with patch.object(type(action.kpi_id), "_rebase", side_effect=UserError("6 of 12 final figures")):
            action.action_adopt()
            self.assertEqual((action.phase, action.is_rebased), ("over", False))
            with self.assertRaisesRegex(UserError, "6 of 12"):
                action.action_rebase()
        with patch.object(type(action.kpi_id), "_rebase"):
            action.action_rebase()
        self.assertTrue(action.is_rebased)

    def test_what_is_adapted_is_planned_anew_with_the_same_problem(self):
        action = self.proven(problem="They wait too long")
        opened = action.action_adapt("One more try", "Begin with the product")
        follower = self.Improvement.browse(opened["res_id"])
        self.assertEqual((action.phase, action.act, action.lesson), ("over", "adapt", "Begin with the product"))
        self.assertEqual(
            (follower.previous_id, follower.problem, follower.phase), (action, "They wait too long", "plan")
        )
        self.assertFalse(follower.outcome or follower.baseline_values)

    def test_to_adapt_and_to_abandon_need_a_reason(self):
        action = self.proven()
        for reason in ("", "  ", None, 7, ["x"], "x" * 10_001):
            for act in (action.action_adapt, action.action_abandon):
                with self.assertRaises(UserError):
                    act(reason)
        self.assertEqual(action.phase, "act")

    def test_the_sentence_is_in_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search([("name", "=", "crm_sync_measures")])._update_translations(["zh_CN"])
        action = self.proven()
        self.assertNotIn("It has helped", action.with_context(lang="zh_CN").verdict_text)
        self.assertIn("32.0", action.with_context(lang="zh_CN").verdict_text)
