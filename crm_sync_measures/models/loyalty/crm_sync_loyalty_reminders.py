from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.ledger import exact
from ...rules.reminders import AHEAD, Ending, reminder

#: Mails a transaction.
_CUSTOMERS = 200


class CrmSyncLoyaltyReminders(models.AbstractModel):
    """Tells customers, before it is too late, which points end: one mail for each customer, company and run.

    Told are points that can be spent on cards in use. A lot is marked in the transaction that queues its mail, so
    that nobody is told twice of the same last day. When that day moves later, the marks are taken off.
    """

    _name = "crm.sync.loyalty.reminders"
    _description = "Reminders of Points"

    @api.model
    def _cron_remind(self):
        self.env["crm.sync.job.runner"]._run_sets(
            "remind_points", self._due_customers, self._remind, _CUSTOMERS, self.env["res.partner"].browse
        )

    @api.model
    def _due_customers(self, after, limit):
        """Ids of the next customers with points that end soon and of which they were not told."""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT c.partner_id FROM %(lots)s
                    WHERE c.partner_id > %(after)s AND (
                          l.reminded_on IS NULL AND l.expires_on <= d.today + p.sync_notice_days AND p.sync_notice_days > 0
                       OR l.last_chance_on IS NULL AND l.expires_on <= d.today + p.sync_last_chance_days
                          AND p.sync_last_chance_days > 0)
                    ORDER BY c.partner_id LIMIT %(limit)s""",
                lots=self._lots_sql(),
                after=after,
                limit=limit,
            )
        )
        return [partner_id for [partner_id] in rows]

    @api.model
    def _remind(self, partner_ids):
        """One set of the nightly work: (customers done, customers that another transaction holds)."""
        values, told, warned = [], [], []
        for (partner_id, company_id, today), endings in self._endings(partner_ids).items():
            due = reminder(endings, today)
            if not due:
                continue
            told += [(lot, today) for lot in due.lots]
            warned += [(lot, today) for lot in due.warned]
            values.append(
                {
                    "partner_id": partner_id,
                    "company_id": company_id,
                    "kind": due.kind,
                    "day": today,
                    "points": float(sum(ending.points for ending in due.told)),
                    "first_day": due.told[0].expires_on,
                    "details": [
                        {"card": e.card_id, "points": float(e.points), "day": fields.Date.to_string(e.expires_on)}
                        for e in due.told
                    ],
                    "key": f"{due.kind}:{partner_id}:{company_id}:{today}",
                }
            )
        # First the marks: of two runs at once the second fails here, and then finds nothing to do.
        self._mark("reminded_on", told)
        self._mark("last_chance_on", warned)
        if values:
            template = self.env.ref("crm_sync_measures.mail_template_loyalty_reminder")
            self.env["crm.sync.loyalty.notice"]._make(values, template)
        return len(partner_ids), 0

    def _endings(self, partner_ids):
        """``{(customer, company, today): [Ending]}`` of all that ends within the notice and a week."""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.partner_id, COALESCE(p.company_id, r.company_id, %(company)s), d.today, l.card_id, l.expires_on,
                          sum(l.remaining), array_agg(l.id ORDER BY l.id), bool_and(l.reminded_on IS NOT NULL),
                          bool_and(l.last_chance_on IS NOT NULL), p.sync_notice_days, p.sync_last_chance_days
                     FROM %(lots)s JOIN res_partner r ON r.id = c.partner_id
                    WHERE c.partner_id = ANY(%(partners)s)
                      AND l.expires_on <= d.today + GREATEST(p.sync_notice_days, p.sync_last_chance_days) + %(ahead)s
                    GROUP BY c.partner_id, r.company_id, p.id, d.today, l.card_id, l.expires_on
                    ORDER BY c.partner_id, l.expires_on, l.card_id""",
                company=self.env.company.id,
                lots=self._lots_sql(),
                partners=partner_ids,
                ahead=AHEAD.days,
            )
        )
        endings = {}
        for partner_id, company_id, today, card_id, expires_on, points, lots, *facts in rows:
            ending = Ending(card_id, expires_on, exact(points), tuple(lots), *facts)
            endings.setdefault((partner_id, company_id, today), []).append(ending)
        return endings

    def _lots_sql(self):
        """Spendable lots ``l`` of cards ``c`` in use, with their program ``p`` and its today ``d.today``."""
        return SQL(
            """crm_sync_loyalty_lot l
               JOIN loyalty_card c ON c.id = l.card_id AND c.active AND c.partner_id IS NOT NULL AND l.remaining > 0
               JOIN loyalty_program p ON p.id = l.program_id AND p.active
               JOIN (VALUES %s) d (program_id, today) ON d.program_id = p.id AND l.expires_on >= d.today""",
            self.env["loyalty.program"]._sync_all()._sync_today_sql(),
        )

    def _mark(self, column, marks):
        if marks:
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_sync_loyalty_lot l SET %s = v.day FROM (VALUES %s) v (id, day) WHERE v.id = l.id",
                    SQL.identifier(column),
                    SQL(", ").join(SQL("(%s, %s::date)", lot, day) for lot, day in sorted(marks)),
                )
            )
            self.env["crm.sync.loyalty.lot"].invalidate_model([column], flush=False)

    def _flush(self):
        """Write what the SQL reads."""
        for model in ("loyalty.card", "loyalty.program", "res.partner"):
            self.env[model].flush_model()
