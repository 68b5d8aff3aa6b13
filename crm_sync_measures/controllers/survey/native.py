from odoo.addons.survey.controllers.main import Survey
from odoo.addons.survey.controllers.survey_session_manage import UserInputSession
from odoo.http import route

from .answer import show

#: Codes that people type to join a session of Odoo's survey are shorter.
_SESSION_CODE = 16


class SurveyNative(Survey):
    """Odoo's own survey, where it goes on after the score."""

    def _check_validity(self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True):
        """Who has answered on our page may go on, also where a colleague, or somebody else, is logged in."""
        if answer_sudo and answer_token and check_partner:
            check_partner = not answer_sudo._sync_was_given()
        return super()._check_validity(
            survey_sudo, answer_sudo, answer_token, ensure_token=ensure_token, check_partner=check_partner
        )


class SurveySession(UserInputSession):
    @route()
    def survey_start_short(self, session_code):
        """What is much longer is a link of ours that was cut or typed wrong, and no code; NUL is in none."""
        if len(session_code) > _SESSION_CODE or "\x00" in session_code:
            return show({}, 404)
        return super().survey_start_short(session_code)
