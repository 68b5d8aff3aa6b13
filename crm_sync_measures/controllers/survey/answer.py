import base64
import functools
import hashlib

from markupsafe import Markup
from odoo.http import Controller, Response, request, route
from odoo.tools import file_open

from ...models.survey.crm_sync_survey_answer import Sent
from ...rules.survey_answer import EDIT_WINDOW
from ..core.page import HEADERS, LARGEST, sent_values, speak

#: The key in two parts, so that addresses of Odoo's own survey sessions stay theirs.
_ROUTE = "/s/<string(maxlength=10):number>-<string(length=32):signature>"
_EDIT = "sync_survey_answer"
_STATUS = {"replay": 409, "invalid": 422, "often": 429}
_SCRIPT = "crm_sync_measures/static/src/survey/answer/survey_answer.js"


@functools.cache
def _script():
    """The script that tells that a person is here, and what the browser knows it by."""
    with file_open(_SCRIPT) as file:
        text = file.read()
    return Markup(text), base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def show(page, status=200, wait=0, **values):
    """The page, with ``page`` as what the templates read."""
    data = request.env["res.lang"]._get_data(code=request.env.lang)
    values = {
        "page": {"state": "none", "sentence": "", "company": "", "company_id": False, "title": "", **page},
        "language": (request.env.lang or "en_US").replace("_", "-"),
        "direction": data.direction or "ltr",
        "seen": False,
        **values,
    }
    headers = dict(HEADERS)
    if values["seen"]:
        values["script"], digest = _script()
        headers["Content-Security-Policy"] += f"; script-src 'sha256-{digest}'; connect-src 'self'"
    response = request.render("crm_sync_measures.survey_answer", values)
    response.status_code = status
    for name, value in headers.items():
        response.headers[name] = value
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def keep(response, name, value, path, age):
    """Let the browser keep something for us, which no script reads."""
    response.set_cookie(
        name, value, max_age=age, expires=None, path=path, httponly=True, samesite="Lax", secure=request.httprequest.is_secure
    )  # fmt: skip
    return response


def refused(outcome, page, answers, sent, action):
    """The page of what was not taken: what has to be put right, or that it is over."""
    if outcome.kind == "invalid":
        page |= {**answers._sent_page(sent), "state": "form", "sentence": outcome.sentence}
    elif outcome.kind == "often":
        page |= {"state": "refused", "sentence": outcome.sentence}
    elif outcome.kind == "replay":
        page |= {"state": "thanks", "is_replay": True}
    return show(page, _STATUS[outcome.kind], wait=outcome.wait, action=action)


class SurveyAnswer(Controller):
    """The page of one invitation. Looking at it changes nothing, whoever looks; sending it is the customer's answer."""

    @route(_ROUTE, type="http", auth="public", methods=["GET"], readonly=True)
    def survey_page(self, number, signature, score=None, edit=None, sent=None, **_params):
        invitation = self._invitation(number, signature)
        if not invitation:
            return show({}, 404)
        page = request.env["crm.sync.survey.answer"]._link_page(invitation, self._kept(), score)
        return self._shown(page, self._path(number, signature), is_edited=bool(edit))

    @route(_ROUTE, type="http", auth="public", methods=["POST"], max_content_length=LARGEST)
    def survey_send(self, number, signature, **params):
        invitation = self._invitation(number, signature)
        if not invitation:
            return show({}, 404)
        answers, path = request.env["crm.sync.survey.answer"], self._path(number, signature)
        sent = Sent(sent_values(params), address=request.httprequest.remote_addr or "", edit=self._kept())
        outcome = answers._submit_link(invitation, sent)
        if outcome.kind in ("none", "gone"):
            return show(
                answers._page(invitation.program_id) | {"state": outcome.kind}, 404 if outcome.kind == "none" else 410
            )
        if outcome.kind == "trapped":
            return show(answers._page(invitation.program_id) | {"state": "thanks"})
        if outcome.kind in _STATUS:
            page = answers._link_page(invitation, self._kept(), params.get("score"))
            return refused(outcome, page, answers, sent, path)
        response = request.redirect(path, 303)
        response.headers["Referrer-Policy"] = "same-origin"
        if outcome.edit:
            keep(response, _EDIT, outcome.edit, path, int(EDIT_WINDOW.total_seconds()))
        return response

    @route(f"{_ROUTE}/seen", type="http", auth="public", methods=["POST"], max_content_length=LARGEST)
    def survey_seen(self, number, signature, what=None, **_params):
        """A hand is on the page: the page was opened by a person, or he has begun. No answer is in it."""
        invitation = self._invitation(number, signature)
        if not invitation:
            return show({}, 404)
        request.env["crm.sync.survey.answer"]._note_seen(invitation, what)
        return Response(status=204, headers={"Cache-Control": "no-store"})

    def _invitation(self, number, signature):
        """The invitation of a key, in its customer's language; empty for what is none."""
        invitation = request.env["crm.sync.survey.invitation"]._by_token(f"{number}-{signature}")
        if not invitation or invitation._page_state() == "none":
            return invitation.browse()
        speak(invitation.lang)
        company = invitation.program_id.company_id
        return invitation.with_context(lang=request.env.lang, allowed_company_ids=company.ids)

    def _shown(self, page, path, is_edited):
        if page["state"] == "thanks" and page["can_edit"] and is_edited:
            page["state"] = "form"
        seen = page["state"] == "form" and not is_edited and not page["is_anonymous"] and f"{path}/seen"
        return show(page, 410 if page["state"] == "gone" else 200, action=path, seen=seen)

    def _path(self, number, signature):
        return f"/s/{number}-{signature}"

    def _kept(self):
        return request.cookies.get(_EDIT)
