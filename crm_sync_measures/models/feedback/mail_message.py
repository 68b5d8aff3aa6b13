from odoo import models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ...rules.case_intake import clean_line, clean_text

#: The documents of a message that a case may be about.
_ABOUT = {"crm.lead": "lead_id", "sale.order": "order_id", "account.move": "invoice_id"}


class MailMessage(models.Model):
    _inherit = "mail.message"

    def action_sync_case(self):
        """Open the dialog that makes a case of what this message says."""
        self.ensure_one()
        self.check_access("read")
        document = self.env[self.model].browse(self.res_id) if self.model in self.env and self.res_id else None
        partner = self.author_id.filtered("partner_share")
        if not partner and document:
            document.check_access("read")
            partner = document._mail_get_partners()[document.id].filtered("partner_share")[:1]
        if not partner:
            raise UserError(self.env._("This message is of no customer. Open the case from his contact."))
        about = {_ABOUT[self.model]: document} if self.model in _ABOUT else {}
        return self.env["crm.sync.case.open"]._action(
            partner,
            text=clean_text(html2plaintext(self.body or "", include_references=False)),
            name=clean_line(self.subject),
            channel="email" if self.message_type == "email" else "other",
            message_id=self,
            **about,
        )
