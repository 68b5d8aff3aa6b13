from odoo import models


class CrmSyncTouch(models.Model):
    _inherit = "crm.sync.touch"

    def action_sync_promise(self):
        """Open the dialog that notes what was promised in this contact."""
        self.ensure_one()
        return self.env["crm.sync.promise"]._action_make(
            self,
            self.partner_id,
            self.subject,
            lead_id=self.lead_id if self.lead_id.has_access("read") else None,
            touch_id=self,
            channel=self.channel,
            # A contact that was noted later was a promise on its day.
            promised_at=self.occurred_at,
        )

    def _journal(self):
        """A logged contact is an answer, or a wish to be called back."""
        clock = self.env["crm.sync.response.clock"]
        # sudo: only the ids are taken, also of what a corrected entry was about.
        touches = self.sudo() | self.sudo().corrects_id
        for model, documents in (
            ("crm.lead", touches.lead_id),
            ("sale.order", touches.order_id),
            ("res.partner", touches.partner_id),
        ):
            if documents:
                clock._note(model, documents.ids)
        return super()._journal()
