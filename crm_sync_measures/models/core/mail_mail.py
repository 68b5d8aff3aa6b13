from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """What a customer may refuse has a button for it in his mail program. The key is made when the mail leaves: it is
        in no table."""
        emails = super()._prepare_outgoing_list(mail_server=mail_server, doc_to_followers=doc_to_followers)
        document = self._sync_refusable()
        if document and document._preference_purpose():
            headers = document._unsubscribe_headers()
            for email in emails:
                if email["partner_id"] == document.partner_id:
                    email["headers"] = {**email["headers"], **headers}
        return emails

    def _sync_refusable(self):
        """The document of this mail, where the customer may refuse mails of it."""
        # sudo: the queue sends for everybody
        document = self.env[self.model].sudo() if self.model in self.env else None
        if not isinstance(document, self.env.registry["crm.sync.preference.mixin"]):
            return None
        return document.browse(self.res_id).exists()
