from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.contact_card import decide, light
from ...rules.periods import local_date, utc_bounds
from ..core.crm_sync_contact_gate import CHANNELS, PURPOSES
from ..core.registered import registered_methods
from .contact_card import CardContext, CardWords

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
        words = self._words(context, found, with_links=True)
        policies = self.env["crm.sync.contact.policy"]._get_policies(context.company)
        labels = self._rule_labels()
        findings = [self._describe(context, code, finding, words, labels, policies) for code, finding in found]
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
        company = self.env.company
        company.fetch(["sync_contact_days", "sync_quote_days"])
        return CardContext(
            partners=partners,
            entity_ids=tuple(sorted(entity_id for [entity_id] in rows)),
            company=company,
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
        for options, rule in registered_methods(self, "card_rule"):
            code, purposes = options["code"], options["purposes"]
            if (codes is not None and code not in codes) or (purposes and context.purpose not in purposes):
                continue
            for entity_id, findings in rule(context).items():
                found.setdefault(entity_id, []).extend((code, finding) for finding in findings)
        for findings in found.values():
            findings.sort(key=lambda told: _SERIOUSNESS[told[1].level])
        return found

    # ---------------------------------------------------------------- words

    @api.model
    def _words(self, context, found, with_links=False):
        """The reader's words for findings: what he may read, and the names of colleagues and departments. Two queries."""
        documents = {document for _code, finding in found for document in finding.documents}
        words = CardWords(self.env, context.now, self._readable(documents))
        user_ids = {finding.user_id for _code, finding in found if finding.user_id}
        rows = self.env.execute_query(
            SQL(
                """SELECT 'user', u.id, p.name, u.sync_department_id
                     FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.id = ANY(%(users)s)
                    UNION ALL SELECT 'department', id, COALESCE(name->>%(lang)s, name->>'en_US'), NULL FROM crm_sync_department
                    UNION ALL SELECT 'charge', partner_id, NULL, department_id FROM crm_sync_customer
                               WHERE partner_id = ANY(%(entities)s)""",
                users=list(user_ids),
                lang=self.env.lang or "en_US",
                entities=list(context.entity_ids),
            )
        )
        for kind, record_id, name, department_id in rows:
            if kind == "user":
                words.people[record_id] = (name, department_id)
            elif kind == "department":
                words.departments[record_id] = name
            else:
                words.charge = department_id
        return words

    def _readable(self, documents):
        """``{model: ids the reader may read}``, by Odoo's own access rules, in one query."""
        ids_by_model = {}
        for model, res_id in documents:
            ids_by_model.setdefault(model, set()).add(res_id)
        branches = []
        for model, ids in ids_by_model.items():
            Model = self.env[model].with_context(active_test=False)
            if Model.has_access("read"):
                column = SQL.identifier(Model._table, "id")
                query = Model._search([])
                query.add_where(SQL("%s = ANY(%s)", column, list(ids)))
                branches.append(SQL("(%s)", query.select(SQL("%s::varchar", model), column)))
        readable = {model: set() for model in ids_by_model}
        for model, res_id in self.env.execute_query(SQL(" UNION ALL ").join(branches)) if branches else ():
            readable[model].add(res_id)
        return readable

    def _describe(self, context, code, finding, words, labels, policies):
        """A finding as the reader may know it; it links to every document but the one he is in."""
        is_told = finding.is_told(words)
        names = dict(zip(finding.documents, finding.names, strict=False))
        documents = finding.documents if is_told else ()
        links = [link for link in documents if words.may_read(link) and not context.is_document(*link)][:3]
        when = finding.when if is_told or not finding.when else self._noon(finding.when)
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

    def _noon(self, moment):
        """The day without its time, by which hidden events could be told apart."""
        tz = self.env.tz.zone
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
