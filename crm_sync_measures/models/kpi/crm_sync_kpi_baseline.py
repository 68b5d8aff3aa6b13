from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.control_baseline import Baseline
from ...rules.control_limits import Limits, Season
from ...rules.kpi_period import period_label
from .kpi_words import CALENDARS, SCOPES
from .signal_words import BASELINE_STATES, CHARTS


class CrmSyncKpiBaseline(models.Model):
    """The limits that the figures of one KPI, company and scope are judged by, and of which figures they were made.

    Made once there are twelve final figures, of up to 24; the numbers never change. Another baseline takes its place only
    when an improvement is adopted (``kpi._rebase``), or when the KPI is counted otherwise than before. Centre line and limits
    are in the KPI's unit; money in the company's currency. Of p and u charts ``lower`` and ``upper`` are those of the mean
    number of documents, and ``unit_sigma`` is what those of any other number follow from.
    """

    _name = "crm.sync.kpi.baseline"
    _inherit = ["crm.sync.kept.mixin"]
    _description = "Baseline of a KPI"
    _order = "kpi_id, company_id, scope_key, first_start desc, id desc"

    kpi_id = fields.Many2one("crm.sync.kpi", "KPI", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    scope_kind = fields.Selection(SCOPES, "Kind of Scope", required=True, readonly=True)
    scope_key = fields.Char(required=True, readonly=True, export_string_translation=False)
    scope_name = fields.Char("Measured For", readonly=True, help="As it was called then.")
    user_id = fields.Many2one(
        "res.users", "Measured Person", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # ---------------------------------------------------------------- of what

    calendar = fields.Selection(CALENDARS, "Measured", required=True, readonly=True)
    definition_hash = fields.Char("Hash of the Definition", readonly=True, export_string_translation=False)
    first_start = fields.Date("First Period", required=True, readonly=True, help="Its first day.")
    last_start = fields.Date("Last Period", required=True, readonly=True, help="Its first day.")
    count = fields.Integer("Figures Used", required=True, readonly=True, aggregator=None)
    chart = fields.Selection(CHARTS, "Control Chart", required=True, readonly=True)

    # ---------------------------------------------------------------- limits

    center = fields.Float("Centre Line", readonly=True, aggregator=None)
    sigma = fields.Float(readonly=True, aggregator=None)
    lower = fields.Float("Lower Control Limit", readonly=True, aggregator=None)
    upper = fields.Float("Upper Control Limit", readonly=True, aggregator=None)
    moving_range = fields.Float("Mean Moving Range", readonly=True, aggregator=None)
    unit_sigma = fields.Float("Sigma of One Document", readonly=True, aggregator=None)
    scale = fields.Float("Multiplied With", readonly=True, aggregator=None, default=1.0)
    dispersion = fields.Float(
        "Limits Widened By",
        readonly=True,
        aggregator=None,
        default=1.0,
        help="So many times as much as the number of documents explains, the figures of the baseline vary.",
    )
    season_years = fields.Integer("Complete Years", readonly=True, aggregator=None)
    season = fields.Json("Seasonal Index", readonly=True)

    # ---------------------------------------------------------------- in use or not

    state = fields.Selection(BASELINE_STATES, required=True, readonly=True, default="active", index=True)
    reason = fields.Char("Why", readonly=True)
    replaced_by_id = fields.Many2one(
        "crm.sync.kpi.baseline", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    sentence = fields.Char("Limits in Words", compute="_compute_sentence")

    _active_uniq = models.UniqueIndex(
        "(kpi_id, company_id, scope_key) WHERE state = 'active'", "This KPI has a baseline already."
    )

    # ---------------------------------------------------------------- compute

    @api.depends("kpi_id.name", "scope_name", "calendar", "first_start", "last_start")
    def _compute_display_name(self):
        for row in self:
            span = f"{row._label(row.first_start)} – {row._label(row.last_start)}"
            row.display_name = " · ".join(filter(None, (row.kpi_id.name, row.scope_name, span)))

    def _label(self, start):
        return period_label(start, self.calendar) if start else ""

    @api.depends(
        "chart", "center", "lower", "upper", "dispersion", "season_years", "first_start", "last_start", "count"
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        """What the limits are made of, as it is told below the chart."""
        for row in self:
            said = [
                self.env._(
                    "Limits of %(count)s figures from %(first)s to %(last)s: centre line %(center)s, %(lower)s to %(upper)s.",
                    count=row.count,
                    first=row._label(row.first_start),
                    last=row._label(row.last_start),
                    center=row._figure(row.center),
                    lower=row._figure(row.lower),
                    upper=row._figure(row.upper),
                )
            ]
            if row.season_years:
                said.append(
                    self.env._(
                        "They follow the seasons of %s complete years; the numbers are those of a usual period.",
                        row.season_years,
                    )
                )
            elif row.chart != "xmr":
                said.append(self.env._("They are wider where there were fewer documents."))
            if row.dispersion > 1.05:
                said.append(
                    self.env._(
                        "Figures vary %s times as much as that explains, and the limits allow for it.",
                        f"{row.dispersion:.1f}",
                    )
                )
            row.sentence = " ".join(said)

    def _figure(self, number):
        return self.kpi_id._format(number, self.company_id.currency_id)

    # ---------------------------------------------------------------- to the rules and back

    def _limits(self):
        """The baseline as ``rules/control_baseline.py`` knows it."""
        self.ensure_one()
        moving = self.moving_range if self.chart == "xmr" else None
        limits = Limits(
            self.center,
            self.sigma,
            self.lower,
            self.upper,
            moving,
            moving and 3.267 * moving,
            self.chart,
            self.unit_sigma if self.chart != "xmr" else None,
            self.scale,
            self.dispersion,
        )
        season = None
        if self.season:
            season = Season({int(position): index for position, index in self.season.items()}, self.season_years)
        cycle = len(self.season or {})
        return Baseline(limits, self.first_start, self.last_start, self.count, season, cycle)

    @api.model
    def _values_of(self, baseline):
        """Field values of a baseline that the rules have made."""
        limits, season = baseline.limits, baseline.season
        return {
            "first_start": baseline.first,
            "last_start": baseline.last,
            "count": baseline.count,
            "chart": limits.chart,
            "center": limits.center,
            "sigma": limits.sigma,
            "lower": limits.lower,
            "upper": limits.upper,
            "moving_range": limits.moving_range or 0.0,
            "unit_sigma": limits.unit_sigma or 0.0,
            "scale": limits.scale,
            "dispersion": limits.dispersion,
            "season_years": season.years if season else 0,
            "season": {str(position): index for position, index in season.index.items()} if season else False,
        }

    # ---------------------------------------------------------------- nobody writes them

    def _refuse_change(self):
        raise UserError(
            self.env._("A baseline stays as it is. Another one takes its place when an improvement is adopted.")
        )
