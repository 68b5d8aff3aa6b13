from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """An invitation knows that it was sent, or could not be."""
        ids = [mail.res_id for mail in self if mail.model == "crm.sync.survey.invitation"]
        if ids:
            # sudo: the queue sends for everybody.
            self.env["crm.sync.survey.invitation"].sudo().browse(ids).exists()._note_mail(failure_type)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
