from odoo import api, models

#: What of a message decides whether it counts, and for which document.
_DECIDING = {"model", "res_id", "message_type", "subtype_id", "is_internal", "author_id", "mail_activity_type_id"}


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

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._note_sync_response(vals_list)
        return messages

    def write(self, vals):
        if not _DECIDING & vals.keys():
            return super().write(vals)
        self._note_sync_response(self._sync_response_values())
        result = super().write(vals)
        if {"model", "res_id"} & vals.keys():
            self.env["crm.sync.response"]._move(self)
        self._note_sync_response(self._sync_response_values())
        return result

    def unlink(self):
        self._note_sync_response(self._sync_response_values())
        return super().unlink()

    def _sync_response_values(self):
        return [
            {
                "model": message.model,
                "res_id": message.res_id,
                "subtype_id": message.subtype_id.id,
                "mail_activity_type_id": message.mail_activity_type_id.id,
            }
            for message in self.sudo()  # sudo: which document a message is on, told to nobody
        ]

    def _note_sync_response(self, vals_list):
        """What a customer says starts a clock, what we answer stops it.

        Whether it counts is decided when the clocks are computed; here only what surely does not is left out, from the
        values: a message that was just written is not read again.
        """
        clock = self.env["crm.sync.response.clock"]
        models_, comment = clock._document_models(), self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        noted = {}
        for message, vals in zip(self, vals_list, strict=True):
            model, res_id = vals.get("model"), vals.get("res_id")
            if not res_id or model not in models_:
                continue
            kind = message.message_type
            is_said = kind == "email" or (kind == "comment" and vals.get("subtype_id") == comment)
            if is_said or vals.get("mail_activity_type_id"):
                noted.setdefault(model, set()).add(res_id)
        for model, ids in noted.items():
            clock._note(model, ids)
