from odoo import models
from odoo.exceptions import ValidationError

from ...models.loyalty.movement import moving

#: Programs whose cards are accounts of a customer. The others' cards are made with what they are worth.
_ACCOUNTS = ("loyalty", "ewallet")


class LoyaltyGenerateWizard(models.TransientModel):
    """Cards that are accounts begin empty and are granted by adjustments; coupons and gift cards come as they are."""

    _inherit = "loyalty.generate.wizard"

    def generate_coupons(self):
        for wizard in self:
            self.env["crm.sync.loyalty.adjustment"]._entered(wizard.points_granted)
            if wizard.points_granted < 0:
                raise ValidationError(self.env._("Grant: enter more than 0."))
        cards = self.env["loyalty.card"]
        for wizard in self:
            if wizard.program_id and wizard.program_type in _ACCOUNTS:
                cards += wizard._sync_generate_accounts()
            else:
                generated = super(
                    LoyaltyGenerateWizard, moving(wizard, "generate", wizard.program_id)
                ).generate_coupons()
                cards += generated.with_env(self.env)
        return cards

    def _sync_generate_accounts(self):
        self.ensure_one()
        if self.coupon_qty <= 0:
            raise ValidationError(self.env._("Quantity: enter at least 1."))
        customers = self._get_partners() or [self.env["res.partner"]] * self.coupon_qty
        vals_list = [{**self._get_coupon_values(partner), "points": 0.0} for partner in customers]
        cards = self.env["loyalty.card"].with_context(loyalty_no_mail=True).create(vals_list).with_env(self.env)
        self._sync_grant(cards)
        cards._send_creation_communication()
        return cards

    def _sync_grant(self, cards):
        """One adjustment for each card; above the limit, each or in sum, they wait for a second person."""
        text = self.description or self.env._("Gift For Customer")
        # sudo: who may make cards asks for points on them; the limit and the second person hold as ever.
        requests = (
            self.env["crm.sync.loyalty.adjustment"]
            .sudo()
            .create(
                [
                    {
                        "card_id": card.id,
                        "quantity": self.points_granted,
                        "reason": "promotion",
                        "customer_text": text[:200],
                        "explanation": text[:2000],
                    }
                    for card in cards
                ]
            )
        )
        if self.env.su:
            # Private code decides for itself.
            requests._post()
            return
        limit = (self.program_id.company_id or self.env.company).sync_adjust_limit
        requests.with_env(self.env)._submit("limit" if sum(requests.mapped("quantity")) > limit else None)
