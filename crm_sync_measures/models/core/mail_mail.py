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

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """What a customer may refuse knows what became of its mail."""
        for mails in self.grouped("model").values():
            if documents := mails._sync_refusable():
                documents._note_sent(failure_type, failure_reason)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _sync_refusable(self):
        """The documents of these mails of one model, where customers may refuse mails of them."""
        name = self[:1].model
        # sudo: the queue sends for everybody
        documents = self.env[name].sudo() if name in self.env else None
        if not isinstance(documents, self.env.registry["crm.sync.preference.mixin"]):
            return None
        return documents.browse([mail.res_id for mail in self]).exists()
