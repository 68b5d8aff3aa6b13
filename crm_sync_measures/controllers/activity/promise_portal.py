from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.fields import Domain
from odoo.http import request, route

from ..core.portal_list import own_list


class PromisePortal(CustomerPortal):
    """What a customer was promised, told to him where the company wants it. Every route reads only."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "promise_count" in counters:
            values["promise_count"] = request.env["crm.sync.promise.portal"]._count(request.env.user)
        return values

    @route(["/my/promises", "/my/promises/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_promises(self, page=1, filterby="owed", **_kw):
        portal = request.env["crm.sync.promise.portal"]
        if not portal._is_shown():
            return request.redirect("/my")
        filters = {
            "owed": {
                "label": request.env._("Not Done Yet"),
                "domain": Domain("outcome_at", "=", False),
                "order": "binding_due_at, id",
            },
            "done": {
                "label": request.env._("Done"),
                "domain": Domain("outcome_at", "!=", False),
                "order": "outcome_at desc, id desc",
            },
            "all": {"label": request.env._("All"), "domain": Domain.TRUE, "order": "binding_due_at desc, id desc"},
        }
        values = {
            **self._prepare_portal_layout_values(),
            **own_list(portal, "promises", filters, filterby, page, self._items_per_page),
        }
        return request.render("crm_sync_measures.portal_my_promises", values)

    @route(["/my/promises/<int:promise_id>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_promise(self, promise_id, **_kw):
        facts = request.env["crm.sync.promise.portal"]._one(request.env.user, promise_id)
        if not facts:
            return request.redirect("/my")
        values = {**self._prepare_portal_layout_values(), "page_name": "promise", "promise": facts}
        return request.render("crm_sync_measures.portal_my_promise", values)
