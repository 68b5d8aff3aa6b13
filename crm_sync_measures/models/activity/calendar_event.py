from odoo import models
from odoo.exceptions import AccessError, UserError


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

    # ---------------------------------------------------------------- brief

    def action_open_sync_brief(self):
        """Open the briefs of the customers whom this meeting is with."""
        self.ensure_one()
        self._check_sync_not_private()
        customers = self._sync_customers()
        if not customers:
            raise UserError(self.env._("Attendees: add the customer first, then there is a brief."))
        return customers.action_open_sync_brief()

    def _check_sync_not_private(self):
        """Of a private meeting of others nobody learns with whom it is."""
        self.check_access("read")
        if self.effective_privacy == "private" and self.env.user not in self.user_id | self.partner_ids.user_ids:
            raise AccessError(self.env._("This meeting is private."))

    def _sync_customers(self):
        """The commercial entities whom this meeting is with, as far as the reader may read them.

        Attendees from outside, and the customer of the opportunity or document that the meeting is about.
        """
        self.ensure_one()
        # sudo: ids of partners only; what the reader may not read is left out below.
        event = self.sudo()
        partners = event.partner_ids | event.opportunity_id.partner_id | event._sync_document_partner()
        # A company of ours is nobody's customer.
        entities = partners.filtered("partner_share").commercial_partner_id.filtered(lambda p: not p.ref_company_ids)
        return self.env["res.partner"].browse(entities.ids)._filtered_access("read")

    def _sync_document_partner(self):
        """The customer of the document that the meeting was planned from."""
        none = self.env["res.partner"]
        if not self.res_id or self.res_model not in self.env:
            return none
        document = self.env[self.res_model].browse(self.res_id).exists()
        if self.res_model == "res.partner":
            return document
        field = document._fields.get("partner_id")
        return document.partner_id if field and field.comodel_name == "res.partner" else none
