from odoo.http import Controller, Response, request, route

from .page import LARGEST, render, sent_values, speak

_ROUTE = "/c/<string(maxlength=60):key>"
_STATUS = {"invalid": 422, "often": 429}


def show(state, status=200, wait=0, **values):
    """The page in one of its states: ``form``, ``refused`` or ``none``."""
    values = {
        "state": state,
        "sentence": "",
        "is_saved": False,
        "refused": None,
        "choices": [],
        "company": None,
        "action": "",
        **values,
    }
    return render("crm_sync_measures.contact_preferences_page", values, status, wait)


class ContactPreferences(Controller):
    """What a customer wants to be written to for, by the link in his mail. Looking changes nothing, whoever looks."""

    @route([_ROUTE, f"{_ROUTE}/stop"], type="http", auth="public", methods=["GET"], readonly=True)
    def preferences_page(self, key, p=None, saved=None, **_params):
        """``/stop`` is what a mail program calls by POST. Who opens it in a browser has still to send the form."""
        partner = self._partner(key)
        if not partner:
            return show("none", 404)
        return self._form(key, partner, refused=p, is_saved=saved == "1")

    @route(_ROUTE, type="http", auth="public", methods=["POST"], max_content_length=LARGEST)
    def preferences_send(self, key, **params):
        partner = self._partner(key)
        if not partner:
            return show("none", 404)
        page, address = request.env["crm.sync.preference.page"], request.httprequest.remote_addr or ""
        outcome = page._submit(partner, sent_values(params), "link", address)
        if outcome.kind == "often":
            return show("refused", 429, outcome.wait, sentence=outcome.sentence, company=self._company(partner))
        if outcome.kind in _STATUS:
            return self._form(key, partner, _STATUS[outcome.kind], sentence=outcome.sentence)
        response = request.redirect(f"/c/{key}?saved=1", 303)
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    # The mail program has no session of ours: the key says who it is (RFC 8058).
    @route(f"{_ROUTE}/stop", type="http", auth="public", methods=["POST"], csrf=False, max_content_length=LARGEST)
    def preferences_stop(self, key, p=None, **params):
        partner = self._partner(key)
        if not partner:
            return show("none", 404)
        outcome = request.env["crm.sync.preference.page"]._stop(partner, p, sent_values(params))
        headers = {"Cache-Control": "no-store"}
        if outcome.wait:
            headers["Retry-After"] = str(outcome.wait)
        return Response(status=_STATUS.get(outcome.kind, 204), headers=headers)

    def _partner(self, key):
        """Who is meant by the key, in his language; empty for what is none."""
        partner = request.env["crm.sync.contact.link"]._by_key(key)
        if partner:
            speak(partner.lang)
        return partner.with_context(lang=request.env.lang)

    def _company(self, partner):
        return partner.company_id or request.env.company.sudo()  # sudo: its name and logo, which are in his mails

    def _form(self, key, partner, status=200, refused=None, **values):
        page = request.env["crm.sync.preference.page"]
        refused = refused if refused in page._words() else None
        values |= {"choices": page._page(partner, refused), "company": self._company(partner), "action": f"/c/{key}"}
        return show("form", status, refused=refused and page._words()[refused][0], **values)
