from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...rules.kpi_target import attainment, distance, is_sensible, level, running_level

_THRESHOLDS = frozenset({"has_warning", "warning_value", "has_critical", "critical_value", "direction"})


class CrmSyncKpi(models.Model):
    """Where a KPI is wanted to be, and when it is time to worry.

    A target is where one wants to be, a threshold when one wants to be told. What was wanted of a figure is written down
    with it while it is in progress, and stays when it is final.
    """

    _inherit = "crm.sync.kpi"

    pace_by = fields.Selection(
        [("workdays", "Working Days"), ("last_year", "The Days of Last Year")],
        "Expected by Now By",
        required=True,
        default="workdays",
        help="How much of a sum is expected while its period is in progress: as many parts as working days of the company"
        " are over, or as much as had come by the same day of last year.",
    )

    @api.constrains("has_warning", "warning_value", "has_critical", "critical_value", "direction")
    def _check_thresholds(self):
        for kpi in self:
            warning, critical = kpi._thresholds()
            if not is_sensible(warning, critical, kpi.direction):
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”: the warning comes before the critical level. Enter a “%(critical)s” that is"
                        " worse than %(warning)s.",
                        kpi=kpi.name,
                        critical=kpi._fields["critical_value"].get_description(self.env, ["string"])["string"],
                        warning=kpi.warning_value,
                    )
                )

    def _thresholds(self):
        """(warning, critical), each None where it does not alarm."""
        self.ensure_one()
        return (
            self.warning_value if self.has_warning else None,
            self.critical_value if self.has_critical else None,
        )

    # ---------------------------------------------------------------- targets

    @api.readonly
    def target_at(self, company, scope_key="company", period_start=None):
        """The target that holds for a scope in the period that begins on a day; of a quotient, else that of the company.

        :param company: company, or its id
        :param str scope_key: ``company``, ``team:5`` and so on
        :param period_start: date, or ISO text; today if empty
        :return: ``crm.sync.kpi.target``, empty where there is none
        """
        self.ensure_one()
        company_id = company.id if isinstance(company, models.BaseModel) else company
        if isinstance(company_id, bool) or not isinstance(company_id, int):
            raise UserError(self.env._("A company is told by its number."))
        self._scope(scope_key)
        try:
            day = fields.Date.to_date(period_start) or fields.Date.context_today(self)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("period_start: give a day as 2026-03-01.")) from error
        keys = {scope_key, "company"} if self._is_quotient() else {scope_key}
        found = self.env["crm.sync.kpi.target"].search(
            [
                ("kpi_id", "=", self.id),
                ("company_id", "=", company_id),
                ("scope_key", "in", list(keys)),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ]
        )
        return found.sorted(lambda target: target.scope_key != scope_key)[:1]

    def _is_quotient(self):
        return self.additivity == "ratio" or (self.additivity == "last" and self.unit == "percent")

    def action_phase(self):
        """The dialog that divides a year's target into those of its periods."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager sets targets."))
        self._check_phasing()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Divide a Year's Target"),
            "res_model": "crm.sync.kpi.phase",
            "view_mode": "form",
            "target": "new",
            "context": {"default_kpi_id": self.id, "default_company_id": (self.company_id or self.env.company).id},
        }

    def _check_phasing(self):
        if self.additivity != "sum" or self.direction == "range":
            raise UserError(
                self.env._(
                    "“%s” is not added up over the year. Enter one target from January to December: it holds in each period.",
                    self.name,
                )
            )

    # ---------------------------------------------------------------- judging

    def _judge_values(self, values):
        result = super()._judge_values(values)
        # Figures are written as those of which nothing is wanted.
        if self._wants_anything() or self.pace_by == "last_year":
            self._judge(values)
        return result

    def _judge(self, values):
        """Write down target, attainment and level of figures that are in progress, or have just become final."""
        if not values:
            return
        verdicts = []
        # sudo: targets of persons too; what is written here is read with the figure
        rows = self.env["crm.sync.kpi.target"].sudo()._for_values(values)
        kpis = {kpi.id: (kpi.direction, *kpi._thresholds()) for kpi in self.browse({row[1] for row in rows})}
        for row in rows:
            value_id, kpi_id, figure, scope_kind, additivity, unit, state, target_id, target, low, high, base = row
            direction, warning, critical = kpis[kpi_id]
            if direction == "range":
                target = base = None
            else:
                low = high = None
            reached = attainment(figure, target, direction, low, high, base)
            is_quotient = additivity == "ratio" or (additivity == "last" and unit == "percent")
            # A threshold of the company's sum says nothing of one person's.
            word = None
            if scope_kind == "company" or is_quotient:
                word = self._level(figure, warning, critical, direction, low, high, additivity, state)
            verdicts.append((value_id, target_id is not None, target, low, high, reached, word))
        self.env["crm.sync.kpi.value"].sudo()._record_verdicts(verdicts)  # sudo: figures are written by the addon alone
        if any(kpi.pace_by == "last_year" for kpi in self.browse(kpis)):
            running = values.filtered(lambda value: value.state == "running")
            running.period_id.sudo()._keep_curves()  # sudo: part of the snapshot

    def _wants_anything(self):
        """Whether there is anything that figures could be held against."""
        self.ensure_one()
        # sudo: targets of persons too; it is not told which
        targets = self.env["crm.sync.kpi.target"].sudo().search_count([("kpi_id", "=", self.id)], limit=1)
        return self.has_warning or self.has_critical or bool(targets)

    @api.model
    def _level(self, figure, warning, critical, direction, low, high, additivity, state):
        if state == "running":
            return running_level(figure, warning, critical, direction, additivity, low, high)
        return level(distance(figure, low, high) if direction == "range" else figure, warning, critical, direction)

    def _judge_running(self):
        """Judge the figures in progress anew: a target or a threshold has changed."""
        # sudo: figures of all scopes; nothing of them is told to who asks
        values = self.env["crm.sync.kpi.value"].sudo().search([("kpi_id", "in", self.ids), ("state", "=", "running")])
        self.env.flush_all()
        self.sudo()._judge(values)  # sudo: as above

    def write(self, vals):
        result = super().write(vals)
        if _THRESHOLDS & vals.keys():
            self._judge_running()
        return result
