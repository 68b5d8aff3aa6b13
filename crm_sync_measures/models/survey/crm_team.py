from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class CrmTeam(models.Model):
    _inherit = "crm.team"

    sync_score_count = fields.Integer("Scores", compute="_compute_sync_scores", groups=_READERS)
    sync_score_text = fields.Char("Score", compute="_compute_sync_scores", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_sync_scores(self):
        """Answers of customers of this sales team, as far as the reader may know."""
        told = self.env["crm.sync.score"]._figures_by("team_id", self)
        for team in self:
            team.sync_score_count, team.sync_score_text = told.get(team.id, (0, False))

    def action_open_sync_scores(self):
        """Open the scores of customers of this sales team."""
        self.ensure_one()
        return self.env["crm.sync.score"]._action_list([("team_id", "=", self.id)])
