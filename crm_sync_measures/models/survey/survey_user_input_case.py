from odoo import models


class SurveyUserInput(models.Model):
    """Odoo's own questionnaire opens no case as long as the score before it may be put right."""

    _inherit = "survey.user_input"

    def _sync_open_case(self):
        # sudo: whether something is still to follow
        waiting = self.env["crm.sync.survey.invitation"].sudo()
        if waiting.search_count([("user_input_id", "=", self.id), ("follow_at", "!=", False)], limit=1):
            return self.env["crm.sync.case"]
        return super()._sync_open_case()
