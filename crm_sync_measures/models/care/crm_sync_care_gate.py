from odoo import api, models
from odoo.tools import SQL

from ...rules.care import waking_moment
from ...rules.holdout import human, is_held_out

#: By what the customer would be reached; the gate's rules for that channel hold.
_CHANNELS = {"mail": "email", "coupon": "email", "points": "email", "call_list": "phone", "activity": "visit"}


class CrmSyncCareGate(models.AbstractModel):
    """Who gets it, who is held back and why, and who is held out: for a whole set of contacts, in a few statements.

    Nobody is drawn to be held out whom the gate would refuse: those who get it and those who do not are alike.
    """

    _name = "crm.sync.care.gate"
    _description = "Care Gate"

    @api.model
    def _sift(self, rule, partner_ids, days):
        """``{partner id: reason or None}``; ``control`` is who is held out, everything else is why he is held back.

        :param days: ``{partner id: day of the occasion}``
        """
        partners = self.env["res.partner"].sudo().browse(dict.fromkeys(partner_ids))  # sudo: whoever is to be cared for
        reasons = self._refused(rule, partners)
        free = [partner_id for partner_id in partners.ids if partner_id not in reasons]
        emails = self._emails(free)
        if rule._is_once_for_an_address():
            for partner_id in self._duplicates(rule, emails, days):
                reasons[partner_id] = "duplicate"
        for partner_id in free:
            if partner_id not in reasons and is_held_out(
                rule.id, human(partner_id, emails[partner_id]), rule.holdout_percent
            ):
                reasons[partner_id] = "control"
        return {partner_id: reasons.get(partner_id) for partner_id in partners.ids}

    def _refused(self, rule, partners):
        """``{partner id: code}`` of the contact gate. Where nothing is sent, an address that is missing is no obstacle."""
        gate = self.env["crm.sync.contact.gate"].sudo().with_company(rule.company_id)  # sudo: as in _sift
        channel = _CHANNELS[rule.action]
        if channel == "email" and not rule._mails():
            channel = "visit"
        verdicts = gate._may_contact(partners.with_env(gate.env), rule.purpose, channel)
        refused = {
            partner_id: verdict.reason
            for partner_id, verdict in verdicts.items()
            if not verdict.allowed and not (channel == "visit" and verdict.reason == "no_address")
        }
        # Who wants no greetings gets none, whatever else they are good for.
        for partner_id in gate.env["crm.sync.contact.preference"]._refused_ids(partners, "care", channel):
            refused.setdefault(partner_id, "preference")
        return refused

    def _emails(self, partner_ids):
        """``{partner id: his address, as it is compared}``"""
        self.env["res.partner"].flush_model(["email"])
        rows = self.env.execute_query(
            SQL("SELECT id, email_normalized FROM res_partner WHERE id = ANY(%s)", list(partner_ids))
        )
        return dict(rows)

    def _duplicates(self, rule, emails, days):
        """Several contacts with one address are one human: on one day he has it once of one rule."""
        self.env["crm.sync.care.occasion"].flush_model()
        known = self.env.execute_query(
            SQL(
                """SELECT o.email, o.day FROM crm_sync_care_occasion o
                    WHERE o.rule_id = %s AND o.email = ANY(%s) AND o.day = ANY(%s) AND o.state NOT IN ('cancelled', 'failed')""",
                rule.id,
                [email for email in emails.values() if email],
                list(set(days.values())),
            )
        )
        taken, twice = set(known), []
        for partner_id in sorted(emails):
            who = emails[partner_id], days.get(partner_id)
            if who in taken:
                twice.append(partner_id)
            elif who[0]:
                taken.add(who)
        return twice

    # ---------------------------------------------------------------- night

    @api.model
    def _asleep(self, rule, partner_ids, now):
        """``{partner id: moment}`` of those at whose place it is night: from when on each may be written to."""
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, COALESCE(p.tz, e.tz, %s) FROM res_partner p
                     LEFT JOIN res_partner e ON e.id = p.commercial_partner_id WHERE p.id = ANY(%s)""",
                rule._timezone(),
                list(partner_ids),
            )
        )
        moments = {tz: waking_moment(now, rule.send_hour, tz) for tz in {tz for _id, tz in rows}}
        return {partner_id: moments[tz] for partner_id, tz in rows if moments[tz] > now}
