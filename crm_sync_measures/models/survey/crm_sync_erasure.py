from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import erasure_step


class CrmSyncErasure(models.AbstractModel):
    """The survey room's part: that somebody was asked stays countable; where he was reached is forgotten, and his links are dead."""

    _inherit = "crm.sync.erasure"

    @erasure_step(44)
    def _erase_invitations(self, partners):
        """By SQL, since the history of an invitation is otherwise never changed."""
        invitations = self.env["crm.sync.survey.invitation"].search([("partner_id", "in", partners.ids)])
        if not invitations:
            return
        invitations._set_state("cancelled")
        invitations._set_state("expired")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_survey_invitation SET email = NULL, nonce = gen_random_uuid()::text WHERE id IN %s",
                tuple(invitations.ids),
            )
        )
        self.env.cr.execute(
            SQL("UPDATE crm_sync_survey_event SET note = NULL WHERE invitation_id IN %s", tuple(invitations.ids))
        )
        self.env.invalidate_all()
        invitations.message_unsubscribe(partners.ids)
        self._erase_chatter(invitations)
