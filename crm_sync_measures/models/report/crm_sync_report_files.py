import base64
import logging
from io import BytesIO

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

_REPORT = "crm_sync_measures.report_sync_report"


class CrmSyncReportText(models.AbstractModel):
    """A report as files to take along: a workbook, and a PDF."""

    _inherit = "crm.sync.report.text"

    @api.model
    def _files(self, page, report):
        """``[(name, content in base64)]`` of the workbook and the PDF; ``page`` is the page that the report is of."""
        file = BytesIO()
        self.env["crm.sync.report.xlsx"]._write_to(report, file)
        pdf, kind = self._pdf(page, report)
        contents = ((file.getvalue(), "xlsx"), (pdf, kind))
        return [(self._filename(report, kind), base64.b64encode(content)) for content, kind in contents]

    @api.model
    def _filename(self, report, extension):
        return f"{report.title} {report.span.label}.{extension}".replace("/", "-")

    @api.model
    def _pdf(self, page, report):
        """``(content, "pdf")``; ``(content, "html")`` where the server cannot make a PDF."""
        Report = self.env["ir.actions.report"]
        if Report.get_wkhtmltopdf_state() in ("ok", "upgrade"):
            try:
                return Report._render_qweb_pdf(_REPORT, page.ids)
            except UserError:
                # The workbook comes all the same, and the page says what the PDF would.
                _logger.warning("The report cannot be made as a PDF", exc_info=True)
        html = self.env["ir.qweb"]._render(
            "crm_sync_measures.report_file", {"title": report.title, "body": self._body(report)}
        )
        return f"<!DOCTYPE html>\n{html}".encode(), "html"
