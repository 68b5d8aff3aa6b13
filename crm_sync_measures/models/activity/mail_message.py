from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def action_sync_promise(self):
        """Open the dialog that notes as a promise what this message says."""
        self.ensure_one()
        self.check_access("read")
        # sudo: whether the author, whose message may be read, is a customer
        author = self.author_id.sudo()
        return self.env["crm.sync.promise"]._action_make_about(
            self.model,
            self.res_id,
            self.body,
            customer=author.sudo(False) if author.partner_share else None,
            message_id=self,
            channel="email" if self.message_type in ("email", "comment") else None,
        )
