from odoo import models


class SurveyUserInput(models.Model):
    """An answer to a program begins with the score that was given on our page, and never changes it."""

    _inherit = "survey.user_input"

    def _begin_with_score(self, question, value, why):
        """Put in what was said: the score as text, since a number of zero would be taken for no answer, and why."""
        self.ensure_one()
        self._mark_in_progress()
        self._save_lines(question, str(value))
        asked = question
        if words := question._sync_why():
            self._save_lines(words, why or "")
            asked += words
        # Where each question has a page, Odoo goes on after what was asked.
        shown = self.survey_id._get_pages_or_questions(self)[: len(asked)] & asked
        self.last_displayed_page_id = shown[-1:]

    def _correct_score(self, question, value, why):
        lines = self.user_input_line_ids.filtered(lambda line: line.question_id == question)
        lines.write({"value_scale": value, "answer_type": "scale", "skipped": False})
        if lines and (words := question._sync_why()):
            self._save_lines(words, why or "")

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """The score was given on our page, where the first answer stands: what Odoo's pages send for it later is left."""
        if question.sync_metric and self._sync_was_given(question):
            return None
        return super()._save_lines(question, answer, comment=comment, overwrite_existing=overwrite_existing)

    def _sync_was_given(self, question=None):
        """Whether this answer goes on from our page, where ``question`` was answered."""
        self.ensure_one()
        domain = [("user_input_id", "=", self.id), ("program_id", "!=", False)]
        if question:
            domain.append(("question_id", "=", question.id))
        # sudo: that there is one
        return bool(self.env["crm.sync.score"].sudo().search_count(domain, limit=1))
