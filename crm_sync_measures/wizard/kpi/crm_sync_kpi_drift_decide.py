from odoo import fields, models


class CrmSyncKpiDriftDecide(models.TransientModel):
    """What becomes of a final period whose documents have changed: revised, or left as reported; always with the reason."""

    _name = "crm.sync.kpi.drift.decide"
    _description = "Decide on a Drift"

    drift_id = fields.Many2one("crm.sync.kpi.drift", required=True, readonly=True, ondelete="cascade")
    # With the rights of who asks: a dialog can be opened on any drift.
    closed_text = fields.Char(related="drift_id.closed_text", related_sudo=False)
    live_text = fields.Char(related="drift_id.live_text", related_sudo=False)
    decision = fields.Selection(
        [("revise", "Revise the period"), ("accept", "Leave it as reported")],
        "What to Do",
        required=True,
        default="revise",
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        if self.decision == "revise":
            self.drift_id.action_revise(self.reason)
        else:
            self.drift_id.action_accept(self.reason)
        return {"type": "ir.actions.act_window_close"}
