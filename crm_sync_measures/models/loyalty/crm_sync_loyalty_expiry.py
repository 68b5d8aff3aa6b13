from odoo import api, fields, models
from odoo.tools import SQL

#: Cards a transaction: a second's work, and few enough that sales do not collide with it.
_CARDS = 5000
_LOTS = 20_000


class CrmSyncLoyaltyExpiry(models.AbstractModel):
    """The nightly expiry: one ``expire`` entry for each lot whose last day is over, a few statements for many cards.

    Points expire on the first run after their last day in the program's time zone, on archived cards too. Left
    alone are cards with points reserved by an open quotation or a payment under way, until that is over, cards
    that another transaction holds, until the next run, and points on hold: they are not in what remains.
    """

    _name = "crm.sync.loyalty.expiry"
    _description = "Expiry of Points"

    @api.model
    def _cron_expire(self):
        runner = self.env["crm.sync.job.runner"]
        self._redate_programs()
        runner._run_sets("expire_points", self._due_cards, self._expire, _CARDS, self.env["loyalty.card"].browse)

    # ---------------------------------------------------------------- changed policies

    def _redate_programs(self):
        """Finish what a change of policy has begun; doing it again changes nothing."""
        programs = (
            self.env["loyalty.program"].with_context(active_test=False).search([("sync_redate_since", "!=", False)])
        )
        if not programs:
            return
        since = {program.id: program.sync_redate_since for program in programs}
        runner, last_id = self.env["crm.sync.job.runner"], 0
        while bounds := self._next_lots(programs, last_id):
            condition = SQL("l.id > %s AND l.id <= %s", last_id, bounds)
            runner._repeat_on_collision(programs._sync_redate_lots, condition)
            self.env["ir.cron"]._commit_progress(remaining=1)
            last_id = bounds
        runner._repeat_on_collision(self._finish_redating, since)
        self.env["ir.cron"]._commit_progress(remaining=1)

    def _next_lots(self, programs, after):
        [[last_id]] = self.env.execute_query(
            SQL(
                """SELECT max(id) FROM (SELECT id FROM crm_sync_loyalty_lot WHERE id > %s AND program_id = ANY(%s)
                                          AND (remaining > 0 OR held > 0) ORDER BY id LIMIT %s) batch""",
                after,
                programs.ids,
                _LOTS,
            )
        )
        return last_id

    def _finish_redating(self, since):
        """Done, unless the policy was changed once more meanwhile."""
        programs = self.env["loyalty.program"].browse(since)
        programs.filtered(lambda program: program.sync_redate_since == since[program.id]).sync_redate_since = False

    # ---------------------------------------------------------------- expiry

    def _due_cards(self, after, limit):
        """Ids of the next cards with points whose last day is over."""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT l.card_id
                     FROM crm_sync_loyalty_lot l JOIN (VALUES %(days)s) d (program_id, today) ON d.program_id = l.program_id
                    WHERE l.card_id > %(after)s AND l.remaining > 0 AND l.expires_on < d.today
                      AND l.expires_on < %(latest)s AND %(settled)s
                    ORDER BY l.card_id LIMIT %(limit)s""",
                days=self.env["loyalty.program"]._sync_all()._sync_today_sql(),
                after=after,
                # No program is further ahead: a constant, which the index knows.
                latest=fields.Date.add(fields.Date.today(), days=2),
                settled=_SETTLED,
                limit=limit,
            )
        )
        return [card_id for [card_id] in rows]

    def _expire(self, card_ids):
        """Expire what is due on these cards. Returns how many cards it did, and how many others hold.

        Own small tables, counted before they are joined: a planner that guesses takes nested loops.
        """
        self._flush()
        cr = self.env.cr
        cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        cr.execute(SQL("DROP TABLE IF EXISTS expiring, expiring_card; %s", self._reserved_sql(card_ids)))
        reserved = {card_id for [card_id] in cr.fetchall()}
        free = [card_id for card_id in card_ids if card_id not in reserved]
        cr.execute(SQL(_TAKE_CARDS, free))
        taken = cr.rowcount
        if taken:
            cr.execute(self._entries_sql())
            for statement in (_ENTRIES, _ALLOCATIONS, _LOTS_DONE, _CARDS_DONE):
                cr.execute(SQL(statement))
            cr.execute(self._history_sql())
            self._invalidate()
        cr.execute("DROP TABLE IF EXISTS expiring, expiring_card")
        return taken, len(free) - taken

    def _reserved_sql(self, card_ids):
        """Those of ``card_ids`` whose points a quotation keeps, by a card of their own or by one that leads to them.

        From the quotations up, unlike ``loyalty.card._sync_keys_sql``: they are few, and the cards thousands.
        """
        return SQL(
            """WITH RECURSIVE keys (id) AS (
                   SELECT l.coupon_id FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
                    WHERE l.coupon_id IS NOT NULL AND l.points_cost > 0 AND %(reserving)s
                   UNION
                   SELECT c.sync_merged_into_id FROM keys JOIN loyalty_card c ON c.id = keys.id
                    WHERE c.sync_merged_into_id IS NOT NULL
               ), wallets AS (
                   SELECT w.id FROM keys JOIN loyalty_card c ON c.id = keys.id
                     JOIN loyalty_program p ON p.id = c.program_id AND p.sync_is_pooled
                     JOIN res_partner r ON r.id = c.partner_id
                     JOIN loyalty_card w ON w.partner_id = r.commercial_partner_id AND w.program_id = c.program_id
               )
               SELECT id FROM (SELECT id FROM keys UNION SELECT id FROM wallets) reserved WHERE id = ANY(%(cards)s)""",
            reserving=self.env["sale.order"]._sync_reserving_sql("o"),
            cards=card_ids,
        )

    def _entries_sql(self):
        """The new entries, as rows of ``expiring``, each sealed onto the one before on its card."""
        ledger = self.env["crm.sync.loyalty.ledger"]
        return SQL(
            """CREATE TEMP TABLE expiring ON COMMIT DROP AS
               SELECT e.*, crm_sync_chain(e.head, %(content)s) OVER (PARTITION BY e.card_id ORDER BY e.position) AS seal
                 FROM (SELECT nextval('crm_sync_loyalty_entry_id_seq') AS id, s.* FROM (%(due)s) s) e;
               CREATE UNIQUE INDEX ON expiring (lot_id);
               ANALYZE expiring""",
            content=ledger._content_sql("e"),
            due=SQL(
                """SELECT l.id AS lot_id, l.card_id, l.program_id, COALESCE(l.company_id, p.company_id, %(company)s) AS company_id,
                          c.head, c.position + row_number() OVER lots AS position, 'expire'::varchar AS kind,
                          -l.remaining AS quantity, c.points - sum(l.remaining) OVER lots AS balance,
                          row_number() OVER lots = count(*) OVER (PARTITION BY l.card_id) AS is_last,
                          %(now)s::timestamp AS effective_at, d.today AS business_date, NULL::date AS expires_on,
                          NULL::varchar AS source_model, NULL::int AS source_id, %(user)s AS user_id,
                          NULL::varchar AS reason, NULL::int AS reverses_id,
                          -- A lot that got points back expires again: how often it was drawn from tells the times apart.
                          'expire:lot:' || l.id || ':' || CASE WHEN l.remaining < l.quantity THEN
                              (SELECT count(*) FROM crm_sync_loyalty_allocation a WHERE a.lot_id = l.id)
                              ELSE 0 END AS idempotency_key
                     FROM expiring_card c JOIN crm_sync_loyalty_lot l ON l.card_id = c.id AND l.remaining > 0
                     JOIN (VALUES %(days)s) d (program_id, today) ON d.program_id = l.program_id AND l.expires_on < d.today
                     JOIN loyalty_program p ON p.id = l.program_id
                    WHERE %(settled)s
                   WINDOW lots AS (PARTITION BY l.card_id ORDER BY l.expires_on, l.earned_on, l.id)
                    ORDER BY l.card_id, l.expires_on, l.earned_on, l.id""",
                company=self.env.company.id,
                now=fields.Datetime.now(),
                user=self.env.uid,
                days=self.env["loyalty.program"]._sync_all()._sync_today_sql(),
                settled=_SETTLED,
            ),
        )

    def _history_sql(self):
        """One line in Odoo's own history for each card, in the customer's language."""
        words = [
            SQL("(%s, %s)", code, self.with_context(lang=code).env._("Expired points"))
            for code, _name in self.env["res.lang"].get_installed()
        ]
        return SQL(
            """INSERT INTO loyalty_history (card_id, description, issued, used, create_uid, write_uid, create_date, write_date)
               SELECT e.card_id, COALESCE(w.words, %(words)s), 0, e.used, %(user)s, %(user)s, %(now)s, %(now)s
                 FROM (SELECT card_id, -sum(quantity) AS used FROM expiring GROUP BY card_id) e
                 JOIN loyalty_card c ON c.id = e.card_id LEFT JOIN res_partner p ON p.id = c.partner_id
                 LEFT JOIN (VALUES %(languages)s) w (lang, words) ON w.lang = p.lang
                ORDER BY e.card_id""",
            words=self.env._("Expired points"),
            user=self.env.uid,
            now=fields.Datetime.now(),
            languages=SQL(", ").join(words),
        )

    def _flush(self):
        """Write what the SQL reads."""
        for model in ("loyalty.card", "loyalty.program", "sale.order", "sale.order.line", "payment.transaction"):
            self.env[model].flush_model()

    def _invalidate(self):
        """Forget what was read before the SQL wrote it."""
        names = ["points", "sync_position", "sync_head", "sync_version", "history_ids", "sync_entry_ids"]
        self.env["loyalty.card"].invalidate_model(names, flush=False)
        self.env["loyalty.history"].invalidate_model(flush=False)
        for name in ("entry", "lot", "allocation"):
            self.env[f"crm.sync.loyalty.{name}"].invalidate_model(flush=False)


#: Lots of a program whose policy was just changed wait until they have their new expiry.
_SETTLED = SQL(
    """NOT EXISTS (SELECT FROM loyalty_program changed WHERE changed.id = l.program_id AND changed.sync_redate_since IS NOT NULL)"""
)
#: Lowest id first, as every other booking of several cards does; what others hold is left to the next run.
_TAKE_CARDS = """
    CREATE TEMP TABLE expiring_card ON COMMIT DROP AS
    SELECT id, round(points::numeric, 4) AS points, COALESCE(sync_position, 0) AS position, COALESCE(sync_head, '') AS head
      FROM loyalty_card WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;
    ANALYZE expiring_card;
    SELECT id FROM expiring_card"""
_ENTRIES = """
    INSERT INTO crm_sync_loyalty_entry
           (id, card_id, program_id, company_id, position, kind, quantity, balance, effective_at, business_date, user_id,
            idempotency_key, seal)
    SELECT id, card_id, program_id, company_id, position, kind, quantity, balance, effective_at, business_date, user_id,
           idempotency_key, seal
      FROM expiring ORDER BY id"""
_ALLOCATIONS = """
    INSERT INTO crm_sync_loyalty_allocation (debit_id, lot_id, entry_id, quantity)
    SELECT id, lot_id, id, -quantity FROM expiring ORDER BY id"""
_LOTS_DONE = """
    UPDATE crm_sync_loyalty_lot l SET remaining = 0, state = CASE WHEN held > 0 THEN 'pending' ELSE 'expired' END
      FROM expiring e WHERE e.lot_id = l.id"""
_CARDS_DONE = """
    UPDATE loyalty_card c
       SET points = e.balance, sync_position = e.position, sync_head = e.seal, sync_version = COALESCE(sync_version, 0) + 1,
           write_date = e.effective_at, write_uid = e.user_id
      FROM expiring e WHERE e.is_last AND e.card_id = c.id"""
