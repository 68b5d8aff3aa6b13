from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ...rules.kpi_period import period_label
from ...rules.overview import change_of
from ...rules.report_matrix import polylines

#: So many new signals are looked at.
_SIGNALS = 200
_ROWS = 5
#: Improvement actions are called for so many days ahead.
_AHEAD = 7
#: Size of the little chart, in its own units.
_WIDTH, _HEIGHT = 120, 28


class CrmSyncOverview(models.AbstractModel):
    """What a tile says, and the two short lists beside the tiles."""

    _inherit = "crm.sync.overview"

    def _tiles(self, chosen, pinned, signals):
        """``{kpi: tile}``; all figures are read at once."""
        numbers = [
            figure.number for _scope, found in chosen.values() for figure in (found.main, found.running) if figure
        ]
        values = {value.id: value for value in self.env["crm.sync.kpi.value"].browse(numbers)}
        levels = dict(self.env["crm.sync.kpi.value"]._fields["level"]._description_selection(self.env))
        paces = dict(self.env["crm.sync.kpi.value"]._fields["pace"]._description_selection(self.env))
        by_series = {}
        for signal in signals:
            by_series.setdefault((signal.kpi_id.id, signal.scope_key), signal)
        tiles = {}
        for kpi, (scope, found) in chosen.items():
            tile = self._tile(kpi, scope, found, values[found.main.number])
            tile["level_label"] = levels.get(tile["level"], "")
            tile["is_pinned"] = kpi in pinned
            tile["signal"] = self._signal_row(by_series.get((kpi.id, scope)))
            if found.running:
                running = values[found.running.number]
                tile["running"] = {
                    "period": period_label(running.period_start, running.calendar),
                    "text": running.value_text,
                    "pace": running.pace or False,
                    "pace_label": paces.get(running.pace, ""),
                }
            tiles[kpi] = tile
        return tiles

    def _tile(self, kpi, scope, found, value):
        """One KPI as it is shown: figure with unit, period, target, change, the line of thirteen periods.

        ``change`` is False where the period before says nothing; its ``word`` tells by the KPI's direction whether it is good.
        """
        return {
            "kpi_id": kpi.id,
            "value_id": value.id,
            "code": kpi.code,
            "name": kpi.name,
            "description": kpi.description or "",
            "scope": {"key": scope, "name": self._scope_name(scope, value)},
            "period": period_label(value.period_start, value.calendar),
            "is_over": value.period_end < fields.Date.context_today(self),
            "is_final": value.state == "closed",
            "text": value.value_text,
            "documents": value.count,
            "change": self._change(kpi, value, found),
            "target": value.target_text or False,
            "attainment": value.attainment_text or False,
            "level": value.level or False,
            "trend": polylines([figure.value for figure in found.trend], _WIDTH, _HEIGHT),
            "trend_text": self._trend_text(kpi, value, found),
            "measured_at": fields.Datetime.to_string(value.computed_at) or False,
            "running": False,
        }

    def _scope_name(self, scope, value):
        return self.env._("Me") if scope == f"person:{self.env.uid}" else value.scope_name or ""

    def _change(self, kpi, value, found):
        change = found.before and change_of(found.main.value, found.before.value, kpi.direction, max(kpi.digits, 0))
        if not change:
            return False
        text = kpi._format(change.amount, value.currency_id)
        if kpi.unit == "percent":
            # The distance of two shares is told in points: two per cent of 40 % would be 0.8.
            text = self.env._("%s percentage points", formatLang(self.env, change.amount, digits=max(kpi.digits, 0)))
        return {
            "text": text if change.amount else "",
            "arrow": change.arrow,
            "word": change.word,
            "period": period_label(found.before.start, value.calendar),
        }

    def _trend_text(self, kpi, value, found):
        """The little chart in a sentence, for whoever does not see it."""
        known = [figure for figure in found.trend if figure.value is not None]
        if not known:
            return self.env._("No figure yet")
        first, last = known[0], known[-1]
        return self.env._(
            "%(count)s periods: %(first)s in %(first_period)s, %(last)s in %(last_period)s",
            count=len(found.trend),
            first=kpi._format(first.value, value.currency_id),
            first_period=period_label(first.start, value.calendar),
            last=kpi._format(last.value, value.currency_id),
            last_period=period_label(last.start, value.calendar),
        )

    # ---------------------------------------------------------------- signals

    def _signals(self):
        """New signals that the reader may read, the latest first."""
        return self.env["crm.sync.kpi.signal"].search(
            [("state", "=", "new"), ("company_id", "=", self.env.company.id)],
            order="period_start desc, id desc",
            limit=_SIGNALS,
        )

    def _signal_row(self, signal):
        return bool(signal) and {
            "id": signal.id,
            "name": signal.kpi_id.name,
            "scope": signal.scope_name or "",
            "text": signal.text,
            "is_favourable": signal.is_favourable,
        }

    def _signal_list(self, signals):
        return {
            "count": len(signals),
            "is_more": len(signals) >= _SIGNALS,
            "rows": [self._signal_row(signal) for signal in signals[:_ROWS]],
        }

    # ---------------------------------------------------------------- improvement actions

    def _action_list(self, is_overseer):
        """Improvement actions that wait for somebody within a week: to be in place, to be checked, to be decided."""
        Action = self.env["crm.sync.improvement"]
        today = fields.Date.context_today(self)
        until = today + timedelta(days=_AHEAD)
        due = (
            Domain("phase", "=", "act")
            | (Domain("phase", "in", ("plan", "do")) & Domain("due_on", "<=", until))
            | (Domain("phase", "=", "check") & Domain("check_on", "<=", until))
        )
        domain = Domain("company_id", "=", self.env.company.id) & due
        is_head = self.env.user.has_group("crm_sync_measures.group_department_manager")
        if not is_overseer and not is_head:
            domain &= Domain("owner_id", "=", self.env.uid)
        found = Action.search(domain, order="due_on, id", limit=_ROWS + 1)
        phases = dict(Action._fields["phase"]._description_selection(self.env))
        rows = [
            {
                "id": action.id,
                "name": action.name,
                "phase": phases[action.phase],
                "day": fields.Date.to_string(action.check_on if action.phase == "check" else action.due_on) or False,
                "is_late": action.is_late,
            }
            for action in found[:_ROWS]
        ]
        return {"count": len(rows), "is_more": len(found) > _ROWS, "rows": rows}
