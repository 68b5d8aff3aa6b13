from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, str2bool

from .registered import registered, registered_methods

#: What a contact is for. Opt-out does not hold for what the customer himself asked for.
PURPOSES = ("transactional", "service", "survey", "loyalty", "care", "marketing")
CHANNELS = ("email", "phone", "sms", "letter", "visit")


def contact_rule(sequence, code):
    """Mark a method of ``crm.sync.contact.gate`` as a rule.

    The method is called as ``rule(partners, purpose, channel)`` for a whole set, costs a constant
    number of queries, and returns the set (or iterable) of partner ids that must not be contacted.
    The rule of the lowest sequence that holds is the reason that is given.
    """
    return registered("contact_rule", sequence, code=code)


@dataclass(frozen=True)
class Verdict:
    """The gate's answer for one partner; ``reason`` is the code of the first rule that said no."""

    allowed: bool
    reason: str | None = None
    message: str | None = None


class CrmSyncContactGate(models.AbstractModel):
    """The one place that says whether a customer may be contacted now, and if not, why.

    No mail or invitation leaves this addon without it.
    """

    _name = "crm.sync.contact.gate"
    _description = "Contact Gate"

    @api.model
    def may_contact(self, partner_ids, purpose, channel):
        """Whether each partner may be contacted for ``purpose`` by ``channel``.

        Answers for the whole set in a constant number of queries. Partners that the caller may not
        read are refused as a whole with an access error.

        :param list[int] partner_ids: ids of ``res.partner``
        :param str purpose: one of transactional, service, survey, loyalty, care, marketing
        :param str channel: one of email, phone, sms, letter, visit
        :return: list of ``{"partner_id", "allowed", "reason", "message"}`` in the order asked;
            ``reason`` is a stable code, ``message`` a sentence in the caller's language
        :raise UserError: for an unknown purpose or channel, or partners that do not exist
        :raise AccessError: for users without a role of this addon
        """
        if not self.env["res.users"]._sync_is_reader():
            raise AccessError(self.env._("You need a Customer Sync role to ask whether a customer may be contacted."))
        if not isinstance(partner_ids, (list, tuple)) or not all(type(pid) is int for pid in partner_ids):
            raise UserError(self.env._("partner_ids: give a list of partner ids."))
        partners = self.env["res.partner"].browse(dict.fromkeys(partner_ids))
        if partners.exists() != partners:
            raise UserError(
                self.env._("partner_ids: some of these customers do not exist any more. Reload and try again.")
            )
        partners.check_access("read")
        verdicts = self._may_contact(partners, purpose, channel)
        return [
            {
                "partner_id": partner.id,
                "allowed": verdicts[partner.id].allowed,
                "reason": verdicts[partner.id].reason or False,
                "message": verdicts[partner.id].message or False,
            }
            for partner in partners
        ]

    @api.model
    def _may_contact(self, partners, purpose, channel):
        """``{partner id: Verdict}``; for use inside the addon, without access checks."""
        if purpose not in PURPOSES:
            raise UserError(self.env._("Purpose: choose one of %s.", ", ".join(PURPOSES)))
        if channel not in CHANNELS:
            raise UserError(self.env._("Channel: choose one of %s.", ", ".join(CHANNELS)))
        partners.flush_recordset()
        messages = self._reason_messages()
        verdicts = dict.fromkeys(partners.ids, Verdict(True))
        for options, rule in registered_methods(self, "contact_rule"):
            open_partners = partners.browse(pid for pid, verdict in verdicts.items() if verdict.allowed)
            if not open_partners:
                break
            code = options["code"]
            refused = Verdict(False, code, messages.get(code, code))
            verdicts.update(dict.fromkeys(rule(open_partners, purpose, channel), refused))
        return verdicts

    @api.model
    def _reason_messages(self):
        """``{rule code: sentence}`` in the user's language; a room adds the sentences of its rules."""
        return {
            "neutralized": self.env._("This is a neutralized copy of the database: it writes to nobody."),
            "archived": self.env._("The contact is archived."),
            "opted_out": self.env._("The customer does not want to be contacted this way."),
            "preference": self.env._("The customer does not want messages of this kind."),
            "bounced": self.env._("Mails to this address came back too often. Check the address first."),
            "no_address": self.env._("There is no address for this channel."),
        }

    # ---------------------------------------------------------------- first rules

    @contact_rule(1, "neutralized")
    def _rule_neutralized(self, partners, purpose, channel):
        """A copy writes to nobody, whatever job is run in it and whatever mail server it was given."""
        # sudo: whether this is a copy is no secret; Odoo shows it to everybody in a banner
        is_copy = self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized")
        return partners.ids if channel in ("email", "sms") and str2bool(is_copy or "", False) else ()

    @contact_rule(10, "archived")
    def _rule_archived(self, partners, purpose, channel):
        return self._select_ids(partners, SQL("NOT active"))

    @contact_rule(20, "opted_out")
    def _rule_opted_out(self, partners, purpose, channel):
        if purpose == "transactional":
            return ()
        if channel == "email":
            return self._select_ids(
                partners,
                SQL("EXISTS (SELECT FROM mail_blacklist b WHERE b.active AND b.email = p.email_normalized)"),
                "mail.blacklist",
            )
        if channel in ("phone", "sms"):
            return self._select_ids(
                partners,
                SQL("EXISTS (SELECT FROM phone_blacklist b WHERE b.active AND b.number = p.phone_sanitized)"),
                "phone.blacklist",
            )
        return ()

    @contact_rule(25, "preference")
    def _rule_preference(self, partners, purpose, channel):
        """What he chose on the page of his preferences. What he asked for, and service, he cannot refuse there."""
        return self.env["crm.sync.contact.preference"]._refused_ids(partners, purpose, channel)

    @contact_rule(30, "bounced")
    def _rule_bounced(self, partners, purpose, channel):
        limit = self.env.company.sync_bounce_limit
        if channel != "email" or not limit:
            return ()
        return self._select_ids(partners, SQL("COALESCE(message_bounce, 0) >= %s", limit))

    @contact_rule(40, "no_address")
    def _rule_no_address(self, partners, purpose, channel):
        missing = {
            "email": SQL("email_normalized IS NULL"),
            "phone": SQL("COALESCE(phone, '') = ''"),
            "sms": SQL("phone_sanitized IS NULL"),
            "letter": SQL("COALESCE(street, '') = '' OR COALESCE(city, '') = ''"),
            "visit": SQL("COALESCE(city, '') = ''"),
        }[channel]
        return self._select_ids(partners, missing)

    def _select_ids(self, partners, condition, *models):
        """Ids among ``partners`` (alias ``p``) for which the SQL ``condition`` holds: one query."""
        for model in models:
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL("SELECT p.id FROM res_partner p WHERE p.id = ANY(%s) AND (%s)", partners.ids, condition)
        )
        return {partner_id for [partner_id] in rows}
