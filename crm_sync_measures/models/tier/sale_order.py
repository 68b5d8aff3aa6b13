from odoo import api, models


class SaleOrder(models.Model):
    """Orders that qualify: noted when they are confirmed, cancelled or go to another customer."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._sync_note_tiers()
        return orders

    def write(self, vals):
        if not {"state", "partner_id"} & vals.keys():
            return super().write(vals)
        self._sync_note_tiers()
        result = super().write(vals)
        self._sync_note_tiers()
        return result

    def _sync_note_tiers(self):
        confirmed = self.filtered(lambda order: order.state == "sale")
        if confirmed:
            self.env["crm.sync.tier.engine"]._note_partners(confirmed.partner_id, "orders")
