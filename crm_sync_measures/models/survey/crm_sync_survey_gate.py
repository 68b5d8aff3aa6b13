from datetime import timedelta
from functools import partial

from odoo import api, models
from odoo.tools import SQL

from ...rules.survey_gate import first_reason, is_sampled, name_of
from ...rules.survey_time import Hours, is_quiet, next_allowed

#: Window of the company's limit of bulk messages.
_CAP_WINDOW = timedelta(days=30)
#: Who was unhappy is asked again like everybody: without him the next figure would be better than it is.
_PASSED = {"unhappy"}


class CrmSyncSurveyGate(models.AbstractModel):
    """Who is asked now, and who is not and why: for a whole set of contacts, in a constant number of statements.

    The contact gate speaks first, as for everything that leaves this addon; then what holds for surveys. Where several
    rules say no, ``rules/survey_gate.py`` says which one is told.
    """

    _name = "crm.sync.survey.gate"
    _description = "Survey Gate"

    @api.model
    def _sift(self, program, partner_ids, at, keys=None, wave=None, answered=None):
        """``{partner id: reason or None}``; the same contacts, program and moment have the same answer.

        :param program: ``crm.sync.survey.program``
        :param at: naive UTC, the moment of sending
        :param keys: ``{partner id: what he is asked about}``, by which the sample is drawn; by default the wave
        :param wave: its number, by default that of the program's last one
        :param answered: ``{partner id: moment}`` of those who are asked once more because they were unhappy: that they were asked
            before they answered, complain, or are not in the sample is nothing against it
        """
        partners = self.env["res.partner"].sudo().browse(dict.fromkeys(partner_ids))  # sudo: whoever is to be asked
        partners.flush_recordset()
        self.env["crm.sync.survey.invitation"].flush_model()
        self.env["crm.sync.contact.sent"].flush_model()
        wave = program.wave if wave is None else wave
        keys = keys or {partner_id: f"{wave}:{partner_id}" for partner_id in partners.ids}
        answered = answered or {}
        reasons = self._refused(program, partners)
        self._pass_complaints(reasons, answered)
        for code, rule in (
            ("asked_recently", partial(self._asked_recently, answered=answered)),
            ("company_cap", self._over_company_cap),
            ("quota", partial(self._not_sampled, answered=answered)),
            ("quiet_hours", self._in_quiet_hours),
        ):
            for partner_id in rule(program, partners, at, keys):
                reasons.setdefault(partner_id, set()).add(code)
        free = [partner_id for partner_id in partners.ids if partner_id not in reasons]
        for partner_id in self._duplicates(program, free, wave):
            reasons[partner_id] = {"duplicate"}
        return {partner_id: first_reason(reasons.get(partner_id, ())) for partner_id in partners.ids}

    # ---------------------------------------------------------------- the contact gate

    def _refused(self, program, partners):
        """``{partner id: {reasons}}`` of the contact gate, by the names they have here."""
        gate = self.env["crm.sync.contact.gate"].sudo().with_company(program.company_id)  # sudo: as in _sift
        verdicts = gate._may_contact(partners.with_env(gate.env), "survey", "email")
        held = self._held_codes(gate)
        reasons, again = {}, []
        for partner_id, verdict in verdicts.items():
            if verdict.allowed:
                continue
            if verdict.reason in held:
                again.append(partner_id)
            else:
                reasons[partner_id] = {verdict.reason}
        if again:
            reasons |= self._held(gate, partners.browse(again), held - _PASSED)
        return reasons

    @api.model
    def _refused_for_good(self, program, partners):
        """``{partner id: reason}`` of who may not be mailed, however long ago he was asked: opted out, wants no surveys,
        bounced, archived."""
        gate = self.env["crm.sync.contact.gate"].sudo().with_company(program.company_id)  # sudo: as in _sift
        verdicts = gate._may_contact(partners.with_env(gate.env), "service", "email")
        unwanted = self.env["crm.sync.contact.preference"]._refused_ids(partners, "survey")
        return dict.fromkeys(unwanted, "preference") | {
            partner_id: verdict.reason for partner_id, verdict in verdicts.items() if not verdict.allowed
        }

    def _held_codes(self, gate):
        policies = gate.env["crm.sync.contact.policy"]._get_policies(gate.env.company)
        return {code for code, policy in policies.items() if policy.bulk == "hold"}

    def _held(self, gate, partners, codes):
        """All rules of the card that hold each of them back, where the contact gate tells the most serious one."""
        Card = gate.env["crm.sync.contact.card"]
        context = Card._context_of(partners.with_env(gate.env), channel="email", purpose="survey")
        own = {}
        for partner in partners:
            own.setdefault(partner.commercial_partner_id.id, set()).add(partner.id)
        reasons = {}
        for entity_id, found in Card._find(context, codes).items():
            for code, finding in found:
                if finding.level != "info":
                    for partner_id in (finding.partner_ids or own.get(entity_id, set())) & own.get(entity_id, set()):
                        reasons.setdefault(partner_id, set()).add(name_of(code))
        return reasons

    def _pass_complaints(self, reasons, answered):
        """Whether it has become better is asked also where it has not: else only those would be asked to whom it has."""
        for partner_id in answered:
            left = reasons.get(partner_id, set()) - {"open_complaint"}
            if left:
                reasons[partner_id] = left
            else:
                reasons.pop(partner_id, None)

    # ---------------------------------------------------------------- rules of surveys

    def _asked_recently(self, program, partners, at, keys=None, answered=None):
        """A survey of any program, or by a mailing, was sent to this contact or this address, or is about to be."""
        days = program._cooldown()
        if not days:
            return ()
        rest, answered = at - timedelta(days=days), answered or {}
        return self._partners_of(
            SQL(
                """SELECT p.id FROM res_partner p JOIN unnest(%(ids)s, %(since)s::timestamp[]) AS of (id, since) ON of.id = p.id
                    WHERE EXISTS (SELECT FROM crm_sync_contact_sent s WHERE s.partner_id = p.id AND s.at > of.since
                                     AND s.purpose = 'survey' AND s.company_id = %(company)s)
                       OR EXISTS (SELECT FROM crm_sync_survey_invitation i WHERE i.email = p.email_normalized
                                     AND i.queued_at > of.since AND i.company_id = %(company)s AND i.state != 'cancelled')""",
                ids=partners.ids,
                since=[max(rest, answered.get(partner_id, rest)) for partner_id in partners.ids],
                company=program.company_id.id,
            )
        )

    def _over_company_cap(self, program, partners, at, keys):
        """As many bulk messages of any kind as the company allows were sent to him."""
        limit = program.company_id.sync_survey_cap
        if not limit:
            return ()
        return self._partners_of(
            SQL(
                """SELECT partner_id FROM crm_sync_contact_sent
                    WHERE partner_id = ANY(%(ids)s) AND at > %(since)s AND company_id = %(company)s
                    GROUP BY partner_id HAVING count(*) >= %(limit)s""",
                ids=partners.ids,
                since=at - _CAP_WINDOW,
                company=program.company_id.id,
                limit=limit,
            )
        )

    def _not_sampled(self, program, partners, at, keys, answered=None):
        percent = program.sample_percent
        if percent >= 100:
            return ()
        drawn = set(partners.ids) - set(answered or ())
        return [partner_id for partner_id in drawn if not is_sampled(program.id, keys[partner_id], percent)]

    def _in_quiet_hours(self, program, partners, at, keys=None):
        hours = self._hours(program)
        zones = self._zones(program, partners.ids)
        quiet = {tz for tz in set(zones.values()) if is_quiet(at, tz, hours)}
        return [partner_id for partner_id, tz in zones.items() if tz in quiet]

    def _duplicates(self, program, partner_ids, wave):
        """Several contacts with one address are one human: the first of them is asked, once in a wave."""
        return self._partners_of(
            SQL(
                """WITH these AS (
                       SELECT id, email_normalized AS email, row_number() OVER (PARTITION BY email_normalized ORDER BY id) AS number
                         FROM res_partner WHERE id = ANY(%(ids)s))
                   SELECT id FROM these WHERE number > 1
                       OR %(wave)s > 0 AND EXISTS (
                           SELECT FROM crm_sync_survey_invitation i
                            WHERE i.email = these.email AND i.program_id = %(program)s AND i.wave = %(wave)s
                              AND i.queued_at IS NOT NULL AND i.state != 'cancelled')""",
                ids=partner_ids,
                program=program.id,
                wave=wave if program.kind_of_score == "relational" else 0,
            )
        )

    # ---------------------------------------------------------------- quiet hours

    @api.model
    def _next_moments(self, program, partner_ids, at):
        """``{partner id: moment}``: from when on each may be written to; naive UTC."""
        zones, hours = self._zones(program, partner_ids), self._hours(program)
        moments = {tz: next_allowed(at, tz, hours) for tz in set(zones.values())}
        return {partner_id: moments[tz] for partner_id, tz in zones.items()}

    def _hours(self, program):
        company = program.company_id
        return Hours(company.sync_survey_hour_from, company.sync_survey_hour_to, company.sync_survey_weekend)

    def _zones(self, program, partner_ids):
        """Whose clock shows what: his own, else his company's, else ours."""
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, COALESCE(p.tz, e.tz, %s) FROM res_partner p
                     LEFT JOIN res_partner e ON e.id = p.commercial_partner_id WHERE p.id = ANY(%s)""",
                program.company_id._sync_tz(),
                list(partner_ids),
            )
        )
        return dict(rows)

    def _partners_of(self, query):
        return [partner_id for [partner_id] in self.env.execute_query(query)]
