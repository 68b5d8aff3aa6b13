from odoo import models
from odoo.exceptions import AccessError


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def action_sync_check(self):
        """Prove this card and show what came out; for managers and auditors."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_groups("crm_sync_measures.group_manager,crm_sync_measures.group_auditor"):
            raise AccessError(self.env._("Only managers and auditors of Customer Sync check a card."))
        check = self.env["crm.sync.loyalty.check"]._check_card(self)
        return check.with_env(self.env)._action_open()
