from datetime import timedelta
from email.message import EmailMessage

from odoo import fields

from ..common import SyncCase


class IntakeCase(SyncCase):
    """Cases that come in, and an address to which they are written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Case = cls.env["crm.sync.case"]
        domain = cls.env["mail.alias.domain"].create({"name": "cases.example.com"})
        cls.env["res.company"].search([]).alias_domain_id = domain
        cls.service.write({"alias_name": "help", "case_kind": "complaint"})
        cls.company.write({"sync_case_reopen_days": 14, "email": "hello@cases.example.com"})
        cls.serial = 0

    @classmethod
    def open_case(cls, **facts):
        facts = {"text": "The lens is broken", "partner_id": cls.contact.id, "channel": "call", **facts}
        return cls.Case._open_case(facts)

    @classmethod
    def mail(cls, text="The lens is broken.\nPlease send another one.", files=(), headers=None, reply_to=None, **heads):
        """Receive a mail as the gateway does; returns the cases that came of it. Heads are sent as they are given."""
        cls.serial += 1
        message = EmailMessage()
        heads = {
            "From": "Wu Fang <wu.fang@example.com>",
            "To": "help@cases.example.com",
            "Subject": "Broken lens",
            "Message-Id": f"<case-test-{cls.serial}@example.com>",
            **heads,
            **(headers or {}),
        }
        raw = {}
        for name, value in heads.items():
            if value and value.startswith("=?"):
                # Python would decode it, and write its line breaks as such.
                message[name] = mark = f"raw-{name}"
                raw[mark] = value
            elif value:
                message[name] = value
        if reply_to:
            message["In-Reply-To"] = reply_to.message_id
        message.set_content(text)
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        last = cls.Case.search([], order="id desc", limit=1).id or 0
        sent = message.as_bytes()
        for mark, value in raw.items():
            sent = sent.replace(mark.encode(), value.encode())
        cls.env["mail.thread"].message_process(False, sent)
        return cls.Case.search([("id", ">", last)])

    @classmethod
    def conversation(cls, case):
        """What was said on the case, oldest first."""
        return case.message_ids.filtered(lambda one: one.message_type in ("comment", "email")).sorted("id")

    @classmethod
    def receipts(cls, case):
        return case.message_ids.filtered(lambda one: one.message_type == "auto_comment")

    @classmethod
    def close(cls, case, days_ago=0):
        """The case is over, for so many days."""
        case.write({"decision": "upheld", "cause_id": cls.env.ref("crm_sync_measures.case_cause_product_defect").id})
        case._begin()
        case._go_to_step("investigating")
        case.action_close()
        moment = fields.Datetime.now() - timedelta(days=days_ago)
        case._record({"closed_at": moment, "resolved_at": moment})
