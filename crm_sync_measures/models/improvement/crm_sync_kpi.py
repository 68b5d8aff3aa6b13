from odoo import api, fields, models


class CrmSyncKpi(models.Model):
    """A KPI knows what is done about it."""

    _inherit = "crm.sync.kpi"

    improvement_count = fields.Integer("Improvement Actions", compute="_compute_improvement_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_improvement_count(self):
        """Those that the reader may read."""
        counts = dict(
            self.env["crm.sync.improvement"]._read_group([("kpi_id", "in", self.ids)], ["kpi_id"], ["__count"])
        )
        for kpi in self:
            kpi.improvement_count = counts.get(kpi._origin, 0)

    def action_open_improvements(self):
        """The improvement actions that are measured by this KPI; a new one begins with it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_improvement_action")
        return {**action, "domain": [("kpi_id", "=", self.id)], "context": {"default_kpi_id": self.id}}
