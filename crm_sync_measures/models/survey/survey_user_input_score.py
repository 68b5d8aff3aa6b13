import logging

from odoo import SUPERUSER_ID, models

from ...rules.score import in_range
from ..core.harmless import harmless

_logger = logging.getLogger(__name__)


class SurveyUserInput(models.Model):
    """Answers to questions that are flagged as a score become scores, with or without a program.

    Odoo comes to :meth:`_mark_done` as the visitor of the page, also by a mere GET when a time limit has passed, and more than
    once: a score is kept once, in the name of the system, and never of a test or a colleague.
    """

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        # The answer is never lost for what follows from it.
        for answer in self:
            with harmless(self.env.cr, _logger, "No score could be kept of survey answer %s", answer.id):
                answer._sync_give_scores()
        return result

    def _get_line_answer_values(self, question, answer, answer_type):
        """A zero is an answer. Odoo takes the number 0 for none, and drops who is most unhappy."""
        if answer_type == "scale" and type(answer) is int:
            answer = str(answer)
        return super()._get_line_answer_values(question, answer, answer_type)

    # ---------------------------------------------------------------- scores

    def _sync_give_scores(self):
        """The scores of one completed answer; those that are there already are left as they are."""
        self.ensure_one()
        # sudo: what was answered, for the scores alone. It is the system that keeps them, not the visitor of the page.
        answer = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=None)
        scores = answer.env["crm.sync.score"]
        lines = answer.user_input_line_ids.filtered(
            lambda line: line.question_id.sync_metric and line.answer_type == "scale" and not line.skipped
        )
        if not lines or not answer._sync_counts():
            return scores
        invitation = answer.env["crm.sync.survey.invitation"].search([("user_input_id", "=", answer.id)], limit=1)
        given = scores.with_context(active_test=False).search([("user_input_id", "=", answer.id)]).question_id
        for line in lines:
            metric = line.question_id.sync_metric
            if line.question_id in given or not in_range(metric, line.value_scale):
                continue
            scores |= answer._sync_give_score(line, invitation)
        return scores

    def _sync_counts(self):
        """Whether this is an answer of a customer, in time."""
        self.ensure_one()
        is_late = self.deadline and self.end_datetime and self.end_datetime > self.deadline
        is_colleague = self.partner_id and not self.partner_id.partner_share
        return self.state == "done" and not self.test_entry and not is_late and not is_colleague

    def _sync_give_score(self, line, invitation):
        program = invitation.program_id
        scores = self.env["crm.sync.score"]
        if program and program.question_id == line.question_id:
            # What he has said on our own page, or in the mail, stands.
            if program.is_anonymous or scores.search_count([("invitation_id", "=", invitation.id)], limit=1):
                return scores.browse()
            return scores._answer(
                program, line.value_scale, self._sync_comment(line), self.end_datetime, invitation, user_input=self
            )
        if program.is_anonymous:
            return scores.browse()
        return scores._give(self._sync_score_values(line, invitation))

    def _sync_score_values(self, line, invitation):
        """Of a question that no program asks for: what is known of the customer, and of the survey."""
        partner = self.partner_id or invitation.partner_id
        company = partner.company_id or self.survey_id.user_id.company_id or self.env.company
        return {
            **self.env["crm.sync.score"]._customer_values(partner),
            "metric": line.question_id.sync_metric,
            "value": line.value_scale,
            "answered_at": self.end_datetime,
            "comment": self._sync_comment(line),
            "lang": self.lang_id.code or partner.lang,
            "company_id": (invitation.company_id or company).id,
            "user_input_id": self.id,
            "question_id": line.question_id.id,
            # It is no answer to the program, of whose score it is no part; but what it is about is what the customer was asked about.
            "is_relational": invitation.program_id.kind_of_score == "relational",
        }

    def _sync_comment(self, line):
        """What was written to the next question, where that asks for words: "Why?" follows the score."""
        why = line.question_id._sync_why()
        words = self.user_input_line_ids.filtered(lambda other: other.question_id == why and not other.skipped)
        return words[:1].value_text_box or words[:1].value_char_box or False
