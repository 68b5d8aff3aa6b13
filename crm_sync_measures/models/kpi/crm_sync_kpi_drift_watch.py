from collections import defaultdict

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.kpi_drift import is_same_figure
from .drift_sql import changes
from .kpi_sql import figures, is_quotient

#: How long final figures are watched: a year, and a month to look at it.
_WATCHED = relativedelta(months=13)
#: KPIs of a transaction.
_BATCH = 5


class CrmSyncKpiDriftWatch(models.AbstractModel):
    """Compares final figures with what their documents say now, document by document, and writes nothing but the list."""

    _name = "crm.sync.kpi.drift.watch"
    _description = "Watch Over Final Figures"

    @api.model
    def _cron_watch(self):
        """Every night: one statement for each KPI; a KPI that cannot be compared is set aside and hinders no other."""
        return self.env["crm.sync.job.runner"]._run_sets(
            "kpi_drift", self._next_ids, self._work, _BATCH, self.env["crm.sync.kpi"].browse
        )

    @api.model
    def _next_ids(self, after, limit):
        """KPIs with final periods that were not compared today."""
        now = fields.Datetime.now()
        return [
            number
            for [number] in self.env.execute_query(
                SQL(
                    """SELECT kpi.id FROM crm_sync_kpi kpi
                        WHERE kpi.id > %(after)s AND kpi.active
                          AND kpi.drift_watched_at IS DISTINCT FROM %(today)s
                          AND EXISTS (SELECT FROM crm_sync_kpi_period period
                                       WHERE period.kpi_id = kpi.id AND period.state = 'closed' AND period.at_end >= %(since)s)
                        ORDER BY kpi.id LIMIT %(limit)s""",
                    after=after,
                    today=now.date(),
                    since=now - _WATCHED,
                    limit=limit,
                )
            )
        ]

    @api.model
    def _work(self, ids):
        now = fields.Datetime.now()
        kpis = self.env["crm.sync.kpi"].sudo().browse(ids)  # sudo: scheduled work of all companies
        for kpi in kpis:
            self._watch(kpi, now)
        kpis.drift_watched_at = now.date()
        return len(kpis), 0

    @api.model
    def _watch(self, kpi, now):
        """List the documents of ``kpi`` that make its final periods another figure now."""
        periods = self.env["crm.sync.kpi.period"].search(
            [("kpi_id", "=", kpi.id), ("state", "=", "closed"), ("at_end", ">=", now - _WATCHED)]
        )
        closed = self._closed_values(periods)
        # Whoever has defined the KPI anew asks another question than the period answered.
        periods = periods.filtered(
            lambda period: period in closed and closed[period].definition_hash == kpi.definition_hash
        )
        if not periods or not kpi._can_look_back():
            return
        Snapshot = self.env["crm.sync.kpi.snapshot"]
        with Snapshot._window(periods, now) as window:
            facts = kpi._facts(window)
            if facts is None:
                return
            kinds = facts.own_kinds(kpi._scopes())
            self._collect_changes(changes(periods.ids, figures(kpi, facts, kinds)[0], kinds))
        counts = dict(self.env.execute_query(SQL("SELECT period_id, count(*) FROM sync_kpi_change GROUP BY period_id")))
        drifted = periods.filtered(lambda period: period.id in counts)
        live = Snapshot._live(kpi, drifted, now)
        scopes = self._differing_scopes(kpi, drifted, live, kinds)
        self._write_drifts(periods, closed, counts, live, scopes, now)

    def _collect_changes(self, select):
        """Temporary table ``sync_kpi_change``: documents whose counting differs between the evidence and now."""
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS sync_kpi_change"))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE sync_kpi_change ON COMMIT DROP AS %s", select))

    def _differing_scopes(self, kpi, periods, live, kinds):
        """``{period id: [[key of a scope, its name then, figure then, figure now]]}``, of those that have another figure now.

        :param kinds: those in which documents are compared
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT period_id, scope_key, scope_name, CASE WHEN is_empty IS NOT TRUE THEN value END FROM crm_sync_kpi_value
                    WHERE period_id = ANY(%s) AND is_current AND scope_kind = ANY(%s)""",
                list(periods.ids),
                kinds,
            )
        )
        held = {(period_id, key): (name, value) for period_id, key, name, value in rows}
        now = {place: figure[3] for place, figure in live.items() if place[1].partition(":")[0] in kinds}
        nothing = None if is_quotient(kpi.additivity, kpi.unit) else 0.0
        found = defaultdict(list)
        for period_id, key in sorted({*held, *now}):
            name, before = held.get((period_id, key), (None, nothing))
            after = now.get((period_id, key), nothing)
            if not is_same_figure(before, after):
                found[period_id].append([key, name, before, after])
        return found

    def _write_drifts(self, periods, closed, counts, live, scopes, now):
        """One row for each period whose documents differ; what is no drift any more is settled, and what was decided on is
        asked about again only when more has changed."""
        Drift = self.env["crm.sync.kpi.drift"]
        known = {(drift.period_id, drift.revision): drift for drift in Drift.search([("period_id", "in", periods.ids)])}
        settled, written, created = Drift, Drift, []
        for period in periods:
            drift = known.get((period, period.revision), Drift)
            if not counts.get(period.id):
                settled += drift.filtered(lambda drift: drift.state == "found")
                continue
            _num, _den, _count, value = live.get((period.id, "company"), (0.0, 0.0, 0, None))
            values = {
                "closed_value": closed[period].value,
                "closed_is_empty": closed[period].is_empty,
                "live_value": value or 0.0,
                "live_is_empty": value is None,
                "line_count": counts[period.id],
                "scopes": scopes.get(period.id, []),
            }
            if not drift:
                created.append(values | {"period_id": period.id, "revision": period.revision, "found_at": now})
            elif drift._differs(values):
                drift.write(values | {"state": "found"})
                written += drift
        settled.write({"state": "settled"})
        self._write_lines(written + Drift.create(created))

    def _closed_values(self, periods):
        values = self.env["crm.sync.kpi.value"].search(
            [("period_id", "in", periods.ids), ("scope_key", "=", "company"), ("is_current", "=", True)]
        )
        return {value.period_id: value for value in values}

    def _write_lines(self, drifts):
        """The documents of ``drifts``, with who changed each of them last, as far as it still exists."""
        if not drifts:
            return
        drifts.line_ids.unlink()
        self.env.flush_all()
        models = SQL(
            """SELECT DISTINCT change.res_model FROM crm_sync_kpi_drift drift JOIN sync_kpi_change change USING (period_id)
                WHERE drift.id = ANY(%s)""",
            drifts.ids,
        )
        for [model] in self.env.execute_query(models):
            has_log = model in self.env and self.env[model]._log_access and self.env[model]._auto
            source = (
                SQL("LEFT JOIN %s document ON document.id = change.res_id", SQL.identifier(self.env[model]._table))
                if has_log
                else SQL()
            )
            author = SQL("document.write_uid, document.write_date") if has_log else SQL("NULL::int, NULL::timestamp")
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_sync_kpi_drift_line
                              (drift_id, res_model, res_id, change, numerator_then, denominator_then,
                               numerator_now, denominator_now, scopes_then, scopes_now, changed_by_id, changed_at)
                       SELECT drift.id, change.res_model, change.res_id, change.change, change.numerator_then,
                              change.denominator_then, change.numerator_now, change.denominator_now,
                              change.scopes_then, change.scopes_now, %(author)s
                         FROM crm_sync_kpi_drift drift JOIN sync_kpi_change change USING (period_id) %(source)s
                        WHERE drift.id = ANY(%(drifts)s) AND change.res_model = %(model)s""",
                    drifts=drifts.ids,
                    author=author,
                    source=source,
                    model=model,
                )
            )
        self.env["crm.sync.kpi.drift.line"].invalidate_model()
        drifts.invalidate_recordset(["line_ids"])
