from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: A day is anchored so long after it ended: by then every transaction of it has ended too.
_HOURS = 3


class CrmSyncLoyaltyAnchor(models.Model):
    """The seal of a day: a digest over the seals of all entries that a company posted, chained over the days.

    Who changes an old entry and seals its card anew would have to make all anchors since then anew as well.
    Kept elsewhere (export the list), one anchor proves everything before it.

    ``digest`` is ``crm_sync_chain(digest of the anchor before, seal)`` over the entries by card and position:
    SHA-256 of the digest so far and the next seal, in hexadecimal. ``last_entry_id`` says which entries: those
    after the last one of the day before. An entry is of the day on which it was posted (UTC), whatever its date.
    """

    _name = "crm.sync.loyalty.anchor"
    _inherit = ["crm.sync.loyalty.append.only"]
    _description = "Anchor of the Loyalty Ledger"
    _order = "day desc, company_id"
    _rec_name = "day"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    day = fields.Date(required=True, readonly=True)
    anchored_at = fields.Datetime("Anchored", required=True, readonly=True)
    entries = fields.Integer(required=True, readonly=True, help="Entries that the company posted on that day.")
    last_entry_id = fields.Integer(required=True, readonly=True, index=True, aggregator=None)
    previous = fields.Char("Previous Digest", readonly=True)
    digest = fields.Char(required=True, readonly=True)

    _company_day_uniq = models.UniqueIndex("(company_id, day)", "This day is anchored already.")

    def init(self):
        self.env["crm.sync.loyalty.ledger"]._protect_table(self._table)

    # ---------------------------------------------------------------- making them

    @api.model
    def _cron_anchor(self):
        """Anchor every day that has ended and is not anchored yet."""
        self.env["crm.sync.job.runner"]._run_ranges(
            "loyalty_anchor", "res.company", self._anchor_range, batch_size=1000000, catch_up=False
        )

    def _anchor_range(self, day, lowest, highest):
        """All companies are one range: their anchors of one day end at the same entry."""
        self._anchor_days(fields.Datetime.now())

    def _anchor_days(self, now):
        """Anchor the days that had ended some hours before ``now``, oldest first. The first anchor covers all before it."""
        last_day = (now - timedelta(hours=_HOURS)).date() - timedelta(days=1)
        [(day, last_id)] = self.env.execute_query(
            SQL("SELECT max(day) + 1, COALESCE(max(last_entry_id), 0) FROM crm_sync_loyalty_anchor")
        )
        day = day or last_day
        while day <= last_day:
            until = self._last_of(day, last_id)
            if until > last_id:
                self._anchor(day, last_id, until, now)
                last_id = until
            day += timedelta(days=1)

    def _last_of(self, day, after):
        """The last entry that was posted on ``day``: numbers are given in the order of posting."""
        end = datetime.combine(day + timedelta(days=1), time())
        [[last_id]] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(min(id) FILTER (WHERE effective_at >= %s) - 1, max(id), 0)
                     FROM crm_sync_loyalty_entry WHERE id > %s""",
                end,
                after,
            )
        )
        return last_id

    def _anchor(self, day, after, until, now):
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_loyalty_anchor (company_id, day, anchored_at, entries, last_entry_id, previous, digest)
                   SELECT e.company_id, %(day)s, %(now)s, count(*), %(until)s, p.digest,
                          crm_sync_chain(COALESCE(p.digest, ''), e.seal ORDER BY e.card_id, e.position)
                     FROM crm_sync_loyalty_entry e
                     LEFT JOIN (SELECT DISTINCT ON (company_id) company_id, digest FROM crm_sync_loyalty_anchor
                                 ORDER BY company_id, day DESC) p ON p.company_id = e.company_id
                    WHERE e.id > %(after)s AND e.id <= %(until)s AND e.company_id IS NOT NULL
                    GROUP BY e.company_id, p.digest""",
                day=day,
                now=now,
                after=after,
                until=until,
            )
        )
        self.invalidate_model(flush=False)

    # ---------------------------------------------------------------- proving them

    @api.model
    def _mismatches_sql(self):
        """Anchors that are not what the entries say now: one pass over all entries that are anchored.

        Rows (anchor id, company id, day, entries then, entries now).
        """
        return SQL(
            """WITH bounds AS (
                   SELECT array_agg(DISTINCT last_entry_id + 1 ORDER BY last_entry_id + 1) AS ids FROM crm_sync_loyalty_anchor
               ), anchor AS (
                   SELECT a.*, width_bucket(a.last_entry_id, b.ids) AS span,
                          lag(digest) OVER (PARTITION BY company_id ORDER BY day) AS before
                     FROM crm_sync_loyalty_anchor a, bounds b
               ), entry AS (
                   SELECT e.company_id, width_bucket(e.id, b.ids) AS span, e.card_id, e.position, e.seal
                     FROM crm_sync_loyalty_entry e, bounds b WHERE e.company_id IS NOT NULL AND e.id < b.ids[cardinality(b.ids)]
               ), digest AS (
                   SELECT company_id, span, count(*) AS entries, crm_sync_chain(COALESCE(previous, ''), seal ORDER BY card_id, position) AS digest
                     FROM entry LEFT JOIN anchor USING (company_id, span) GROUP BY company_id, span
               )
               SELECT a.id, COALESCE(a.company_id, d.company_id), a.day, a.entries, COALESCE(d.entries, 0)
                 FROM anchor a FULL JOIN digest d ON d.company_id = a.company_id AND d.span = a.span
                WHERE a.digest IS DISTINCT FROM d.digest OR a.entries IS DISTINCT FROM d.entries OR a.previous IS DISTINCT FROM a.before"""
        )
