from odoo import api, fields, models

from ...rules.score_statistics import vote_of


class CrmSyncScore(models.Model):
    """Scores of survey programs and of survey questions that are flagged, beside those of cases.

    ``figure`` is what an answer adds to the score of its metric: -100, 0 or 100 of an NPS, 0 or 100 of a share. The average
    of ``figure`` over any group of answers of one metric *is* their score, so lists, graphs and pivots show it as it is.

    What is asked about the relationship and what is asked after something that happened are never added up either
    (``is_relational``). Answers that were promised to stay unknown are read by nobody, only counted
    (``crm_sync_score_anonymous``).
    """

    _inherit = "crm.sync.score"

    program_id = fields.Many2one(
        "crm.sync.survey.program", "Survey Program", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    invitation_id = fields.Many2one(
        "crm.sync.survey.invitation", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    user_input_id = fields.Many2one(
        "survey.user_input", "All Answers", readonly=True, index="btree_not_null", ondelete="set null"
    )
    question_id = fields.Many2one(
        "survey.question", "Question of the Survey", readonly=True, index="btree_not_null", ondelete="set null"
    )
    wave = fields.Integer(readonly=True, aggregator=None)
    is_relational = fields.Boolean(
        "About the Relationship", readonly=True, help="Asked from time to time, and not after something that happened."
    )
    is_anonymous = fields.Boolean("Anonymous", readonly=True)
    pseudonym = fields.Char(
        readonly=True,
        copy=False,
        help="Stands for a customer who was forgotten or deleted: his answers still count as those of one.",
    )
    vote = fields.Integer(compute="_compute_figure", store=True, aggregator=None, export_string_translation=False)
    figure = fields.Float(
        "NPS or Share (%)",
        compute="_compute_figure",
        store=True,
        aggregator="avg",
        help="The average is the score: NPS from -100 to 100, or the share of those who gave 4-5 of 5 (satisfaction) or"
        " 5-7 of 7 (ease). Look at one kind of score at a time.",
    )

    _invitation_uniq = models.UniqueIndex(
        "(invitation_id, metric) WHERE active AND invitation_id IS NOT NULL", "This was answered already."
    )
    _input_uniq = models.UniqueIndex(
        "(user_input_id, question_id) WHERE active AND user_input_id IS NOT NULL", "This was answered already."
    )
    _program_idx = models.Index("(program_id, wave, answered_at) WHERE active AND program_id IS NOT NULL")

    @api.depends("metric", "value")
    def _compute_figure(self):
        for score in self:
            score.vote = vote_of(score.metric, score.value)
            score.figure = 100.0 * score.vote
