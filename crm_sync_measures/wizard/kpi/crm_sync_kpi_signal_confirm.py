from odoo import fields, models


class CrmSyncKpiSignalConfirm(models.TransientModel):
    """The dialog behind *Confirm*: what the owner says to one signal, or to several of the same cause."""

    _name = "crm.sync.kpi.signal.confirm"
    _description = "Confirm Signals"

    signal_ids = fields.Many2many("crm.sync.kpi.signal", string="Signals", required=True, readonly=True)
    comment = fields.Text("What Follows From It", required=True)

    def action_apply(self):
        """Confirm them, with the rights of who asks."""
        self.ensure_one()
        self.signal_ids.action_confirm(self.comment)
        return {"type": "ir.actions.act_window_close"}
