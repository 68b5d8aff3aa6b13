from odoo import fields, models


class CrmSyncMaterialWithdraw(models.TransientModel):
    """Say why a material was noted by mistake."""

    _name = "crm.sync.material.withdraw"
    _description = "Withdraw a Note of Material"
    _transient_max_hours = 2.0

    reason = fields.Char("Why Withdrawn", required=True, size=200)

    def action_withdraw(self):
        """Withdraw what was chosen in the list."""
        self.ensure_one()
        chosen = self.env["crm.sync.material.sent"].browse(self.env.context.get("active_ids") or [])
        chosen.action_withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
