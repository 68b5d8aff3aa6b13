from odoo import api, fields, models


class CrmSyncPromiseChange(models.TransientModel):
    """The dialog behind the buttons of a promise that need an answer: when, to whom, why."""

    _name = "crm.sync.promise.change"
    _description = "Change a Promise"

    promise_ids = fields.Many2many(
        "crm.sync.promise", required=True, default=lambda self: self.env.context.get("active_ids", [])
    )
    kind = fields.Selection(
        [
            ("keep", "Kept"),
            ("reschedule", "Reschedule"),
            ("hand_over", "Hand Over"),
            ("release", "Released by the Customer"),
        ],
        required=True,
        default="keep",
    )
    promise_count = fields.Integer(compute="_compute_promise_count")
    due_at = fields.Datetime("New Date", compute="_compute_due_at", store=True, readonly=False)
    agreed = fields.Boolean(
        "The Customer Agreed", help="Otherwise the promise is still judged by the date agreed before."
    )
    user_id = fields.Many2one("res.users", "New Person", domain="[('share', '=', False)]")
    reason = fields.Text()

    @api.depends("promise_ids")
    def _compute_promise_count(self):
        for change in self:
            change.promise_count = len(change.promise_ids)

    @api.depends("promise_ids")
    def _compute_due_at(self):
        for change in self:
            change.due_at = change.promise_ids[:1].due_at

    def action_apply(self):
        """Do it to all promises of the dialog, with the rights of who asks."""
        self.ensure_one()
        promises = self.promise_ids
        if self.kind == "keep":
            promises.action_keep(self.reason)
        elif self.kind == "reschedule":
            promises.action_reschedule(self.due_at, self.agreed, self.reason)
        elif self.kind == "hand_over":
            promises.action_hand_over(self.user_id)
        else:
            promises.action_release(self.reason)
        return {"type": "ir.actions.act_window_close"}
