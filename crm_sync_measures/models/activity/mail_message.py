from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def action_sync_promise(self):
        """Open the dialog that notes as a promise what this message says."""
        self.ensure_one()
        self.check_access("read")
        is_customer = self.author_id.sudo().partner_share  # sudo: the message may be read
        return self.env["crm.sync.promise"]._action_make_about(
            self.model,
            self.res_id,
            self.body,
            customer=self.author_id if is_customer else None,
            message_id=self,
            channel="email" if self.message_type in ("email", "comment") else None,
        )
