from odoo import fields, models


class CrmSyncLoyaltyGiveCard(models.TransientModel):
    """Whom points without owner belong to. For sales managers; the card's chatter tells who decided it."""

    _name = "crm.sync.loyalty.give.card"
    _description = "Give a Card to a Customer"

    card_ids = fields.Many2many("loyalty.card", string="Cards", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True)

    def action_give(self):
        self.ensure_one()
        self.card_ids._sync_give(self.partner_id)
        return {"type": "ir.actions.act_window_close"}
