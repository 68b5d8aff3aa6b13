from odoo import api, models
from odoo.exceptions import UserError

from .kpi_words import SUBJECTS


class CrmSyncKpi(models.Model):
    """A set of KPIs to begin with: those of a subject, and somebody who is told when they change."""

    _inherit = "crm.sync.kpi"

    @api.model
    def action_begin(self, subject):
        """Switch on all KPIs of ``subject`` that are built in, be their owner where nobody is, and open them."""
        self.check_access("write")
        if not isinstance(subject, str) or subject not in dict(SUBJECTS):
            raise UserError(self.env._("There is no such template. Reload the page."))
        kpis = self.with_context(active_test=False).search(
            [("subject", "=", subject), ("kind", "=", "builtin"), ("company_id", "in", [False, self.env.company.id])]
        )
        kpis.filtered(lambda kpi: not kpi.active).active = True
        kpis.filtered(lambda kpi: not kpi.owner_id).owner_id = self.env.user
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_kpi_action")
        return {**action, "domain": [("subject", "=", subject)], "context": {}}
