from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.kpi.kpi_sql import value_of
from .common import NOW, KpiCase

RUNNER = "odoo.addons.crm_sync_measures.models.core"
moment = Datetime.to_datetime


@tagged("post_install", "-at_install")
class TestSnapshot(KpiCase):
    # ---------------------------------------------------------------- periods

    def test_the_first_start_measures_24_months_of_history_and_says_so(self):
        self.call("2023-11-10 02:00:00", minutes=5)
        self.call("2024-02-10 02:00:00", minutes=25)
        self.measure()
        periods = self.env["crm.sync.kpi.period"].search([("kpi_id", "=", self.kpi.id)], order="period_start")
        self.assertEqual(len(periods), 25)
        self.assertEqual(str(periods[0].period_start), "2023-11-01")
        self.assertEqual(set(periods[:-1].mapped("source")), {"backfill"})
        self.assertEqual((periods[-1].source, periods[-1].state), ("auto", "running"))
        self.assertEqual(set(periods[:-1].mapped("state")), {"closed"})
        old = self.value("2024-02-01")
        self.assertEqual((old.value, old.source, old.state, old.tz), (25, "backfill", "closed", "Asia/Shanghai"))

    def test_history_begins_with_the_first_document_and_not_with_months_of_zeros(self):
        self.call("2025-09-10 02:00:00", minutes=25)
        self.measure()
        starts = self.env["crm.sync.kpi.period"].search([("kpi_id", "=", self.kpi.id)]).mapped("period_start")
        self.assertEqual(sorted(map(str, starts)), ["2025-09-01", "2025-10-01", "2025-11-01"])
        self.assertEqual(self.value("2025-10-01").value, 0, "a month without calls after that is one")

    def test_the_last_hours_of_a_month_in_london_are_the_next_month_in_shanghai(self):
        self.call("2025-10-31 15:59:59", minutes=10)
        self.call("2025-10-31 16:00:00", minutes=20)
        self.measure()
        self.assertEqual((self.value("2025-10-01").value, self.value("2025-11-01").value), (10, 20))
        self.assertEqual(self.value("2025-11-01").at_start, moment("2025-10-31 16:00:00"))

    def test_a_month_is_final_three_days_after_its_end_and_not_before(self):
        self.call("2025-10-20 02:00:00")
        self.measure(now=moment("2025-11-03 15:59:00"))
        self.assertEqual(self.value("2025-10-01").state, "running")
        self.measure(now=moment("2025-11-03 16:00:00"))
        self.assertEqual(self.value("2025-10-01").state, "closed")

    def test_four_missed_months_are_made_up_for_one_by_one(self):
        self.measure(now=moment("2025-06-15 00:00:00"))
        for month in (7, 8, 9, 10):
            self.call(f"2025-{month:02d}-10 02:00:00", minutes=month)
        self.measure()
        self.assertEqual([self.value(f"2025-{month:02d}-01").value for month in (6, 7, 8, 9, 10)], [0, 7, 8, 9, 10])
        self.assertEqual(self.value("2025-08-01").source, "auto")

    def test_another_time_zone_neither_loses_nor_doubles_an_hour(self):
        kpi = self.new_kpi("t_daily", calendar="day", backfill_months=0)
        self.measure(kpi, moment("2025-11-20 10:00:00"))
        self.company.partner_id.tz = "America/New_York"
        self.measure(kpi, moment("2025-11-24 10:00:00"))
        self.company.partner_id.tz = "Pacific/Kiritimati"
        self.measure(kpi, moment("2025-11-27 10:00:00"))
        periods = self.env["crm.sync.kpi.period"].search([("kpi_id", "=", kpi.id)], order="period_start")
        for before, after in pairwise(periods):
            self.assertEqual(before.at_end, after.at_start)
            self.assertEqual(before.period_end + timedelta(days=1), after.period_start)
        self.assertEqual(set(periods.mapped("tz")), {"Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"})

    def test_weeks_start_as_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for lang, day, first in (("en_US", "7", "2025-11-16"), ("zh_CN", "1", "2025-11-17")):
            self.env["res.lang"].search([("code", "=", lang)]).week_start = day
            self.company.partner_id.lang = lang
            kpi = self.new_kpi(f"t_weeks_{lang.lower()}", calendar="week", backfill_months=0)
            self.measure(kpi)
            periods = self.env["crm.sync.kpi.period"].search([("kpi_id", "=", kpi.id)])
            self.assertEqual(str(max(periods.mapped("period_start"))), first)

    # ---------------------------------------------------------------- figures

    def test_each_department_person_and_channel_has_its_own_figure_and_the_company_all(self):
        self.call("2025-11-03 02:00:00", minutes=30)
        self.call("2025-11-04 02:00:00", minutes=5, user=self.seller, channel="visit")
        self.measure()
        month = "2025-11-01"
        self.assertEqual(self.value(month).value, 35)
        self.assertEqual(self.value(month, f"department:{self.service.id}").value, 30)
        self.assertEqual(self.value(month, f"department:{self.sales.id}").value, 5)
        self.assertEqual(self.value(month, f"person:{self.seller.id}").value, 5)
        visits = self.value(month, "channel:visit")
        self.assertEqual((visits.value, visits.scope_name, visits.count), (5, "Visit", 1))

    def test_a_department_without_a_contact_in_october_has_0_and_not_nothing(self):
        self.call("2025-09-03 02:00:00", minutes=30)
        self.measure()
        october = self.value("2025-10-01", f"department:{self.service.id}")
        self.assertEqual((october.value, october.is_empty, october.count), (0, False, 0))
        self.assertFalse(self.value("2025-08-01", f"department:{self.service.id}"))

    def test_a_ratio_without_documents_is_empty_and_not_0(self):
        kpi = self.new_kpi("t_ratio", additivity="ratio", unit="percent")
        self.call("2025-09-03 02:00:00", minutes=0)
        self.measure(kpi)
        september, october = self.value("2025-09-01", kpi=kpi), self.value("2025-10-01", kpi=kpi)
        self.assertEqual((september.is_empty, september.value_text), (False, "0 %"))
        self.assertEqual((october.is_empty, october.value_text), (True, "–"))

    def test_a_customer_who_was_called_three_times_is_one_customer(self):
        kpi = self.new_kpi("t_reached", additivity="distinct")
        other = self.env["res.partner"].create({"name": "Western Optics", "user_id": self.agent.id})
        for day in (3, 4, 5):
            self.call(f"2025-11-0{day} 02:00:00")
        self.call("2025-11-06 02:00:00", partner=other)
        self.measure(kpi)
        self.assertEqual((self.value("2025-11-01", kpi=kpi).value, self.value("2025-11-01", kpi=kpi).count), (2, 4))

    def test_ratios_of_two_months_are_put_together_by_their_sums_and_not_averaged(self):
        kpi = self.new_kpi("t_average", additivity="ratio")
        self.call("2025-09-03 02:00:00", minutes=10)
        for day in (1, 2, 3):
            self.call(f"2025-10-0{day} 05:00:00", minutes=50)
        self.measure(kpi)
        domain = [("kpi_id", "=", kpi.id), ("scope_key", "=", "company"), ("is_current", "=", True)]
        Values = self.env["crm.sync.kpi.value"]
        both = [*domain, ("period_start", "in", ("2025-09-01", "2025-10-01"))]
        self.assertEqual(Values._read_group(both, [], ["value:sum"]), [(40,)])
        mixed = [("kpi_id", "=", kpi.id), ("period_start", "=", "2025-10-01"), ("is_current", "=", True)]
        self.assertFalse(Values._read_group(mixed, [], ["value:sum"])[0][0])

    def test_what_can_be_told_of_now_only_has_no_history_and_no_late_figure(self):
        kpi = self.new_kpi("t_stand", additivity="last", calendar="day", backfill_months=24)
        Kpi = self.env.registry["crm.sync.kpi"]
        with patch.object(Kpi, "_can_look_back", lambda self: False):
            self.measure(kpi)
            self.measure(kpi, moment("2025-11-23 10:00:00"))
        rows = self.env["crm.sync.kpi.value"].search([("kpi_id", "=", kpi.id)], order="period_start")
        found = [(str(row.period_start), row.state, row.is_empty) for row in rows if row.scope_key == "company"]
        self.assertEqual(
            found,
            [
                ("2025-11-20", "closed", True),
                ("2025-11-21", "closed", True),
                ("2025-11-22", "closed", False),
                ("2025-11-23", "running", False),
            ],
        )

    def test_of_less_than_nothing_there_is_no_percentage(self):
        for unit, expected in (("percent", [None, None, 250]), ("number", [-2.5, None, 2.5])):
            rows = self.env.execute_query(
                SQL(
                    "SELECT %s FROM (VALUES (5, -2.0), (5, 0), (5, 2)) v (numerator, denominator)",
                    value_of("ratio", unit),
                )
            )
            self.assertEqual([value for [value] in rows], expected, unit)

    # ---------------------------------------------------------------- running it

    def test_measuring_twice_writes_nothing_the_second_time(self):
        self.call("2025-11-03 02:00:00")
        first = self.measure()
        before = {value.id: value.computed_at for value in first}
        second = self.measure(now=NOW + timedelta(hours=1))
        self.assertTrue(second)
        self.assertEqual({value.id: value.computed_at for value in second}, {key: before[key] for key in second.ids})

    def test_the_statements_do_not_grow_with_months_and_scopes(self):
        self.call("2025-03-03 02:00:00")
        self.measure()
        kpi, longer = self.new_kpi("t_short", backfill_months=14), self.new_kpi("t_long", backfill_months=36)
        for first in ("2022-11-03 02:00:00", "2024-09-03 02:00:00"):
            self.call(first)
        for user in (self.seller, self.colleague, self.head):
            self.call("2024-01-03 02:00:00", user=user)
        self.env.flush_all()
        counts = []
        for one in (kpi, longer):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.measure(one)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    @mute_logger(f"{RUNNER}.crm_sync_job_sets")
    def test_one_kpi_that_fails_does_not_stop_the_others(self):
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        broken = self.new_kpi("t_broken")
        later = self.new_kpi("t_later")
        facts = self.facts

        def failing(kpi, window):
            if kpi.code == "t_broken":
                raise ValueError("no such table")
            return facts(kpi, window)

        self.env["crm.sync.kpi"].search([("id", "not in", (self.kpi | broken | later).ids)]).active = False
        with patch.object(self.env.registry["crm.sync.kpi"], "_custom_facts", failing):
            self.env["crm.sync.kpi.snapshot"]._cron_snapshot()
        measured = self.env["crm.sync.kpi.value"].search([]).kpi_id
        self.assertEqual(measured & (self.kpi | broken | later), self.kpi | later)
        failures = self.env["crm.sync.job.failure"].search([("job_id.code", "=", "kpi_snapshot")])
        self.assertEqual(failures.mapped("key"), [str(broken.id)])

    def test_without_anything_to_measure_there_are_no_periods(self):
        with patch.object(self.env.registry["crm.sync.kpi"], "_custom_facts", lambda kpi, window: None):
            self.assertFalse(self.measure())
            self.assertFalse(self.kpi.is_measurable)
        self.assertFalse(self.env["crm.sync.kpi.period"].search([("kpi_id", "=", self.kpi.id)]))

    # ---------------------------------------------------------------- definition

    def test_the_unit_of_a_built_in_kpi_is_fixed_once_it_has_final_figures(self):
        kpi = self.new_kpi("t_builtin", kind="builtin")
        kpi.calendar = "quarter"
        self.call("2025-03-03 02:00:00")
        with patch.object(self.env.registry["crm.sync.kpi"], "_facts", self.facts):
            self.measure(kpi)
        for name, other in (("unit", "money"), ("calendar", "month"), ("code", "t_other")):
            with self.assertRaisesRegex(UserError, "final figures"):
                kpi[name] = other
        with self.assertRaisesRegex(UserError, "cannot be copied"):
            kpi.copy()
        kpi.write({"name": "Minutes on the telephone", "closing_days": 5})

    def test_users_do_not_pass_their_own_kpi_off_as_built_in(self):
        with self.assertRaisesRegex(UserError, "Define your own"):
            self.env["crm.sync.kpi"].with_user(self.manager).create({"name": "X", "code": "x", "kind": "builtin"})
        with self.assertRaises(ValidationError):
            self.new_kpi("Not a code")
