from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from ..core.portal_list import own_list
from .feedback import form_values, sent_form


class CasePortal(CustomerPortal):
    """A customer's own cases. Reading changes nothing; what he does is sent by POST. What is not his is not there (404)."""

    # ---------------------------------------------------------------- list and form

    @route(
        ["/my/cases", "/my/cases/page/<int:page>"],
        type="http", auth="user", methods=["GET"], website=True, readonly=True,
    )  # fmt: skip
    def portal_my_cases(self, page=1, filterby="open", **_params):
        portal = request.env["crm.sync.case.portal"]
        order = "first_opened_at desc, id desc"
        filters = {
            "open": {
                "label": request.env._("Not Settled Yet"),
                "domain": Domain("is_open", "=", True),
                "order": order,
            },
            "over": {"label": request.env._("Settled"), "domain": Domain("is_open", "=", False), "order": order},
            "all": {"label": request.env._("All"), "domain": Domain.TRUE, "order": order},
        }
        values = {
            **self._prepare_portal_layout_values(),
            **own_list(portal, "cases", filters, filterby, page, self._items_per_page),
        }
        return request.render("crm_sync_measures.portal_my_cases", values)

    @route("/my/cases/new", type="http", auth="user", methods=["GET"], website=True)
    def portal_new_case(self, **_params):
        return request.render("crm_sync_measures.portal_new_case", self._new_case_values({}))

    @route("/my/cases/new", type="http", auth="user", methods=["POST"], website=True)
    def portal_send_case(self, **params):
        user = request.env.user
        outcome = request.env["crm.sync.case.form"]._submit_portal(user, sent_form(params))
        if outcome.problem:
            values = self._new_case_values(params, problem=outcome.problem, sentence=outcome.sentence)
            response = request.render("crm_sync_measures.portal_new_case", values)
            response.status_code = 429 if outcome.wait else 422
            return response
        return request.redirect(f"/my/cases/{outcome.case.id}?sent=1", 303)

    def _new_case_values(self, params, **values):
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "case_new",
            "form": form_values(params),
            "action": "/my/cases/new",
            "is_public": False,
            **values,
        }

    # ---------------------------------------------------------------- one case

    @route("/my/cases/<int:case_id>", type="http", auth="public", methods=["GET"], website=True, readonly=True)
    def portal_my_case(self, case_id, access_token=None, sent=None, stars=None, **_params):
        case = self._case(case_id, access_token)
        if not case:
            return request.not_found()
        # Chosen by a link of our mail, which machines open too: he sends it himself.
        chosen = int(stars) if stars in ("1", "2", "3", "4", "5") else 0
        return self._render_case(case, access_token, is_sent=bool(sent), chosen=chosen)

    @route("/my/cases/<int:case_id>/reopen", type="http", auth="public", methods=["POST"], website=True)
    def portal_reopen_case(self, case_id, access_token=None, reason=None, **_params):
        return self._do(case_id, access_token, "_reopen", reason)

    @route("/my/cases/<int:case_id>/accept", type="http", auth="public", methods=["POST"], website=True)
    def portal_accept_case(self, case_id, access_token=None, **_params):
        return self._do(case_id, access_token, "_accept")

    @route("/my/cases/<int:case_id>/verdict", type="http", auth="public", methods=["POST"], website=True)
    def portal_judge_case(self, case_id, access_token=None, stars=None, words=None, **_params):
        return self._do(case_id, access_token, "_judge", stars, words)

    def _case(self, case_id, token):
        return request.env["crm.sync.case.portal"]._find(request.env.user, case_id, token)

    def _do(self, case_id, token, method, *arguments):
        """Do it to the customer's own case, and show the case; a refusal is a sentence on its page."""
        case = self._case(case_id, token)
        # What a customer does is not for colleagues to do, whatever link they have.
        if not case or request.env.user._is_internal():
            return request.not_found()
        try:
            with request.env.cr.savepoint():
                getattr(request.env["crm.sync.case.portal"], method)(case, *arguments)
        except UserError as error:
            response = self._render_case(case, token, sentence=str(error))
            response.status_code = 422
            return response
        suffix = f"?access_token={case.access_token}" if token else ""
        return request.redirect(f"/my/cases/{case.id}{suffix}", 303)

    def _render_case(self, case, token, **values):
        user = request.env.user
        is_by_link = not user._is_portal()
        case = case.with_context(lang=request.env.lang)
        values = {
            "page_name": "case",
            "no_breadcrumbs": is_by_link,
            "case": request.env["crm.sync.case.portal"]._facts(case),
            "object": case,
            # The conversation is opened by the case's own link: customers have no right on the model.
            "token": case.access_token,
            "link_token": case.access_token if token else "",
            **({} if is_by_link else self._prepare_portal_layout_values()),
            **values,
        }
        response = request.render("crm_sync_measures.portal_my_case", values)
        # The address holds a key: it is told to no other site.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    # ---------------------------------------------------------------- suggestions

    @route("/feedback/done", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def feedback_done(self, **_params):
        """“You said, we did”: what was published, for everybody."""
        user = request.env.user
        can_vote = user._is_portal()
        partner = user.partner_id if can_vote else None
        values = {
            "no_breadcrumbs": True,
            "can_vote": can_vote,
            "said": request.env["crm.sync.case"]._said(self._said_company(), partner),
        }
        return request.render("crm_sync_measures.feedback_done", values)

    @route("/my/suggestions/<int:said_id>/vote", type="http", auth="user", methods=["POST"], website=True)
    def portal_vote(self, said_id, **_params):
        """Give the vote of the customer's company or person, or take it back."""
        if not request.env["crm.sync.case.portal"]._vote(request.env.user, self._said_company(), said_id):
            return request.not_found()
        return request.redirect("/feedback/done", 303)

    def _said_company(self):
        user = request.env.user
        partner = user.partner_id.sudo()  # sudo: the company that a customer belongs to
        return (user._is_portal() and partner.company_id) or request.env.company
