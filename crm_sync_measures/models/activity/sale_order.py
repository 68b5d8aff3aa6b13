from odoo import api, models


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

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        if self.env.user.share:
            self.env["crm.sync.response.clock"]._note_asked(self._name, orders.ids)
        return orders

    def write(self, vals):
        result = super().write(vals)
        clock = self.env["crm.sync.response.clock"]
        if "opportunity_id" in vals:
            # It joins another conversation.
            clock._note(self._name, self.ids)
        if {"user_id", "partner_id", "opportunity_id", "company_id"} & vals.keys():
            clock._note_in_charge(self._name, self.ids)
        if "state" in vals:
            clock._note_confirmed(self._name, self.ids)
        if vals.get("state") == "cancel":
            self.env["crm.sync.response"]._close_over(self)
        return result
