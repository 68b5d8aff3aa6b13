from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import erasure_step


class CrmSyncErasure(models.AbstractModel):
    """The care room's part: that somebody was greeted stays countable; his address is forgotten, and what waits is dropped."""

    _inherit = "crm.sync.erasure"

    @erasure_step(46)
    def _erase_care(self, partners):
        """By SQL, since what was recorded is otherwise never changed."""
        self.env["crm.sync.care.occasion"].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_care_occasion
                      SET email = NULL, state = CASE WHEN state = 'planned' AND handed_at IS NULL THEN 'cancelled' ELSE state END
                    WHERE partner_id = ANY(%s)""",
                partners.ids,
            )
        )
        occasions = self.env["crm.sync.care.occasion"]
        occasions.invalidate_model(flush=False)
        # What was mailed to him names him.
        self._erase_chatter(occasions.search([("partner_id", "in", partners.ids)]))
