from odoo import models


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "crm.sync.scored.mixin"]
    _sync_score_field = "product_id"
