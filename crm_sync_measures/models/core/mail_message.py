from odoo import api, models

from .contact_facts import DOCUMENTS

_DOCUMENT_FIELD = {model: column for model, _table, column in DOCUMENTS}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._note_sync_contact(vals_list)
        return messages

    def unlink(self):
        self._note_sync_contact([{"model": m.model, "res_id": m.res_id, "subtype_id": m.subtype_id.id} for m in self])
        return super().unlink()

    def _note_sync_contact(self, vals_list):
        """A message that reached or came from a customer moves his last contact.

        Whether it counts is decided when computing it; here only what surely does not is left out.
        """
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        ids_by_model = {}
        for message, vals in zip(self, vals_list, strict=True):
            # From the values where they are: a message that was just written is not read again, or every
            # message in Odoo would cost a query more.
            model, res_id = vals.get("model"), vals.get("res_id")
            if not res_id or model not in _DOCUMENT_FIELD:
                continue
            is_comment = message.message_type == "comment" and vals.get("subtype_id") == comment
            if is_comment or message.message_type == "email" or vals.get("mail_activity_type_id"):
                ids_by_model.setdefault(model, set()).add(res_id)
        for model, ids in ids_by_model.items():
            # sudo: only the id of the customer is taken, and not returned to anybody.
            documents = self.env[model].sudo().browse(ids)
            field_name = _DOCUMENT_FIELD[model]
            partners = documents if field_name == "id" else documents[field_name]
            self.env["crm.sync.customer"]._note_partners(partners)
