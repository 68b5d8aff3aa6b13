from odoo import api, fields, models


class CrmSyncKpiRevise(models.TransientModel):
    """Asks why a final period is measured anew, and shows what it would say now."""

    _name = "crm.sync.kpi.revise"
    _description = "Revise a Period"

    period_id = fields.Many2one("crm.sync.kpi.period", "KPI Period", required=True)
    reported_text = fields.Char("Written Down", compute="_compute_figures")
    live_text = fields.Char("By the Documents of Now", compute="_compute_figures")
    reason = fields.Char(required=True)

    @api.depends("period_id")
    def _compute_figures(self):
        """The company's figure, as it is and as it would be."""
        Snapshot = self.env["crm.sync.kpi.snapshot"]
        for dialog in self:
            period = dialog.period_id
            # A dialog can be opened on any period, and what was read for its name is not checked again.
            period.check_access("read")
            kpi = period.kpi_id
            known = self.env["crm.sync.kpi.value"].search(
                [("period_id", "=", period.id), ("scope_key", "=", "company"), ("is_current", "=", True)]
            )
            dialog.reported_text = known.value_text
            # sudo: the same figure as a revision would write; only managers open this dialog
            live = Snapshot._live(kpi.sudo(), period).get((period.id, "company"))
            dialog.live_text = kpi._format(live and live[3], period.company_id.currency_id)

    def action_apply(self):
        self.ensure_one()
        self.period_id.action_revise(self.reason)
        return {"type": "ir.actions.act_window_close"}
