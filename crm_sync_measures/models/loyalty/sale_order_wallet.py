from odoo import models


class SaleOrder(models.Model):
    """Quotations of a company's contacts redeem the points that are in the company's wallet."""

    _inherit = "sale.order"

    def _update_programs_and_rewards(self):
        self._sync_apply_wallets()
        return super()._update_programs_and_rewards()

    def _sync_apply_wallets(self):
        """Apply the contact's card where there is something in the wallet it is a key to.

        Odoo by itself applies cards with points of their own only. The same programs, the same customers.
        """
        self.ensure_one()
        partner = self.partner_id
        entity = partner.commercial_partner_id
        if (
            self.state not in ("draft", "sent")
            or not entity
            or entity == partner
            or not self._allow_nominative_programs()
        ):
            return
        # sudo: what the company has in its wallet, whoever of it buys.
        wallets = (
            self.env["loyalty.card"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", entity.id),
                    ("points", ">", 0),
                    ("program_id.sync_is_pooled", "=", True),
                    ("program_id", "any", self._get_program_domain()),
                ]
            )
        )
        for wallet in wallets:
            key = wallet._sync_card_of(partner, wallet.program_id)
            if key._sync_account() == wallet and key not in self.applied_coupon_ids:
                self.applied_coupon_ids += key.with_env(self.env)
