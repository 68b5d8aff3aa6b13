import logging

from odoo import fields, models

from ...rules.case_intake import acknowledges, clean_email
from ...rules.response_target import is_cold
from ..core.harmless import harmless

_logger = logging.getLogger(__name__)

#: By these a machine that answers mails knows that a machine wrote this one.
_HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
#: Nobody sent a case there, so there is nothing to acknowledge: a colleague talks with him, or takes up his answer.
_WITHOUT_RECEIPT = ("survey",)


class CrmSyncCaseReceipt(models.Model):
    """The receipt: the customer has the number of his case at once, in his language, and once only."""

    _inherit = "crm.sync.case"

    def web_save(self, vals, specification, next_id=None):
        """A case that a colleague enters in the form is acknowledged as one that comes in; imports and programs say so themselves."""
        result = super().web_save(vals, specification, next_id=next_id)
        if self or next_id:
            return result
        cases = self.browse(row["id"] for row in result)
        cases._send_receipt()
        return cases.web_read(specification)

    def _send_receipt(self, is_quiet=False):
        """Send the number to whoever told us, where he may be written to. A case is never lost for a mail that fails."""
        Attempt = self.env["crm.sync.attempt"]
        for case in self.sudo():  # sudo: what was told with the case, used for its own receipt
            address = clean_email(case.email_from)
            if is_cold(case.opened_at, fields.Datetime.now()):
                # It was brought in from elsewhere: he has long had an answer, or does not expect one.
                continue
            if not address or case.channel in _WITHOUT_RECEIPT or not case.company_id.sync_case_receipt:
                continue
            if not acknowledges(is_quiet, bool(case.receipt_at), Attempt._ages("acknowledged", address)):
                continue
            if case.partner_id and not case._may_write_to_customer():
                continue
            with harmless(self.env.cr, _logger, "%s: the receipt could not be sent", case.number):
                case._post_receipt(address)
                Attempt._note(acknowledged=address)

    def _post_receipt(self, address):
        self.ensure_one()
        now = fields.Datetime.now()
        self._post_template("crm_sync_measures.mail_template_case_receipt", address)
        self._record({"receipt_at": now})
        # He knows that we have it, and under which number.
        self._acknowledge(now)

    def _post_template(self, xmlid, address, headers=None):
        """An automatic mail to the customer and nobody else, in his language; callers have asked the contact gate."""
        # sudo: the customer's link is told to him alone
        case = self.sudo().with_context(lang=self.lang or self.env.lang)
        template = case.env.ref(xmlid)
        [[subject], [body]] = [
            template._render_field(name, case.ids, compute_lang=True).values() for name in ("subject", "body_html")
        ]
        sender = case.company_id.partner_id
        message = case.with_context(mail_post_autofollow=False).message_post(
            body=body,
            subject=subject,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=sender.id,
            email_from=case.company_id.email_formatted or sender.email_formatted,
            partner_ids=case.partner_id.ids,
            outgoing_email_to=False if case.partner_id else address,
            notify_skip_followers=True,
            email_layout_xmlid="mail.mail_notification_light",
            force_email_lang=case.lang,
            mail_headers=_HEADERS | (headers or {}),
        )
        # The mail is written by now.
        message.body = case._without_key(message.body)

    def _receipt_url(self):
        """Where the customer follows his case without a login."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url()}"
