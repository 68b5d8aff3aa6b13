from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date, formatLang

from ...rules.improvement import FEWEST, Point
from ...rules.periods import local_date


class CrmSyncImprovementFigures(models.Model):
    """What an action knows of its KPI: final values of windows, as plain data that is kept with it.

    One value is ``{"start", "end", "value", "numerator", "denominator", "count", "revision", "hash"}``; ``value`` is None where
    there was nothing to measure.
    """

    _inherit = "crm.sync.improvement"

    # ---------------------------------------------------------------- the baseline

    def _freeze(self, today):
        """Keep the values of the baseline as they are now; revisions that come later do not change it."""
        self.ensure_one()
        until = min(self.baseline_until or today, today - timedelta(days=1))
        periods = self._periods([("period_end", "<=", until)], limit=self.window_count)
        values = self._figures(self.scope_key, periods)
        if len([one for one in values if one["value"] is not None]) < FEWEST:
            raise UserError(
                self.env._(
                    "%(kpi)s has no %(count)s final values for %(scope)s until %(day)s: later there would be nothing to"
                    " compare with. Choose another KPI or other people, or wait.",
                    kpi=self._kpi().name,
                    count=FEWEST,
                    scope=self.scope_name,
                    day=format_date(self.env, until),
                )
            )
        compared = self._figures(self.compare_scope_key, periods) if self.compare_scope_key else False
        if compared and not any(one["value"] is not None for one in compared):
            raise UserError(
                self.env._(
                    "%(kpi)s has no final values for %(scope)s: choose others to compare with, or nobody.",
                    kpi=self._kpi().name,
                    scope=self.compare_scope_name,
                )
            )
        return {
            "baseline_first": values[0]["start"],
            "baseline_last": values[-1]["end"],
            "baseline_values": values,
            "compare_values": compared,
        }

    # ---------------------------------------------------------------- values

    def _periods(self, domain, limit=None):
        """Final periods of the KPI and company, oldest first."""
        self.ensure_one()
        # sudo: which periods there are; whose values may be read is asked in _figures
        return (
            self.env["crm.sync.kpi.period"]
            .sudo()
            .search(
                [
                    ("kpi_id", "=", self.kpi_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("calendar", "=", self._kpi().calendar),
                    ("state", "=", "closed"),
                    *domain,
                ],
                order="period_start desc",
                limit=limit,
            )
            .sorted("period_start")
        )

    def _figures(self, scope_key, periods):
        """The values of a scope in these periods, as they are known now.

        Where nobody of the scope did anything, a sum is 0 and a ratio is nothing.
        """
        self.ensure_one()
        domain = [("period_id", "in", periods.ids), ("scope_key", "=", scope_key), ("is_current", "=", True)]
        # sudo: who may read the action reads its figures; whoever freezes or checks them is asked for in _check_figures
        values = {value.period_id.id: value for value in self.env["crm.sync.kpi.value"].sudo().search(domain)}
        nothing = 0.0 if self._kpi().additivity in ("sum", "distinct") else None
        return [self._figure(period, values.get(period.id), nothing) for period in periods]

    def _figure(self, period, value, nothing):
        return {
            "start": fields.Date.to_string(period.period_start),
            "end": fields.Date.to_string(period.period_end),
            "value": nothing if not value or value.is_empty else value.value,
            "numerator": value.numerator if value else 0.0,
            "denominator": value.denominator if value else 0.0,
            "count": value.count if value else 0,
            "revision": value.revision if value else period.revision,
            "hash": value.definition_hash if value else False,
        }

    def _check_figures(self):
        """Who has figures frozen may read them himself: an action is no way around the rules of the values."""
        if self.env.su:
            return
        for action in self:
            for key in {action.scope_key, action.compare_scope_key} - {False}:
                domain = [
                    ("kpi_id", "=", action.kpi_id.id),
                    ("company_id", "=", action.company_id.id),
                    ("scope_key", "=", key),
                    ("state", "=", "closed"),
                ]
                Value = self.env["crm.sync.kpi.value"]
                # sudo: whether there are figures that the caller does not see
                if not Value.search_count(domain, limit=1) and Value.sudo().search_count(domain, limit=1):
                    raise AccessError(
                        self.env._(
                            "You may not see the figures of %s.",
                            action.scope_name if key == action.scope_key else action.compare_scope_name,
                        )
                    )

    def _points(self, values):
        """Kept values for the rules."""
        return [
            Point(fields.Date.to_date(one["start"]), one["value"], one["numerator"], one["denominator"])
            for one in values or ()
        ]

    def _scale(self):
        return 100.0 if self._kpi().unit == "percent" else 1.0

    def _kpi(self):
        # sudo: what a KPI is called and how it is measured, for who may read the action
        return self.kpi_id.sudo()

    # ---------------------------------------------------------------- words

    def _today(self):
        """Today, by the company's clock."""
        return local_date(fields.Datetime.now(), self.company_id._sync_tz())

    def _value_words(self, value):
        """A value of the KPI as its readers see it."""
        return self._kpi()._format(value, self.company_id.sudo().currency_id)  # sudo: the company's currency

    def _change_words(self, value):
        """A difference, with its sign; of per cent it is points."""
        sign = "−" if value < 0 else "+"
        if self._kpi().unit == "percent":
            number = formatLang(self.env, abs(value), digits=max(1, self._kpi().digits))
            return self.env._("%(sign)s%(number)s percentage points", sign=sign, number=number)
        return f"{sign}{self._value_words(abs(value))}"
