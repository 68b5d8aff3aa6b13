import secrets

from odoo.http import Controller, request, route

from ...models.survey.crm_sync_survey_answer import Sent
from ...rules.survey_answer import EDIT_WINDOW, sealed
from ..core.page import LARGEST, sent_values
from .answer import _EDIT, _STATUS, keep, refused, show

_ROUTE = "/s/q/<string(maxlength=60):token>"
_DEVICE = "sync_survey_device"
_YEAR = 365 * 24 * 3600


class SurveyCode(Controller):
    """The page of a code on paper: whoever scans it may answer, each device once a day. Looking at it changes nothing."""

    @route(_ROUTE, type="http", auth="public", methods=["GET"], readonly=True)
    def survey_code_page(self, token, score=None, edit=None, **_params):
        program = self._program(token)
        if not program:
            return show({}, 404)
        answers = request.env["crm.sync.survey.answer"]
        page = answers._code_page(program, request.cookies.get(_EDIT), request.cookies.get(_DEVICE), score)
        if page["state"] == "thanks" and page["can_edit"] and edit:
            page["state"] = "form"
        response = show(page, 410 if page["state"] == "gone" else 200, action=self._path(token))
        if page["state"] == "form" and not answers._device(request.cookies.get(_DEVICE)):
            # A number that says nothing but that it is the same browser as before.
            keep(response, _DEVICE, sealed(answers._secret(), "device", secrets.token_hex(16)), "/s/q", _YEAR)
        return response

    @route(_ROUTE, type="http", auth="public", methods=["POST"], max_content_length=LARGEST)
    def survey_code_send(self, token, **params):
        program = self._program(token)
        if not program:
            return show({}, 404)
        answers, path = request.env["crm.sync.survey.answer"], self._path(token)
        edit, device = request.cookies.get(_EDIT), request.cookies.get(_DEVICE)
        sent = Sent(sent_values(params), address=request.httprequest.remote_addr or "", edit=edit, device=device)
        outcome = answers._submit_code(program, sent)
        if outcome.kind == "gone":
            return show(answers._page(program) | {"state": "gone"}, 410)
        if outcome.kind == "trapped":
            return show(answers._page(program) | {"state": "thanks"})
        if outcome.kind in _STATUS:
            return refused(outcome, answers._code_page(program, edit, device, params.get("score")), answers, sent, path)
        response = request.redirect(path, 303)
        if outcome.edit:
            keep(response, _EDIT, outcome.edit, path, int(EDIT_WINDOW.total_seconds()))
        return response

    def _program(self, token):
        """The program of a code; empty for what is none, or has never asked anybody."""
        program = request.env["crm.sync.survey.program"]._by_code(token).filtered(lambda one: one.state != "draft")
        return program.with_context(lang=request.env.lang, allowed_company_ids=program.company_id.ids)

    def _path(self, token):
        return f"/s/q/{token}"
