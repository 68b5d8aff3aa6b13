from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Whether the client offers to note promises; what the user may do is checked where he does it."""
        return {
            **super().session_info(),
            "sync_can_promise": self.env["crm.sync.promise"].has_access("create"),
        }
