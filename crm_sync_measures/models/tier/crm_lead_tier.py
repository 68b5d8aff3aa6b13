from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    sync_tier_id = fields.Many2one(related="partner_id.sync_tier_id", groups="base.group_user")
    sync_tier_color = fields.Integer(
        related="partner_id.sync_tier_color", export_string_translation=False, groups="base.group_user"
    )
