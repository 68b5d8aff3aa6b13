from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _sync_contact_guarded = True

    def action_sync_promise(self):
        """Open the dialog that notes a promise about this quotation or order."""
        self.ensure_one()
        Promise = self.env["crm.sync.promise"]
        return Promise._action_make(self, self.partner_id, lead_id=Promise._lead_of(self))

    def _sync_contact_purpose(self):
        """What is written on a confirmed or cancelled order is about what the customer asked for."""
        if len(self) == 1 and self.state in ("sale", "cancel"):
            return "transactional"
        return super()._sync_contact_purpose()
