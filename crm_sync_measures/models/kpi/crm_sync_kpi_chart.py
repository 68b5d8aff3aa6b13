from odoo import api, models
from odoo.exceptions import UserError

from ...rules.control_baseline import Missing, baseline_of, limits_for
from ...rules.kpi_period import period_label

#: Figures that a chart shows at most.
_POINTS = 48
_SCOPES = 200


class CrmSyncKpi(models.Model):
    """What the control chart of a KPI shows: figures with the limits that each of them was judged by."""

    _inherit = "crm.sync.kpi"

    def chart_data(self, scope_key="company", company_id=None):
        """The control chart of one scope, in the reader's language and with what he may read.

        :param str scope_key: see ``crm.sync.kpi.value``
        :param int company_id: one of the reader's companies; without it, the one he works in
        :return: dict with ``kpi``, ``scope``, ``scopes``, ``company``, ``companies``, ``points`` (oldest first), ``sentence``
            (the baseline, or why there is none), ``alarm`` (what the rules cost) and ``is_judged``. Figures are in the KPI's
            unit, days those of the company's calendar; a limit that is not known is False.
        """
        self.ensure_one()
        self.check_access("read")
        company = self._chart_company(company_id)
        self._scope(scope_key)
        values = self.env["crm.sync.kpi.value"].search(
            [
                ("kpi_id", "=", self.id),
                ("company_id", "=", company.id),
                ("scope_key", "=", scope_key),
                ("calendar", "=", self.calendar),
                ("is_current", "=", True),
            ],
            order="period_start desc, id desc",
            limit=_POINTS,
        )[::-1]
        baselines = self._chart_baselines(company, scope_key)
        active = baselines.filtered(lambda row: row.state == "active" and self._fits(row))
        return {
            "kpi": {
                "id": self.id,
                "name": self.name,
                "digits": self.digits,
                "unit": self.unit,
                "direction": self.direction,
            },
            "company": {"id": company.id, "name": company.name},
            "companies": self._chart_companies(),
            "scope": {"key": scope_key, "name": values[-1:].scope_name or scope_key},
            "scopes": self._chart_scopes(company),
            "points": self._chart_points(values, baselines),
            "sentence": active.sentence if active else self._chart_missing(values),
            "alarm": company._sync_kpi_alarm_sentence() if active else "",
            "is_judged": bool(active),
        }

    def _chart_company(self, company_id):
        if company_id and (isinstance(company_id, bool) or not isinstance(company_id, int)):
            raise UserError(self.env._("A company is told by its number."))
        companies = self.env.companies
        if self.company_id:
            companies &= self.company_id
        if company_id:
            company = companies.filtered(lambda company: company.id == company_id)
        else:
            company = self.env.company if self.env.company in companies else companies[:1]
        if not company:
            raise UserError(self.env._("This is not measured."))
        return company

    def _chart_companies(self):
        companies = self.env.companies & self.company_id if self.company_id else self.env.companies
        return [{"id": company.id, "name": company.name} for company in companies]

    def _chart_scopes(self, company):
        """``[{key, name}]`` of what has been measured lately, the company first; what it is called is what it was called last."""
        groups = self.env["crm.sync.kpi.value"]._read_group(
            [("kpi_id", "=", self.id), ("company_id", "=", company.id), ("is_current", "=", True)],
            ["scope_kind", "scope_key", "scope_name"],
            ["period_start:max"],
            order="period_start:max desc",
            limit=5 * _SCOPES,
        )
        found = {}
        for kind, key, name, _last in groups:
            found.setdefault(key, {"key": key, "name": name or key, "kind": kind})
        order = self._scopes()
        rank = {kind: place for place, kind in enumerate(order)}
        scopes = sorted(found.values(), key=lambda scope: (rank.get(scope["kind"], len(order)), scope["name"]))
        return scopes[:_SCOPES]

    def _chart_baselines(self, company, scope_key):
        return self.env["crm.sync.kpi.baseline"].search(
            [
                ("kpi_id", "=", self.id),
                ("company_id", "=", company.id),
                ("scope_key", "=", scope_key),
                ("calendar", "=", self.calendar),
            ],
            order="id",
        )

    # ---------------------------------------------------------------- points

    def _chart_points(self, values, baselines):
        signals = {}
        for signal in self.env["crm.sync.kpi.signal"].search(
            [
                ("kpi_id", "=", self.id),
                ("company_id", "in", values.company_id.ids),
                ("scope_key", "in", list(set(values.mapped("scope_key")))),
                ("period_start", "in", values.mapped("period_start")),
            ],
            order="id",
        ):
            signals.setdefault(signal.period_start, []).append(signal)
        made = {row: row._limits() for row in baselines}
        return [
            self._chart_point(value, self._baseline_of(value, baselines), made, signals.get(value.period_start, ()))
            for value in values
        ]

    @api.model
    def _baseline_of(self, value, baselines):
        """The baseline that a figure is drawn with: the last one that had begun by then and was counted the same way.

        What came before the first one is drawn with its limits too: nobody was told of it.
        """
        same = baselines.filtered(lambda row: row.definition_hash == value.definition_hash)
        begun = same.filtered(lambda row: row.first_start <= value.period_start)
        return begun[-1:] or same[:1]

    def _chart_point(self, value, baseline, made, signals):
        point = {
            "id": value.id,
            "start": str(value.period_start),
            "label": period_label(value.period_start, value.calendar),
            "value": False if value.is_empty else value.value,
            "text": value.value_text,
            "documents": value.count,
            "is_running": value.state == "running",
            "is_backfill": value.source == "backfill",
            "is_baseline": bool(baseline) and baseline.first_start <= value.period_start <= baseline.last_start,
            "center": False,
            "lower": False,
            "upper": False,
            "limits_text": "",
            "signals": [self._chart_signal(signal) for signal in signals],
        }
        if baseline:
            limits = limits_for(made[baseline], value.period_start, value.denominator)
            if limits.sigma > 0:
                point.update(center=limits.center, lower=limits.lower, upper=limits.upper)
                point["limits_text"] = self.env._(
                    "%(lower)s to %(upper)s, centre line %(center)s",
                    lower=baseline._figure(limits.lower),
                    upper=baseline._figure(limits.upper),
                    center=baseline._figure(limits.center),
                )
        return point

    @api.model
    def _chart_signal(self, signal):
        return {
            "id": signal.id,
            "rule": signal.rule,
            "label": signal._rule_label(),
            "text": signal.text,
            "is_favourable": signal.is_favourable,
            "is_above": signal.is_above,
            "is_new": signal.state == "new",
            "comment": signal.comment or "",
        }

    def _chart_missing(self, values):
        """Why there are no limits: what a baseline made now would say."""
        final = values.filtered(lambda value: value.state == "closed" and value.definition_hash == self.definition_hash)
        made = baseline_of([self._figure_of(value) for value in final], self.additivity == "ratio", self._cycle())
        if isinstance(made, Missing):
            return self._missing_words(made)
        return self.env._("Control limits are drawn with the next measurement.")
