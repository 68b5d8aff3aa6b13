from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import ERASED, erasure_step


class CrmSyncErasure(models.AbstractModel):
    """The activity room's part: what was promised stays countable, and its words are forgotten."""

    _inherit = "crm.sync.erasure"

    @erasure_step(41)
    def _erase_promises(self, partners):
        """By SQL, since a promise that is done and its history are otherwise never changed."""
        promises = self.env["crm.sync.promise"].search([("partner_id", "in", partners.ids)])
        if not promises:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_promise SET name = %s, note = NULL, outcome_note = NULL WHERE id IN %s",
                ERASED,
                tuple(promises.ids),
            )
        )
        self.env.cr.execute(
            SQL("UPDATE crm_sync_promise_event SET note = NULL WHERE promise_id IN %s", tuple(promises.ids))
        )
        promises._open_activities().unlink()
        self.env.invalidate_all()
        self._erase_chatter(promises)

    @erasure_step(46)
    def _erase_assignments(self, partners):
        """Titles of documents and what was noted; by SQL, as a journal."""
        self.env["crm.sync.assignment"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_assignment SET name = %s, note = NULL WHERE partner_id = ANY(%s)",
                ERASED,
                partners.ids,
            )
        )
        self.env["crm.sync.assignment"].invalidate_model()
