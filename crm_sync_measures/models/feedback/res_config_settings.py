from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_case_receipt = fields.Boolean(related="company_id.sync_case_receipt", readonly=False)
    sync_feedback_form = fields.Boolean(related="company_id.sync_feedback_form", readonly=False)
    sync_feedback_consent = fields.Char(related="company_id.sync_feedback_consent", readonly=False)
    sync_case_reopen_days = fields.Integer(related="company_id.sync_case_reopen_days", readonly=False)
