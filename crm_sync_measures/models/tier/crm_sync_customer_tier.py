from odoo import fields, models


class CrmSyncCustomer(models.Model):
    _inherit = "crm.sync.customer"

    sync_tier_id = fields.Many2one(related="partner_id.sync_tier_id")
    sync_tier_color = fields.Integer(related="partner_id.sync_tier_color", export_string_translation=False)
