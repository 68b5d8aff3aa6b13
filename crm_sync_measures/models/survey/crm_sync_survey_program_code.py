from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSyncSurveyProgram(models.Model):
    """A program can be answered without an invitation: by a code on paper, on a receipt or at the counter."""

    _inherit = "crm.sync.survey.program"

    has_code = fields.Boolean(
        "Answered by QR Code",
        copy=False,
        tracking=True,
        help="Whoever has the code may answer, once a day with each device. Nobody is known by it.",
    )

    @api.model
    def _by_code(self, token):
        """The program of a code as superuser, whatever its state; empty for what is none, or is switched off."""
        return self._by_public_token(token).filtered("has_code")

    def _further_questions(self):
        """Questions of the survey beside those of our page: the one that is scored, and why."""
        self.ensure_one()
        question = self.question_id.sudo()  # sudo: what whoever answers is asked
        return question.survey_id.question_ids - question - question._sync_why()

    # ---------------------------------------------------------------- for people

    def action_qr(self):
        self._check_code()
        return super().action_qr()

    def action_copy_link(self):
        self._check_code()
        return super().action_copy_link()

    def action_poster(self):
        """The code with the question, to print."""
        self.ensure_one()
        self._check_code()
        return self.env.ref("crm_sync_measures.crm_sync_survey_poster_report").report_action(self)

    def _poster_question(self):
        """What is asked, for who may read the program."""
        self.ensure_one()
        return self.question_id.sudo().title  # sudo: surveys are read by few

    def _check_code(self):
        self.check_access("read")
        if not all(self.mapped("has_code")):
            raise UserError(self.env._("Switch on “Answered by QR Code” first."))
