from odoo import fields, models

#: Statuses that tell that a mail did not arrive, or is sent once more.
_TURNS = ("bounce", "exception", "canceled", "ready")


class MailNotification(models.Model):
    _inherit = "mail.notification"

    failure_type = fields.Selection(selection_add=[("sync_held", "Held Back by Customer Sync")])

    def write(self, vals):
        result = super().write(vals)
        if vals.get("notification_status") in _TURNS:
            # An answer that did not reach the customer is none. sudo: which document it was on, told to nobody.
            messages = self.sudo().mail_message_id
            messages._note_sync_response(messages._sync_response_values())
        return result
