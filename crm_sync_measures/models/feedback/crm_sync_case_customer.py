import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import escape_psql, html2plaintext

from ...rules.case_intake import TEXT, File, clean_email, clean_line, files_problem


class CrmSyncCaseCustomer(models.Model):
    """What customers may write on a case in the portal, and how much of it."""

    _inherit = "crm.sync.case"

    # The key of the customer's link: who has it agrees to proposals and says how it went, so no colleague reads it.
    access_token = fields.Char(groups=fields.NO_ACCESS)

    @api.model_create_multi
    def create(self, vals_list):
        """Every case has its link from the beginning: one without it could not be compared with what somebody guesses."""
        cases = super().create(vals_list)
        for case in cases:
            case._record({"access_token": str(uuid.uuid4())})
        return cases

    # ---------------------------------------------------------------- the link

    def _portal_ensure_token(self):
        """Every case has one from the beginning; that of a customer who was forgotten does not come back."""
        return self.access_token or ""

    def get_portal_url(self, *args, **kwargs):
        """Where the customer finds it. The key is in what is written to him alone; a colleague who asks is told the page."""
        if not self.env.su:
            self.ensure_one()
            return self.access_url
        return super().get_portal_url(*args, **kwargs)

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        if not self.env.su:
            pid, share_token = None, False
        return super()._get_share_url(redirect, signup_partner, pid, share_token)

    def _sign_token(self, pid):
        # sudo: signed with the key of the case
        return super(CrmSyncCaseCustomer, self.sudo())._sign_token(pid)

    def _without_key(self, body):
        """What stands in the conversation, which colleagues read, without the keys of the customer's links."""
        key = self.sudo().access_token  # sudo: to take it out
        body = self.env["crm.sync.contact.link"]._without_keys(body)
        return body.replace(key, "") if key and isinstance(body, str) else body

    # ---------------------------------------------------------------- messages

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):
        """What cannot be a link of ours opens nothing; Odoo would stumble over it."""
        if not (isinstance(token, str) and token.isascii()):
            token = None
        if not (isinstance(hash, str) and hash.isascii() and str(pid).isdecimal()):
            hash, pid = None, None
        # sudo: whether there is a link at all, told to nobody; that of a customer who was forgotten is gone
        if not self.sudo().browse(thread_id).exists().access_token:
            hash, pid, token = None, None, None
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    @api.model
    def _get_allowed_message_params(self):
        """A customer writes messages and nothing else; what kind of message it is is not his to say."""
        allowed = super()._get_allowed_message_params()
        return allowed - {"message_type", "subtype_xmlid"} if self.env.user.share else allowed

    def message_post(self, **kwargs):
        if self.env.user.share and len(self) == 1 and kwargs.get("message_type") == "comment":
            self._check_customer_message(kwargs)
            kwargs["subtype_xmlid"] = "mail.mt_comment"
            if self.env.user._is_public() and not kwargs.get("author_id"):
                # By the link of a case whose customer is known by his address alone.
                kwargs |= {"author_id": False, "email_from": self.sudo().email_from}  # sudo: the link was checked
        return super().message_post(**kwargs)

    def _message_update_content(self, message, /, **kwargs):
        if self.env.user.share:
            self._check_customer_message(kwargs)
        return super()._message_update_content(message, **kwargs)

    def _message_post_after_hook(self, message, msg_vals):
        """Who answers somebody unknown makes him a contact in the composer: he is the customer of all his cases then."""
        address = clean_email(self.email_from) if len(self) == 1 and not self.partner_id else ""
        contact = message.partner_ids.filtered(lambda partner: address and partner.email_normalized == address)[:1]
        if contact.partner_share:
            # sudo: cases of the same unknown customer, of whatever department
            cases = self.sudo().search(
                [
                    ("partner_id", "=", False),
                    ("email_from", "=ilike", escape_psql(self.email_from)),
                    ("company_id", "=", self.company_id.id),
                ]
            )
            cases.filtered(lambda case: clean_email(case.email_from) == address).write({"partner_id": contact.id})
        return super()._message_post_after_hook(message, msg_vals)

    def _post_opening(self, **kwargs):
        """What a form sent, which was checked with the form."""
        # sudo: the customer's own words on his case
        opening = super(CrmSyncCaseCustomer, self.sudo().with_context(mail_post_autofollow=False))
        return opening.message_post(message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs)

    def _check_customer_message(self, kwargs):
        """Size, files, and how often; each with a sentence that says what to do."""
        Form = self.env["crm.sync.case.form"]
        body = kwargs.get("body") or ""
        if len(body) > 4 * TEXT or len(html2plaintext(body, include_references=False)) > TEXT:
            raise UserError(Form._sentence("text_long"))
        # sudo: name and size of files that the customer has just sent
        files = self.env["ir.attachment"].sudo().browse(kwargs.get("attachment_ids") or ()).exists()
        problem = files_problem(
            File(clean_line(one.name), one.file_size or len(one.raw or b""), one.mimetype) for one in files
        )
        if problem:
            raise UserError(Form._sentence(*problem))
        Attempt = self.env["crm.sync.attempt"]
        if seconds := Attempt._wait(customer=f"case:{self.id}"):
            raise UserError(Form._sentence("often", seconds=seconds))
        Attempt._note(customer=f"case:{self.id}")
