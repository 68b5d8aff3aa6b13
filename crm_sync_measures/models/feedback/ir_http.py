from odoo import models
from odoo.http import Response, request
from werkzeug.exceptions import abort

_OURS = "odoo.addons.crm_sync_measures."


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Odoo lets OPTIONS through to every route, and asks it for no token: where ours act by POST, nothing is done."""
        methods = rule.endpoint.routing.get("methods") or ()
        if request.httprequest.method == "OPTIONS" and "POST" in methods and rule.endpoint.__module__.startswith(_OURS):
            abort(Response(status=204, headers={"Allow": ", ".join(methods)}))
        return super()._pre_dispatch(rule, args)

    def session_info(self):
        """Whether the client offers to open cases; what the user may do is checked where he does it."""
        return {**super().session_info(), "sync_can_open_case": self.env["crm.sync.case"].has_access("create")}
