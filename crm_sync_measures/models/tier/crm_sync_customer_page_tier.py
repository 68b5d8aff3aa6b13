from odoo import models

from ..core.crm_sync_customer_page import customer_tile


class CrmSyncCustomerPage(models.AbstractModel):
    _inherit = "crm.sync.customer.page"

    def _tile_labels(self):
        return {**super()._tile_labels(), "tier": self.env._("Tier")}

    @customer_tile(58, "tier")
    def _tile_tier(self, contacts):
        """The tier, and what is needed to keep it or to rise; nothing for who has none."""
        summary = self.env["crm.sync.tier.summary"]
        standing = summary._get_shown(contacts)
        if not standing:
            return None
        label, in_danger = self._tile_labels()["tier"], summary._is_in_danger(standing)
        more = summary._keep_words(standing) if in_danger else summary._next_words(standing)
        return {
            "label": label,
            "icon": "fa-trophy",
            "unit": "text",
            "text": " · ".join(filter(None, (standing.tier_id.name, more))),
            "tone": "warning" if in_danger else "info",
            "action": self._list_action("crm.sync.tier.membership", [("partner_id", "in", contacts.ids)], label),
        }
