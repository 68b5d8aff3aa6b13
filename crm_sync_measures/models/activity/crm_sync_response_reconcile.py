from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.response_target import ALARM_WITHIN, FOUND_LATE
from .crm_sync_response_clock import MESSAGE, MODELS

#: How far hours are laid out beyond the last clock.
_HOURS_AHEAD = timedelta(days=800)


class CrmSyncResponseClock(models.AbstractModel):
    """All clocks at once, in a few statements for any number of messages: every night, and when a database is opened."""

    _inherit = "crm.sync.response.clock"

    @api.model
    def _cron_reconcile(self):
        """Bring every clock in line with the messages; also what was imported, merged, bounced or deleted."""
        runner = self.env["crm.sync.job.runner"]
        runner._in_one(self._follow)
        runner._run_ranges(
            "reconcile_responses", self._longest_model(), self._reconcile_range, batch_size=200000, catch_up=False
        )

    def _longest_model(self):
        """The model with the highest ids: stepping along it passes the ids of all others."""
        tables = {document.table: document.model for document in self._documents().values()}
        [[table]] = self.env.execute_query(
            SQL(
                "SELECT table_name FROM (%s) t (table_name, highest) ORDER BY highest DESC LIMIT 1",
                SQL(" UNION ALL ").join(
                    SQL("SELECT %s, COALESCE(max(id), 0) FROM %s", table, SQL.identifier(table)) for table in tables
                ),
            )
        )
        return tables[table]

    def _reconcile_range(self, day, lowest, highest):
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        self._reconcile(lambda document: SQL("%s BETWEEN %s AND %s", document.thread_id, lowest, highest))

    @api.model
    def _reconcile(self, among):
        """Bring the clocks of all conversations ``among`` up to date; see :meth:`_clocks`. Rows that are right are not
        written."""
        for model in (*MODELS, *(document.model for document in self._documents().values())):
            self.env[model].flush_model()
        now = fields.Datetime.now()
        for table in ("sync_change", "sync_new", "sync_term", "sync_clock", "sync_hours"):
            self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))
        self._find_changes(among)
        self._find_new()
        if self._lay_out_terms(now):
            self._insert_new(now)
            self._update_changed(now)
        self._close_vanished(among)
        self.env["crm.sync.response"].invalidate_model()
        self._drop_idle_alarms()

    # ---------------------------------------------------------------- steps

    def _find_changes(self, among):
        """``sync_change``: see :meth:`_changes`."""
        self.env.cr.execute(SQL("CREATE TEMP TABLE sync_change ON COMMIT DROP AS %s", self._changes(among)))
        self.env.cr.execute("ANALYZE sync_change")

    def _find_new(self):
        """``sync_new``: what is to be known of clocks that we do not know at all."""
        selects = []
        for number, document in self._documents().items():
            columns, joins = self._facts(document)
            selects.append(
                SQL(
                    """SELECT c.doc_id AS res_id, %(model)s::varchar AS res_model, c.source, c.start_id, c.started_at,
                              c.channel, c.is_first, c.ended_at, c.ended_by, c.end_source, c.end_id, c.state, %(columns)s
                         FROM sync_change c JOIN %(table)s d ON d.id = c.doc_id %(joins)s
                        WHERE c.doc = %(number)s AND c.response_id IS NULL""",
                    model=document.model,
                    columns=columns,
                    table=SQL.identifier(document.table),
                    joins=joins,
                    number=number,
                )
            )
        self.env.cr.execute(SQL("CREATE TEMP TABLE sync_new ON COMMIT DROP AS %s", SQL(" UNION ALL ").join(selects)))
        self.env.cr.execute("ANALYZE sync_new")

    def _lay_out_terms(self, now):
        """``sync_term`` (what is to be met), ``sync_clock`` (whose hours count) and ``sync_hours``; False when there is
        nothing to be written.

        There are few terms, whatever the number of clocks: policies are applied here, in Python.
        """
        terms = self.env.execute_query(
            SQL("SELECT DISTINCT company_id, department_id, is_first, channel, priority FROM sync_new")
        )
        pairs = self.env.execute_query(
            SQL(
                """SELECT company_id, department_id FROM sync_new
                   UNION SELECT company_id, department_id FROM sync_change WHERE is_changed AND response_id IS NOT NULL"""
            )
        )
        if not pairs:
            return False
        policies = self._policies()
        self._lay_out(
            "sync_term",
            {"company_id": "int4", "department": "int4", "is_first": "bool", "channel": "varchar", "priority": "varchar",
             "target": "int4", "escalate": "int4"},
            [
                (company, department or 0, *rest, *self._target(policies, company, department, *rest))
                for company, department, *rest in terms
            ],
        )  # fmt: skip
        [[first]] = self.env.execute_query(
            SQL(
                """SELECT LEAST((SELECT min(started_at) FROM sync_new),
                                (SELECT min(started_at) FROM sync_change WHERE is_changed))"""
            )
        )
        known = self.env["crm.sync.working.time"]._clocks(
            {(department or False, company) for company, department in pairs}
        )
        clocks = {clock: number for number, clock in enumerate(dict.fromkeys(known.values()))}
        self._lay_out(
            "sync_clock",
            {"company_id": "int4", "department": "int4", "clock": "int4"},
            [(company, department or 0, clocks[clock]) for (department, company), clock in known.items()],
        )
        self._lay_out(
            "sync_hours",
            {"clock": "int4", "start_at": "timestamp", "end_at": "timestamp", "before": "int4"},
            [
                (number, *row)
                for clock, number in clocks.items()
                for row in clock.rows(first, max(first, now) + _HOURS_AHEAD)
            ],
        )
        self.env.cr.execute("CREATE INDEX ON sync_hours (clock, start_at); CREATE INDEX ON sync_hours (clock, before)")
        self.env.cr.execute("ANALYZE sync_hours")
        return True

    def _lay_out(self, table, columns, rows):
        """A small temporary table with ``rows``; ``columns``: {name: type}."""
        values = list(zip(*rows, strict=True)) or [()] * len(columns)
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT * FROM unnest(%s) t (%s)",
                SQL.identifier(table),
                SQL(", ").join(
                    SQL("%s::%s[]", list(column), SQL.identifier(kind))
                    for column, kind in zip(values, columns.values(), strict=True)
                ),
                SQL(", ").join(map(SQL.identifier, columns)),
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def _worked(self, moment):
        """SQL: seconds that clock ``k`` worked until ``moment``."""
        return SQL(
            """COALESCE((SELECT h.before + EXTRACT(EPOCH FROM LEAST(%(moment)s, h.end_at) - h.start_at)::int
                           FROM sync_hours h WHERE h.clock = k.clock AND h.start_at <= %(moment)s
                          ORDER BY h.start_at DESC LIMIT 1), 0)""",
            moment=moment,
        )

    def _worked_until(self, total):
        """SQL: the moment at which clock ``k`` has worked ``total`` seconds; NULL when it never does."""
        return SQL(
            """(SELECT CASE WHEN h.start_at + make_interval(secs => %(total)s - h.before) <= h.end_at
                            THEN h.start_at + make_interval(secs => %(total)s - h.before) END
                  FROM sync_hours h WHERE h.clock = k.clock AND h.before < %(total)s ORDER BY h.before DESC LIMIT 1)""",
            total=total,
        )

    def _insert_new(self, now):
        """Clocks that nobody answered and that are as old as the hills, or about what is over, are closed at once."""
        terms = SQL(
            """SELECT n.*, t.target, t.escalate, h.clock,
                      CASE WHEN n.is_first THEN 'first' ELSE 'rolling' END AS kind,
                      CASE WHEN n.state = 'answered' THEN n.ended_at END AS answered_at,
                      CASE WHEN n.state = 'answered' THEN n.ended_by END AS answered_by,
                      CASE WHEN n.end_source = %(message)s THEN n.end_id END AS answer_message_id,
                      CASE WHEN n.state != 'waiting' THEN NULL WHEN n.is_over THEN 'over'
                           WHEN n.started_at < %(history)s THEN 'history' END AS reason
                 FROM sync_new n
                 JOIN sync_term t ON t.company_id = n.company_id AND t.department = COALESCE(n.department_id, 0)
                                 AND t.is_first = n.is_first AND t.channel = n.channel AND t.priority = n.priority
                 JOIN sync_clock h ON h.company_id = n.company_id AND h.department = COALESCE(n.department_id, 0)""",
            message=MESSAGE,
            history=now - FOUND_LATE,
        )
        counted = SQL(
            "SELECT k.*, %s AS since, CASE WHEN k.answered_at IS NOT NULL THEN %s END AS until FROM (%s) k",
            self._worked(SQL("k.started_at")),
            self._worked(SQL("k.answered_at")),
            terms,
        )
        judged = SQL(
            """SELECT k.*, CASE WHEN k.target > 0 THEN %s END AS due_at, CASE WHEN k.target > 0 THEN %s END AS escalate_at
                 FROM (%s) k""",
            self._worked_until(SQL("(k.since + k.target)")),
            self._worked_until(SQL("(k.since + k.target + k.escalate)")),
            counted,
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_response (partner_id, commercial_partner_id, res_model, res_id, lead_id, kind, channel,
                          user_id, department_id, company_id, priority, started_at, target_seconds, due_at, escalate_at,
                          alarmed_at, start_source, start_id, start_message_id, state, answered_at, answered_by_id, answer_message_id,
                          worked_seconds, close_reason, closed_at, is_breached)
                   SELECT partner_id, commercial_partner_id, res_model, res_id, lead_id, kind, channel,
                          user_id, department_id, company_id, priority, started_at, target, due_at,
                          CASE WHEN due_at >= %(cold)s THEN escalate_at END, CASE WHEN due_at < %(cold)s THEN %(now)s END,
                          source, start_id, CASE WHEN source = %(message)s THEN start_id END,
                          CASE WHEN reason IS NULL THEN state ELSE 'closed' END, answered_at, answered_by, answer_message_id,
                          until - since, reason, CASE WHEN reason IS NOT NULL THEN %(now)s END,
                          reason IS NULL AND state != 'closed' AND COALESCE(answered_at, %(now)s) > due_at
                     FROM (%(judged)s) j ON CONFLICT DO NOTHING""",
                message=MESSAGE,
                now=now,
                cold=now - ALARM_WITHIN,
                judged=judged,
            )
        )

    def _update_changed(self, now):
        """Clocks that were answered, or whose answer did not arrive after all."""
        self.env.cr.execute(
            SQL(
                """WITH changed AS (
                       SELECT k.*, CASE WHEN k.state = 'answered' THEN %(until)s - %(since)s END AS worked
                         FROM (SELECT c.*, h.clock FROM sync_change c
                                 JOIN sync_clock h ON h.company_id = c.company_id AND h.department = COALESCE(c.department_id, 0)
                                WHERE c.is_changed AND c.response_id IS NOT NULL) k
                   )
                   UPDATE crm_sync_response r
                      SET state = k.state, worked_seconds = k.worked, closed_at = NULL, closed_by_id = NULL,
                          close_reason = CASE WHEN k.state = 'closed' THEN 'by_hand' END,
                          answered_at = CASE WHEN k.state = 'answered' THEN k.ended_at END,
                          answered_by_id = CASE WHEN k.state = 'answered' THEN k.ended_by END,
                          answer_message_id = CASE WHEN k.end_source = %(message)s THEN k.end_id END,
                          is_breached = r.is_breached OR COALESCE(COALESCE(k.ended_at, %(now)s) > r.due_at, FALSE)
                     FROM changed k WHERE r.id = k.response_id""",
                until=self._worked(SQL("k.ended_at")),
                since=self._worked(SQL("k.started_at")),
                message=MESSAGE,
                now=now,
            )
        )

    def _close_vanished(self, among):
        """What started the clock was deleted, or belongs to an earlier clock after a merge.

        Without a moment of closing: that would end the clocks of the conversation that still run.
        """
        of_documents = [
            SQL(
                """SELECT r.id FROM crm_sync_response r LEFT JOIN %(table)s d ON d.id = r.res_id
                    WHERE r.state = 'waiting' AND r.kind != 'confirmation' AND r.res_model = %(model)s
                      AND (d.id IS NULL OR NOT (%(where)s) OR (%(condition)s))""",
                table=SQL.identifier(document.table),
                model=document.model,
                where=document.where,
                condition=condition,
            )
            for document in self._documents().values()
            if (condition := among(document)) is not None
        ]
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_response r SET state = 'closed', close_reason = 'gone'
                    WHERE r.id IN (%s)
                      AND NOT EXISTS (SELECT FROM sync_change c WHERE c.source = r.start_source AND c.start_id = r.start_id)""",
                SQL(" UNION ALL ").join(of_documents),
            )
        )

    def _drop_idle_alarms(self):
        """Activities about what was answered by now."""
        # sudo: alarms of the addon, which go when their reason goes.
        self.env["crm.sync.response"].sudo().search(
            [("state", "!=", "waiting"), ("activity_ids", "!=", False)]
        )._drop_alarms()
