from odoo import api, fields, models

from ...models.loyalty.crm_sync_loyalty_entry import POINTS


class CrmSyncLoyaltyReinstate(models.TransientModel):
    """Give expired points back to the customer: a manager says how many, until when, and why."""

    _name = "crm.sync.loyalty.reinstate"
    _description = "Reinstate Expired Points"

    lot_id = fields.Many2one("crm.sync.loyalty.lot", required=True, readonly=True, ondelete="cascade")
    expired = fields.Float("Expired and not Given Back", digits=POINTS, compute="_compute_expired")
    points = fields.Float("Points to Give Back", digits=POINTS, required=True)
    expires_on = fields.Date("Usable Through", required=True)
    reason = fields.Char(required=True, help="Kept in the ledger.")

    @api.depends("lot_id")
    def _compute_expired(self):
        for wizard in self:
            wizard.expired = float(wizard.lot_id._sync_expired())

    def action_confirm(self):
        self.ensure_one()
        self.lot_id._sync_reinstate(self.points, self.expires_on, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
