from odoo import models


class MailActivity(models.Model):
    """Whoever marks the activity of a signal as done, and says why, has confirmed the signal."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if isinstance(feedback, str) and feedback.strip():
            # sudo: who may do the activity says so; the signal of it is found whatever he may read
            signals = self.env["crm.sync.kpi.signal"].sudo()
            signals = signals.search([("activity_id", "in", self.ids), ("state", "=", "new")])
            signals._note_confirmed(feedback.strip())
        return result
