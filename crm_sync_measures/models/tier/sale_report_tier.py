from odoo import fields, models


class SaleReport(models.Model):
    """What each tier buys: by the tier that customers have today."""

    _inherit = "sale.report"

    sync_tier_id = fields.Many2one(related="partner_id.sync_tier_id", groups="base.group_user")
