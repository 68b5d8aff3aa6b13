from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import erasure_step


class CrmSyncErasure(models.AbstractModel):
    """What was said of a customer who was unhappy goes with him, and nobody calls or rewards him any more; the figures stay."""

    _inherit = "crm.sync.erasure"

    @erasure_step(46)
    def _erase_survey_loops(self, partners):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_survey_invitation SET call_phone = NULL, follow_at = NULL WHERE partner_id IN %s",
                tuple(partners.ids),
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_survey_loop l SET outcome_said = NULL
                     FROM crm_sync_survey_invitation i WHERE i.id = l.invitation_id AND i.partner_id IN %s""",
                tuple(partners.ids),
            )
        )
        self.env["crm.sync.survey.invitation"].invalidate_model(["call_phone", "follow_at"])
        self.env["crm.sync.survey.loop"].invalidate_model(["outcome_said", "outcome_note"])
