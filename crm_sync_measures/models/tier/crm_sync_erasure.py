from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import ERASED, erasure_step


class CrmSyncErasure(models.AbstractModel):
    """The tier room's part: which tier somebody had stays countable; why a colleague gave it to him is forgotten."""

    _inherit = "crm.sync.erasure"

    @erasure_step(52)
    def _erase_tiers(self, partners):
        """By SQL, since memberships are otherwise never changed."""
        memberships = self.env["crm.sync.tier.membership"]
        memberships.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_tier_membership m SET lock_reason = %s
                    WHERE m.lock_reason IS NOT NULL AND (m.partner_id = ANY(%s) OR m.card_id IN (
                          SELECT id FROM loyalty_card WHERE partner_id = ANY(%s)))""",
                ERASED,
                partners.ids,
                partners.ids,
            )
        )
        memberships.invalidate_model(["lock_reason"])

    @erasure_step(53)
    def _erase_tier_notices(self, partners):
        """That he was told stays countable; what was mailed to him, and what a mail server said of his address, is forgotten."""
        notices = self.env["crm.sync.tier.notice"].search([("partner_id", "in", partners.ids)])
        notices.write({"error": False})
        self._erase_chatter(notices)
