from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...rules.kpi_period import periods_between
from ...rules.kpi_target import phased
from ...rules.periods import local_date, utc_bounds


class CrmSyncKpiPhase(models.TransientModel):
    """A year's target of a sum, divided into those of its periods: equally, by working days, or as last year went."""

    _name = "crm.sync.kpi.phase"
    _inherit = ["crm.sync.kpi.scope.mixin"]
    _description = "Division of a Year's Target"
    _check_company_auto = True

    kpi_id = fields.Many2one("crm.sync.kpi", "KPI", required=True, ondelete="cascade")
    year = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year, aggregator=None)
    total = fields.Float("Target of the Year", required=True, aggregator=None)
    method = fields.Selection(
        [("equal", "Equally"), ("workdays", "By Working Days"), ("last_year", "As Last Year Went")],
        "Divide",
        required=True,
        default="equal",
    )
    note = fields.Char("Reason for It")
    line_ids = fields.One2many(
        "crm.sync.kpi.phase.line", "phase_id", "Targets", compute="_compute_line_ids", store=True, readonly=False
    )
    sum_text = fields.Char("Together", compute="_compute_sum_text")
    problem = fields.Char("What Is Missing", compute="_compute_problem")

    _year_range = models.Constraint("CHECK(year BETWEEN 2000 AND 2100)", "Year: enter 2000 to 2100.")

    @api.depends("kpi_id", "company_id", "scope_key", "year", "total", "method")
    def _compute_line_ids(self):
        for phase in self:
            weights, _problem = phase._try_weights()
            periods = phase._periods(phase.year) if weights else []
            digits = 2 if phase.kpi_id.unit == "money" else phase.kpi_id.digits
            parts = zip(periods, phased(phase.total, weights, digits), strict=True)
            phase.line_ids = [
                Command.clear(),
                *(
                    Command.create({"period_start": first, "period_end": last, "value": value})
                    for (first, last), value in parts
                ),
            ]

    @api.depends("kpi_id", "company_id", "scope_key", "year", "method")
    @api.depends_context("lang")
    def _compute_problem(self):
        for phase in self:
            _weights, phase.problem = phase._try_weights()

    def _try_weights(self):
        """(weights of the year's periods, why there are none)."""
        if not (self.kpi_id and self.company_id and 2000 <= self.year <= 2100):
            return [], False
        try:
            return self._weights(), False
        except UserError as error:
            return [], str(error)

    @api.depends("line_ids.value", "kpi_id", "company_id")
    @api.depends_context("lang")
    def _compute_sum_text(self):
        for phase in self:
            together = sum(phase.line_ids.mapped("value"))
            phase.sum_text = phase.kpi_id and phase.kpi_id._format(together, phase.company_id.currency_id)

    # ---------------------------------------------------------------- how it is divided

    def _clock(self):
        return self.env["crm.sync.kpi.snapshot"]._clock(self.company_id)

    def _periods(self, year):
        """(first day, last day) of the periods that begin in a year."""
        _timezone, week_start = self._clock()
        periods = periods_between(date(year, 1, 1), date(year, 12, 31), self.kpi_id.calendar, week_start)
        return [days for days in periods if days[0].year == year]

    def _weights(self):
        self.ensure_one()
        periods = self._periods(self.year)
        if self.method == "workdays":
            return self._working_days(periods)
        if self.method == "last_year":
            return self._last_year(len(periods))
        return [1.0] * len(periods)

    def _working_days(self, periods):
        timezone, _week_start = self._clock()
        company = self.company_id
        clock = self.env["crm.sync.working.time"]._clocks([(False, company.id)])[False, company.id]
        bounds = utc_bounds(periods[0][0], periods[-1][1], timezone)
        worked = {local_date(opens, timezone) for opens, _closes, _before in clock.rows(*bounds)}
        return [float(sum(1 for day in worked if first <= day <= last)) for first, last in periods]

    def _last_year(self, count):
        """Last year's values of the same scope, one for each period; of weeks, one may be more or less."""
        # sudo(False): Odoo computes lines as superuser, and last year is told as far as the manager may read it
        values = (
            self.env["crm.sync.kpi.value"]
            .sudo(False)
            .search_fetch(
                [
                    ("kpi_id", "=", self.kpi_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("scope_key", "=", self.scope_key),
                    ("calendar", "=", self.kpi_id.calendar),
                    ("is_current", "=", True),
                    ("period_start", ">=", date(self.year - 1, 1, 1)),
                    ("period_start", "<=", date(self.year - 1, 12, 31)),
                ],
                ["value", "state"],
                order="period_start",
            )
        )
        known = [value.value for value in values if value.state == "closed"]
        wanted = len(self._periods(self.year - 1))
        if len(known) < wanted or sum(known) <= 0:
            raise UserError(
                self.env._(
                    "Of %(year)s, %(known)s of %(wanted)s periods are known. Divide equally, or by working days.",
                    year=str(self.year - 1),
                    known=len(known),
                    wanted=wanted,
                )
            )
        return (known + known[-1:])[:count]

    # ---------------------------------------------------------------- doing it

    def action_apply(self):
        """Set the targets of the year. Those that there are for the same scope and year are replaced."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager sets targets."))
        self.kpi_id._check_phasing()
        if not self.line_ids:
            raise UserError(self.problem or self.env._("There is nothing to set. Enter the year and its target."))
        lines = self.line_ids.sorted("period_start")
        self._replace(lines[0].period_start, lines[-1].period_end)
        scope = {"company_id": self.company_id.id, "scope_key": self.scope_key}
        targets = self.env["crm.sync.kpi.target"].create(
            [
                {
                    **scope,
                    "kpi_id": self.kpi_id.id,
                    "date_from": line.period_start,
                    "date_to": line.period_end,
                    "value": line.value,
                    "note": self.note,
                }
                for line in lines
            ]
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_kpi_target_action"),
            "domain": [("id", "in", targets.ids)],
        }

    def _replace(self, first, last):
        held = self.env["crm.sync.kpi.target"].search(
            [
                ("kpi_id", "=", self.kpi_id.id),
                ("company_id", "=", self.company_id.id),
                ("scope_key", "=", self.scope_key),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ]
        )
        if beyond := held.filtered(lambda target: target.date_from < first or target.date_to > last)[:1]:
            raise UserError(
                self.env._(
                    "The target from %(first)s to %(last)s reaches beyond the year. End it first.",
                    first=fields.Date.to_string(beyond.date_from),
                    last=fields.Date.to_string(beyond.date_to),
                )
            )
        held.unlink()
