from odoo import models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "crm.sync.scored.mixin"]
    _sync_score_field = "product_id.product_tmpl_id"
