from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class CrmSyncScoredMixin(models.AbstractModel):
    """What customers' answers are about: how many there are, and what they come to, as far as the reader may know."""

    _name = "crm.sync.scored.mixin"
    _description = "What Scores Are About"

    #: The field of a score that leads here.
    _sync_score_field = None

    sync_score_count = fields.Integer("Scores", compute="_compute_sync_scores", groups=_READERS)
    sync_score_text = fields.Char("Score", compute="_compute_sync_scores", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_sync_scores(self):
        told = self.env["crm.sync.score"]._figures_by(self._sync_score_field, self._sync_scored())
        for record in self:
            count, text = told.get(record._sync_scored().id, (0, False))
            record.sync_score_count, record.sync_score_text = count, text

    def _sync_scored(self):
        """Whose scores are told here."""
        return self

    def action_open_sync_scores(self):
        """Open these scores."""
        self.ensure_one()
        return self.env["crm.sync.score"]._action_list([(self._sync_score_field, "=", self._sync_scored().id)])
