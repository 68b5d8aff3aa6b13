from odoo import api, fields, models

from ...rules.control_chart import RULES


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_kpi_rule_beyond = fields.Boolean(related="company_id.sync_kpi_rule_beyond", readonly=False)
    sync_kpi_rule_run8 = fields.Boolean(related="company_id.sync_kpi_rule_run8", readonly=False)
    sync_kpi_rule_trend6 = fields.Boolean(related="company_id.sync_kpi_rule_trend6", readonly=False)
    sync_kpi_rule_two_of_three = fields.Boolean(related="company_id.sync_kpi_rule_two_of_three", readonly=False)
    sync_kpi_rule_four_of_five = fields.Boolean(related="company_id.sync_kpi_rule_four_of_five", readonly=False)
    sync_kpi_watched = fields.Selection(related="company_id.sync_kpi_watched", readonly=False)
    sync_kpi_alarm_sentence = fields.Char("Expected False Alarms", compute="_compute_sync_kpi_alarm_sentence")

    sync_kpi_tz = fields.Selection(related="company_id.partner_id.tz", string="Time Zone of KPIs", readonly=False)
    sync_kpi_clock_sentence = fields.Char("Periods Are Cut In", compute="_compute_sync_kpi_clock_sentence")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_sync_kpi_clock_sentence(self):
        for settings in self:
            settings.sync_kpi_clock_sentence = settings.company_id._sync_kpi_clock_sentence()

    @api.depends("company_id", *(f"sync_kpi_rule_{rule}" for rule in RULES))
    @api.depends_context("lang")
    def _compute_sync_kpi_alarm_sentence(self):
        """What the rules that are ticked now would cost."""
        for settings in self:
            rules = tuple(rule for rule in RULES if settings[f"sync_kpi_rule_{rule}"])
            company = settings.company_id
            settings.sync_kpi_alarm_sentence = company._sync_kpi_alarm_words(rules, company._sync_kpi_chart_count())
