from odoo import models


class CrmSyncCaseRooms(models.Model):
    """A case in the other rooms: answers that wait, promises, advice, and what a message on it is for."""

    _inherit = "crm.sync.case"
    #: The before-you-contact card is shown here, and stops nothing: see _sync_contact_purpose.
    _sync_contact_guarded = True

    def _sync_contact_purpose(self):
        """What is written on a case is what the customer asked for himself."""
        return "transactional"

    def action_sync_promise(self):
        """Open the dialog that notes a promise about this case."""
        self.ensure_one()
        lead = self.lead_id if self.lead_id.has_access("read") else self.env["crm.lead"]
        return self.env["crm.sync.promise"]._action_make(self, self.partner_id, lead_id=lead)

    def action_sync_advise(self):
        """Open the dialog "Who should take it?"."""
        return self.env["crm.sync.advisor"]._action_advise(self)

    # ---------------------------------------------------------------- answers that wait

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.env["crm.sync.response.clock"]._note_in_charge(self._name, self.ids)
        return result

    def _record(self, vals):
        result = super()._record(vals)
        if {"user_id", "department_id"} & vals.keys():
            self.env["crm.sync.response.clock"]._note_in_charge(self._name, self.ids)
        if "stage_id" in vals:
            self.env["crm.sync.response"]._close_over(self.filtered(lambda case: not case.is_open))
        return result
