from odoo import models

from ...rules.score import RANGES


class CrmSyncSurveyInvitation(models.Model):
    """What the mails of an invitation tell, in the language of the context."""

    _inherit = "crm.sync.survey.invitation"

    def _question(self):
        # sudo: the question that the customer is asked
        return self.sudo().program_id.question_id.with_context(lang=self.lang or self.env.lang)

    def _question_text(self):
        self.ensure_one()
        return self._question().title

    def _choices(self):
        """One for each number of the scale: ``{"value", "url"}``. A zero is one of them.

        Where answers are anonymous the link does not tell which number it stands for: servers keep the addresses of pages.
        """
        self.ensure_one()
        lowest, highest = RANGES[self.program_id.sudo().metric]  # sudo: as above
        return [
            {"value": value, "url": self._answer_url(None if self.is_anonymous else value)}
            for value in range(lowest, highest + 1)
        ]

    def _ends(self):
        """The words at both ends of the scale; empty where the question has none."""
        self.ensure_one()
        question = self._question()
        return question.scale_min_label or "", question.scale_max_label or ""

    def _sender(self):
        """Who asks: the person of the program, else the company."""
        self.ensure_one()
        program = self.program_id.sudo()  # sudo: as above
        return program.sender_id.email_formatted or program.company_id.email_formatted

    def _sender_name(self):
        self.ensure_one()
        program = self.program_id.sudo()  # sudo: as above
        return program.sender_id.name or program.company_id.name
