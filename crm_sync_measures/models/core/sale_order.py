from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        with self.env["crm.sync.customer"]._noting_move(self, vals):
            return super().write(vals)

    def action_open_sync_customer(self):
        """Open the Customer 360 page of the order's customer."""
        self.ensure_one()
        return self.partner_id.action_open_sync_customer()

    def action_log_sync_touch(self):
        """Open the form that logs a contact about this quotation."""
        self.ensure_one()
        return self.env["crm.sync.touch"]._action_log(partner=self.partner_id, lead=self.opportunity_id, order=self)
