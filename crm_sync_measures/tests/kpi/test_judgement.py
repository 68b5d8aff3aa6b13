from odoo.exceptions import ValidationError

from .own_common import OwnKpiCase


class TestJudgement(OwnKpiCase):
    """How a figure compares with what was wanted, and whether a period in progress keeps pace."""

    def value(self, kpi, first="2026-03-01", scope_key="company"):
        self.env.invalidate_all()
        return self.values(kpi, scope_key, period_start=first)

    def test_a_final_figure_keeps_the_target_of_then(self):
        self.ordered("2026-02-03 08:00:00", 450)
        kpi = self.turnover()
        target = self.target(kpi, 500)
        self.measure(kpi)
        february = self.value(kpi, "2026-02-01")
        self.assertEqual((february.state, february.target, february.attainment), ("closed", 500, 90))
        target.value = 300
        self.measure(kpi)
        february = self.value(kpi, "2026-02-01")
        self.assertEqual((february.target, february.attainment_text), (500, "90 %"))
        self.assertEqual(self.value(kpi).target, 300)

    def test_a_figure_in_progress_follows_its_target_at_once(self):
        self.ordered("2026-03-03 08:00:00", 250)
        kpi = self.turnover()
        self.measure(kpi)
        self.assertFalse(self.value(kpi).has_target)
        self.target(kpi, 500)
        self.assertEqual((self.value(kpi).target, self.value(kpi).attainment), (500, 50))

    def test_the_level_of_a_sum_is_told_when_its_month_is_over_and_not_on_the_second_day(self):
        kpi = self.turnover(has_warning=True, warning_value=400, has_critical=True, critical_value=200)
        self.ordered("2026-02-03 08:00:00", 250)
        self.ordered("2026-03-03 08:00:00", 100)
        self.measure(kpi)
        self.assertEqual((self.value(kpi, "2026-02-01").level, self.value(kpi).level), ("warning", False))
        self.travel("2026-04-05 10:00:00")
        self.measure(kpi)
        self.assertEqual((self.value(kpi).state, self.value(kpi).level), ("closed", "critical"))

    def test_what_is_to_be_low_alarms_before_the_month_is_over(self):
        kpi = self.kpi(direction="lower", has_warning=True, warning_value=1, has_critical=True, critical_value=2)
        for day in (3, 4):
            self.ordered(f"2026-03-0{day} 08:00:00")
        self.measure(kpi)
        self.assertEqual(self.value(kpi).level, "warning")
        self.ordered("2026-03-05 08:00:00")
        self.measure(kpi)
        self.assertEqual(self.value(kpi).level, "critical")

    def test_a_threshold_of_the_companys_sum_judges_no_person(self):
        kpi = self.turnover(has_warning=True, warning_value=400)
        self.ordered("2026-02-03 08:00:00", 250)
        self.measure(kpi)
        self.assertEqual(self.value(kpi, "2026-02-01").level, "warning")
        self.assertFalse(self.value(kpi, "2026-02-01", f"person:{self.seller.id}").level)

    def test_the_warning_comes_before_the_critical_level(self):
        kpi = self.turnover()
        values = {"has_warning": True, "warning_value": 200, "has_critical": True, "critical_value": 400}
        with self.assertRaises(ValidationError) as caught:
            kpi.write(values)
        self.assertIn("worse than", str(caught.exception))
        kpi.write({**values, "direction": "lower"})

    def test_within_a_range_what_lacks_is_measured_by_its_width(self):
        kpi = self.kpi(direction="range", has_warning=True, warning_value=1)
        self.target(kpi, value_low=4, value_high=6)
        for day in range(1, 3):
            self.ordered(f"2026-02-0{day} 08:00:00")
        self.measure(kpi)
        february = self.value(kpi, "2026-02-01")
        self.assertEqual((february.value, february.attainment, february.level), (2, 0, "warning"))
        self.assertEqual((february.target_text, february.attainment_text), ("4 – 6", "0 %"))

    def test_nothing_is_no_percentage_of_a_negative_target(self):
        kpi = self.turnover()
        self.target(kpi, -100)
        self.ordered("2026-02-03 08:00:00", 250)
        self.measure(kpi)
        self.assertEqual(
            (self.value(kpi, "2026-02-01").has_target, self.value(kpi, "2026-02-01").attainment_text), (True, False)
        )

    # ---------------------------------------------------------------- pace

    def test_on_friday_the_13th_nine_of_22_working_days_are_over(self):
        kpi = self.turnover()
        self.target(kpi, 2200)
        self.ordered("2026-03-03 08:00:00", 900)
        self.measure(kpi)
        self.assertAlmostEqual(self.value(kpi).expected, 900)
        self.assertEqual(self.value(kpi).pace, "on_track")
        self.ordered("2026-03-04 08:00:00", 200)
        self.measure(kpi)
        self.assertEqual(self.value(kpi).pace, "ahead")

    def test_a_holiday_of_the_company_is_no_working_day(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "company_id": self.company.id,
                "date_from": "2026-03-02 00:00:00",
                "date_to": "2026-03-03 00:00:00",
            }
        )
        kpi = self.turnover()
        self.target(kpi, 2100)
        self.measure(kpi)
        self.assertAlmostEqual(self.value(kpi).expected, 800)
        self.assertEqual(self.value(kpi).pace, "behind")

    def test_a_final_period_and_one_without_target_have_no_pace(self):
        kpi = self.turnover()
        self.measure(kpi)
        self.assertFalse(self.value(kpi).pace)
        self.target(kpi, 100)
        self.assertFalse(self.value(kpi, "2026-02-01").pace)
        self.assertTrue(self.value(kpi).pace)

    def test_by_last_years_days_nothing_is_expected_before_the_rush(self):
        self.ordered("2025-03-05 08:00:00", 100)
        self.ordered("2025-03-28 08:00:00", 900)
        self.ordered("2026-03-03 08:00:00", 150)
        kpi = self.turnover(pace_by="last_year")
        self.target(kpi, 1000)
        self.measure(kpi)
        self.assertAlmostEqual(self.value(kpi).expected, 100)
        self.assertEqual(self.value(kpi).pace, "ahead")

    def test_the_paces_of_fifty_figures_cost_as_many_queries_as_that_of_one(self):
        kpi = self.turnover()
        self.target(kpi, 1000)
        for number in range(10):
            seller = self.new_user(f"t_pace_{number}", "group_user", self.sales)
            self.ordered("2026-03-03 08:00:00", 10, user=seller)
        self.measure(kpi)
        values = self.Value.search([("kpi_id", "=", kpi.id), ("period_start", "=", "2026-03-01")])
        self.assertGreater(len(values), 10)

        def queries(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("pace")
            return self.env.cr.sql_log_count - before

        queries(values)
        self.assertEqual(queries(values[:1]), queries(values))
