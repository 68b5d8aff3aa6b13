from odoo import fields, models


class CrmSyncCase(models.Model):
    """The case of a customer in a good tier weighs more."""

    _inherit = "crm.sync.case"

    sync_tier_id = fields.Many2one(related="partner_id.sync_tier_id")
    sync_tier_color = fields.Integer(related="partner_id.sync_tier_color", export_string_translation=False)

    def _tier_weight(self):
        """That of the tier which the company of the case shows."""
        self.ensure_one()
        # sudo: how much a customer weighs is a rule of the company; whoever takes a case down need not see why.
        partner = self.partner_id.sudo()._origin.with_company(self.company_id or self.env.company)
        return max(super()._tier_weight(), partner.sync_tier_id.case_weight)
