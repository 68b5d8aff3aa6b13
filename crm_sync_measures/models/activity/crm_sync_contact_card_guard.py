from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

from .contact_card import CardWords
from .mail_scheduled_message import POSTING


class CrmSyncContactCardGuard(models.AbstractModel):
    """Stops a message that a person writes to a customer, where the company asks for a reason or forbids it.

    Never concerns what is sent automatically, notes that mention no customer, messages to colleagues, and what portal
    users write.
    """

    _inherit = "crm.sync.contact.card"

    @api.model
    def _guard_message(
        self, document, message_type="notification", subtype_id=False, subtype_xmlid=None, partner_ids=(), **_rest
    ):
        """Raise unless the current user may send this message on ``document``, with the values of ``message_post``."""
        if message_type != "comment" or self.env.uid == SUPERUSER_ID or self.env.user.share:
            return
        if self.env.cr.cache.get(POSTING):
            return
        codes = self._enforced_codes(self.env.company)
        if not codes:
            return
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        is_note = subtype_id != comment and subtype_xmlid != "mail.mt_comment"
        partners = self._addressed(document, partner_ids, is_note)
        if partners:
            # As who writes it, also where Odoo posts as superuser for him: the words tell what he may know.
            self.sudo(False)._check_contact(partners.sudo(False), document.sudo(False), codes)

    def _enforced_codes(self, company):
        """Codes of the rules with which ``company`` wants more than to inform."""
        policies = self.env["crm.sync.contact.policy"]._get_policies(company)
        return {code for code, policy in policies.items() if policy.decision != "inform"}

    def _addressed(self, document, partner_ids, is_note=False):
        """The customers a message goes to: its recipients and the followers of comments, colleagues left out.

        A note goes to those whom it mentions, customers too.
        """
        recipients = self.env["res.partner"].sudo().browse(partner_ids or ())  # sudo: as below
        if is_note:
            return recipients.filtered("partner_share")
        # sudo: ids of whom Odoo is about to send the message to.
        followers = (
            self.env["mail.followers"]
            .sudo()
            .search(
                [
                    ("res_model", "=", document._name),
                    ("res_id", "=", document.id),
                    ("subtype_ids", "in", self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")),
                ]
            )
        )
        return (recipients | followers.partner_id).filtered("partner_share")

    @api.model
    def _check_contact(self, partners, document, codes, channel="email"):
        """Raise for the first customer among ``partners`` who may not be contacted by the current user now."""
        context = self._context_of(partners, document, channel)
        if context.purpose == "transactional":
            return
        policies = self.env["crm.sync.contact.policy"]._get_policies(context.company)
        for entity_id, found in self._find(context, codes).items():
            if blocked := self._reasons(found, policies, "block"):
                self._refuse(context, entity_id, found, blocked, is_final=True)
            asked = self._reasons(found, policies, "ask")
            if asked and not self.env["crm.sync.contact.override"]._find_valid(context, entity_id, asked):
                self._refuse(context, entity_id, found, asked, is_final=False)

    def _refuse(self, context, entity_id, found, codes, is_final):
        raise UserError(
            "\n".join(
                [
                    # sudo: the name of whom the user is writing to.
                    self.env._("Before you contact %s:", self.env["res.partner"].sudo().browse(entity_id).display_name),
                    *self._sentences(context, found, codes),
                    "",
                    self.env._("Your company wants these settled first; such a message is not sent.")
                    if is_final
                    else self.env._(
                        "Give a reason under “Before You Contact” on the customer or document, or in the full composer,"
                        " and send it again."
                    ),
                ]
            )
        )

    def _sentences(self, context, found, codes):
        """What was found by the rules ``codes``, as the reader may know it."""
        told = [(code, finding) for code, finding in found if code in codes and finding.level != "info"]
        is_reader = self.env["res.users"]._sync_is_reader()
        words = self._words(context, told) if is_reader else CardWords(self.env, context.now)
        labels = self._rule_labels()
        sentences = []
        for code, finding in told:
            if not is_reader:
                sentences.append(f"• {labels[code]}")
            else:
                text = finding.tell(words) if finding.is_told(words) else self._masked_text(finding, words)
                sentences.append("• " + self.env._("%(label)s: %(text)s", label=labels[code], text=text))
        return list(dict.fromkeys(sentences))

    # ---------------------------------------------------------------- giving a reason

    @api.model
    def _give_reason(self, partners, reason, document=None, channel="email", purpose=None):
        """Note the current user's ``reason`` for each customer among ``partners`` for whom one is asked."""
        context = self._context_of(partners, document, channel, purpose)
        policies = self.env["crm.sync.contact.policy"]._get_policies(context.company)
        Override = self.env["crm.sync.contact.override"]
        given = Override.browse()
        for entity_id, found in self._find(context, self._enforced_codes(context.company)).items():
            codes = self._reasons(found, policies, "ask")
            if codes and not Override._find_valid(context, entity_id, codes):
                given |= Override._note(context, entity_id, codes, reason)
        return given
