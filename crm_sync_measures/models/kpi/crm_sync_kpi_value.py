from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.kpi_period import period_label
from .kpi_words import ADDITIVITIES, CALENDARS, LEVELS, SCOPES, SOURCES, STATES, UNITS


class CrmSyncKpiValue(models.Model):
    """One figure: of one KPI, period and scope, as it was known in one revision.

    Made by ``crm.sync.kpi.snapshot``. While the period is in progress the figure follows the documents; once it is final,
    nobody changes or deletes it. A correction is another row with the next ``revision`` and a reason: ``is_first`` tells
    what was reported, ``is_current`` what is known now. Whatever a scope was called then stays written here.

    ``value`` is in the KPI's unit; money in ``currency_id``, the company's. It is empty, not 0, where there is nothing to
    divide by. Days are those of the company's calendar, moments are UTC, ``[at_start, at_end)``.
    """

    _name = "crm.sync.kpi.value"
    _inherit = ["crm.sync.append.only"]
    _description = "KPI Value"
    _order = "period_start desc, kpi_id, scope_key, revision desc, id desc"

    kpi_id = fields.Many2one("crm.sync.kpi", "KPI", required=True, readonly=True, ondelete="restrict")
    period_id = fields.Many2one("crm.sync.kpi.period", "KPI Period", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    subject = fields.Selection(related="kpi_id.subject")
    owner_id = fields.Many2one(related="kpi_id.owner_id")
    unit = fields.Selection(UNITS, required=True, readonly=True)
    additivity = fields.Selection(ADDITIVITIES, "Put Together By", required=True, readonly=True)

    # ---------------------------------------------------------------- of whom

    scope_kind = fields.Selection(SCOPES, "Kind of Scope", required=True, readonly=True)
    scope_key = fields.Char(required=True, readonly=True, export_string_translation=False)
    scope_name = fields.Char("Measured For", readonly=True, help="As it was called then.")
    scope_id = fields.Integer("Scope ID", readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", "Measured Person", readonly=True, ondelete="set null")

    # ---------------------------------------------------------------- when

    calendar = fields.Selection(CALENDARS, "Measured", required=True, readonly=True)
    period_start = fields.Date("First Day", required=True, readonly=True)
    period_end = fields.Date("Last Day", required=True, readonly=True)
    period_name = fields.Char("Time Span", compute="_compute_period_name")
    tz = fields.Char("Time Zone", required=True, readonly=True, export_string_translation=False)
    at_start = fields.Datetime("From (UTC)", required=True, readonly=True)
    at_end = fields.Datetime("Until (UTC)", required=True, readonly=True)

    # ---------------------------------------------------------------- as known when

    revision = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    is_first = fields.Boolean("As Reported", readonly=True)
    is_current = fields.Boolean("As Known Now", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    source = fields.Selection(SOURCES, "Origin", required=True, readonly=True)
    definition_hash = fields.Char("Hash of the Definition", readonly=True, export_string_translation=False)
    definition_id = fields.Many2one(
        "crm.sync.kpi.definition", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    definition_text = fields.Text(related="definition_id.text", string="Counted By")
    reason = fields.Char("Why Revised", readonly=True)
    revised_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    computed_at = fields.Datetime("Measured On", readonly=True)
    closed_at = fields.Datetime("Final Since", readonly=True)

    # ---------------------------------------------------------------- what

    value = fields.Float("Figure", readonly=True, help="Added up only where that makes sense; otherwise empty.")
    value_text = fields.Char("Figure with Unit", compute="_compute_value_text")
    is_empty = fields.Boolean("Nothing to Say", readonly=True, help="There was nothing to divide by. This is not 0.")
    numerator = fields.Float(readonly=True)
    denominator = fields.Float(readonly=True)
    count = fields.Integer("Documents", readonly=True, help="So many documents were counted.")
    target = fields.Float("Target Value", readonly=True, aggregator=None)
    attainment = fields.Float("Attainment (%)", readonly=True, aggregator=None)
    level = fields.Selection(LEVELS, "How It Stands", readonly=True)

    _period_scope_uniq = models.UniqueIndex(
        "(period_id, scope_key, revision)", "This figure has been measured already."
    )
    _series_idx = models.Index("(kpi_id, company_id, scope_key, period_start) WHERE is_current IS TRUE")
    _company_idx = models.Index("(company_id, period_start)")
    _user_idx = models.Index("(user_id) WHERE user_id IS NOT NULL")

    # ---------------------------------------------------------------- compute

    @api.depends("kpi_id.name", "calendar", "period_start", "scope_name")
    def _compute_display_name(self):
        for value in self:
            value.display_name = " · ".join(filter(None, (value.kpi_id.name, value.scope_name, value.period_name)))

    @api.depends("calendar", "period_start")
    def _compute_period_name(self):
        for value in self:
            value.period_name = value.period_start and period_label(value.period_start, value.calendar)

    @api.depends("value", "is_empty", "unit", "currency_id", "kpi_id.digits")
    @api.depends_context("lang")
    def _compute_value_text(self):
        for value in self:
            value.value_text = value.kpi_id._format(None if value.is_empty else value.value, value.currency_id)

    # ---------------------------------------------------------------- adding up

    def _read_group_select(self, aggregate_spec, query):
        """What several figures are together: sums for sums, ratios of sums for ratios, and nothing where neither is true.

        Figures of several KPIs, kinds of scopes or currencies have no sum, nor have stands, nor customers who were counted
        once in each period; only one of them alone says something.
        """
        if aggregate_spec not in ("value:sum", "value:avg"):
            return super()._read_group_select(aggregate_spec, query)
        columns = {
            name: self._field_to_sql(self._table, name, query)
            for name in (
                "kpi_id",
                "period_id",
                "currency_id",
                "scope_kind",
                "scope_key",
                "additivity",
                "unit",
                "numerator",
                "denominator",
                "value",
                "calendar",
            )
        }
        return SQL(
            """CASE WHEN count(*) = 1 THEN max(%(value)s)
                    WHEN count(DISTINCT %(kpi_id)s) > 1 OR count(DISTINCT %(scope_kind)s) > 1 OR count(DISTINCT %(calendar)s) > 1
                         OR min(%(additivity)s) != max(%(additivity)s) OR min(%(unit)s) != max(%(unit)s)
                         OR count(DISTINCT (%(period_id)s, %(scope_key)s)) < count(*)
                         OR min(%(unit)s) = 'money' AND count(DISTINCT %(currency_id)s) > 1 THEN NULL
                    WHEN min(%(additivity)s) = 'sum' THEN sum(%(value)s)
                    WHEN min(%(additivity)s) = 'ratio'
                    THEN CASE WHEN min(%(unit)s) != 'percent' THEN sum(%(numerator)s) / NULLIF(sum(%(denominator)s), 0)
                              WHEN sum(%(denominator)s) > 0 THEN sum(%(numerator)s) / sum(%(denominator)s) * 100 END
               END""",
            **columns,
        )

    # ---------------------------------------------------------------- nobody writes them

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_change()
        return super().create(vals_list)

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "KPI values are measured, not entered. What has been final is revised on its period, with a reason; the old"
                " figure stays."
            )
        )
