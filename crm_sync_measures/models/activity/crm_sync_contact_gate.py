from odoo import api, models

from ...rules.contact_card import COMMERCIAL
from ..core.crm_sync_contact_gate import Verdict
from ..core.registered import registered_methods

#: How somebody is written to. A call or a visit can begin with what is open.
_WRITTEN = ("email", "sms", "letter")


class CrmSyncContactGate(models.AbstractModel):
    """The rules of the before-you-contact card hold back bulk messages, where the company wants it.

    Only for what the customer did not ask for (marketing and surveys), and by some rules also for greetings that are
    written: what he is owed is never held back.
    """

    _inherit = "crm.sync.contact.gate"

    @api.model
    def _may_contact(self, partners, purpose, channel):
        verdicts = super()._may_contact(partners, purpose, channel)
        codes = self._holding(purpose, channel)
        allowed = partners.browse(pid for pid, verdict in verdicts.items() if verdict.allowed)
        if codes and allowed:
            messages = self._reason_messages()
            for partner_id, code in self._held(allowed, purpose, channel, codes).items():
                verdicts[partner_id] = Verdict(False, code, messages.get(code, code))
        return verdicts

    def _holding(self, purpose, channel):
        """Codes of the rules that hold back what is for ``purpose``, as the company wants it."""
        is_greeting = purpose == "care" and channel in _WRITTEN
        if purpose not in COMMERCIAL and not is_greeting:
            return set()
        policies = self.env["crm.sync.contact.policy"]._get_policies(self.env.company)
        return {
            options["code"]
            for options, _rule in registered_methods(self.env["crm.sync.contact.card"], "card_rule")
            if policies[options["code"]].bulk == "hold" and not (is_greeting and options["greets"])
        }

    def _held(self, partners, purpose, channel, codes):
        """``{partner id: rule code}`` of those a rule of the card holds back."""
        Card = self.env["crm.sync.contact.card"]
        context = Card._context_of(partners, channel=channel, purpose=purpose)
        held = {}
        entities = {}
        for partner in partners.sudo():  # sudo: ids of whom the caller wants to contact
            entities.setdefault(partner.commercial_partner_id.id, set()).add(partner.id)
        for entity_id, found in Card._find(context, codes).items():
            for code, finding in found:
                if finding.level != "info":
                    about = finding.partner_ids or entities.get(entity_id, ())
                    held |= {partner_id: code for partner_id in about if partner_id not in held}
        return held

    @api.model
    def _reason_messages(self):
        return super()._reason_messages() | self.env["crm.sync.contact.card"]._rule_reasons()
