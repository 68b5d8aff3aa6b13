from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    sync_score_count = fields.Integer("Scores", compute="_compute_sync_scores", groups=_READERS)
    sync_score_text = fields.Char("Score", compute="_compute_sync_scores", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_sync_scores(self):
        """Answers about all variants of this product, as far as the reader may know."""
        told = self.env["crm.sync.score"]._figures_by("product_id.product_tmpl_id", self)
        for product in self:
            product.sync_score_count, product.sync_score_text = told.get(product.id, (0, False))

    def action_open_sync_scores(self):
        """Open the scores about all variants of this product."""
        self.ensure_one()
        return self.env["crm.sync.score"]._action_list([("product_id.product_tmpl_id", "=", self.id)])
