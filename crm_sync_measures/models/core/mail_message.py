from odoo import api, models

from .contact_facts import DOCUMENTS

_DOCUMENT_FIELD = {model: column for model, _table, column in DOCUMENTS}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._note_sync_contact()
        return messages

    def _note_sync_contact(self):
        """A message with a customer moves his last contact; whether it counts is decided when computing it."""
        ids_by_model = {}
        for message in self:
            is_exchange = message.message_type in ("email", "comment") or message.mail_activity_type_id
            if message.res_id and message.model in _DOCUMENT_FIELD and is_exchange:
                ids_by_model.setdefault(message.model, set()).add(message.res_id)
        for model, ids in ids_by_model.items():
            # sudo: only the id of the customer is taken, and not returned to anybody.
            documents = self.env[model].sudo().browse(ids)
            field_name = _DOCUMENT_FIELD[model]
            partners = documents if field_name == "id" else documents[field_name]
            self.env["crm.sync.customer"]._note_partners(partners)
