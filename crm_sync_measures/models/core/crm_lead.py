from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        """Our rows and the done activities follow; Odoo would delete both with the merged leads."""
        merge = self.env["crm.sync.merge.mixin"]
        merge._sync_merge_records(opportunities, self)
        merge._sync_merge_done_activities(opportunities, self)
        return super()._merge_dependences(opportunities)

    def write(self, vals):
        with self.env["crm.sync.customer"]._noting_move(self, vals):
            return super().write(vals)

    def action_open_sync_customer(self):
        """Open the Customer 360 page of the lead's customer."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Customer: choose one first, then there is a history to show."))
        return self.partner_id.action_open_sync_customer()

    def action_log_sync_touch(self):
        """Open the form that logs a contact about this lead."""
        self.ensure_one()
        return self.env["crm.sync.touch"]._action_log(partner=self.partner_id, lead=self)
