import zipfile
from io import BytesIO

from .report_common import ReportCase

HOSTILE = '=HYPERLINK("https://example.com")'


class TestReportWorkbook(ReportCase):
    """What somebody takes along as a workbook."""

    def setUp(self):
        super().setUp()
        self.complaints.name = HOSTILE
        self.measured(self.complaints, "2026-02-01", 9.0)
        self.measured(self.complaints, "2026-03-01", 7.0, target=8.0, attainment=114.3)
        self.measured(self.rate, "2026-03-01", 43.2)

    def test_numbers_are_numbers_with_their_unit_and_text_is_never_a_formula(self):
        sheet = self.workbook(self.report())["Figures of KPIs"]
        rows = {row[12].value: row for row in sheet.iter_rows(min_row=2)}
        complaints, rate = rows[self.complaints.code], rows[self.rate.code]
        self.assertEqual((complaints[0].value, complaints[0].data_type), (HOSTILE, "s"))
        self.assertEqual((complaints[3].value, complaints[4].value, complaints[6].value), (7, 8, 9))
        self.assertEqual((rate[3].value, rate[3].number_format), (43.2, '#,##0.0"%"'))
        self.assertIsNone(rate[4].value)

    def test_titles_stay_in_sight_and_every_column_can_be_filtered(self):
        book = self.workbook(self.report())
        for name in ("Figures of KPIs", "Trend"):
            self.assertEqual(book[name].freeze_panes, "A2")
            self.assertTrue(book[name].auto_filter.ref.startswith("A1:"))

    def test_the_last_sheet_says_what_it_is_made_of_and_for_whom(self):
        about = self.workbook(self.report())["About This Report"]
        told = {row[0]: row[1] for row in about.iter_rows(values_only=True) if row[0]}
        self.assertEqual(told["Company"], self.company.name)
        self.assertEqual(told["Figures Known"], "As Known Now")
        self.assertEqual(told["Read by"], self.manager.name)
        self.assertIn("2026-03", told["Period of the Report"])
        self.assertIn("crm.sync.kpi.value", told["Source"])
        self.assertEqual(told["Time Zone"], self.company.partner_id.tz or "UTC")

    def test_charts_are_native_and_their_titles_are_cells(self):
        file = BytesIO()
        self.env["crm.sync.report.xlsx"].with_user(self.manager)._write_to(self.report(), file)
        with zipfile.ZipFile(file) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
        self.assertTrue(any("lineChart" in chart for chart in charts))
        formulas = [part.partition("</c:f>")[0] for chart in charts for part in chart.split("<c:f>")[1:]]
        self.assertTrue(formulas)
        self.assertFalse([formula for formula in formulas if "HYPERLINK" in formula])

    def test_the_workbook_is_in_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        report = self.env["crm.sync.report"].with_user(self.manager).with_context(lang="zh_CN")
        composed = report._compose("service", "month", self.report().span.last, self.company)
        self.assertEqual(composed.title, "客服报表")

    def test_a_list_with_a_hostile_name_and_long_title_makes_a_sheet_all_the_same(self):
        self.customer.name = "[x]:*?/\\ = a name that is much longer than a sheet may be called"
        book = self.workbook(self.report("customer"))
        self.assertTrue(all(len(name) <= 31 for name in book.sheetnames))
