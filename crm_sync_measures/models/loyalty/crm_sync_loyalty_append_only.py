from odoo import api, models
from odoo.exceptions import UserError


class CrmSyncLoyaltyAppendOnly(models.AbstractModel):
    """Rows that the ledger alone writes, by SQL: nobody makes, changes, deletes or duplicates one."""

    _name = "crm.sync.loyalty.append.only"
    _description = "Written by the Ledger Alone"

    @api.model_create_multi
    def create(self, vals_list):
        self._sync_refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._sync_refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._sync_refuse()

    def copy(self, default=None):
        self._sync_refuse()
        return super().copy(default)

    def _sync_refuse(self):
        raise UserError(
            self.env._(
                "%s: only the ledger writes here, and nothing is changed or deleted. Make an adjustment instead.",
                self.env["ir.model"]._get(self._name).name,
            )
        )
