from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules.control_baseline import Baseline, Figure, Missing, baseline_of
from ...rules.control_chart import FEWEST

#: Periods that make a year, where a KPI can have seasons.
_CYCLES = {"month": 12, "quarter": 4}
#: So far back figures are looked at, in days: about 60 periods, and for months and quarters more than the longest baseline.
_HORIZON = {"day": 90, "week": 450, "month": 1860, "quarter": 5500}
_REASON_LENGTH = 500


class CrmSyncKpi(models.Model):
    """Baselines of a KPI: one for each company and scope that has final figures enough."""

    _inherit = "crm.sync.kpi"

    is_seasonal = fields.Boolean(
        "With Seasons",
        tracking=True,
        help="Figures are judged by what is usual in their month or quarter. That takes two complete years.",
    )

    @api.constrains("is_seasonal", "calendar")
    def _check_seasonal(self):
        for kpi in self:
            if kpi.is_seasonal and kpi.calendar not in _CYCLES:
                raise ValidationError(
                    self.env._("%s: only what is measured monthly or quarterly can have seasons.", kpi.name)
                )

    def _cycle(self):
        """Periods of a year, or 0 without seasons."""
        return _CYCLES.get(self.calendar, 0) if self.is_seasonal else 0

    # ---------------------------------------------------------------- figures

    @api.model
    def _figure_of(self, value):
        return Figure(value.period_start, None if value.is_empty else value.value, value.numerator, value.denominator)

    def _final_domain(self):
        """Figures that may be compared with each other: final, as known now, and counted as the KPI is counted now."""
        self.ensure_one()
        return [
            ("kpi_id", "=", self.id),
            ("is_current", "=", True),
            ("state", "=", "closed"),
            ("calendar", "=", self.calendar),
            ("definition_hash", "=", self.definition_hash),
        ]

    def _final_values(self, keys, newest):
        """``{(company, scope key): final figures, oldest first}`` of the 60 periods or so before ``newest``, a first day.

        :param keys: the pairs that are asked for
        """
        values = self.env["crm.sync.kpi.value"].search(
            [
                *self._final_domain(),
                ("company_id", "in", list({company.id for company, _key in keys})),
                ("scope_key", "in", list({key for _company, key in keys})),
                ("period_start", ">=", newest - timedelta(days=_HORIZON[self.calendar])),
            ],
            order="period_start, id",
        )
        return {
            key: group
            for key, group in values.grouped(lambda value: (value.company_id, value.scope_key)).items()
            if key in keys
        }

    # ---------------------------------------------------------------- baselines

    def _baselines(self, keys):
        """``{(company, scope key): baseline in use}`` of those that still fit how the KPI is counted."""
        rows = self.env["crm.sync.kpi.baseline"].search(
            [
                ("kpi_id", "=", self.id),
                ("state", "=", "active"),
                ("company_id", "in", list({company.id for company, _key in keys})),
                ("scope_key", "in", list({key for _company, key in keys})),
            ]
        )
        return {(row.company_id, row.scope_key): row for row in rows if (row.company_id, row.scope_key) in keys}

    def _fits(self, baseline):
        """Whether the KPI is still counted as it was when the baseline was made."""
        return (
            baseline.definition_hash == self.definition_hash
            and baseline.calendar == self.calendar
            and bool(baseline.season_years) == bool(self._cycle())
        )

    def _ensure_baselines(self, series):
        """``{(company, scope key): baseline}``: those in use, and new ones where there have come to be figures enough.

        :param series: what :meth:`_final_values` has told
        """
        self.ensure_one()
        found = self._baselines(series)
        fresh = []
        for key, values in series.items():
            old = found.get(key)
            if old and self._fits(old):
                continue
            found.pop(key, None)
            made = baseline_of([self._figure_of(value) for value in values], self.additivity == "ratio", self._cycle())
            if isinstance(made, Baseline):
                reason = self.env._("The KPI is counted otherwise than before.") if old else False
                fresh.append((values[-1:], made, old, reason))
        for row in self._put_baselines(fresh):
            found[row.company_id, row.scope_key] = row
        return found

    def _put_baselines(self, fresh):
        """Write baselines down, all together, each in the place of an old one.

        :param fresh: ``[(figure that says of whom, Baseline, crm.sync.kpi.baseline or None, reason)]``
        """
        # sudo: baselines are written by the addon alone
        Baselines = self.env["crm.sync.kpi.baseline"].sudo()
        for _value, _made, old, _reason in fresh:
            if old:
                old._record({"state": "replaced"})
                old.flush_recordset()
        rows = Baselines.create([self._baseline_values(value, made, reason) for value, made, _old, reason in fresh])
        for row, (_value, _made, old, _reason) in zip(rows, fresh, strict=True):
            if old:
                old._record({"replaced_by_id": row.id})
        return rows

    def _baseline_values(self, value, baseline, reason):
        return {
            **self.env["crm.sync.kpi.baseline"]._values_of(baseline),
            "kpi_id": self.id,
            "company_id": value.company_id.id,
            "scope_kind": value.scope_kind,
            "scope_key": value.scope_key,
            "scope_name": value.scope_name,
            "user_id": value.user_id.id,
            "calendar": self.calendar,
            "definition_hash": self.definition_hash,
            "reason": reason,
        }

    def _rebase(self, company, scope_key, first_start, last_start, reason):
        """Make the figures from ``first_start`` to ``last_start`` the new baseline: what an improvement has reached is usual now.

        Callers have checked who asks, and keep the improvement that says why.

        :param company: ``res.company``
        :param date first_start, last_start: first days of the first and of the last period
        :param str reason: kept with the baseline
        :return: the new ``crm.sync.kpi.baseline``
        """
        self.ensure_one()
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the baseline is set anew."))
        # sudo: figures and baselines of the scope, for a caller that may act on it
        kpi = self.sudo()
        key = (company.sudo(), scope_key)  # sudo: the same company
        old = kpi._baselines([key]).get(key)
        if old:
            old.lock_for_update()
        values, made = kpi._limits_of_window(company, scope_key, first_start, last_start)
        if isinstance(made, Missing):
            raise UserError(kpi._missing_words(made))
        return kpi._put_baselines([(values[-1:], made, old, reason[:_REASON_LENGTH])])

    def _can_rebase(self, company, scope_key, first_start, last_start):
        """Whether :meth:`_rebase` would find figures enough, and not all of them the same."""
        _values, made = self._limits_of_window(company, scope_key, first_start, last_start)
        return isinstance(made, Baseline)

    def _limits_of_window(self, company, scope_key, first_start, last_start):
        """``(final figures of these periods, the Baseline that they make or what is Missing)``"""
        values = self.env["crm.sync.kpi.value"].search(
            [
                *self._final_domain(),
                ("company_id", "=", company.id),
                ("scope_key", "=", scope_key),
                ("period_start", ">=", first_start),
                ("period_start", "<=", last_start),
            ],
            order="period_start, id",
        )
        figures = [self._figure_of(value) for value in values]
        return values, baseline_of(figures, self.additivity == "ratio", self._cycle(), take_all=True)

    def _missing_words(self, missing):
        """Why there are no control limits yet."""
        if missing.reason == "season":
            return self.env._(
                "%(have)s of %(need)s final figures: control limits with seasons need two complete years without a gap.",
                have=missing.have,
                need=missing.need,
            )
        if missing.reason == "still":
            return self.env._("All final figures are the same: control limits need figures that vary.")
        return self.env._(
            "%(have)s of %(need)s final figures: with fewer than that, nobody can tell a change from chance.",
            have=missing.have,
            need=missing.need or FEWEST,
        )
