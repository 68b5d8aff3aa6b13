from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class ResPartner(models.Model):
    _inherit = "res.partner"

    sync_score_count = fields.Integer("Scores", compute="_compute_sync_scores", groups=_READERS)
    sync_score_text = fields.Char("Score", compute="_compute_sync_scores", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_sync_scores(self):
        """Of the whole company or person, as far as the reader may know."""
        told = self.env["crm.sync.score"]._figures_by("commercial_partner_id", self.commercial_partner_id)
        for partner in self:
            count, text = told.get(partner.commercial_partner_id.id, (0, False))
            partner.sync_score_count, partner.sync_score_text = count, text

    def action_open_sync_scores(self):
        """Open all scores of this company or person."""
        self.ensure_one()
        return self.env["crm.sync.score"]._action_list(
            [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        )

    @api.ondelete(at_uninstall=False)
    def _forget_scores(self):
        """Who is deleted is forgotten by what he has answered; the numbers stay."""
        self.env["crm.sync.score"]._forget(self)
