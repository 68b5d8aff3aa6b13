import logging

from odoo import SUPERUSER_ID, models

from ...rules.case_intake import is_detractor
from ..core.harmless import harmless

_logger = logging.getLogger(__name__)


class SurveyUserInput(models.Model):
    """An unhappy answer opens a case, so that somebody talks with the customer."""

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        # The answer is never lost for what follows from it. Odoo comes here once more when a time limit passes.
        for answer in self:
            with harmless(self.env.cr, _logger, "No case could be opened from survey answer %s", answer.id):
                answer._sync_open_case()
        return result

    def _sync_open_case(self):
        """The case of an unhappy answer; once, and never of a test or an anonymous answer."""
        self.ensure_one()
        # sudo: what was answered, for the case alone. It is the system that opens it, not the visitor of the page.
        answer = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=None)
        survey, partner = answer.survey_id, answer.partner_id
        if (
            answer.test_entry
            or not (partner or answer.email)
            or not is_detractor(answer._sync_score(), survey.sync_case_below)
        ):
            return self.env["crm.sync.case"]
        if partner and not partner.partner_share:
            return self.env["crm.sync.case"]
        company = partner.company_id or survey.user_id.company_id or self.env.company
        lang = partner.lang or self.env.lang
        words = self.with_context(lang=lang).env
        texts = answer.with_context(lang=lang).user_input_line_ids.filtered(
            lambda line: not line.skipped and (line.value_text_box or line.value_char_box)
        )
        facts = {
            "kind": "complaint",
            "subject": words._("Unhappy answer: %s", survey.with_context(lang=lang).title),
            "text": "\n\n".join(
                f"{line.question_id.title}\n{line.value_text_box or line.value_char_box}" for line in texts
            ),
            "partner_id": partner.id,
            "email": answer.email,
            "channel": "survey",
            "survey_input_id": answer.id,
            "company_id": company.id,
            "key": f"survey:{answer.id}",
            "is_quiet": True,
        }
        return (
            answer.env["crm.sync.case"]
            .with_company(company)
            ._open_case({name: value for name, value in facts.items() if value})
        )

    def _sync_score(self):
        """From 0 to 1: of the survey's own scoring, else the mean of its scale questions; None without either."""
        self.ensure_one()
        if self.survey_id.scoring_type != "no_scoring":
            return self.scoring_percentage / 100
        shares = [
            (line.value_scale - line.question_id.scale_min) / (line.question_id.scale_max - line.question_id.scale_min)
            for line in self.user_input_line_ids
            if line.answer_type == "scale" and not line.skipped
        ]
        return sum(shares) / len(shares) if shares else None
