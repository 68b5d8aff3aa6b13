from odoo import api, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.sync.scored.mixin"]
    _sync_score_field = "commercial_partner_id"

    def _sync_scored(self):
        """Of the whole company or person."""
        return self.commercial_partner_id

    @api.ondelete(at_uninstall=False)
    def _forget_scores(self):
        """Who is deleted is forgotten by what he has answered; the numbers stay."""
        self.env["crm.sync.score"]._forget(self)
