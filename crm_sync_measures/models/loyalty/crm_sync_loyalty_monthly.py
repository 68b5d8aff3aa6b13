from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.periods import start_of

#: Mails a transaction.
_CUSTOMERS = 200
#: Days of expiry that a statement tells; the portal tells all.
_ENDINGS = 12


class CrmSyncLoyaltyMonthly(models.AbstractModel):
    """The monthly statement of programs that send one: balance, movements, what expires when.

    Each customer with points or movements gets one for the last month, once. When months were missed, one
    statement covers them all, from the day after the last one, at most a year.
    """

    _name = "crm.sync.loyalty.monthly"
    _description = "Statements of Points"

    @api.model
    def _cron_send(self):
        if self._months():
            self.env["crm.sync.job.runner"]._run_sets(
                "send_statements", self._due_customers, self._send, _CUSTOMERS, self.env["res.partner"].browse
            )

    def _months(self):
        """``[(program, company, first day, last day)]`` of the month that is over, in the program's time zone."""
        programs = self.env["loyalty.program"].search([("sync_statement", "=", True)])
        months = []
        for program in programs:
            last = start_of(program._sync_today(), "month") - timedelta(days=1)
            months.append((program.id, (program.company_id or self.env.company).id, start_of(last, "month"), last))
        return months

    def _cards_sql(self):
        """Cards ``c`` in use of programs that send statements, with the month ``m`` and the first day to tell ``s``."""
        months = SQL(", ").join(SQL("(%s, %s, %s::date, %s::date)", *month) for month in self._months())
        return SQL(
            """loyalty_card c JOIN (VALUES %s) m (program_id, company_id, first, last) ON m.program_id = c.program_id
               CROSS JOIN LATERAL (
                   SELECT LEAST(m.first, GREATEST(COALESCE(max(n.day) + 1, m.first), (m.first - interval '11 months')::date)) AS since,
                          max(n.day) AS last_day
                     FROM crm_sync_loyalty_notice n
                    WHERE n.partner_id = c.partner_id AND n.company_id = m.company_id AND n.kind = 'statement') s""",
            months,
        )

    @api.model
    def _due_customers(self, after, limit):
        """Ids of the next customers who have points, or moved some, and had no statement of the month."""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT c.partner_id FROM %(cards)s
                    WHERE c.active AND c.partner_id > %(after)s AND s.last_day IS DISTINCT FROM m.last
                      AND COALESCE(s.last_day < m.last, TRUE)
                      AND (c.points >= 1 OR EXISTS (SELECT FROM crm_sync_loyalty_entry e
                                                     WHERE e.card_id = c.id AND e.business_date BETWEEN s.since AND m.last))
                    ORDER BY c.partner_id LIMIT %(limit)s""",
                cards=self._cards_sql(),
                after=after,
                limit=limit,
            )
        )
        return [partner_id for [partner_id] in rows]

    @api.model
    def _send(self, partner_ids):
        """One set of the work: (customers done, customers that another transaction holds)."""
        statements = {}
        for partner_id, company_id, first, last, *account in self._rows(partner_ids):
            values = statements.setdefault(
                (partner_id, company_id, last),
                {
                    "partner_id": partner_id,
                    "company_id": company_id,
                    "kind": "statement",
                    "date_from": first,
                    "day": last,
                    "points": 0.0,
                    "first_day": False,
                    "details": [],
                    "key": f"statement:{partner_id}:{company_id}:{last}",
                },
            )
            self._add(values, *account)
        if statements:
            template = self.env.ref("crm_sync_measures.mail_template_loyalty_statement")
            self.env["crm.sync.loyalty.notice"]._make(list(statements.values()), template)
        return len(partner_ids), 0

    def _add(self, values, card_id, closing, kinds, endings):
        """One card's account: what it had, how that changed, and what ends when."""
        kinds = {kind: float(quantity) for kind, quantity in (kinds or {}).items()}
        closing = float(closing)
        days = [day for day, _points in endings or []]
        values["points"] += closing
        values["first_day"] = min(
            [*filter(None, [values["first_day"]]), *map(fields.Date.to_date, days)], default=False
        )
        values["details"].append(
            {
                "card": card_id,
                "opening": round(closing - sum(kinds.values()), 4),
                "closing": closing,
                "kinds": kinds,
                "endings": [[day, float(points)] for day, points in (endings or [])[:_ENDINGS]],
            }
        )

    def _rows(self, partner_ids):
        """(customer, company, from, to, card, balance at the end, movements by kind, what ends) of each card."""
        self._flush()
        return self.env.execute_query(
            SQL(
                """SELECT * FROM (
                     SELECT c.partner_id, m.company_id, s.since, m.last, c.id,
                          c.points::numeric(16, 4) - COALESCE((SELECT sum(e.quantity) FROM crm_sync_loyalty_entry e
                              WHERE e.card_id = c.id AND e.business_date > m.last), 0) AS closing,
                          (SELECT json_object_agg(kind, quantity::text) FROM (
                              SELECT e.kind, sum(e.quantity) AS quantity FROM crm_sync_loyalty_entry e
                               WHERE e.card_id = c.id AND e.business_date BETWEEN s.since AND m.last
                               GROUP BY e.kind) moved) AS kinds,
                          (SELECT json_agg(json_build_array(expires_on, points::text) ORDER BY expires_on) FROM (
                              SELECT l.expires_on, sum(l.remaining) AS points FROM crm_sync_loyalty_lot l
                               WHERE l.card_id = c.id AND l.remaining > 0 AND l.expires_on IS NOT NULL
                               GROUP BY l.expires_on) ending WHERE points >= 1) AS endings
                       FROM %(cards)s
                      WHERE c.active AND c.partner_id = ANY(%(partners)s) AND COALESCE(s.last_day < m.last, TRUE)) accounts
                    WHERE closing >= 1 OR kinds IS NOT NULL ORDER BY partner_id, company_id, id""",
                cards=self._cards_sql(),
                partners=partner_ids,
            )
        )

    def _flush(self):
        """Write what the SQL reads."""
        for model in ("loyalty.card", "loyalty.program", "crm.sync.loyalty.notice"):
            self.env[model].flush_model()
