from odoo import api, models


class ReportSyncReport(models.AbstractModel):
    """The printed report: the same template as on screen."""

    _name = "report.crm_sync_measures.report_sync_report"
    _description = "Report, Printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Whoever opens the report's address gets it with his own rights, or a refusal in words."""
        pages = self.env["crm.sync.report.page"].browse(docids or [])
        pages.check_access("read")
        Text = self.env["crm.sync.report.text"]
        return {
            "docs": pages,
            "lang": self.env.lang or self.env.user.lang,
            "bodies": [Text._body(page._composed(page.day)) for page in pages],
        }
