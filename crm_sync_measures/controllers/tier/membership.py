from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import Controller, request, route

from ...models.tier.crm_sync_tier_portal import SCOPE
from ..core.page import LARGEST, sent_values, speak

_ROUTE = "/m/<string(maxlength=70):key>"
_STATUS = {"invalid": 422, "often": 429}
#: The address of the page holds a key, and the page what we know of a customer: neither is kept or told.
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}


def customer_of(key):
    """The customer of a link in a mail, in his language; empty for what is none, or no more."""
    partner = request.env["crm.sync.contact.link"]._by_dated_key(key, SCOPE)
    if partner:
        speak(partner.lang)
    return partner.with_context(lang=request.env.lang)


def show_membership(partner, base, values, outcome=None, is_saved=False):
    """The page of ``partner``. Its forms are sent to addresses below ``base``."""
    status = _STATUS.get(outcome.kind, 200) if outcome else 200
    page = request.env["crm.sync.tier.portal"]._page(partner) if partner else None
    values |= {
        "page": page,
        "base": base,
        "is_saved": is_saved,
        "sentence": outcome.sentence if outcome else "",
        "page_name": "membership",
    }
    response = request.render("crm_sync_measures.portal_membership", values)
    response.status_code = status if partner else 404
    for name, value in _HEADERS.items():
        response.headers[name] = value
    if outcome and outcome.wait:
        response.headers["Retry-After"] = str(outcome.wait)
    return response


def sent_membership(partner, base, values, outcome):
    """What follows when a form of the page was sent."""
    if outcome.kind in _STATUS:
        return show_membership(partner, base, values, outcome)
    response = request.redirect(f"{base}?saved=1", 303)
    response.headers["Referrer-Policy"] = "same-origin"
    return response


class MembershipPortal(CustomerPortal):
    """A customer's membership and what he wants to be written to for, by his login. Looking changes nothing."""

    @route("/my/membership", type="http", auth="user", methods=["GET"], website=True, readonly=True)
    def portal_membership(self, saved=None, **_params):
        return show_membership(
            self._sync_member(), "/my/membership", self._prepare_portal_layout_values(), is_saved=saved == "1"
        )

    @route(
        "/my/membership/preferences",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        max_content_length=LARGEST,
    )
    def portal_membership_preferences(self, **params):
        partner = self._sync_member()
        outcome = request.env["crm.sync.preference.page"]._submit(partner, sent_values(params), "portal")
        return sent_membership(partner, "/my/membership", self._prepare_portal_layout_values(), outcome)

    def _sync_member(self):
        return request.env.user.partner_id


class MembershipLink(Controller):
    """The same by the link in a mail, for some weeks and without a login."""

    @route(_ROUTE, type="http", auth="public", methods=["GET"], website=True, multilang=False, readonly=True)
    def membership_page(self, key, saved=None, **_params):
        return show_membership(customer_of(key), f"/m/{key}", {"no_breadcrumbs": True}, is_saved=saved == "1")

    @route(
        f"{_ROUTE}/preferences",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
        max_content_length=LARGEST,
    )
    def membership_preferences(self, key, **params):
        partner = customer_of(key)
        values = {"no_breadcrumbs": True}
        if not partner:
            return show_membership(partner, "", values)
        page, address = request.env["crm.sync.preference.page"], request.httprequest.remote_addr or ""
        outcome = page._submit(partner, sent_values(params), "link", address)
        return sent_membership(partner, f"/m/{key}", values, outcome)
