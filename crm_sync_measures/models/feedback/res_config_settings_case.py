from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_case_escalate_hours = fields.Float(related="company_id.sync_case_escalate_hours", readonly=False)
    sync_case_notice_days = fields.Integer(related="company_id.sync_case_notice_days", readonly=False)
