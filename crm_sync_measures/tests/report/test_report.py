from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .report_common import ReportCase


class TestReport(ReportCase):
    """What a report says, and to whom."""

    def test_march_is_compared_with_february_and_with_march_of_last_year(self):
        self.measured(self.complaints, "2025-03-01", 20.0)
        self.measured(self.complaints, "2026-02-01", 9.0)
        self.measured(self.complaints, "2026-03-01", 7.0, target=8.0, attainment=114.3, level="ok")
        row = self.row(self.report(), self.complaints)
        self.assertEqual((row.actual, row.previous, row.last_year, row.target), (7.0, 9.0, 20.0, 8.0))
        self.assertEqual((row.change, row.tone, row.level), (-2.0, "success", "ok"))
        self.assertEqual(row.attainment, 114.3)
        self.assertEqual([label for label, _value, _target in row.trend][::12], ["2025-03", "2026-03"])

    def test_what_could_not_be_measured_is_empty_and_not_zero(self):
        self.measured(self.rate, "2026-02-01", 50.0)
        self.measured(self.rate, "2026-03-01", None, target=45.0)
        row = self.row(self.report(), self.rate)
        self.assertIsNone(row.actual)
        self.assertIsNone(row.change)
        self.assertIsNone(row.attainment)
        self.assertIn(
            "–", [told["actual"] for told in self.told(self.report())["kpis"] if told["code"] == self.rate.code]
        )

    def test_the_distance_of_two_shares_is_told_in_points(self):
        self.measured(self.rate, "2026-02-01", 40.0)
        self.measured(self.rate, "2026-03-01", 43.2)
        [told] = [told for told in self.told(self.report())["kpis"] if told["code"] == self.rate.code]
        self.assertEqual((told["actual"], told["change"]), ("43.2 %", "+3.2 percentage points"))

    def told(self, report, user=None):
        return self.env["crm.sync.report.text"].with_user(user or self.manager)._told(report)

    def test_a_quarter_divides_sums_and_never_averages_ratios(self):
        for day, numerator, denominator in (("2026-01-01", 1, 2), ("2026-02-01", 1, 10), ("2026-03-01", 2, 12)):
            value = 100 * numerator / denominator
            self.measured(self.rate, day, value, numerator=float(numerator), denominator=float(denominator))
        row = self.row(self.report(kind="quarter"), self.rate)
        self.assertEqual((round(row.actual, 2), row.documents), (16.67, 3))

    def test_as_reported_tells_the_first_revision_and_as_known_now_the_last(self):
        self.measured(self.complaints, "2026-03-01", 7.0, is_current=False)
        self.measured(
            self.complaints, "2026-03-01", 9.0, revision=2, is_first=False, source="revision", reason="A late case"
        )
        self.assertEqual(self.row(self.report(), self.complaints).actual, 9.0)
        self.assertEqual(self.row(self.report(known="reported"), self.complaints).actual, 7.0)

    def test_a_period_in_progress_says_so(self):
        self.measured(self.complaints, "2026-04-01", 3.0, state="running")
        row = self.row(self.report(day="2026-04-10"), self.complaints)
        self.assertTrue(row.is_running)

    def test_weeks_make_up_no_month_and_the_last_one_that_was_over_is_told(self):
        weekly = self.kpi("t_week", "By Week", calendar="week")
        self.measured(weekly, "2026-03-16", 4.0)
        self.measured(weekly, "2026-03-23", 5.0)
        self.measured(weekly, "2026-03-30", 6.0)
        row = self.row(self.report(), weekly)
        self.assertEqual((row.actual, row.previous, row.period), (5.0, 4.0, "2026-03-23"))

    def test_figures_of_a_person_are_told_to_himself_and_his_managers_only(self):
        scope = f"person:{self.seller.id}"
        self.measured(self.complaints, "2026-03-01", 2.0, scope)
        for user, is_told in ((self.seller, True), (self.colleague, False), (self.manager, True), (self.auditor, True)):
            with self.subTest(user=user.login):
                self.assertEqual(bool(self.row(self.report(user=user, scope=scope), self.complaints)), is_told)

    def test_a_list_that_the_reader_may_not_see_says_so_and_the_rest_is_told(self):
        self.measured(self.complaints, "2026-03-01", 7.0)
        report = self.report("sales", self.agent)
        self.assertTrue(self.listing(report, "won").is_masked)
        self.assertFalse(self.listing(report, "lead_sources").is_masked)

    def test_what_is_owed_by_program_is_told_to_whoever_is_told_the_figure_of_the_company(self):
        self.measured(self.env.ref("crm_sync_measures.kpi_points_liability"), "2026-03-01", 7.0)
        told = {}
        for user in (self.agent, self.head, self.manager, self.auditor):
            report = self.report("loyalty", user)
            self.assertIn("points_liability", {row.code for row in report.kpis})
            told[user] = [row.cells for row in self.listing(report, "owed").rows]
            self.assertFalse(self.listing(report, "owed").is_masked)
        self.assertEqual([rows for rows in told.values() if rows != told[self.manager]], [])

    def test_a_seller_finds_his_opportunities_and_no_others_in_the_sales_report(self):
        Lead = self.env["crm.lead"]
        own, other = Lead.create(
            [
                {"name": "Forty lamps", "type": "opportunity", "user_id": self.colleague.id, "expected_revenue": 9e8},
                {"name": "Ten lamps", "type": "opportunity", "user_id": self.manager.id, "expected_revenue": 8e8},
            ]
        )
        (own | other).action_set_won()
        (own | other).date_closed = "2026-03-20 10:00:00"
        names = lambda user: {row.cells[0] for row in self.listing(self.report("sales", user), "won").rows}  # noqa: E731
        self.assertEqual(names(self.colleague) & {own.name, other.name}, {own.name})
        self.assertEqual(names(self.manager) & {own.name, other.name}, {own.name, other.name})

    def test_every_report_can_be_made_of_every_period_by_every_role(self):
        self.measured(self.complaints, "2026-03-01", 7.0)
        for code in ("usage", "customer", "sales", "service", "loyalty", "improvement"):
            for user in (self.agent, self.head, self.manager, self.auditor):
                for kind in ("week", "month", "quarter"):
                    with self.subTest(code=code, user=user.login, kind=kind):
                        body = (
                            self.env["crm.sync.report.text"].with_user(user)._body(self.report(code, user, kind=kind))
                        )
                        self.assertIn(f'data-report="{code}"', body)

    def test_who_has_no_role_or_works_elsewhere_is_refused_in_a_sentence(self):
        portal = new_test_user(self.env, "t_report_portal", "base.group_portal")
        company, _other = self.other_company()
        for user in (self.employee, portal):
            with self.assertRaises(AccessError):
                self.report(user=user)
        with self.assertRaises(AccessError):
            self.env["crm.sync.report"].with_user(self.manager)._compose("sales", "month", date(2026, 3, 1), company)
        with self.assertRaises(UserError):
            self.report("nonsense")

    def test_fifty_kpis_take_as_many_queries_as_one(self):
        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.report()
            return self.env.cr.sql_log_count - before

        self.measured(self.complaints, "2026-03-01", 7.0)
        queries()
        few = queries()
        for number in range(50):
            self.measured(self.kpi(f"t_many_{number}", f"Many {number}"), "2026-03-01", 1.0)
        # New records empty the registry's caches; they are filled again.
        queries()
        self.assertLessEqual(queries(), few + 2)

    def test_markup_in_names_stays_text(self):
        self.complaints.name = "<script>alert(1)</script>"
        self.measured(self.complaints, "2026-03-01", 7.0)
        body = self.env["crm.sync.report.text"].with_user(self.manager)._body(self.report())
        self.assertNotIn("<script>", body)
        self.assertIn("&lt;script&gt;", body)
