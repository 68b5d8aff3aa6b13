from odoo import api, fields, models

from ...models.improvement.words import ACTS, OUTCOMES


class CrmSyncImprovementDecide(models.TransientModel):
    """The dialog behind Adopt, Adapt and Abandon: why so, and what was learned. What may be done is the action's affair."""

    _name = "crm.sync.improvement.decide"
    _description = "What Is Done with an Improvement Action"

    improvement_id = fields.Many2one("crm.sync.improvement", "Improvement Action", required=True, readonly=True)
    act = fields.Selection(ACTS, "What Is Done with It", required=True)
    outcome = fields.Selection(OUTCOMES, "Outcome of the Check", compute="_compute_verdict", compute_sudo=False)
    verdict_text = fields.Text("What the System Says", compute="_compute_verdict", compute_sudo=False)
    reason = fields.Text("Why So")
    lesson = fields.Text("What We Have Learned")

    @api.depends("improvement_id")
    def _compute_verdict(self):
        """With the rights of who asks: a dialog can be opened on any action."""
        for dialog in self:
            dialog.outcome = dialog.improvement_id.outcome
            dialog.verdict_text = dialog.improvement_id.verdict_text

    def action_apply(self):
        """Do it, with the rights of who asks."""
        self.ensure_one()
        done = getattr(self.improvement_id, f"action_{self.act}")(self.reason, self.lesson)
        return done if isinstance(done, dict) else {"type": "ir.actions.act_window_close"}
