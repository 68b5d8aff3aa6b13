from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...models.loyalty.crm_sync_loyalty_adjustment import REASONS


class LoyaltyCardUpdateBalance(models.TransientModel):
    """Odoo's wizard, as a short way to an adjustment over the difference."""

    _inherit = "loyalty.card.update.balance"

    new_balance = fields.Float(compute="_compute_new_balance", store=True, readonly=False)
    sync_reason = fields.Selection(REASONS, "Reason", required=True, default="other")
    sync_explanation = fields.Text("Explanation", help="For colleagues and auditors. Empty: the description.")

    @api.depends("card_id")
    def _compute_new_balance(self):
        """The wizard opens with the balance of now: with 0, whoever confirms in haste would take everything."""
        for wizard in self:
            wizard.new_balance = wizard.card_id.points

    def action_update_card_point(self):
        """Post the difference, or ask for approval; the balance is that of the card now."""
        self.ensure_one()
        if self.old_balance == self.new_balance or self.new_balance < 0:
            raise ValidationError(self.env._("New Balance: enter 0 or more, and another one than the card has now."))
        # As in Odoo, who may write on the card may use this wizard.
        self.card_id.check_access("write")
        Adjustment = self.env["crm.sync.loyalty.adjustment"]
        ledger = self.env["crm.sync.loyalty.ledger"]
        difference = float(ledger._exact(self.new_balance) - ledger._exact(self.old_balance))
        Adjustment._entered(difference)
        # sudo: who may write on the card asks for points on it; the limit and the second person hold as ever.
        request = Adjustment.sudo().create(
            {
                "card_id": self.card_id.id,
                "quantity": difference,
                "reason": self.sync_reason,
                "customer_text": self.description,
                "explanation": self.sync_explanation or self.description,
            }
        )
        if self.env.su:
            # Private code decides for itself.
            request._post()
        else:
            request.with_env(self.env)._submit()
        return request._sync_notification()
