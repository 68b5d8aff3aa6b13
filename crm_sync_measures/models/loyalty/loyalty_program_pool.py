from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: So many cards are brought over at once when a program is pooled; more are left to scheduled work.
_AT_ONCE = 100


class LoyaltyProgram(models.Model):
    """One wallet per company: switching it on brings together what the contacts have, switching it off divides nothing."""

    _inherit = "loyalty.program"

    def write(self, vals):
        switched_on = (
            self.filtered(lambda program: not program.sync_is_pooled) if vals.get("sync_is_pooled") else self.browse()
        )
        result = super().write(vals)
        if switched_on:
            switched_on._sync_pool()
        return result

    @api.constrains("sync_is_pooled", "applies_on", "program_type")
    def _check_sync_is_pooled(self):
        if any(program.sync_is_pooled and not program.is_nominative for program in self):
            raise ValidationError(self.env._("One Wallet per Company: only loyalty cards and eWallets can be shared."))

    @api.onchange("sync_is_pooled")
    def _onchange_sync_is_pooled(self):
        if not self._origin or self.sync_is_pooled == self._origin.sync_is_pooled:
            return None
        if self.sync_is_pooled:
            count = self.env["loyalty.card"].search_count(self.env["loyalty.card"]._sync_astray_domain(self._origin))
            message = self.env._(
                "When you save, the points of %s cards of contacts go over to their companies' cards, with their expiry. "
                "From then on all contacts of a company earn and spend there.",
                count,
            )
        else:
            message = self.env._(
                "When you save, the points in the wallets stay with the companies. Contacts start anew with cards of their own."
            )
        return {"warning": {"title": self.env._("One Wallet per Company"), "message": message}}

    def _sync_pool(self):
        """Bring the contacts' balances into their companies' wallets: a few now, many by scheduled work.

        Until then a contact's points go over with the next thing that he moves.
        """
        # sudo: whoever may change the program's policy changes it for all cards.
        cards = self.env["loyalty.card"].sudo()
        cards = cards.search(
            Domain.OR([cards._sync_astray_domain(program) for program in self]), limit=_AT_ONCE + 1, order="id"
        )
        if len(cards) > _AT_ONCE:
            # sudo: only wakes the job.
            self.env.ref("crm_sync_measures.cron_pool_wallets").sudo()._trigger()
        else:
            cards._sync_sweep()
