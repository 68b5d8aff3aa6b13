from odoo import models


class CrmSyncHandoverPromises(models.Model):
    """Promises and answers that are due are handed over by their own methods, which keep their history."""

    _inherit = "crm.sync.handover"

    def _give_by_itself(self, source, lines):
        for user, group in lines.grouped("user_id").items():
            self.env[source.model].browse(group.mapped("res_id"))._hand_over(user)

    def _take_back_promises(self, source, lines, old):
        """The history of the promises tells both ways."""
        self.env[source.model].browse(lines.mapped("res_id"))._hand_over(self.user_id)
