from odoo import models


class CrmSyncLoyaltyAdjustment(models.Model):
    """Points asked for by a compensation may be decided on in the loyalty room as well: the compensation follows."""

    _inherit = "crm.sync.loyalty.adjustment"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("posted", "refused", "reversed"):
            self._tell_compensations()
        return result

    def _tell_compensations(self):
        # sudo: what became of the points, whoever may see the case
        compensations = self.env["crm.sync.case.compensation"].sudo().search([("adjustment_id", "in", self.ids)])
        for compensation in compensations:
            state = compensation.adjustment_id.state
            if state == "posted" and compensation.state == "to_approve":
                compensation._granted()
                compensation._close_activities()
            elif state == "refused" and compensation.state == "to_approve":
                compensation._refuse()
            elif state == "reversed" and compensation.state == "granted":
                compensation._refuse(self.env._("Reversed."))
