from odoo import models

from ..core.crm_sync_erasure import erasure_step


class CrmSyncErasure(models.AbstractModel):
    """Scores: the number stays."""

    _inherit = "crm.sync.erasure"

    @erasure_step(45)
    def _erase_survey_scores(self, partners):
        self.env["crm.sync.score"]._forget(partners)

    def _words_of_scores(self):
        return [*super()._words_of_scores(), "search_words"]
