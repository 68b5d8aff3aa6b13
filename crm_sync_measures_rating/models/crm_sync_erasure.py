from odoo import models
from odoo.addons.crm_sync_measures.models.core.crm_sync_erasure import erasure_step
from odoo.tools import SQL


class CrmSyncErasure(models.AbstractModel):
    _inherit = "crm.sync.erasure"

    @erasure_step(41)
    def _erase_ratings(self, partners):
        """The words beside the stars; by SQL, since Odoo stamps a rating that is written with the time."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE rating_rating r SET feedback = NULL FROM crm_sync_score s
                    WHERE s.id = r.sync_score_id AND (s.partner_id = ANY(%s) OR s.case_id = ANY(%s))""",
                partners.ids,
                self._cases_of(partners).ids,
            )
        )
        self.env["rating.rating"].invalidate_model(["feedback"])
