from odoo import fields, models


class CrmSyncCaseCompensationRefuse(models.TransientModel):
    """The dialog behind *Refuse*: who has asked reads why."""

    _name = "crm.sync.case.compensation.refuse"
    _description = "Refuse a Compensation"

    compensation_id = fields.Many2one("crm.sync.case.compensation", required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_apply(self):
        """Refuse it, with the rights of who asks."""
        self.ensure_one()
        self.compensation_id.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
