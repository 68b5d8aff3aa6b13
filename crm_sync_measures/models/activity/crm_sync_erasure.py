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
        """Titles of documents, what was advised and noted; by SQL, as a journal. Of other customers' documents, and of matters
        that were handed over, the reasons may name him: who looks after his dealer knows his way."""
        self.env["crm.sync.assignment"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_assignment SET name = %s, note = NULL, advice = NULL WHERE partner_id = ANY(%s)",
                ERASED,
                partners.ids,
            )
        )
        self.env["crm.sync.assignment"].invalidate_model()
        self._forget_words_in_json(partners, "crm_sync_assignment", "advice")
        self._forget_words_in_json(partners, "crm_sync_handover_line", "suggestion")
