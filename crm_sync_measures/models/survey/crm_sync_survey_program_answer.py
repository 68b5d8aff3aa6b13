import logging

from odoo import SUPERUSER_ID, models

from ..core.harmless import harmless

_logger = logging.getLogger(__name__)


class CrmSyncSurveyProgram(models.Model):
    """What is kept of answers to this program beside their scores, and of answers by a code on paper."""

    _inherit = "crm.sync.survey.program"

    # ---------------------------------------------------------------- Odoo's own answer

    def _begin_native(self, value, why, lang=None, **values):
        """Odoo's own answer with the score, and why, in it; empty where there can be none. The score stands all the same."""
        self.ensure_one()
        with self._harmless("Odoo's own answer could not be made"):
            # sudo: surveys are read by nobody who answers
            survey = self.survey_id.sudo()
            code = self.env["res.lang"]._get_data(code=lang or self.env.lang)
            begun = survey._create_answer(check_attempts=False, lang_id=code.id, **values)
            begun._begin_with_score(self.question_id, value, why)
            return begun
        return self.env["survey.user_input"]

    def _end_native(self, native):
        """It is complete, unless Odoo's pages have more to ask. Comes after the score, which is not to be made twice."""
        self.ensure_one()
        if native and not self._further_questions():
            with self._harmless("Odoo's own answer could not be completed"):
                native._mark_done()

    def _harmless(self, what):
        """What fails in here takes nothing else with it: the customer has answered, and need not know."""
        return harmless(self.env.cr, _logger, "Survey program %s: %s", self.id, what)

    # ---------------------------------------------------------------- by a code on paper

    def _answer_by_code(self, value, comment, at):
        """Keep an answer of whom nobody knows; callers have checked that his device has not answered today."""
        self.ensure_one()
        Score = self.env["crm.sync.score"]
        if self.is_anonymous:
            return Score._answer(self, value, comment, at)
        native = self.env["survey.user_input"]
        if self._further_questions():
            native = self._begin_native(value, comment)
        score = self._give_by_code(value, comment, at, native)
        self._end_native(native)
        return score

    def _correct_by_code(self, score, value, comment, at):
        """Put such an answer right."""
        self.ensure_one()
        score.user_input_id._correct_score(self.question_id, value, comment)
        return self._give_by_code(value, comment, at, score.user_input_id, score)

    def _give_by_code(self, value, comment, at, native, replaced=None):
        # The system keeps it, and nobody in whose browser it was given.
        scores = self.env["crm.sync.score"].with_user(SUPERUSER_ID)
        nobody = scores.env["res.partner"], scores.env["crm.sync.survey.invitation"]
        values = {
            **scores._asked_values(self.with_env(scores.env), nobody[1], nobody[0]),
            "lang": self.env.lang,
            "value": value,
            "comment": comment or False,
            "answered_at": at,
            "user_input_id": native.id,
        }
        return scores._give(values, replaced).with_env(self.env)
