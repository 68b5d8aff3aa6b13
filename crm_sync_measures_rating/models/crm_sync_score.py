from odoo import api, models


class CrmSyncScore(models.Model):
    """A verdict on a case is a rating of Odoo as well, for its own reports. What counts is the score; this is a copy."""

    _inherit = "crm.sync.score"

    @api.model
    def _give(self, values, replaced=None):
        score = super()._give(values, replaced)
        if score.case_id and score.metric == "csat":
            score._mirror(replaced)
        return score

    def _mirror(self, replaced=None):
        """One rating for each answer; that of an answer that was put right shows the new one."""
        # sudo: ratings of customers, written for them
        Rating = self.env["rating.rating"].sudo()
        for score in self.sudo():  # sudo: as above
            values = {
                "res_model_id": self.env["ir.model"]._get_id("crm.sync.case"),
                "res_id": score.case_id.id,
                "rating": score.value,
                "feedback": score.comment,
                "partner_id": score.partner_id.id,
                "rated_partner_id": score.user_id.partner_id.id,
                "consumed": True,
                "sync_score_id": score.id,
            }
            rating = Rating.search([("sync_score_id", "=", replaced.id)]) if replaced else Rating
            if rating:
                rating.write(values)
            else:
                rating = Rating.create(values)
            # Odoo stamps what it is given with the time of writing.
            rating.rated_on = score.answered_at
