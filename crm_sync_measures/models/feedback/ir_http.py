from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Whether the client offers to open cases; what the user may do is checked where he does it."""
        return {**super().session_info(), "sync_can_open_case": self.env["crm.sync.case"].has_access("create")}
