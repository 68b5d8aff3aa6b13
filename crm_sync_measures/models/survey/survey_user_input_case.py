from odoo import fields, models

from ...rules.survey_loop import follows_at


class SurveyUserInput(models.Model):
    """Odoo's own questionnaire opens no case as long as the score before it may be put right."""

    _inherit = "survey.user_input"

    def _sync_open_case(self):
        # sudo: when the score before it was given
        invitation = self.env["crm.sync.survey.invitation"].sudo().search([("user_input_id", "=", self.id)], limit=1)
        if invitation.done_at and follows_at(invitation.done_at) > fields.Datetime.now():
            return self.env["crm.sync.case"]
        return super()._sync_open_case()
