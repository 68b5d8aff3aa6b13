from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize_all

from .registered import registered, registered_methods

#: Text on a partner that says nothing about who he is.
_KEPT = {"name", "complete_name", "lang", "tz", "type", "company_type", "country_code"}
#: A text that must be there.
ERASED = "—"


def erasure_step(sequence):
    """Mark a method ``(partners)`` of ``crm.sync.erasure`` that takes its part of what is known about people.

    It is called as superuser, after the caller was checked, and leaves no name, address or words behind.
    """
    return registered("erasure_step", sequence)


class CrmSyncErasure(models.AbstractModel):
    """Forgets who a customer was, and keeps what was booked.

    Amounts, dates and documents stay under a pseudonym; the company's books must go on adding up. Each
    room takes its own part in an erasure step. Private: the wizard is the way in.
    """

    _name = "crm.sync.erasure"
    _description = "Anonymising of Customers"

    @api.model
    def _erase(self, partners):
        """Anonymise ``partners``: they are who is named, and no others."""
        self._check_erasable(partners)
        # Old values must not come back as tracking.
        quiet = self.sudo().with_context(  # sudo: whoever calls this has checked the caller
            tracking_disable=True, mail_notrack=True, mail_create_nolog=True, active_test=False, lang=None
        )
        partners = partners.with_env(quiet.env)
        for _options, step in registered_methods(quiet, "erasure_step"):
            step(partners)
        quiet.env.flush_all()
        quiet.env.invalidate_all()
        for partner in partners:
            partner.message_post(body=self.env._("Anonymised."), subtype_xmlid="mail.mt_note")

    @api.model
    def _check_erasable(self, partners):
        # sudo: who is a colleague does not depend on who asks.
        partners = partners.sudo().with_context(active_test=False)
        colleagues = partners.filtered(lambda partner: any(not user.share for user in partner.user_ids))
        companies = self.env["res.company"].sudo().search([("partner_id", "in", partners.ids)])  # sudo: as above
        if colleagues or companies:
            raise UserError(
                self.env._(
                    "%s: colleagues and own companies are not anonymised. Archive the user instead.",
                    ", ".join((colleagues | companies.partner_id).mapped("name")),
                )
            )

    # ---------------------------------------------------------------- steps

    @erasure_step(10)
    def _erase_users(self, partners):
        """Portal users cannot log in any more; their login was an address."""
        for user in partners.user_ids:
            user.write({"active": False, "login": f"anonymous-{user.id}", "signature": False})

    @erasure_step(20)
    def _erase_banks(self, partners):
        for bank in partners.bank_ids:
            bank.allow_out_payment = False
            bank.write({"acc_number": f"ANONYMOUS{bank.id}", "acc_holder_name": False, "active": False})
            self._erase_chatter(bank)

    @erasure_step(30)
    def _erase_documents(self, partners):
        """Copies of who he is on opportunities, meetings, survey answers and in his own messages."""
        leads = self._leads_of(partners)
        self._blank(leads, {"name"})
        leads.tag_ids = False
        attendees = self.env["calendar.attendee"].search([("partner_id", "in", partners.ids)])
        attendees.write({"email": False})
        answers = self.env["survey.user_input"].search([("partner_id", "in", partners.ids)])
        answers.write({"email": False, "nickname": False})
        for name in ("value_char_box", "value_text_box"):
            answers.user_input_line_ids.filtered(name).write({name: ERASED})
        sent = self.env["mail.message"].search([("author_id", "in", partners.ids)])
        self._erase_addresses(sent)

    @erasure_step(35)
    def _erase_mails(self, partners):
        """Mails to him, and about his orders and invoices, that the server still keeps, sent or not."""
        addresses = {address for address in partners.mapped("email_normalized") if address}
        mailed = self.env["mail.mail"].search(Domain.OR(Domain("email_to", "ilike", address) for address in addresses))
        # One address may be a part of another one.
        mailed = mailed.filtered(lambda mail: addresses.intersection(email_normalize_all(mail.email_to)))
        about = Domain("recipient_ids", "in", partners.ids) | Domain("id", "in", mailed.ids)
        for model in ("sale.order", "account.move"):
            documents = self.env[model].search([("partner_id", "in", partners.ids)])
            about |= Domain([("model", "=", model), ("res_id", "in", documents.ids)])
        self.env["mail.mail"].search(about).unlink()

    @erasure_step(40)
    def _erase_touches(self, partners):
        """What colleagues noted; by SQL, since a logged contact is otherwise never changed."""
        self.env["crm.sync.touch"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_touch SET subject = %s, note = NULL WHERE partner_id IN %s",
                ERASED,
                tuple(partners.ids),
            )
        )
        self.env["crm.sync.touch"].invalidate_model()

    @erasure_step(40)
    def _erase_preferences(self, partners):
        """What he wanted stays; the address he had is forgotten. By SQL, since it is otherwise never changed."""
        self.env["crm.sync.contact.preference"].flush_model()
        self.env.cr.execute(
            SQL("UPDATE crm_sync_contact_preference SET email = NULL WHERE partner_id IN %s", tuple(partners.ids))
        )
        self.env["crm.sync.contact.preference"].invalidate_model()

    @erasure_step(80)
    def _erase_names_elsewhere(self, partners):
        """Where the chatter of other documents tells that they were given to him, or taken from him."""
        for column in ("old_value", "new_value"):
            self.env.cr.execute(
                SQL(
                    """UPDATE mail_tracking_value v SET %(text)s = %(erased)s
                         FROM ir_model_fields f
                        WHERE f.id = v.field_id AND f.relation = 'res.partner' AND %(id)s IN %(partners)s""",
                    text=SQL.identifier(f"{column}_char"),
                    id=SQL.identifier("v", f"{column}_integer"),
                    erased=ERASED,
                    partners=tuple(partners.ids),
                )
            )
        self.env["mail.tracking.value"].invalidate_model()

    @erasure_step(90)
    def _erase_partners(self, partners):
        """Last, so that nothing computed from them comes back."""
        self._blank(partners, _KEPT)
        for partner in partners:
            partner.write(
                {
                    "name": self.env._("Anonymous %s", partner.id),
                    "image_1920": False,
                    "category_id": False,
                    "state_id": False,
                }
            )
        # Odoo looks for users that are still active.
        partners.with_context(active_test=True).action_archive()
        self._erase_chatter(partners)

    # ---------------------------------------------------------------- tools

    def _blank(self, records, kept):
        """Empty every text of ``records`` that is entered and may be empty, of whatever module."""
        texts = {
            name: False
            for name, field in records._fields.items()
            if field.type in ("char", "text", "html", "json")
            and field.store
            and not field.required
            and not field.related
            and not (field.compute and field.readonly)
            and not name.startswith(("message_", "activity_"))
            and name not in kept
        }
        for record in records:
            record.write(texts)
        # Written was what this company and this language know.
        columns = [name for name in texts if records._fields[name].company_dependent or records._fields[name].translate]
        if records and columns:
            records.flush_recordset()
            nothing = SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in columns)
            self.env.cr.execute(
                SQL("UPDATE %s SET %s WHERE id = ANY(%s)", SQL.identifier(records._table), nothing, records.ids)
            )
            records.invalidate_recordset(columns)

    def _erase_chatter(self, records):
        """Keep that something was said and when; forget what, to whom, and what was attached."""
        if not records:
            return
        about = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        messages = self.env["mail.message"].search([("model", "=", records._name), ("res_id", "in", records.ids)])
        # Mails and notices of these messages go with their addresses.
        self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
        messages.attachment_ids.unlink()
        messages.tracking_value_ids.unlink()
        messages.write({"body": "", "subject": False})
        self._erase_addresses(messages)
        self.env["ir.attachment"].search(about).unlink()
        for activity in self.env["mail.activity"].search(about):
            name = self.env[activity.res_model].browse(activity.res_id).display_name
            activity.write({"summary": False, "note": False, "feedback": False, "res_name": name})

    def _erase_addresses(self, messages):
        messages.write(
            {"email_from": False, "reply_to": False, "incoming_email_to": False, "incoming_email_cc": False,
             "outgoing_email_to": False}
        )  # fmt: skip
