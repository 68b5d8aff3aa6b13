import subprocess
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from unicodedata import normalize

import openpyxl
from odoo import fields
from pypdf import PdfReader

from ...report.core.streamed_sheet import streamed_workbook
from .report_common import ReportCase

#: Report → code and subject of a KPI that it tells of, its titles in English and Chinese.
REPORTS = {
    "usage": ("t_active_users", "management", "Usage Report", "使用情况报表"),
    "customer": ("t_neglected", "management", "Customer Report", "客户报表"),
    "sales": ("t_orders", "sales", "Sales Report", "销售报表"),
    "service": ("t_cases", "service", "Service Report", "客服报表"),
    "loyalty": ("t_points", "loyalty", "Loyalty Report", "会员积分报表"),
    "improvement": ("t_ideas", "management", "Improvement Report", "改进报表"),
}
_LOOKALIKES = str.maketrans("戶⻔", "户门")
#: All sheets of a workbook as text, numbers as they are shown.
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


class TestReportOutput(ReportCase):
    """What leaves the system on paper and as a workbook says what was measured, in the reader's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        for number, (code, subject, title, chinese) in enumerate(REPORTS.values()):
            kpi = cls.kpi(code, f"Figure of the {title}", subject=subject)
            kpi.with_context(lang="zh_CN").name = f"{chinese}的数值"
            cls.measured(kpi, "2026-02-01", 1000.0)
            cls.measured(kpi, "2026-03-01", 1234.0 + number)
        lost = [("Too dear", 3), ("No answer", 1)]
        for name, count in lost:
            reason = cls.env["crm.lost.reason"].create({"name": name})
            leads = cls.env["crm.lead"].create(
                [{"name": f"Lost {one}", "type": "opportunity", "expected_revenue": 500.0} for one in range(count)]
            )
            leads.action_set_lost(lost_reason_id=reason.id)
            leads.date_closed = "2026-03-20 10:00:00"

    def composed(self, code, lang):
        Report = self.env["crm.sync.report"].with_user(self.manager).with_context(lang=lang)
        return Report._compose(code, "month", date(2026, 3, 31), self.company)

    def book(self, code, lang):
        file = BytesIO()
        Xlsx = self.env["crm.sync.report.xlsx"].with_user(self.manager).with_context(lang=lang)
        Xlsx._write_to(self.composed(code, lang), file)
        return file.getvalue()

    # ---------------------------------------------------------------- paper

    def paper(self, code, lang):
        """The text of all pages. Qt tells some characters of a Chinese font as others that look the same: 户 as 戶."""
        env = self.env(user=self.manager.id, context={"lang": lang, "tz": "UTC"})
        page = env["crm.sync.report.page"].create({"report": code, "day": "2026-03-31"})
        report = env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf("crm_sync_measures.report_sync_report", page.ids)
        self.assertEqual(kind, "pdf")
        text = "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages)
        return normalize("NFKC", text).translate(_LOOKALIKES)

    def test_the_paper_of_every_report_says_its_title_and_figures_in_english_and_chinese(self):
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            self.skipTest("no wkhtmltopdf on this machine")
        for number, (code, (_kpi, _subject, title, chinese)) in enumerate(REPORTS.items()):
            expected = {
                "en_US": (title, f"Figure of the {title}", "Previous Period", "2026-03"),
                "zh_CN": (chinese, f"{chinese}的数值", "上一期", "2026-03"),
            }
            for lang, words in expected.items():
                with self.subTest(code=code, lang=lang):
                    text = " ".join(self.paper(code, lang).split())
                    figures = (f"{1234 + number:,}", "1,000", f"+{234 + number}")
                    for word in (*words, *figures):
                        self.assertIn(word, text)

    # ---------------------------------------------------------------- workbook

    def test_the_chinese_workbook_has_chinese_sheets_titles_and_columns(self):
        book = openpyxl.load_workbook(BytesIO(self.book("sales", "zh_CN")))
        self.assertEqual(book.sheetnames[:2], ["绩效指标数值", "趋势"])
        self.assertEqual(book.sheetnames[-2:], ["图表", "关于本报表"])
        self.assertIn("丢单原因", book.sheetnames)
        heads = {name: [cell.value for cell in book[name][1]] for name in book.sheetnames}
        self.assertEqual(heads["绩效指标数值"][:6], ["绩效指标", "期间", "单位", "实际值", "目标值", "达成率"])
        self.assertEqual(heads["丢单原因"], ["丢单原因", "商机", "预期收入"])
        self.assertEqual(heads["关于本报表"][0], "销售报表")
        # No title was forgotten in English.
        latin = [head for name in book.sheetnames for head in heads[name] if head and str(head).isascii()]
        self.assertEqual(latin, [])

    def test_a_list_worth_a_chart_has_columns_of_its_numbers(self):
        with zipfile.ZipFile(BytesIO(self.book("sales", "en_US"))) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
        [bars] = [chart for chart in charts if "<c:barChart>" in chart and "Too dear" in chart]
        self.assertIn('<c:barDir val="col"/>', bars)
        numbers = [part.partition("</c:v>")[0] for part in bars.partition("<c:val>")[2].split("<c:v>")[1:]]
        self.assertEqual([float(number) for number in numbers][:2], [3.0, 1.0])

    # ---------------------------------------------------------------- opened by another program

    def opened(self, content):
        """``{sheet: text}`` as LibreOffice opens the workbook."""
        soffice = which("soffice")
        if not soffice:
            self.skipTest("no LibreOffice (soffice) on this machine")
        with TemporaryDirectory() as folder:
            Path(folder, "book.xlsx").write_bytes(content)
            subprocess.run(
                [soffice, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", _CSV,
                 "--outdir", folder, f"{folder}/book.xlsx"],
                check=True, capture_output=True, timeout=180,
            )  # fmt: skip
            return {
                path.stem.removeprefix("book-"): path.read_text("utf-8") for path in Path(folder).glob("book-*.csv")
            }

    def test_libreoffice_opens_the_workbook_and_shows_its_figures(self):
        sheets = self.opened(self.book("sales", "en_US"))
        [line] = [line for line in sheets["Figures of KPIs"].splitlines() if "Figure of the Sales Report" in line]
        self.assertIn(",1236,,,1000,236,", line)
        lost = sheets["Why opportunities were lost"]
        self.assertIn("Too dear,3,", lost)
        for error in ("#NAME?", "#REF!", "#VALUE!", "Err:"):
            self.assertNotIn(error, "".join(sheets.values()))

    def test_libreoffice_opens_what_is_streamed_and_reads_the_same_numbers(self):
        rows = [
            (1, "复购率", 43.25, None, date(2026, 3, 1), fields.Datetime.to_datetime("2026-04-01 02:30:15")),
            (2, '=HYPERLINK("https://example.com")', -0.5, True, date(2024, 2, 29), None),
            (3, "a, b & <c>", 1234567.125, False, None, fields.Datetime.to_datetime("2026-12-31 23:59:59")),
        ]
        titles = ("id", "name", "value", "flag", "day", "moment")
        about = [("Companies", "北方光学")]
        sheets = self.opened(b"".join(streamed_workbook("Values", titles, rows, about)))
        self.assertEqual(
            sheets["Values"].splitlines(),
            [
                "id,name,value,flag,day,moment",
                "1,复购率,43.25,,2026-03-01,2026-04-01 02:30:15",
                '2,"=HYPERLINK(""https://example.com"")",-0.5,TRUE,2024-02-29,',
                '3,"a, b & <c>",1234567.125,,,2026-12-31 23:59:59',
            ],
        )
        self.assertEqual(sheets["About"].strip(), "Companies,北方光学")
