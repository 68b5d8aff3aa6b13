from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_case_department_id = fields.Many2one(related="company_id.sync_case_department_id", readonly=False)
