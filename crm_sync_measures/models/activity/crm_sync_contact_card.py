from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.contact_card import DECISIONS, decide, light
from ...rules.periods import local_date, utc_bounds
from ..core.crm_sync_contact_gate import CHANNELS, PURPOSES
from ..core.readable import readable_selects
from ..core.registered import registered_methods
from .contact_card import CardContext, CardWords

#: For a document there is no name, department or time zone to tell.
_NOTHING = (SQL("NULL"), SQL("NULL::int"), SQL("NULL"))
_SERIOUSNESS = {"red": 0, "yellow": 1, "info": 2}


class CrmSyncContactCard(models.AbstractModel):
    """What one should know before contacting a customer: a traffic light, the main reason, and the rest.

    A rule is one method marked ``@card_rule``, see ``contact_card.py``; the rules are in the files
    ``crm_sync_contact_card_*.py``. Costs a constant number of queries, whatever the customer's size and however many
    customers are asked about. Changes nothing.
    """

    _name = "crm.sync.contact.card"
    _description = "Before You Contact"

    # ---------------------------------------------------------------- one customer

    @api.model
    def _get_card(self, partner, document=None, channel=None, purpose=None):
        """The card of ``partner``'s commercial entity for the current user; see ``res.partner.sync_contact_card``."""
        context = self._context_of(partner, document, channel, purpose)
        entity_id = context.entity_ids[0] if context.entity_ids else None
        found = self._find(context).get(entity_id, [])
        words = self._words(context, found)
        policies = self.env["crm.sync.contact.policy"]._get_policies(context.company)
        labels = self._rule_labels()
        findings = [self._describe(context, code, finding, words, labels, policies) for code, finding in found]
        # Among equally serious ones, what the company acts on explains why it does.
        findings.sort(key=lambda told: (_SERIOUSNESS[told["level"]], -DECISIONS.index(told["decision"])))
        decision = decide([(told["level"], told["decision"]) for told in findings], context.purpose)
        return {
            "partner": {"id": partner.id, "name": partner.display_name},
            "is_customer": bool(entity_id),
            "light": light(told["level"] for told in findings),
            "main": next((told for told in findings if told["level"] != "info"), False),
            "findings": findings,
            "decision": decision,
            "override": decision == "ask"
            and self._override_of(context, entity_id, self._reasons(found, policies, "ask")),
        }

    @api.model
    def _context_of(self, partners, document=None, channel=None, purpose=None):
        """The question about ``partners``; colleagues and own companies are no customers and have no card."""
        if channel and channel not in CHANNELS:
            raise UserError(self.env._("channel: choose one of %s.", ", ".join(CHANNELS)))
        if purpose and purpose not in PURPOSES:
            raise UserError(self.env._("purpose: choose one of %s.", ", ".join(PURPOSES)))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT p.commercial_partner_id FROM res_partner p
                     JOIN res_partner e ON e.id = p.commercial_partner_id
                    WHERE p.id = ANY(%s) AND p.partner_share AND e.partner_share
                      AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = e.id)""",
                partners.ids,
            )
        )
        return CardContext(
            partners=partners,
            entity_ids=tuple(sorted(entity_id for [entity_id] in rows)),
            company=self.env.company,
            now=fields.Datetime.now(),
            document=document or None,
            channel=channel or None,
            purpose=purpose or (document and document._sync_contact_purpose()) or None,
        )

    @api.model
    def _find(self, context, codes=None):
        """``{entity id: [(code, Finding)]}``, the most serious first; without rights and words.

        :param codes: the rules that are asked; by default all that are for the purpose
        """
        found = {}
        if not context.entity_ids:
            return found
        asked = [
            (options, rule)
            for options, rule in registered_methods(self, "card_rule")
            if (codes is None or options["code"] in codes)
            and (not options["purposes"] or context.purpose in options["purposes"])
        ]
        rows = self._read(context, dict.fromkeys(options["reads"] for options, _rule in asked))
        for options, rule in asked:
            answer = rule(context, rows[options["reads"]]) if options["reads"] else rule(context)
            for entity_id, findings in answer.items():
                found.setdefault(entity_id, []).extend((options["code"], finding) for finding in findings)
        for findings in found.values():
            findings.sort(key=lambda told: _SERIOUSNESS[told[1].level])
        return found

    def _read(self, context, names):
        """``{name: rows}`` of what the rules read, in one statement: each alone costs more to be sent and planned than
        to be run, and the customers' documents are looked up once for all."""
        readings = {name: sql for name in names if name and (sql := getattr(self, name)(context))}
        rows = dict.fromkeys(names, ())
        if readings:
            columns = SQL(", ").join(SQL("(SELECT json_agg(r) FROM (%s) r)", sql) for sql in readings.values())
            [answers] = self.env.execute_query(SQL("WITH %s SELECT %s", context.sets, columns))
            rows |= {name: self._typed(answer or ()) for name, answer in zip(readings, answers, strict=True)}
        return rows

    def _typed(self, rows):
        """Rows that came as JSON, with their moment."""
        for row in rows:
            if row.get("at"):
                row["at"] = datetime.fromisoformat(row["at"])
        return rows

    # ---------------------------------------------------------------- words

    @api.model
    def _words(self, context, found):
        """The reader's words for findings: what he may read, names of colleagues and departments, his time zone. One query."""
        documents = {document for _code, finding in found for document in finding.documents}
        words = CardWords(self.env, context.now, {model: set() for model, _res_id in documents})
        names = SQL(
            """SELECT 'person' AS kind, u.id, p.name, u.sync_department_id AS department_id, p.tz
                 FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.id = ANY(%(users)s)
                UNION ALL SELECT 'department', id, COALESCE(name->>%(lang)s, name->>'en_US'), NULL, NULL FROM crm_sync_department
                UNION ALL SELECT 'charge', partner_id, NULL, department_id, NULL FROM crm_sync_customer
                           WHERE partner_id = ANY(%(entities)s)""",
            users=list({self.env.uid, *(finding.user_id for _code, finding in found if finding.user_id)}),
            lang=self.env.lang or "en_US",
            entities=list(context.entity_ids),
        )
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join([names, *readable_selects(self.env, documents, *_NOTHING)])
        )
        for kind, record_id, name, department_id, tz in rows:
            if kind == "person":
                words.people[record_id] = (name, department_id)
                if record_id == self.env.uid:
                    words.tz = tz or words.tz
            elif kind == "department":
                words.departments[record_id] = name
            elif kind == "charge":
                words.charge = department_id
            else:
                words.readable[kind].add(record_id)
        return words

    def _describe(self, context, code, finding, words, labels, policies):
        """A finding as the reader may know it; it links to every document but the one he is in."""
        is_told = finding.is_told(words)
        names = dict(zip(finding.documents, finding.names, strict=False))
        documents = finding.documents if is_told else ()
        links = [link for link in documents if words.may_read(link) and not context.is_document(*link)][:3]
        when = finding.when if is_told or not finding.when else self._noon(finding.when, words.tz)
        return {
            "code": code,
            "label": labels.get(code, code),
            "level": finding.level,
            "text": finding.tell(words) if is_told else self._masked_text(finding, words),
            "when": fields.Datetime.to_string(when) if when else False,
            "masked": not is_told,
            "decision": policies[code].decision if finding.level != "info" else "inform",
            "links": [{"model": link[0], "res_id": link[1], "name": names.get(link, False)} for link in links],
        }

    def _masked_text(self, finding, words):
        """Department and day. What none of us did belongs to the department in charge, as in the history."""
        department_id = finding.department_id
        if not department_id and finding.user_id:
            department_id = words.people.get(finding.user_id, (None, None))[1]
        elif not department_id:
            department_id = words.charge
        department = words.departments.get(department_id) or self.env._("Another department")
        if not finding.when:
            return department
        return self.env._("%(department)s, %(when)s", department=department, when=words.ago(finding.when))

    def _noon(self, moment, tz):
        """The day without its time, by which hidden events could be told apart."""
        day = local_date(moment, tz)
        start, end = utc_bounds(day, day, tz)
        return (start + (end - start) / 2).replace(microsecond=0)

    # ---------------------------------------------------------------- words of the rules

    @api.model
    def _rule_labels(self):
        """``{code: label}`` of the rules, in the user's language; a room adds those of its rules."""
        return {}

    @api.model
    def _rule_reasons(self):
        """``{code: sentence}`` why the contact gate holds somebody back, for rules that may do so."""
        return {}

    @api.model
    def _codes(self):
        return [options["code"] for options, _rule in registered_methods(self, "card_rule")]

    # ---------------------------------------------------------------- decisions

    def _reasons(self, found, policies, decision):
        """Codes of the rules of ``found`` for which the company wants ``decision``, in their order, each once."""
        codes = (code for code, finding in found if finding.level != "info" and policies[code].decision == decision)
        return list(dict.fromkeys(codes))

    def _override_of(self, context, entity_id, codes):
        """The reason this user gave for this customer and document a moment ago, if it holds for ``codes``."""
        override = self.env["crm.sync.contact.override"]._find_valid(context, entity_id, codes)
        return {"reason": override.reason, "at": fields.Datetime.to_string(override.at)} if override else False
