from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_visit_limit = fields.Integer(related="company_id.sync_visit_limit", readonly=False)
