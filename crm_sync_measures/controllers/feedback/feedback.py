import uuid

from odoo.http import Controller, request, route

from ...models.feedback.crm_sync_case_form import KINDS, Sent
from ...rules.case_intake import FILE_BYTES, FILE_TYPES, FILES, clean_line, clean_text

_ROUTES = ["/feedback", "/feedback/<int:company_id>"]


def sent_files(name="files"):
    """``[(name, content)]`` of the files of a form; of what is too big only as much as tells so."""
    files = [file for file in request.httprequest.files.getlist(name) if file.filename]
    return [(file.filename, file.read(FILE_BYTES + 1)) for file in files[: FILES + 1]]


def sent_form(params):
    """What a form sent, as the rules read it."""
    key = clean_line(params.get("key"), 36)
    return Sent(
        values={name: value for name, value in params.items() if isinstance(value, str)},
        files=sent_files(),
        address=request.httprequest.remote_addr or "",
        key=key if len(key) == 36 else "",
    )


def form_values(params):
    """What is shown in a form again after something had to be put right; files have to be chosen anew."""
    return {
        "kind": params.get("kind") if params.get("kind") in KINDS else "complaint",
        "text": clean_text(params.get("text")),
        "name": clean_line(params.get("name")),
        "email": clean_line(params.get("email")),
        "key": clean_line(params.get("key"), 36) or str(uuid.uuid4()),
        "accept": ",".join(f".{ending}" for ending in FILE_TYPES),
    }


class Feedback(Controller):
    """The form that anybody can fill, where the company wants it. Reading it changes nothing; sending it opens a case."""

    def _company(self, company_id):
        """The company whose form it is; none where it has none."""
        Company = request.env["res.company"].sudo()  # sudo: whether a company has a form, and its name
        if company_id is None:
            company = request.env.company.sudo()  # sudo: as above
            return (
                company if company.sync_feedback_form else Company.search([("sync_feedback_form", "=", True)], limit=1)
            )
        # Without one in the address, it may be a field that somebody added to the form.
        if not isinstance(company_id, int) or company_id >= 2**31:
            return Company
        return Company.search([("id", "=", company_id), ("sync_feedback_form", "=", True)])

    def _values(self, company, params, **values):
        return {
            "page_name": "feedback",
            "no_breadcrumbs": True,
            "company": company,
            "form": form_values(params),
            "consent": request.env["crm.sync.case.form"]._consent(company),
            "action": f"/feedback/{company.id}",
            "is_public": True,
            **values,
        }

    @route(_ROUTES, type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def feedback(self, company_id=None, **_params):
        company = self._company(company_id)
        if not company:
            return request.not_found()
        if request.env.user._is_portal():
            return request.redirect("/my/cases/new")
        return request.render("crm_sync_measures.feedback_form", self._values(company, {}))

    @route(_ROUTES, type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def feedback_send(self, company_id=None, **params):
        company = self._company(company_id)
        if not company:
            return request.not_found()
        outcome = request.env["crm.sync.case.form"]._submit_public(company, sent_form(params))
        if outcome.problem:
            values = self._values(company, params, problem=outcome.problem, sentence=outcome.sentence)
            return self._refuse("crm_sync_measures.feedback_form", values, outcome)
        # Shown by a page of its own, so that loading it again sends nothing.
        request.session["sync_feedback_number"] = outcome.case.number if outcome.case else ""
        return request.redirect("/feedback/thanks", 303)

    @route("/feedback/thanks", type="http", auth="public", methods=["GET"], website=True, sitemap=False, readonly=True)
    def feedback_thanks(self, **_params):
        values = {"no_breadcrumbs": True, "number": request.session.get("sync_feedback_number")}
        return request.render("crm_sync_measures.feedback_thanks", values)

    def _refuse(self, template, values, outcome):
        response = request.render(template, values)
        response.status_code = 429 if outcome.wait else 422
        if outcome.wait:
            response.headers["Retry-After"] = str(outcome.wait)
        return response
