from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_neglect_days = fields.Integer(related="company_id.sync_neglect_days", readonly=False)
    sync_bounce_limit = fields.Integer(related="company_id.sync_bounce_limit", readonly=False)
