from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _sync_detain(self):
        """Their cases are lines of the handover that was just made, and go back into the queue."""
        result = super()._sync_detain()
        # sudo: as in the handover: who may archive a user need not be allowed to see what he has.
        self.env["crm.sync.handover"].sudo()._detain_cases(self.filtered("active"))
        return result
