from odoo import api, models


class CrmSyncTier(models.Model):
    """The first tier with a rhythm makes return visits be asked for."""

    _inherit = "crm.sync.tier"

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        if any(vals.get("contact_days") for vals in vals_list):
            self.env["crm.sync.care.rhythm"]._note_use()
        return tiers

    def write(self, vals):
        result = super().write(vals)
        if vals.get("contact_days"):
            self.env["crm.sync.care.rhythm"]._note_use()
        return result
