from odoo import models


class CrmSyncCase(models.Model):
    """Where a program asks how cases went, nobody else does: one question for each case."""

    _inherit = "crm.sync.case"

    def _after_step(self, step):
        result = super()._after_step(step)
        due = self.filtered("survey_at")
        for company, cases in due.grouped("company_id").items():
            if self.env["crm.sync.survey.program"]._asks_about_cases(company):
                cases._record({"survey_at": False})
        return result

    def _reason_not_to_ask(self, words):
        reason = super()._reason_not_to_ask(words)
        if not reason and self.env["crm.sync.survey.program"]._asks_about_cases(self.company_id):
            return words._("A survey program asks about cases.")
        return reason
