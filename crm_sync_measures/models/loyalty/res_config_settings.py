from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_adjust_limit = fields.Float(related="company_id.sync_adjust_limit", readonly=False)
