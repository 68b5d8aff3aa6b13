from odoo import models


class SurveyUserInput(models.Model):
    """Odoo's own opportunities from answers (``survey_crm``, which is always loaded before us): none of tests, and one each."""

    _inherit = "survey.user_input"

    def _create_leads_from_generative_answers(self):
        real = self.filtered(lambda answer: not answer.test_entry and not answer.lead_id)
        return super(SurveyUserInput, real)._create_leads_from_generative_answers()
