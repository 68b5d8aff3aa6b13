from odoo import api, fields, models

from ...rules.kpi_period import period_label


class CrmSyncKpiPhaseLine(models.TransientModel):
    """The target of one period, before it is set."""

    _name = "crm.sync.kpi.phase.line"
    _description = "Part of a Year's Target"
    _order = "period_start, id"
    _rec_name = "period_name"

    phase_id = fields.Many2one(
        "crm.sync.kpi.phase", "Division of the Year", required=True, index=True, ondelete="cascade"
    )
    period_start = fields.Date("First Day", required=True)
    period_end = fields.Date("Last Day", required=True)
    period_name = fields.Char("Time Span", compute="_compute_period_name")
    value = fields.Float("Target Value", aggregator=None)

    @api.depends("period_start", "phase_id.kpi_id.calendar")
    def _compute_period_name(self):
        for line in self:
            calendar = line.phase_id.kpi_id.calendar
            line.period_name = line.period_start and calendar and period_label(line.period_start, calendar)
