from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import Controller, request, route

from ..core.page import LARGEST, sent_values
from ..tier.membership import customer_of, sent_membership, show_membership


class BirthdayPortal(CustomerPortal):
    """A customer says when his birthday is, by his login."""

    @route(
        "/my/membership/birthday", type="http", auth="user", methods=["POST"], website=True, max_content_length=LARGEST
    )
    def portal_membership_birthday(self, **params):
        partner = request.env.user.partner_id
        outcome = request.env["crm.sync.tier.portal"]._submit_birthday(partner, sent_values(params))
        return sent_membership(partner, "/my/membership", self._prepare_portal_layout_values(), outcome)


class BirthdayLink(Controller):
    """The same by the link in a mail."""

    @route(
        "/m/<string(maxlength=70):key>/birthday",
        type="http", auth="public", methods=["POST"], website=True, multilang=False, max_content_length=LARGEST,
    )  # fmt: skip
    def membership_birthday(self, key, **params):
        partner = customer_of(key)
        values = {"no_breadcrumbs": True}
        if not partner:
            return show_membership(partner, "", values)
        portal, address = request.env["crm.sync.tier.portal"], request.httprequest.remote_addr or ""
        outcome = portal._submit_birthday(partner, sent_values(params), address)
        return sent_membership(partner, f"/m/{key}", values, outcome)
