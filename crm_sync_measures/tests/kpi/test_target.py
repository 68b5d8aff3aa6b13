from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .own_common import OwnKpiCase


class TestTarget(OwnKpiCase):
    """Where a KPI is wanted to be, in which period and of whom."""

    def test_a_target_holds_for_each_period_that_begins_within_its_days(self):
        kpi = self.turnover()
        target = self.target(kpi, 900, "2026-01-01", "2026-06-30")
        self.assertEqual(kpi.target_at(self.company, "company", "2026-06-01"), target)
        self.assertFalse(kpi.target_at(self.company, "company", "2026-07-01"))
        self.assertFalse(kpi.target_at(self.company.id, f"person:{self.seller.id}", "2026-06-01"))

    def test_a_rate_of_the_company_is_asked_of_everybody_who_has_none_of_his_own(self):
        kpi = self.turnover(code="own_average", custom_measure="average")
        mine, seller = f"person:{self.seller.id}", f"person:{self.colleague.id}"
        general = self.target(kpi, 80)
        own = self.target(kpi, 90, scope_key=mine)
        self.assertEqual(kpi.target_at(self.company, mine, "2026-03-01"), own)
        self.assertEqual(kpi.target_at(self.company, seller, "2026-03-01"), general)

    def test_the_same_is_not_wanted_twice_on_one_day(self):
        kpi = self.turnover()
        self.target(kpi, 900, "2026-01-01", "2026-06-30")
        self.target(kpi, 950, "2026-07-01", "2026-12-31")
        self.target(kpi, 300, scope_key=f"person:{self.seller.id}")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.target(kpi, 1000, "2026-06-30", "2026-06-30")

    def test_whom_it_is_for_is_called_as_then(self):
        kpi = self.turnover()
        target = self.target(kpi, 300, scope_kind="person", user_id=self.seller.id)
        self.assertEqual((target.scope_key, target.scope_name), (f"person:{self.seller.id}", self.seller.name))
        self.assertEqual(self.target(kpi, 900).scope_name, self.company.name)

    def test_a_scope_that_is_none_and_one_that_is_not_measured_are_refused(self):
        kpi = self.turnover()
        for key in ("person", "person:x", "nobody:3", "company:1", "source:x", "channel:Search engine"):
            with self.subTest(key), self.assertRaisesRegex(ValidationError, "is no scope"):
                self.target(kpi, 1, scope_key=key)
        with self.assertRaisesRegex(ValidationError, "choose which one"):
            self.target(kpi, 1, scope_kind="person")
        with self.assertRaisesRegex(ValidationError, "is not measured for"):
            self.target(kpi, 1, scope_kind="team", team_id=self.env["crm.team"].search([], limit=1).id)

    def test_a_kpi_of_one_company_has_no_target_in_another(self):
        company, _user = self.other_company()
        self.manager.company_ids |= company
        with self.assertRaisesRegex(ValidationError, "Choose this company"):
            self.target(self.turnover(), 1, company_id=company.id)

    def test_each_reads_his_own_target_and_the_companys(self):
        kpi = self.turnover()
        whole, mine = self.target(kpi, 900), self.target(kpi, 300, scope_key=f"person:{self.seller.id}")
        self.sales.manager_id = self.head
        self.env.flush_all()
        for user, readable in (
            (self.seller, whole | mine),
            (self.colleague, whole),
            (self.head, whole | mine),
            (self.auditor, whole | mine),
            (self.manager, whole | mine),
        ):
            self.assertEqual(
                self.Target.with_user(user).search([("kpi_id", "=", kpi.id)]), readable.sorted(), user.login
            )
        for user in (self.seller, self.head, self.auditor):
            with self.assertRaises(AccessError):
                whole.with_user(user).value = 1

    def test_who_changed_a_target_is_in_the_history_of_the_kpi(self):
        kpi = self.turnover()
        target = self.target(kpi, 900, note="As agreed")
        target.value = 1000
        target.unlink()
        bodies = " ".join(kpi.message_ids.mapped("body"))
        for words in ("Target set", "As agreed", "Target changed", "1,000", "Target taken away"):
            self.assertIn(words, bodies)

    # ---------------------------------------------------------------- phasing

    def phase(self, kpi, **values):
        action = kpi.with_user(self.manager).action_phase()
        context = {**action["context"]}
        return (
            self.env["crm.sync.kpi.phase"]
            .with_user(self.manager)
            .with_context(**context)
            .create({"year": 2026, "total": 1000, **values})
        )

    def test_a_year_of_1000_is_twelve_months_that_are_1000_together(self):
        kpi = self.turnover()
        wizard = self.phase(kpi)
        self.assertEqual(len(wizard.line_ids), 12)
        self.assertAlmostEqual(sum(wizard.line_ids.mapped("value")), 1000)
        wizard.action_apply()
        targets = kpi.target_ids.sorted("date_from")
        self.assertEqual((targets[0].value, targets[-1].value), (83.34, 83.33))
        self.assertEqual(str(targets[1].date_to), "2026-02-28")

    def test_by_working_days_a_month_with_more_of_them_has_more(self):
        wizard = self.phase(self.turnover(), total=261, method="workdays")
        by_month = {str(line.period_start): line.value for line in wizard.line_ids}
        self.assertEqual((by_month["2026-02-01"], by_month["2026-03-01"]), (20, 22))

    def test_last_years_curve_needs_the_whole_year(self):
        kpi = self.turnover(backfill_months=2)
        self.measure(kpi)
        wizard = self.phase(kpi, method="last_year")
        self.assertFalse(wizard.line_ids)
        self.assertIn("0 of 12", wizard.problem)
        with self.assertRaisesRegex(UserError, "Divide equally"):
            wizard.action_apply()

    def test_as_last_year_went_half_of_it_is_wanted_in_december(self):
        for month in range(1, 12):
            self.ordered(f"2025-{month:02d}-10 08:00:00", 100)
        self.ordered("2025-12-10 08:00:00", 1100)
        kpi = self.turnover(backfill_months=26)
        self.measure(kpi)
        wizard = self.phase(kpi, total=2200, method="last_year")
        values = wizard.line_ids.sorted("period_start").mapped("value")
        self.assertEqual((values[0], values[-1]), (100, 1100))

    def test_a_year_that_is_divided_again_replaces_its_targets(self):
        kpi = self.turnover()
        self.phase(kpi).action_apply()
        self.phase(kpi, total=2400).action_apply()
        self.assertEqual(len(kpi.target_ids), 12)
        self.assertEqual(set(kpi.target_ids.mapped("value")), {200})
        kpi.target_ids.unlink()
        self.target(kpi, 5, "2025-06-01", "2026-01-31")
        with self.assertRaisesRegex(UserError, "reaches beyond the year"):
            self.phase(kpi).action_apply()

    def test_what_is_not_added_up_is_not_divided(self):
        kpi = self.turnover(code="own_average", custom_measure="average")
        with self.assertRaisesRegex(UserError, "from January to December"):
            kpi.with_user(self.manager).action_phase()
        with self.assertRaises(AccessError):
            self.turnover().with_user(self.seller).action_phase()
