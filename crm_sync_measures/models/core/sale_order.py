from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        """An order that goes to another customer takes its messages along."""
        if "partner_id" not in vals:
            return super().write(vals)
        before = self.partner_id
        result = super().write(vals)
        self.env["crm.sync.customer"]._note_partners(before | self.partner_id)
        return result

    def action_open_sync_customer(self):
        """Open the Customer 360 page of the order's customer."""
        self.ensure_one()
        return self.partner_id.action_open_sync_customer()

    def action_log_sync_touch(self):
        """Open the form that logs a contact about this quotation."""
        self.ensure_one()
        return self.env["crm.sync.touch"]._action_log(partner=self.partner_id, lead=self.opportunity_id, order=self)
