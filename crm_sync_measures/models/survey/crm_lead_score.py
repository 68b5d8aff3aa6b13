from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    sync_score_count = fields.Integer("Scores", compute="_compute_sync_scores", groups=_READERS)
    sync_score_text = fields.Char("Score", compute="_compute_sync_scores", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_sync_scores(self):
        """Answers about this lead, as far as the reader may know."""
        told = self.env["crm.sync.score"]._figures_by("lead_id", self)
        for lead in self:
            lead.sync_score_count, lead.sync_score_text = told.get(lead.id, (0, False))

    def action_open_sync_scores(self):
        """Open the scores about this lead."""
        self.ensure_one()
        return self.env["crm.sync.score"]._action_list([("lead_id", "=", self.id)])
