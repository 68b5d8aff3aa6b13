import logging
from email.message import EmailMessage

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import html2plaintext, plaintext2html
from odoo.tools.mail import decode_message_header, email_normalize, email_split_tuples

from ...rules.case_intake import TEXT, File, attached, clean_line, intake_key, mail_verdict, reply_opens

_logger = logging.getLogger(__name__)

#: Headers by which a machine is known.
_HEADERS = (
    "Auto-Submitted",
    "Precedence",
    "Return-Path",
    "List-Id",
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Response-Suppress",
    "X-Failed-Recipients",
)
#: Characters of a mail that stay in the conversation; a longer one is kept as a file.
_BODY = 100_000
#: Characters of the addresses a mail was copied to.
_CC = 1_000
#: Characters of who sent it, name and address.
_SENDER = 1_000
#: Characters of a mail that are looked at.
_READ = 2_000_000


class CrmSyncCaseMail(models.Model):
    """Mails: a new one becomes a case, an answer goes on with its case or opens it again."""

    _inherit = "crm.sync.case"

    # ---------------------------------------------------------------- where a mail goes

    @api.model
    def _route_mail(self, message, message_dict, routes):
        """``routes`` of a mail, without those to cases when a machine answered, and with one new case at most.

        An answer to a case that ended long ago goes into a new case. One to a case that was merged stays there, since
        the customer of the master is not to read it; see :meth:`_tell_master`.
        """
        verdict = self._mail_verdict(message, message_dict)
        if verdict == "ignore":
            _logger.info(
                "Mail %s from %s: an automatic answer opens no case",
                message_dict["message_id"],
                message_dict["email_from"],
            )
            return [route for route in routes if route[0] != self._name]
        kept, is_opened = [], False
        for route in routes:
            target = self._route_to_case(route, verdict) if route[0] == self._name else route
            is_new = target[0] == self._name and not target[1]
            if not (is_new and is_opened):
                kept.append(target)
            is_opened |= is_new
        return kept

    @api.model
    def _mail_verdict(self, message, message_dict):
        """:func:`mail_verdict`; a mail from one of our own addresses is a loop."""
        sender = email_normalize(message_dict.get("email_from") or "")
        # sudo: which addresses are ours does not depend on who sends
        if sender and self.env["mail.alias.domain"].sudo()._find_aliases([sender]):
            return "ignore"
        return mail_verdict(
            {name.lower(): str(decode_message_header(message, name)) for name in _HEADERS if message.get_all(name)}
        )

    @api.model
    def _route_to_case(self, route, verdict):
        model, thread_id, custom_values, user_id, alias = route
        values = {**(custom_values or {}), "is_quiet": verdict == "quiet"}
        # sudo: who may write to a case by mail was decided by Odoo
        case = self.sudo().browse(thread_id or ()).exists()
        if case:
            lasting = case.master_id or case
            ended = None if lasting.is_open else lasting.closed_at or lasting.resolved_at or lasting.write_date
            if reply_opens(ended, fields.Datetime.now(), case.company_id.sync_case_reopen_days) == "new":
                values |= {"earlier_id": case.id, "department_id": case.department_id.id}
                # Odoo's check for loops looks for routes that make something by this number.
                return model, 0, values, user_id, alias
        return model, case.id or 0, values if not case else custom_values, user_id, alias

    # ---------------------------------------------------------------- a mail becomes a case

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to a department opens a case. Its text is cut to what one reads; the mail itself is in the conversation.

        Odoo's gateway asks as superuser; whoever calls it from outside needs the right to open a case, and to read
        whom and what he names.
        """
        self.check_access("create")
        values = dict(custom_values or {})
        for model, named in (
            ("res.partner", msg_dict.get("author_id")),
            ("crm.sync.department", values.get("department_id")),
            (self._name, values.get("earlier_id")),
        ):
            self.env[model].browse(named or ()).check_access("read")
        # sudo: the department of the address that was written to
        department = self.env["crm.sync.department"].sudo().browse(values.get("department_id") or ()).exists()
        # sudo: the case that is quoted
        msg_dict["body"] = self.sudo().browse(values.get("earlier_id") or ())._without_key(msg_dict.get("body"))
        # Before what is too much is left out of the mail.
        text = html2plaintext((msg_dict.get("body") or "")[:_READ], include_references=False)
        partner = self._mail_author(msg_dict, text)
        self._limit_mail(msg_dict)
        name, _address = next(iter(email_split_tuples(msg_dict.get("email_from") or "")), ("", ""))
        facts = {
            "kind": department.case_kind,
            "subject": msg_dict.get("subject"),
            "text": text,
            "partner_id": partner.id,
            "email": msg_dict.get("email_from"),
            "name": name,
            "channel": "email",
            "email_cc": clean_line(", ".join(self._mail_cc_sanitized_raw_dict(msg_dict.get("cc")).values()), _CC),
            "department_id": department.id,
            "company_id": department.company_id.id,
            "key": f"mail:{msg_dict['message_id']}",
            "is_quiet": values.get("is_quiet"),
            "earlier_id": values.get("earlier_id"),
        }
        return self._open_case({name: value for name, value in facts.items() if value})

    @api.model
    def _mail_author(self, msg_dict, text):
        """The customer who wrote, made anew where nobody has this address; a colleague who passes a mail on is none."""
        # sudo: as Odoo's gateway
        partner = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or ())
        address = email_normalize(msg_dict.get("email_from") or "")
        # No contact has an address with control characters in it.
        if not partner and address and address == clean_line(address):
            # sudo: as above
            find = self.env["mail.thread"].sudo()._partner_find_from_emails_single
            # Nor has his name.
            sender = clean_line(msg_dict["email_from"], _SENDER)
            partner = find([sender], no_create=True)[:1]
            if not partner:
                partner = find([sender])[:1]
                partner.lang = self._spoken_language(text)
            msg_dict["author_id"] = partner.id
        return partner.filtered("partner_share")

    def _note_message(self, message):
        """The mail that opened the case is what the case is about; a colleague who passed it on has not answered it."""
        if message.message_id and self.intake_key == intake_key(f"mail:{message.message_id}"):
            return None
        return super()._note_message(message)

    def message_update(self, msg_dict, update_vals=None):
        # An answer quotes what was sent to him.
        msg_dict["body"] = self._without_key(msg_dict.get("body"))
        self._limit_mail(msg_dict)
        return super().message_update(msg_dict, update_vals=update_vals)

    @api.model
    def _limit_mail(self, msg_dict):
        """Leave out of a mail what is too much, and say so in it. What is cut from its text is kept as a file."""
        files = msg_dict.get("attachments") or []
        sizes = [File(clean_line(file[0]) or "file", self._size_of(file[1])) for file in files]
        kept, left = attached(sizes)
        msg_dict["attachments"] = [(sizes[position].name, *files[position][1:]) for position in kept]
        # The gateway gives HTML, which the message cleans.
        body = Markup(msg_dict.get("body") or "")
        if len(body) > _BODY:
            text = html2plaintext(body[:_READ], include_references=False)
            msg_dict["attachments"].append(("mail.txt", text, {}))
            body = plaintext2html(text[:TEXT] + "…")
        if left:
            body += plaintext2html(self.env._("Files that were not kept: %s", ", ".join(left)))
        msg_dict["body"] = body
        msg_dict["subject"] = clean_line(msg_dict.get("subject")) or False

    def _size_of(self, content):
        """Bytes of a file of a mail, which may be a mail itself."""
        if isinstance(content, EmailMessage):
            content = content.as_bytes()
        return len(content.encode(errors="replace") if isinstance(content, str) else content or b"")

    # ---------------------------------------------------------------- our answers

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Answers to what we write come to the address of the department, where it has one."""
        # sudo: an address that everybody may know
        departments = self.sudo().department_id.filtered("alias_email")
        addresses = departments._notify_get_reply_to(default=default, author_id=author_id) if departments else {}
        with_address = self.filtered(lambda case: case.sudo().department_id in departments)  # sudo: as above
        result = {case.id: addresses[case.sudo().department_id.id] for case in with_address}  # sudo: as above
        others = self - with_address
        if others or not self:
            result |= super(CrmSyncCaseMail, others)._notify_get_reply_to(default=default, author_id=author_id)
        return result
