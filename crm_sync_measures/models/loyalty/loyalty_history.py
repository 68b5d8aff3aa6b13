from odoo import api, models
from odoo.exceptions import AccessError

from .movement import movement_of


class LoyaltyHistory(models.Model):
    """Odoo's own side log. The ledger is what counts; the log is kept in step, and from forgery."""

    _inherit = "loyalty.history"

    @api.model_create_multi
    def create(self, vals_list):
        self._sync_check_caller()
        return super().create(vals_list)

    def write(self, vals):
        self._sync_check_caller()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_documents(self):
        self._sync_check_caller()

    def _sync_check_caller(self):
        """Only documents and wizards write the history; they are known by their movement, or are superuser."""
        if not (self.env.su or movement_of(self.env)):
            raise AccessError(self.env._("The history of points is written by orders and approved adjustments only."))
