from odoo import models


class CrmSyncTouch(models.Model):
    _inherit = "crm.sync.touch"

    def action_sync_case(self):
        """Open the dialog that opens a case of what the customer said."""
        self.ensure_one()
        return self.env["crm.sync.case.open"]._action(
            self.partner_id,
            text=self.note or "",
            name=self.subject,
            channel=self.channel,
            touch_id=self,
            lead_id=self.lead_id if self.lead_id.has_access("read") else None,
            order_id=self.order_id if self.order_id.has_access("read") else None,
            company_id=self.company_id,
        )
