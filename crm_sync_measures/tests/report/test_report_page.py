from io import BytesIO

import openpyxl
from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .report_common import ReportCase


class TestReportPage(ReportCase):
    """The report on screen: the choice above, what it says below."""

    def setUp(self):
        super().setUp()
        self.travel("2026-04-10 08:00:00")

    def test_it_opens_with_the_last_month_that_is_over_and_follows_the_choice(self):
        self.measured(self.complaints, "2026-03-01", 7.0)
        form = Form(self.env["crm.sync.report.page"].with_user(self.agent))
        self.assertEqual(str(form.day), "2026-03-31")
        self.assertIn('data-report="sales"', form.body)
        form.report = "service"
        self.assertIn("Complaints of the Test", form.body)
        form.period_kind = "quarter"
        self.assertEqual(str(form.day), "2026-03-31")

    def test_the_periods_before_and_after(self):
        page = self.env["crm.sync.report.page"].with_user(self.agent).create({"report": "service"})
        page.action_previous()
        self.assertEqual(page.day, fields.Date.to_date("2026-02-28"))
        page.action_next()
        self.assertEqual(page.day, fields.Date.to_date("2026-03-31"))

    def test_nobody_reads_the_page_of_somebody_else(self):
        page = self.env["crm.sync.report.page"].with_user(self.manager).create({"report": "service"})
        with self.assertRaises(AccessError):
            page.with_user(self.agent).read(["body"])
        with self.assertRaises(AccessError):
            page.with_user(self.agent).action_download_xlsx()

    def test_of_the_marketing_sources_those_are_offered_that_were_measured(self):
        rate = self.env.ref("crm_sync_measures.kpi_win_rate")
        source, unmeasured = self.env["utm.source"].create([{"name": "Search Engine (t)"}, {"name": "Mailing 7 (t)"}])
        self.measured(rate, "2026-03-01", 40.0, f"source:{source.id}", scope_name="Search Engine (t)")
        lead = {"type": "opportunity", "user_id": self.seller.id, "expected_revenue": 9e6}
        self.env["crm.lead"].create(
            [{**lead, "name": f"By {one.name}", "source_id": one.id} for one in (source, unmeasured)]
        )
        form = Form(self.env["crm.sync.report.page"].with_user(self.manager))
        form.scope_kind = "source"
        self.assertIn(source, form.measured_source_ids[:])
        self.assertNotIn(unmeasured, form.measured_source_ids[:])
        form.source_id = source
        self.assertIn("Marketing Source: Search Engine (t)", form.body)
        self.assertIn("40", form.body)
        self.assertIn("By Search Engine (t)", form.body)
        self.assertNotIn("By Mailing 7 (t)", form.body)

    def test_of_whom_has_to_be_said(self):
        Page = self.env["crm.sync.report.page"].with_user(self.agent)
        with self.assertRaises(ValidationError):
            Page.create({"report": "service", "scope_kind": "department"})
        page = Page.create({"report": "service", "scope_kind": "department", "department_id": self.service.id})
        self.assertEqual(page.scope_key, f"department:{self.service.id}")


@tagged("post_install", "-at_install")
class TestReportDownload(ReportCase, HttpCase):
    """Workbooks over HTTP, with the rights of who asks."""

    def setUp(self):
        super().setUp()
        for user in (self.agent, self.manager):
            user.password = user.login
        self.measured(self.complaints, "2026-03-01", 7.0)

    def test_the_workbook_of_a_report_is_for_who_has_opened_it(self):
        page = self.env["crm.sync.report.page"].with_user(self.agent).create({"report": "service"})
        self.authenticate("t_agent", "t_agent")
        response = self.url_open(f"/crm_sync_measures/report/{page.id}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Figures of KPIs", openpyxl.load_workbook(BytesIO(response.content)).sheetnames)
        self.authenticate("t_manager", "t_manager")
        self.assertEqual(self.url_open(f"/crm_sync_measures/report/{page.id}").status_code, 404)
        self.assertEqual(self.url_open(f"/crm_sync_measures/report/{2**40}").status_code, 404)

    def export(self, user, **values):
        return self.env["crm.sync.kpi.export"].with_user(user).create(values)

    def test_all_values_are_exported_by_who_may_export_and_only_those_he_may_read(self):
        self.measured(self.complaints, "2026-03-01", 2.0, f"person:{self.seller.id}")
        group = self.env.ref("base.group_allow_export")
        self.agent.group_ids += group
        self.authenticate("t_agent", "t_agent")
        response = self.url_open(f"/crm_sync_measures/kpi_export/{self.export(self.agent).id}")
        self.assertEqual(response.status_code, 200)
        book = openpyxl.load_workbook(BytesIO(response.content))
        [titles, *rows] = book["KPI values"].iter_rows(values_only=True)
        own = [dict(zip(titles, row, strict=True)) for row in rows if row[1] == self.complaints.code]
        self.assertEqual(
            [(row["scope_key"], row["value"], row["period_start"].isoformat()[:10]) for row in own],
            [("company", 7, "2026-03-01")],
        )
        self.assertEqual(book["About"]["B6"].value, self.agent.name)

    def test_without_the_right_to_export_it_is_refused(self):
        self.agent.group_ids -= self.env.ref("base.group_allow_export")
        export = self.export(self.agent)
        with self.assertRaises(AccessError):
            export.action_download()
        self.authenticate("t_agent", "t_agent")
        self.assertEqual(self.url_open(f"/crm_sync_measures/kpi_export/{export.id}").status_code, 403)
