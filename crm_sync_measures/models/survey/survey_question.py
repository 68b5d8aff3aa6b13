from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules.score import RANGES
from ..feedback.crm_sync_score import METRICS

#: Questions that are answered with words.
_WORDS = ("text_box", "char_box")


class SurveyQuestion(models.Model):
    """A question whose answer is a score of ours.

    It is said, and not guessed from the scale: many questions go from 0 to 10, and few of them ask for a recommendation.
    """

    _inherit = "survey.question"

    sync_metric = fields.Selection(
        METRICS,
        "Score of Customer Sync",
        index="btree_not_null",
        help="The answer is kept as this score of the customer. The question is a scale with exactly these ends.",
    )

    def _sync_why(self):
        """The question that follows a score and asks for words: our page asks it as its "why"."""
        self.ensure_one()
        questions = self.survey_id.question_ids.sorted(lambda question: (question.sequence, question.id))
        place = questions.ids.index(self.id)
        return questions[place + 1 : place + 2].filtered(lambda question: question.question_type in _WORDS)

    @api.onchange("sync_metric")
    def _onchange_sync_metric(self):
        """Fill in the scale that belongs to the score."""
        if self.sync_metric:
            self.question_type = "scale"
            self.scale_min, self.scale_max = RANGES[self.sync_metric]

    @api.constrains("sync_metric", "question_type", "scale_min", "scale_max")
    def _check_sync_metric(self):
        for question in self.filtered("sync_metric"):
            lowest, highest = RANGES[question.sync_metric]
            if question.question_type != "scale" or (question.scale_min, question.scale_max) != (lowest, highest):
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: this score needs a scale from %(lowest)s to %(highest)s.",
                        question=question.title,
                        lowest=lowest,
                        highest=highest,
                    )
                )

    @api.constrains("sync_metric", "survey_id")
    def _check_sync_programs(self):
        """What programs ask stays what it is: scores of before would be mixed with others."""
        # sudo: programs of all companies ask the same question
        programs = self.env["crm.sync.survey.program"].sudo().search([("question_id", "in", self.ids)])
        for program in programs:
            question = program.question_id
            if question.sync_metric != program.metric or question.survey_id != program.survey_id:
                raise ValidationError(
                    self.env._(
                        "The survey program “%(program)s” asks “%(question)s”. Make a new question instead.",
                        program=program.name,
                        question=question.title,
                    )
                )
