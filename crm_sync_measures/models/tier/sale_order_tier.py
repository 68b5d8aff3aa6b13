from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    sync_tier_id = fields.Many2one(related="partner_id.sync_tier_id", groups="base.group_user")
    sync_tier_color = fields.Integer(
        related="partner_id.sync_tier_color", export_string_translation=False, groups="base.group_user"
    )
