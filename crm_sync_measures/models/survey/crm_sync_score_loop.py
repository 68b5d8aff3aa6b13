from odoo import api, fields, models
from odoo.fields import Domain


class CrmSyncScore(models.Model):
    """What follows from an answer; and answers of who is asked once more because he was unhappy.

    Those are no part of any figure: whoever counts the unhappy twice, and nobody else, would tell of another company than his.
    """

    _inherit = "crm.sync.score"

    # What is told of it is told to who may read the score.
    loop_ids = fields.One2many("crm.sync.survey.loop", "score_id", readonly=True, bypass_search_access=True)
    is_follow_up = fields.Boolean(
        "Second Question", readonly=True, help="Asked again because of a low answer; no part of any figure."
    )

    @api.model
    def _asked_values(self, program, invitation, partner):
        return {
            **super()._asked_values(program, invitation, partner),
            "is_follow_up": bool(invitation.follow_up_of_id),
        }

    @api.model
    def _given_before(self, values):
        if not values.get("is_follow_up"):
            return super()._given_before(values)
        # It puts right no other answer but itself.
        return self.search([("invitation_id", "=", values["invitation_id"]), ("metric", "=", values["metric"])])

    # ---------------------------------------------------------------- figures

    @api.model
    def _without_follow_ups(self, domain):
        """Whoever wishes to count them names them."""
        domain = Domain(domain or Domain.TRUE)
        if any(condition.field_expr == "is_follow_up" for condition in domain.iter_conditions()):
            return domain
        return domain & Domain("is_follow_up", "=", False)

    @api.model
    @api.readonly
    def csat_figures(self, domain=None):
        return super().csat_figures(self._without_follow_ups(domain))

    @api.model
    def _count_votes(self, domain, group, by_account):
        return super()._count_votes(self._without_follow_ups(domain), group, by_account)
