from odoo import api, fields, models
from odoo.exceptions import AccessError

_CASE = "crm.sync.case"


class RatingRating(models.Model):
    """Odoo lets every employee write all ratings. Those of cases are copies of what customers said: nobody enters them."""

    _inherit = "rating.rating"

    sync_score_id = fields.Many2one(
        "crm.sync.score", "Verdict on a Case", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._check_no_copy()
        return ratings

    def write(self, vals):
        self._check_no_copy()
        result = super().write(vals)
        self._check_no_copy()
        return result

    def _check_no_copy(self):
        if self.env.su:
            return
        # sudo: what the ratings are of, also those that the caller may not read
        if any(rating.res_model == _CASE or rating.sync_score_id for rating in self.sudo()):
            raise AccessError(self.env._("The customer says himself how it went."))

    def unlink(self):
        self._check_no_copy()
        return super().unlink()
