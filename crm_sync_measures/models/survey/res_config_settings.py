from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_survey_cooldown_days = fields.Integer(related="company_id.sync_survey_cooldown_days", readonly=False)
    sync_survey_cap = fields.Integer(related="company_id.sync_survey_cap", readonly=False)
    sync_survey_hour_from = fields.Float(related="company_id.sync_survey_hour_from", readonly=False)
    sync_survey_hour_to = fields.Float(related="company_id.sync_survey_hour_to", readonly=False)
    sync_survey_weekend = fields.Boolean(related="company_id.sync_survey_weekend", readonly=False)
