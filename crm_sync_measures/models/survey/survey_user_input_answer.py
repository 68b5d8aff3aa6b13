from odoo import models


class SurveyUserInput(models.Model):
    """An answer to a program begins with the score that was given on our page, and never changes it."""

    _inherit = "survey.user_input"

    def _begin_with_score(self, question, value):
        """Put the score in, as text: a number of zero would be taken for no answer."""
        self.ensure_one()
        self._mark_in_progress()
        self._save_lines(question, str(value))
        if self.survey_id._get_pages_or_questions(self)[:1] == question:
            # It was asked; Odoo goes on with what comes after it.
            self.last_displayed_page_id = question

    def _correct_score(self, question, value):
        lines = self.user_input_line_ids.filtered(lambda line: line.question_id == question)
        lines.write({"value_scale": value, "answer_type": "scale", "skipped": False})

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
