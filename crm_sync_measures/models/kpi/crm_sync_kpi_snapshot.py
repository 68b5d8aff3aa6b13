from contextlib import contextmanager
from datetime import timedelta
from itertools import takewhile

from odoo import api, fields, models
from odoo.tools import SQL

from .kpi_sql import WINDOW, figures
from .measures import SCOPE_COLUMNS, Window

#: KPIs of a transaction; whose history is still to be measured has one of its own.
_AT_ONCE = 10


class CrmSyncKpiSnapshot(models.AbstractModel):
    """Measures all KPIs: what is in progress follows the documents, what is over becomes final, once and for ever.

    One statement measures a KPI for all its periods, companies and scopes, and writes what differs. A period becomes final
    together with its evidence, in one transaction. Running it twice, or killing it anywhere, changes nothing: periods are
    kept apart by their first day, figures by period, scope and revision, and final ones are never touched.
    """

    _name = "crm.sync.kpi.snapshot"
    _description = "Snapshot of KPIs"

    @api.model
    def _cron_snapshot(self):
        """Measure every KPI: one that fails never stops the others."""
        self.env["crm.sync.job.runner"]._run_sets(
            "kpi_snapshot", self._next_kpis, self._work_kpis, _AT_ONCE, self.env["crm.sync.kpi"].browse
        )

    @api.model
    def _next_kpis(self, after, limit):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT k.id, EXISTS (SELECT FROM crm_sync_kpi_period p WHERE p.kpi_id = k.id)
                     FROM crm_sync_kpi k WHERE k.id > %s AND k.active ORDER BY k.id LIMIT %s""",
                after,
                limit,
            )
        )
        known = list(takewhile(lambda row: row[1], rows))
        return [kpi_id for kpi_id, _is_known in known or rows[:1]]

    @api.model
    def _work_kpis(self, ids):
        # sudo: the work of all companies
        kpis = self.env["crm.sync.kpi"].sudo().browse(ids).try_lock_for_update(allow_referencing=True)
        self._refresh(kpis)
        return len(kpis), len(ids) - len(kpis)

    # ---------------------------------------------------------------- measuring

    @api.model
    def _refresh(self, kpis, now=None):
        """Make the periods of ``kpis`` that are missing, measure all that are not final, and close those that are due.

        :param now: naive UTC
        :return: the figures of the periods that were measured
        """
        now = (now or fields.Datetime.now()).replace(microsecond=0)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")
        values = self.env["crm.sync.kpi.value"].sudo()  # sudo: figures are written by the addon alone
        for kpi in kpis.sudo():  # sudo: the work of all companies
            values |= self._refresh_kpi(kpi, now)
        # sudo: what was told of periods that are final now, to whomever
        self.env["crm.sync.kpi.signal"].sudo()._end_with_periods(kpis)
        return values

    def _refresh_kpi(self, kpi, now):
        Values = self.env["crm.sync.kpi.value"].sudo()  # sudo: figures are written by the addon alone
        if not kpi.active or not self._is_measurable(kpi, now):
            return Values
        if kpi.definition_hash != (fresh := kpi._hash_definition()):
            # Another version of the addon counts otherwise.
            kpi.definition_hash = fresh
            kpi.flush_recordset(["definition_hash"])
        begun = self._make_periods(kpi, now)
        Periods = self.env["crm.sync.kpi.period"].sudo()  # sudo: the work of all companies
        periods = Periods.search([("kpi_id", "=", kpi.id), ("state", "=", "running")], order="id")
        if not kpi._can_look_back():
            periods -= self._close_missed(kpi, periods, now)
        if not periods:
            return Values
        is_closing = any(period.closes_at <= now for period in periods)
        with self._window(periods, now) as window:
            self._write_values(kpi, kpi._facts(window), now, is_closing)
        self._forget_before_first(kpi, begun)
        measured = Values.search([("period_id", "in", periods.ids), ("is_current", "=", True)])
        kpi._judge_values(measured)
        kpi._after_snapshot(measured)
        return measured

    @api.model
    def _is_measurable(self, kpi, now=None):
        """Whether there is anything that the KPI counts; without the module it is about, there is not."""
        now = now or fields.Datetime.now()
        today = now.date()
        # What is made of this window is not run.
        return kpi._facts(Window(now, now, today, today, (), WINDOW, now)) is not None

    @api.model
    def _live(self, kpi, periods, now=None):
        """What the figures of ``periods`` would be now; nothing is written.

        :return: ``{(period id, scope key): (numerator, denominator, documents, value or None)}``
        """
        if not periods:
            return {}
        self.env.flush_all()
        now = (now or fields.Datetime.now()).replace(microsecond=0)
        with self._window(periods, now) as window:
            facts = kpi._facts(window)
            if facts is None:
                return {}
            relations, _sources = figures(kpi, facts, kpi._scopes())
            rows = self.env.execute_query(
                SQL(
                    """WITH %s SELECT period_id, scope_key, numerator, denominator, count, value FROM measured""",
                    relations,
                )
            )
        return {(period_id, scope_key): tuple(figure) for period_id, scope_key, *figure in rows}

    @api.model
    def _live_documents(self, kpi, period, now=None):
        """The documents of a period as they are now: rows (res_model, res_id, numerator, denominator, subject_id, scopes)."""
        self.env.flush_all()
        now = (now or fields.Datetime.now()).replace(microsecond=0)
        with self._window(period, now) as window:
            facts = kpi._facts(window)
            if facts is None:
                return []
            relations, sources = figures(kpi, facts, kpi._scopes())
            scopes = [SQL("%s::text, %s::text", kind, SQL.identifier(SCOPE_COLUMNS[kind])) for kind in sources]
            return self.env.execute_query(
                SQL(
                    """WITH %s SELECT res_model, res_id, numerator, denominator, subject_id, jsonb_build_object(%s)
                                 FROM placed ORDER BY res_model, res_id""",
                    relations,
                    SQL(", ").join(scopes),
                )
            )

    # ---------------------------------------------------------------- the periods asked for

    @contextmanager
    def _window(self, periods, now, is_revised=False):
        """The periods as a temporary table, and what a measure is told of them; the table is gone afterwards."""
        periods = periods.sudo()  # sudo: bounds and names, for those who may see the figures
        companies = periods.company_id
        words = [(company.id, company.partner_id.lang or "en_US", company.name) for company in companies]
        self.env.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE %(window)s ON COMMIT DROP AS
                   SELECT p.id, p.company_id, p.calendar, p.at_start, p.at_end, p.tz, p.period_start, p.period_end,
                          p.period_start AS day_start, p.period_end + 1 AS day_end, p.source,
                          p.revision + %(more)s AS revision, %(revised)s OR p.closes_at <= %(now)s AS is_closing,
                          c.currency_id, w.lang, w.name AS company_name
                     FROM crm_sync_kpi_period p JOIN res_company c ON c.id = p.company_id
                     JOIN unnest(%(ids)s::int[], %(langs)s::varchar[], %(names)s::varchar[]) AS w (id, lang, name) ON w.id = c.id
                    WHERE p.id = ANY(%(periods)s)""",
                window=WINDOW,
                more=int(is_revised),
                revised=is_revised,
                now=now,
                ids=[word[0] for word in words],
                langs=[word[1] for word in words],
                names=[word[2] for word in words],
                periods=list(periods.ids),
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", WINDOW))
        since, until = min(periods.mapped("at_start")), max(periods.mapped("at_end"))
        yield Window(
            since=since,
            until=until,
            day_since=min(periods.mapped("period_start")) - timedelta(days=1),
            day_until=max(periods.mapped("period_end")) + timedelta(days=2),
            companies=tuple(companies.ids),
            periods=WINDOW,
            now=now,
        )
        # After an error the transaction, or the savepoint, takes it away.
        self.env.cr.execute(SQL("DROP TABLE %s", WINDOW))
