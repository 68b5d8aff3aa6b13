from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_sync_promise(self):
        """Open the dialog that notes a promise about this quotation or order."""
        self.ensure_one()
        Promise = self.env["crm.sync.promise"]
        return Promise._action_make(self, self.partner_id, lead_id=Promise._lead_of(self))
