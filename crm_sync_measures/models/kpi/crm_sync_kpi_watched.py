from odoo import fields, models


class CrmSyncKpi(models.Model):
    """How far the final figures of a KPI have drifted."""

    _inherit = "crm.sync.kpi"

    drift_watched_at = fields.Date("Compared Last On", readonly=True, copy=False)
    drift_count = fields.Integer("Drifts to Decide On", compute="_compute_drift_count")

    def _compute_drift_count(self):
        Drift = self.env["crm.sync.kpi.drift"]
        counts = {}
        # Who reads all fields of a KPI by the API need not read drifts.
        if Drift.has_access("read"):
            counts = dict(
                Drift._read_group([("kpi_id", "in", self.ids), ("state", "=", "found")], ["kpi_id"], ["__count"])
            )
        for kpi in self:
            kpi.drift_count = counts.get(kpi._origin, 0)

    def action_drifts(self):
        """The drifts of this KPI, those to be decided on first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_kpi_drift_action")
        return action | {"domain": [("kpi_id", "=", self.id)], "context": {"search_default_found": 1}}
