from odoo.http import Controller, request, route

from ...rules.attempt import network
from ...rules.case_intake import clean_line, clean_text

#: Of what somebody writes, so much is looked at to find an answer.
_READ = 2000
#: Answers of which one visit remembers that it has judged them.
_JUDGED = 50


class KnownAnswers(Controller):
    """Answers to known questions, told to who is about to ask one of them.

    By POST, so that what somebody writes stands in no address and in no log. Nothing of it is kept.
    """

    @route("/feedback/answers", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def known_answers(self, text=None, kind=None, lang=None, company=None, **_params):
        company = self._company(company)
        if not company:
            return self._json({"error": "unknown"}, 404)
        if not isinstance(text, str):
            return self._json({"error": "text"}, 422)
        if seconds := self._wait():
            return self._json({"error": "often"}, 429, [("Retry-After", str(seconds))])
        answers = request.env["crm.sync.case.answer"]._suggest(
            clean_text(text, _READ), self._lang(lang), company, kind=kind
        )
        return self._json({"answers": answers})

    @route(
        "/feedback/answers/<int:answer_id>/judge",
        type="http", auth="public", methods=["POST"], website=True, sitemap=False,
    )  # fmt: skip
    def judge_answer(self, answer_id, helped=None, company=None, **_params):
        """Somebody says whether an answer helped: counted once in a visit."""
        company = self._company(company)
        answer = company and self._published(answer_id, company)
        if not answer:
            return self._json({"error": "unknown"}, 404)
        if helped not in ("1", "0"):
            return self._json({"error": "helped"}, 422)
        judged = request.session.get("sync_answers_judged") or []
        if answer_id in judged:
            return self._json({"counted": False})
        if seconds := self._wait():
            return self._json({"error": "often"}, 429, [("Retry-After", str(seconds))])
        answer._judge(helped == "1")
        request.session["sync_answers_judged"] = [*judged, answer_id][-_JUDGED:]
        return self._json({"counted": True})

    def _company(self, value):
        """The company whose form it is: his own for a customer who is logged in, else one that has a form for everybody."""
        Company = request.env["res.company"].sudo()  # sudo: which company a form belongs to; nothing of it is told
        user = request.env.user
        if user._is_portal():
            return user.partner_id.sudo().company_id or user.sudo().company_id  # sudo: as above
        company_id = clean_line(value, 10)
        if not company_id.isascii() or not company_id.isdigit() or int(company_id) >= 2**31:
            return Company
        return Company.search([("id", "=", int(company_id)), ("sync_feedback_form", "=", True)])

    def _published(self, answer_id, company):
        # sudo: what was published is for everybody
        Answer = request.env["crm.sync.case.answer"].sudo()
        if answer_id >= 2**31:
            return Answer
        return Answer.search([("id", "=", answer_id), ("is_published", "=", True), ("company_id", "=", company.id)])

    def _lang(self, value):
        """The language of the page he reads."""
        codes = [code for code, _name in request.env["res.lang"].get_installed()]
        return value if value in codes else request.env.lang

    def _wait(self):
        """Seconds to wait for who asks too often; else it is written down that he asked."""
        user = request.env.user
        who = network(request.httprequest.remote_addr or "") if user._is_public() else f"user:{user.id}"
        Attempt = request.env["crm.sync.attempt"]
        seconds = Attempt._wait(reader=who)
        if not seconds:
            Attempt._note(reader=who)
        return seconds

    def _json(self, data, status=200, headers=()):
        return request.make_json_response(data, headers=[("Cache-Control", "no-store"), *headers], status=status)
