from odoo import fields, models


class RatingRating(models.Model):
    _inherit = "rating.rating"

    sync_score_id = fields.Many2one(
        "crm.sync.score", "Verdict on a Case", readonly=True, index="btree_not_null", ondelete="set null"
    )
