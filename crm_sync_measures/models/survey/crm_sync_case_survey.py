from odoo import models


class CrmSyncCase(models.Model):
    """Where a program asks how cases went, nobody else does: one question, and one answer, for each cycle of a case."""

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
        if not reason and self._is_asked_by_program():
            return words._("A survey program asks about cases.")
        return reason

    def _is_asked_by_program(self):
        """Whether a program has looked at this cycle, or is going to: what was over before it ran it leaves to us."""
        self.ensure_one()
        running = self.env["crm.sync.survey.program"]._running(["case_closed"], self.company_id)
        if any(program.asks_from <= self.closed_at for program in running if program.asks_from and self.closed_at):
            return True
        # sudo: whether somebody was asked
        invitations = self.env["crm.sync.survey.invitation"].sudo()
        return bool(invitations.search_count([("origin_key", "=", self._survey_key())], limit=1))

    def _survey_key(self):
        """The key of invitations that ask about this cycle."""
        self.ensure_one()
        return f"{self._name}:{self.id}:{self.cycle}"

    def _may_judge(self, given, now):
        # What was answered to a survey is put right on its own page, by who has sent it.
        return not given.program_id and super()._may_judge(given, now)
