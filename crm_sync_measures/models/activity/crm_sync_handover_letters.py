from odoo import models
from odoo.exceptions import UserError

#: Whose new owner is the customer's new contact, where several colleagues share his matters.
_RANK = {"customer": 0, "lead": 1, "quotation": 2, "promise": 3, "response": 4, "meeting": 5, "activity": 6}


class CrmSyncHandoverLetters(models.Model):
    """Tells the customers: one letter to each person, through the contact gate, in the transaction of the handover."""

    _inherit = "crm.sync.handover"

    def action_preview_letters(self):
        """Open the list of who would get a letter from whom, and who would not and why."""
        self.ensure_one()
        self._check_lead()
        self._check_state("pending")
        # sudo: rights were checked; the letters are the handover's own.
        document = self.sudo().with_company(self.company_id)
        document._make_letters(document.line_ids.filtered(lambda line: line.state == "pending" and line.user_id))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters"),
            "res_model": "crm.sync.handover.letter",
            "views": [(False, "list"), (False, "kanban")],
            "mobile_view_mode": "kanban",
            "domain": [("handover_id", "=", self.id)],
            "target": "new",
        }

    def _make_letters(self, lines):
        """Plan the letters anew: for every customer with an address of his own, to be sent or held by the gate."""
        if not self._letter_template():
            raise UserError(self.env._("Letter: choose a template, or do not tell the customers."))
        self.letter_ids.filtered(lambda letter: letter.state in ("planned", "suppressed")).unlink()
        contacts = self._new_contacts(lines)
        partners = self.env["res.partner"].union(*contacts)
        gate = self.env["crm.sync.contact.gate"].with_company(self.company_id)
        verdicts = gate._may_contact(partners, "service", "email") if partners else {}
        letters = self.env["crm.sync.handover.letter"].create(
            [
                {
                    "handover_id": self.id,
                    "partner_id": partner.id,
                    "user_id": user.id,
                    "state": "planned" if verdicts[partner.id].allowed else "suppressed",
                    "reason": verdicts[partner.id].reason,
                }
                for partner, user in contacts.items()
            ]
        )
        return letters.filtered(lambda letter: letter.state == "planned")

    def _new_contacts(self, lines):
        """``{customer: new owner}``; the same address is written to once."""
        contacts, addresses = {}, set()
        ranked = lines.filtered("partner_id").sorted(lambda line: (_RANK.get(line.kind, 9), line.id))
        for line in ranked:
            partner = line.partner_id
            if line.kind == "followed" or partner in contacts or not partner.partner_share:
                continue
            if partner.email_normalized in addresses:
                continue
            if partner.email_normalized:
                addresses.add(partner.email_normalized)
            contacts[partner] = line.user_id
        return contacts

    def _hand_over(self, lines):
        result = super()._hand_over(lines)
        if self.send_letter:
            self._send_letters(lines.filtered(lambda line: line.state == "done"))
        return result

    def _send_letters(self, lines):
        """Queue the mails; they leave after the transaction, by Odoo's own queue."""
        letters = self._make_letters(lines)
        if letters:
            mails = self._letter_template().send_mail_batch(letters.ids, force_send=False)
            for mail in mails:
                letters.browse(mail.res_id).mail_mail_id = mail
            letters.state = "queued"

    def _recall_letters(self):
        """(called back, left already): a letter that is still in the queue does not leave."""
        queued = self.letter_ids.filtered(lambda letter: letter.state == "queued")
        waiting = queued.filtered(lambda letter: letter.mail_mail_id.state == "outgoing")
        waiting.mail_mail_id.unlink()
        waiting.state = "recalled"
        return len(waiting), len(queued - waiting)
