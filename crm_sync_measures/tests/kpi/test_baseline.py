from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date, Datetime
from odoo.tests import tagged

from .control_common import ControlCase


@tagged("post_install", "-at_install")
class TestBaseline(ControlCase):
    # ---------------------------------------------------------------- when there is one

    def test_the_limits_of_24_months_are_mean_and_three_moving_ranges_through_1_128(self):
        self.steady()
        row = self.baseline()
        self.assertEqual((row.chart, row.count, row.state), ("xmr", 24, "active"))
        self.assertEqual((str(row.first_start), str(row.last_start)), ("2023-03-01", "2025-02-01"))
        self.assertAlmostEqual(row.center, 110)
        self.assertAlmostEqual(row.moving_range, 20)
        self.assertAlmostEqual(row.lower, 56.81, 2)
        self.assertAlmostEqual(row.upper, 163.19, 2)
        self.assertIn("24 figures from 2023-03 to 2025-02", row.sentence)

    def test_eleven_final_figures_are_too_few_and_the_twelfth_makes_the_baseline(self):
        kpi = self.new_kpi("t_young", backfill_months=11)
        self.steady(11, kpi)
        self.assertFalse(self.baseline(kpi=kpi))
        self.month("2025-03-01", 120, kpi)
        self.assertEqual(self.baseline(kpi=kpi).count, 12)

    def test_what_has_never_varied_has_no_limits(self):
        self.history("2023-03", [60] * 24)
        self.measure(now=Datetime.to_datetime("2025-03-10 10:00:00"))
        self.assertFalse(self.baseline())
        self.assertIn("the same", self.kpi.chart_data()["sentence"])

    def test_a_baseline_stays_as_it_is_when_other_months_come(self):
        self.steady()
        row = self.baseline()
        for month in (3, 4, 5):
            self.month(f"2025-{month:02d}-01", 150)
        self.assertEqual(self.baseline(), row)
        self.assertAlmostEqual(row.center, 110)

    def test_only_what_is_watched_has_a_baseline(self):
        self.steady()
        self.assertFalse(self.baseline(f"person:{self.agent.id}"))
        self.assertTrue(self.baseline(f"department:{self.service.id}"))

    # ---------------------------------------------------------------- which chart

    def test_a_share_has_the_limits_of_shares(self):
        kpi = self.new_kpi("t_share", additivity="ratio", unit="percent", backfill_months=12, digits=1)
        for number in range(12):
            year, month = divmod(2024 * 12 + 2 + number, 12)
            for call in range(4):
                self.call(f"{year}-{month + 1:02d}-{10 + call} 02:00:00", minutes=int(call <= number % 2))
        self.measure(kpi, Datetime.to_datetime("2025-03-10 10:00:00"))
        row = self.baseline(kpi=kpi)
        self.assertEqual((row.chart, row.scale), ("p", 100))
        self.assertAlmostEqual(row.center, 37.5)
        self.assertEqual(row.lower, 0)
        self.assertLessEqual(row.upper, 100)

    # ---------------------------------------------------------------- seasons

    def test_with_seasons_two_complete_years_are_needed_and_it_says_how_many_months_there_are(self):
        kpi = self.new_kpi("t_season", is_seasonal=True, backfill_months=23)
        usual = [100, 80, 90, 100, 100, 100, 110, 100, 100, 110, 130, 180]
        # From April 2023 on.
        self.history("2023-04", [usual[(3 + number) % 12] + number % 5 for number in range(23)])
        self.measure(kpi, Datetime.to_datetime("2025-03-10 10:00:00"))
        self.assertFalse(self.baseline(kpi=kpi))
        self.assertIn("23 of 24", kpi.chart_data()["sentence"])
        self.month("2025-03-01", 92, kpi)
        row = self.baseline(kpi=kpi)
        self.assertEqual((row.season_years, row.count, len(row.season)), (2, 24, 12))
        limits = {point["label"]: point["center"] for point in kpi.chart_data()["points"] if point["center"]}
        self.assertGreater(limits["2024-12"], 1.3 * limits["2024-11"])

    def test_a_strong_december_is_no_signal_with_seasons(self):
        kpi = self.new_kpi("t_season", is_seasonal=True)
        usual = [100, 80, 90, 100, 100, 100, 110, 100, 100, 110, 130, 180]
        noise = [0, 4, 1, 5, 2, 3, 6, 1, 2, 4, 3, 0, 5, 2]
        self.history("2023-01", [usual[number % 12] + noise[number % 14] for number in range(24)])
        self.measure(kpi, Datetime.to_datetime("2025-01-10 10:00:00"))
        for month, minutes in enumerate(usual, 1):
            self.month(f"2025-{month:02d}-01", minutes + 2, kpi)
        self.assertFalse(self.signals("beyond", kpi))

    def test_what_is_measured_weekly_has_no_seasons(self):
        with self.assertRaisesRegex(ValidationError, "monthly or quarterly"):
            self.new_kpi("t_weekly", calendar="week", is_seasonal=True)

    # ---------------------------------------------------------------- another one

    def test_an_adopted_improvement_sets_the_limits_anew_and_keeps_the_old_ones(self):
        self.steady()
        old = self.baseline()
        for number in range(12):
            year, month = divmod(2025 * 12 + 2 + number, 12)
            self.month(f"{year}-{month + 1:02d}-01", 200 + 10 * (number % 2))
        new = self.kpi._rebase(
            self.company, "company", Date.to_date("2025-03-01"), Date.to_date("2026-02-01"), "Second line adopted"
        )
        self.assertEqual((old.state, old.replaced_by_id, new.state), ("replaced", new, "active"))
        self.assertAlmostEqual(new.center, 205)
        self.assertEqual((new.count, new.reason), (12, "Second line adopted"))
        self.assertAlmostEqual(old.center, 110)

    def test_six_months_are_no_new_baseline_nor_is_one_without_a_reason(self):
        self.steady()
        for month in range(3, 9):
            self.month(f"2025-{month:02d}-01", 200 + month)
        first, last = Date.to_date("2025-03-01"), Date.to_date("2025-08-01")
        with self.assertRaisesRegex(UserError, "6 of 12"):
            self.kpi._rebase(self.company, "company", first, last, "It helped")
        with self.assertRaisesRegex(UserError, "why"):
            self.kpi._rebase(self.company, "company", first, last, " ")
        self.assertAlmostEqual(self.baseline().center, 110)

    def test_a_kpi_that_is_counted_otherwise_is_not_judged_by_the_limits_of_before(self):
        self.steady()
        row = self.baseline()
        self.assertTrue(self.kpi._fits(row))
        self.kpi.is_seasonal = True
        self.assertFalse(self.kpi._fits(row))
        self.kpi.is_seasonal = False
        self.kpi.unit = "hours"
        self.assertFalse(self.kpi._fits(row))

    # ---------------------------------------------------------------- who

    def test_nobody_enters_changes_or_deletes_a_baseline(self):
        self.steady()
        row = self.baseline()
        with self.assertRaises(UserError):
            row.write({"upper": 1000})
        with self.assertRaises(UserError):
            row.unlink()
        for user in (self.manager, self.agent, self.auditor):
            with self.assertRaises(UserError):
                row.with_user(user).write({"upper": 1000})

    def test_the_baseline_of_a_person_is_read_by_him_his_head_and_managers(self):
        self.company.sync_kpi_watched = "all"
        self.steady()
        row = self.baseline(f"person:{self.agent.id}")
        self.assertEqual(row.user_id, self.agent)
        readers = {user.login for user in (self.agent, self.head, self.manager, self.auditor, self.seller)
                   if row.with_user(user).search_count([("id", "=", row.id)])}  # fmt: skip
        self.assertEqual(readers, {"t_agent", "t_head", "t_manager", "t_auditor"})
