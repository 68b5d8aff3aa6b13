from odoo import api, fields, models


class CrmSyncKpiDriftDecide(models.TransientModel):
    """What becomes of a final period whose documents have changed: revised, or left as reported; always with the reason."""

    _name = "crm.sync.kpi.drift.decide"
    _description = "Decide on a Drift"

    drift_id = fields.Many2one("crm.sync.kpi.drift", required=True, readonly=True, ondelete="cascade")
    closed_text = fields.Char("Reported", compute="_compute_texts")
    live_text = fields.Char("Would Be Now", compute="_compute_texts")
    decision = fields.Selection(
        [("revise", "Revise the period"), ("accept", "Leave it as reported")],
        "What to Do",
        required=True,
        default="revise",
    )
    reason = fields.Char(required=True)

    @api.depends("drift_id")
    @api.depends_context("uid", "lang")
    def _compute_texts(self):
        """With the rights of who asks: a dialog can be opened on any drift, and what was read for its name is not checked
        again."""
        for dialog in self:
            drift = dialog.drift_id
            drift.check_access("read")
            dialog.closed_text = drift.closed_text
            dialog.live_text = drift.live_text

    def action_apply(self):
        self.ensure_one()
        if self.decision == "revise":
            self.drift_id.action_revise(self.reason)
        else:
            self.drift_id.action_accept(self.reason)
        return {"type": "ir.actions.act_window_close"}
