from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.control_baseline import limits_for
from ...rules.control_chart import find, is_favourable
from .kpi_sql import is_quotient

#: What a threshold says the more of, the worse it is.
_RANKS = {"warning": 1, "critical": 2}
#: Before this part of a period is over, nobody is told how a stand or a ratio does, nor that a sum is behind.
_TOO_EARLY = 1 / 3
#: Of fewer documents a ratio says too little to be held against a threshold or a target: one unhappy answer is no alarm.
_FEWEST = 5
_COLUMNS = (
    "kpi_id",
    "company_id",
    "subject",
    "scope_kind",
    "scope_key",
    "scope_name",
    "user_id",
    "calendar",
    "period_start",
    "value_id",
    "baseline_id",
    "rule",
    "is_favourable",
    "is_above",
    "value",
    "center",
    "limit_value",
    "run_start",
    "owner_id",
)


class CrmSyncKpi(models.Model):
    """Signals in figures that have just been measured.

    Control charts look at final figures; thresholds at whatever has been judged, which is in progress only where nothing can
    better it any more; the pace at what is in progress. What was measured of the time before the first start alarms nobody.
    """

    _inherit = "crm.sync.kpi"

    def _after_snapshot(self, values):
        result = super()._after_snapshot(values)
        self._find_signals(values)
        return result

    def _find_signals(self, values):
        """Write down what the rules of each company see in ``values``, and tell the owners; twice makes no second one.

        :return: the new ``crm.sync.kpi.signal``
        """
        found = self.env["crm.sync.kpi.signal"]
        companies = self.env["res.company"].union(*(kpi._companies() for kpi in self))
        kinds = {kind for company in companies for kind in company._sync_kpi_watched_kinds()}
        current = values.search(
            [("id", "in", values.ids), ("is_current", "=", True), ("scope_kind", "in", list(kinds))]
        )
        for kpi, group in current.grouped("kpi_id").items():
            watched = group.filtered(lambda value: value.scope_kind in value.company_id._sync_kpi_watched_kinds())
            rows = kpi._signals_of(watched)
            found += kpi._write_signals(rows)
        found._tell_owners()
        return found

    def _signals_of(self, values):
        """``[values of a row]`` of everything that is seen in ``values``, which are of this KPI."""
        self.ensure_one()
        if not values:
            return []
        keys = {(value.company_id, value.scope_key) for value in values}
        if self._is_quiet(values, keys):
            return []
        series = self._final_values(keys, max(values.mapped("period_start")))
        baselines = self._ensure_baselines(series)
        news = values.filtered(lambda value: value.source != "backfill" and not value.is_empty)
        rows = []
        for key, group in news.grouped(lambda value: (value.company_id, value.scope_key)).items():
            final = series.get(key, self.env["crm.sync.kpi.value"])
            closed = group.filtered(lambda value: value.state == "closed")
            if key in baselines:
                rows += self._chart_signals(closed, final, baselines[key])
            telling = group.filtered(self._says_enough)
            rows += self._threshold_signals(telling, final.filtered(self._says_enough))
            rows += self._pace_signals(telling - closed)
        return rows

    def _is_quiet(self, values, keys):
        """Whether nothing can be said of ``values``, all of them in progress and with their limits: most hours of most months."""
        if any(value.state == "closed" or value.level in _RANKS or value.has_target for value in values):
            return False
        baselines = self._baselines(keys)
        return all(key in baselines and self._fits(baselines[key]) for key in keys)

    # ---------------------------------------------------------------- control charts

    def _chart_signals(self, news, series, baseline):
        """What the control chart says of ``news`` in their ``series``."""
        since = next(
            (index for index, value in enumerate(series) if value.period_start > baseline.last_start), len(series)
        )
        if not news or since == len(series):
            return []
        limits = self._limits_of(series, baseline)
        points = [None if value.is_empty else value.value for value in series]
        rows = []
        for finding in find(points, limits, baseline.company_id._sync_kpi_rules(), since):
            value = series[finding.index]
            if value not in news:
                continue
            limit = limits[finding.index]
            rows.append(
                self._signal_row(
                    value,
                    finding.rule,
                    finding.is_above,
                    baseline=baseline,
                    center=limit.center,
                    limit=limit.upper if finding.is_above else limit.lower,
                    run_start=series[finding.first].period_start,
                )
            )
        return rows

    def _limits_of(self, series, baseline):
        """The limits of each figure of ``series``."""
        made = baseline._limits()
        return [limits_for(made, value.period_start, value.denominator) for value in series]

    # ---------------------------------------------------------------- thresholds and pace

    def _threshold_signals(self, news, series):
        """Where a figure has come past a threshold that the one before had not passed."""
        rows = []
        for value in news:
            if value.state == "running" and self.additivity not in ("sum", "distinct") and self._is_early(value):
                continue
            before = series.filtered(lambda final, value=value: final.period_start < value.period_start)[-1:]
            if _RANKS.get(value.level, 0) > _RANKS.get(before.level, 0):
                is_above, limit = self._threshold_of(value)
                rows.append(self._signal_row(value, value.level, is_above, limit=limit))
        return rows

    def _threshold_of(self, value):
        """``(whether the figure is above it, the threshold that it has passed)``; of a range, so far away from its end."""
        threshold = self.critical_value if value.level == "critical" else self.warning_value
        if self.direction != "range":
            return self.direction == "lower", threshold
        is_above = value.value > value.target_high
        return is_above, value.target_high + threshold if is_above else value.target_low - threshold

    def _pace_signals(self, running):
        """What is in progress and behind what its target asks by now."""
        rows = []
        for value in running:
            if value.pace == "behind" and not self._is_early(value):
                is_above, limit = self._target_of(value)
                rows.append(self._signal_row(value, "pace", is_above, limit=limit))
        return rows

    def _says_enough(self, value):
        return not is_quotient(self.additivity, self.unit) or value.count >= _FEWEST

    @api.model
    def _is_early(self, value):
        return fields.Datetime.now() < value.at_start + _TOO_EARLY * (value.at_end - value.at_start)

    def _target_of(self, value):
        if self.direction != "range":
            return self.direction == "lower", value.target
        is_above = value.value > value.target_high
        return is_above, value.target_high if is_above else value.target_low

    # ---------------------------------------------------------------- writing

    def _signal_row(self, value, rule, is_above, baseline=None, center=0.0, limit=0.0, run_start=None):
        is_chart = baseline is not None
        return {
            "kpi_id": self.id,
            "company_id": value.company_id.id,
            "subject": self.subject,
            "scope_kind": value.scope_kind,
            "scope_key": value.scope_key,
            "scope_name": value.scope_name or None,
            "user_id": value.user_id.id or None,
            "calendar": value.calendar,
            "period_start": value.period_start,
            "value_id": value.id,
            "baseline_id": baseline.id if is_chart else None,
            "rule": rule,
            "is_favourable": is_chart and self._is_good(value, is_above, center),
            "is_above": is_above,
            "value": value.value,
            "center": center,
            "limit_value": limit or 0.0,
            "run_start": run_start or None,
            "owner_id": self.owner_id.id or None,
        }

    def _is_good(self, value, is_above, center):
        if self.direction != "range":
            return is_favourable(self.direction, is_above)
        low, high = (value.target_low, value.target_high) if value.has_target else (None, None)
        return is_favourable("range", is_above, value.value, center, low, high)

    def _write_signals(self, rows):
        """Make the rows that are not there yet; what another transaction has just written is there."""
        Signals = self.env["crm.sync.kpi.signal"]
        now, uid, ids = fields.Datetime.now(), self.env.uid, []
        for row in rows:
            done = self.env.execute_query(
                SQL(
                    """INSERT INTO crm_sync_kpi_signal
                              (%(columns)s, state, found_at, create_uid, create_date, write_uid, write_date)
                       VALUES (%(values)s, 'new', %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s)
                       ON CONFLICT (kpi_id, company_id, scope_key, rule, period_start) DO NOTHING RETURNING id""",
                    columns=SQL(", ").join(SQL.identifier(name) for name in _COLUMNS),
                    values=SQL(", ").join(SQL("%s", row[name]) for name in _COLUMNS),
                    now=now,
                    uid=uid,
                )
            )
            ids += [signal_id for [signal_id] in done]
        if ids:
            self.invalidate_recordset(["signal_ids"], flush=False)
        return Signals.browse(ids)
