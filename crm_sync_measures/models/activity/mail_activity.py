from odoo import models

#: How an activity of some category reaches the customer.
_CHANNELS = {"phonecall": "call", "meeting": "meeting"}


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def action_sync_promise(self):
        """Open the dialog that notes what this activity is about as a promise to the customer."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.sync.promise"]._action_make_about(
            self.res_model,
            self.res_id,
            self.summary or self.note,
            channel=_CHANNELS.get(self.activity_type_id.category),
        )
