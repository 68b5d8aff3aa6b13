from odoo import fields, models

from ...rules.survey_answer import EDIT_WINDOW, page_state


class CrmSyncSurveyInvitation(models.Model):
    """The customer's answer to an invitation. Callers have checked that he has its link, and that it is his answer."""

    _inherit = "crm.sync.survey.invitation"

    def _page_state(self):
        """What the link shows now; see ``rules/survey_answer.py``."""
        self.ensure_one()
        return page_state(
            self.state,
            self.expires_at or None,
            bool(self.score_id or self._said_elsewhere()),
            self.program_id.state,
            fields.Datetime.now(),
        )

    def _said_elsewhere(self):
        """The customer's verdict on the case he was asked about, given on the page of the case: the first answer stands."""
        self.ensure_one()
        scores = self.env["crm.sync.score"].sudo()  # sudo: whether there is one
        if self.origin_model != "crm.sync.case" or not self.origin_id:
            return scores
        cycle = self._asked_cycle()
        return scores.search(
            [
                ("case_id", "=", self.origin_id),
                ("metric", "=", self.program_id.metric),
                ("invitation_id", "!=", self.id),
                *([("cycle", "=", cycle)] if cycle else []),
            ],
            limit=1,
        )

    def _asked_cycle(self):
        """Which cycle of a case he was asked about; 0 where that is not known."""
        self.ensure_one()
        model, _id, cycle = (*self.origin_key.split(":"), "", "")[:3]
        return int(cycle) if model == "crm.sync.case" and cycle.isdecimal() else 0

    def _answer(self, value, comment, at):
        """Keep the first answer; of two posts at the same moment the second one collides here and is repeated by Odoo.

        :return: the score; empty where it was answered already
        """
        self.ensure_one()
        Score, program = self.env["crm.sync.score"], self.program_id
        if not self._set_state("done", at):
            return Score
        if self.is_anonymous:
            # Neither names the other.
            return Score._answer(program, value, comment, at, self)
        native = self._begin_native(value, comment)
        score = Score._answer(program, value, comment, at, self, user_input=native).with_env(self.env)
        self._record({"score_id": score.id, "user_input_id": native.id})
        program._end_native(native)
        return score

    def _begin_native(self, value, comment):
        """Odoo's own answer with the score, and why, in it, where the questionnaire may go on."""
        self.ensure_one()
        return self.program_id._begin_native(
            value, comment, partner=self.partner_id, email=self.email or False, lang=self.lang, deadline=self.expires_at
        )

    def _correct(self, value, comment, at):
        """Put the answer right; callers have checked that this may be. The first moment stays the one that counts."""
        self.ensure_one()
        native, program = self.user_input_id, self.program_id
        score = self.env["crm.sync.score"]._answer(program, value, comment, at, self, user_input=native)
        self._record({"score_id": score.id})
        native._correct_score(program.question_id, value, comment)
        return score.with_env(self.env)

    def _asked_about(self):
        """The document that was the reason to ask, as superuser; None where there is none any more."""
        self.ensure_one()
        model = self.origin_model
        if not model or model not in self.env or not self.origin_id:
            return None
        # sudo: what the answer is about
        return self.env[model].sudo().browse(self.origin_id).exists() or None

    def _answer_key(self):
        """What is opened because of this answer has this key: wished for and low at once, it is one case."""
        self.ensure_one()
        return f"survey-answer:{self.id}"

    def _edit_until(self):
        self.ensure_one()
        return self.done_at and self.done_at + EDIT_WINDOW
