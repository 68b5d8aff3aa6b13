import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .kpi_sql import WINDOW, figures, name_of
from .measures import SCOPE_COLUMNS, Facts

#: A stand that can be told of now only is not told any more when its day has been over for so long.
_LATE = timedelta(days=1)
#: No document.
_NOTHING = Facts(
    SQL(
        """SELECT NULL::int AS company_id, NULL::varchar AS res_model, NULL::int AS res_id, NULL::float8 AS numerator,
                  NULL::float8 AS denominator, NULL::timestamp AS at WHERE FALSE"""
    )
)


class CrmSyncKpiSnapshot(models.AbstractModel):
    """How figures are written: those in progress where they differ, those that become final together with their evidence."""

    _inherit = "crm.sync.kpi.snapshot"

    def _write_values(self, kpi, facts, now, is_closing, revision=None):
        """Measure the periods of the window, and write what differs; those that are due become final with their evidence.

        :param bool is_closing: whether any of them is due
        :param dict revision: source, reason and revised_by_id of a revision; without, final figures are left alone
        """
        relations, sources = figures(kpi, facts, kpi._scopes(), "kept" if revision else "carried")
        definition = self.env["crm.sync.kpi.definition"]._keep(kpi, now)
        words = {
            "relations": relations,
            "window": WINDOW,
            "kpi": kpi.id,
            "unit": kpi.unit,
            "additivity": kpi.additivity,
            "name": name_of(
                sources, json.dumps(self._channel_labels() if "channel" in sources or revision else {}), bool(revision)
            ),
            "definition": definition.id,
            "hash": definition.definition_hash,
            "now": now,
            "source": (revision or {}).get("source"),
            "reason": (revision or {}).get("reason"),
            "revised_by": (revision or {}).get("revised_by_id"),
            "closing": self._closing_sql(sources, now) if is_closing else SQL(),
            "is_plain": not kpi._wants_anything(),
        }
        # What is the same is not even locked: ON CONFLICT would do that. Who has written it is the system: a key that would be checked
        # for every row, and says nothing.
        self.env.cr.execute(
            SQL(
                """WITH %(relations)s, %(closing)s gone AS (
                       DELETE FROM crm_sync_kpi_value v USING %(window)s w
                        WHERE v.period_id = w.id AND v.state = 'running'
                          AND NOT EXISTS (SELECT FROM measured m WHERE m.period_id = v.period_id AND m.scope_key = v.scope_key)
                   )
                   INSERT INTO crm_sync_kpi_value AS v
                          (kpi_id, period_id, company_id, currency_id, unit, additivity, scope_kind, scope_key, scope_name, scope_id, user_id,
                           calendar, period_start, period_end, tz, at_start, at_end, revision, is_first, is_current, state, source,
                           definition_hash, definition_id, reason, revised_by_id, computed_at, closed_at, has_target, has_attainment, is_judged,
                           value, is_empty, numerator, denominator, count, create_date, write_date)
                   SELECT %(kpi)s, w.id, w.company_id, w.currency_id, %(unit)s, %(additivity)s, m.scope_kind, m.scope_key, said.scope_name, m.scope_id,
                          CASE WHEN m.scope_kind = 'person' THEN (SELECT id FROM res_users WHERE id = m.scope_id) END,
                          w.calendar, w.period_start, w.period_end, w.tz, w.at_start, w.at_end, w.revision, w.revision = 1, TRUE,
                          said.state, COALESCE(%(source)s, w.source),
                          %(hash)s, %(definition)s, %(reason)s::varchar, %(revised_by)s::int, %(now)s, CASE WHEN w.is_closing THEN %(now)s::timestamp END,
                          FALSE, FALSE, w.is_closing AND %(is_plain)s,
                          m.value, m.value IS NULL, m.numerator, m.denominator, m.count, %(now)s, %(now)s
                     FROM measured m
                     JOIN %(window)s w ON w.id = m.period_id
                    CROSS JOIN LATERAL (SELECT CASE WHEN w.is_closing THEN 'closed' ELSE 'running' END AS state, %(name)s AS scope_name) said
                     LEFT JOIN crm_sync_kpi_value old ON old.period_id = m.period_id AND old.scope_key = m.scope_key AND old.revision = w.revision
                    WHERE old.id IS NULL OR old.state = 'running'
                      AND (old.value, old.numerator, old.denominator, old.count, old.scope_name, old.currency_id, old.unit, old.additivity,
                           old.definition_id, old.state)
                          IS DISTINCT FROM (m.value, m.numerator, m.denominator, m.count, said.scope_name, w.currency_id, %(unit)s, %(additivity)s,
                           %(definition)s, said.state)
                    ORDER BY w.period_start, w.company_id, m.scope_key
                   ON CONFLICT (period_id, scope_key, revision) DO UPDATE
                      SET value = EXCLUDED.value, is_empty = EXCLUDED.is_empty, numerator = EXCLUDED.numerator,
                          denominator = EXCLUDED.denominator, count = EXCLUDED.count, scope_name = EXCLUDED.scope_name,
                          currency_id = EXCLUDED.currency_id, unit = EXCLUDED.unit, additivity = EXCLUDED.additivity,
                          definition_hash = EXCLUDED.definition_hash, definition_id = EXCLUDED.definition_id, state = EXCLUDED.state,
                          computed_at = EXCLUDED.computed_at, closed_at = EXCLUDED.closed_at, is_judged = EXCLUDED.is_judged,
                          write_date = EXCLUDED.write_date
                    WHERE v.state = 'running'""",
                **words,
            )
        )
        self._forget_caches()

    def _closing_sql(self, sources, now):
        """The periods that are due become final, and their documents are kept, in the order of their ids."""
        columns = {
            "res_ids": "res_id",
            "numerators": "numerator",
            "denominators": "denominator",
            "subject_ids": "subject_id",
        }
        columns |= {f"{SCOPE_COLUMNS[kind]}s": SCOPE_COLUMNS[kind] for kind in sources}
        return SQL(
            """proof AS (
                   INSERT INTO crm_sync_kpi_evidence (period_id, company_id, revision, res_model, count, %(names)s, create_date, write_date)
                   SELECT d.period_id, w.company_id, w.revision, d.res_model, d.count, %(kept)s, %(now)s, %(now)s
                     FROM (SELECT period_id, res_model, count(*) AS count, %(arrays)s
                             FROM (SELECT * FROM placed ORDER BY period_id, res_model, res_id) sorted
                            GROUP BY period_id, res_model) d
                     JOIN %(window)s w ON w.id = d.period_id AND w.is_closing
                   ON CONFLICT (period_id, revision, res_model) DO NOTHING
               ), final AS (
                   UPDATE crm_sync_kpi_period p
                      SET state = 'closed', closed_at = COALESCE(p.closed_at, %(now)s), revision = w.revision, write_uid = %(uid)s,
                          write_date = %(now)s
                     FROM %(window)s w WHERE w.id = p.id AND w.is_closing
               ),""",
            names=SQL(", ").join(map(SQL.identifier, columns)),
            kept=SQL(", ").join(SQL("d.%s", SQL.identifier(name)) for name in columns),
            arrays=SQL(", ").join(
                SQL("array_agg(%s) AS %s", SQL.identifier(source), SQL.identifier(name))
                for name, source in columns.items()
            ),
            window=WINDOW,
            uid=self.env.uid,
            now=now,
        )

    def _close_missed(self, kpi, periods, now):
        """Close what nobody can measure any more, as empty: a stand of a day on which the server was down."""
        missed = periods.filtered(lambda period: period.at_end + _LATE < now)
        if missed:
            with self._window(missed, now):
                self._write_values(kpi, _NOTHING, now, is_closing=True)
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_sync_kpi_value SET value = NULL, is_empty = TRUE
                        WHERE period_id = ANY(%s) AND scope_key = 'company'""",
                    list(missed.ids),
                )
            )
            self._forget_caches()
        return missed

    @api.model
    def _revise(self, period, reason, user):
        """Measure a closed period anew, as another revision; callers have checked who asks, and hold the period."""
        now = fields.Datetime.now().replace(microsecond=0)
        kpi = period.kpi_id
        self.env.flush_all()
        revision = {"source": "revision", "reason": reason, "revised_by_id": user.id}
        with self._window(period, now, is_revised=True) as window:
            self._write_values(kpi, kpi._facts(window) or _NOTHING, now, is_closing=True, revision=revision)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_kpi_value v SET is_current = FALSE FROM crm_sync_kpi_period p
                    WHERE p.id = %s AND v.period_id = p.id AND v.revision < p.revision AND v.is_current""",
                period.id,
            )
        )
        self._forget_caches()
        Values = self.env["crm.sync.kpi.value"].sudo()  # sudo: figures are written by the addon alone
        values = Values.search([("period_id", "=", period.id), ("is_current", "=", True)])
        kpi._judge_values(values)
        return values

    # ---------------------------------------------------------------- words

    def _channel_labels(self):
        """``{language: {channel: label}}`` of the languages that are installed."""
        labels = {}
        for code, _name in self.env["res.lang"].get_installed():
            env = self.with_context(lang=code).env
            labels[code] = dict(env["crm.sync.kpi.target"]._fields["channel"]._description_selection(env))
        return labels

    def _forget_caches(self):
        for name in ("crm.sync.kpi.value", "crm.sync.kpi.period", "crm.sync.kpi.evidence"):
            self.env[name].invalidate_model(flush=False)
