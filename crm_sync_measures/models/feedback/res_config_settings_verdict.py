from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_case_survey = fields.Boolean(related="company_id.sync_case_survey", readonly=False)
    sync_case_survey_hours = fields.Integer(related="company_id.sync_case_survey_hours", readonly=False)
    sync_case_value_months = fields.Integer(related="company_id.sync_case_value_months", readonly=False)
    sync_score_minimum = fields.Integer(related="company_id.sync_score_minimum", readonly=False)
