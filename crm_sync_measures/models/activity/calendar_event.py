from odoo import models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def action_sync_promise(self):
        """Open the dialog that notes what was promised in this meeting."""
        self.ensure_one()
        Promise = self.env["crm.sync.promise"]
        lead = Promise._lead_of(self)
        customers = self.partner_ids.filtered("partner_share")
        return Promise._action_make(self, lead.partner_id or customers[:1], self.name, lead_id=lead, channel="meeting")

    def action_sync_advise(self):
        """Open the dialog "Who should go?"."""
        return self.env["crm.sync.advisor"]._action_advise(self)
