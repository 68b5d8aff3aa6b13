from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ...rules.advice import HALF_LIFE, HALF_RELATION, Point, saturating
from ..core.contact_facts import MODELS, contact_facts
from .advice_request import advice_criterion, people_of

#: What counts as how many contacts of the same day.
_ORDER, _WON, _OPEN, _OWNER = 3, 3, 1, 3


class CrmSyncAdvisorRelation(models.AbstractModel):
    """Who knows the customer: contacts, meetings, orders and opportunities of earlier, the newer the more."""

    _inherit = "crm.sync.advisor"

    @advice_criterion(10, "relation", weight=30)
    def _advise_relation(self, requests):
        facts = self._relations(requests)
        points = {}
        for request in requests:
            known = facts.get(request.entity_id, {})
            told = {}
            for user_id in request.people:
                is_owner = request.owner_id == user_id
                if is_owner or user_id in known:
                    told[user_id] = self._relation_point(known.get(user_id), is_owner)
            points[request.key] = told
        return points

    def _relation_point(self, relation, is_owner):
        strength = (relation["strength"] if relation else 0) + (_OWNER if is_owner else 0)
        parts = [self.env._("owner of the customer")] if is_owner else []
        parts += self._relation_words(relation) if relation else []
        return Point(saturating(strength, HALF_RELATION), self.env._("Knows the customer: %s", ", ".join(parts)))

    def _relation_words(self, relation):
        words = []
        if relation["contacts"]:
            words.append(self._contact_words(relation["contacts"], relation["last"]))
        if relation["orders"]:
            count = relation["orders"]
            words.append(self.env._("1 order") if count == 1 else self.env._("%s orders", count))
        if relation["won"]:
            count = relation["won"]
            words.append(self.env._("1 opportunity won") if count == 1 else self.env._("%s opportunities won", count))
        if relation["open"]:
            count = relation["open"]
            words.append(self.env._("1 open opportunity") if count == 1 else self.env._("%s open opportunities", count))
        return words

    def _contact_words(self, count, last):
        today = fields.Date.context_today(self)
        days = (today - fields.Datetime.context_timestamp(self, last).date()).days
        when = (
            self.env._("today")
            if days <= 0
            else self.env._("1 day ago")
            if days == 1
            else self.env._("%s days ago", days)
        )
        if count == 1:
            return self.env._("1 contact, %s", when)
        return self.env._("%(count)s contacts, the last %(when)s", count=count, when=when)

    def _relations(self, requests):
        """``{entity id: {user id: {strength, contacts, last, orders, won, open}}}`` in one query.

        Only what happened in the selected companies. Without content: how often, and when last. The opportunities
        that are asked about do not count: who has one would be proposed because he has it.
        """
        entity_ids = list({request.entity_id for request in requests if request.entity_id})
        lead_ids = [request.lead_id for request in requests if request.lead_id]
        user_ids = people_of(requests)
        relations = defaultdict(dict)
        if not entity_ids or not user_ids:
            return relations
        for model in (*MODELS, "sale.order", "crm.lead"):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT f.entity_id, f.user_id,
                          sum(f.weight * exp(-GREATEST(EXTRACT(EPOCH FROM %(now)s - f.at), 0) / 86400.0 / %(half)s * ln(2)))::float AS strength,
                          count(*) FILTER (WHERE f.kind = 'contact') AS contacts,
                          max(f.at) FILTER (WHERE f.kind = 'contact') AS last,
                          count(*) FILTER (WHERE f.kind = 'order') AS orders,
                          count(*) FILTER (WHERE f.kind = 'won') AS won,
                          count(*) FILTER (WHERE f.kind = 'open') AS open
                     FROM (%(facts)s) f
                    WHERE f.user_id = ANY(%(users)s) AND (f.company_id IS NULL OR f.company_id = ANY(%(companies)s))
                    GROUP BY 1, 2""",
                now=fields.Datetime.now(),
                half=HALF_LIFE,
                facts=self._relation_facts(entity_ids, lead_ids),
                users=user_ids,
                companies=self.env.companies.ids,
            )
        )
        for row in rows:
            relations[row["entity_id"]][row["user_id"]] = row
        return relations

    def _relation_facts(self, entity_ids, lead_ids):
        """SELECT of (kind, weight, entity_id, user_id, at, company_id)."""
        partners = SQL("p.commercial_partner_id = ANY(%s)", entity_ids)
        return SQL(
            """SELECT 'contact' AS kind, 1 AS weight, c.entity_id, c.user_id, c.at, c.company_id
                 FROM (%(contacts)s) c (source, id, partner_id, at, user_id, department_id, channel, direction, company_id, entity_id)
                UNION ALL
               SELECT 'order', %(order)s, p.commercial_partner_id, o.user_id, o.date_order, o.company_id
                 FROM res_partner p JOIN sale_order o ON o.partner_id = p.id
                WHERE %(partners)s AND o.state = 'sale'
                UNION ALL
               SELECT CASE l.won_status WHEN 'won' THEN 'won' ELSE 'open' END,
                      CASE l.won_status WHEN 'won' THEN %(won)s ELSE %(open)s END, p.commercial_partner_id, l.user_id,
                      COALESCE(l.date_closed, l.create_date), l.company_id
                 FROM res_partner p JOIN crm_lead l ON l.partner_id = p.id
                WHERE %(partners)s AND l.id != ALL(%(leads)s::int[]) AND (l.won_status = 'won' OR l.won_status = 'pending' AND l.active)""",
            contacts=contact_facts(self.env, partners),
            partners=partners,
            leads=lead_ids,
            order=_ORDER,
            won=_WON,
            open=_OPEN,
        )
