from odoo import api, models


class ReportCustomerBrief(models.AbstractModel):
    """The printed brief of customers: the same template as on screen."""

    _name = "report.crm_sync_measures.report_customer_brief"
    _description = "Customer Brief, Printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Whoever opens the report's address gets it with his own rights, or a refusal in words."""
        partners = self.env["res.partner"].browse(docids or [])
        briefs = partners._sync_briefs()
        return {
            "docs": partners,
            "lang": self.env.lang or self.env.user.lang,
            "title": ", ".join(brief["partner"]["name"] for brief in briefs),
            "body": self.env["crm.sync.brief"]._render_body(briefs),
        }
