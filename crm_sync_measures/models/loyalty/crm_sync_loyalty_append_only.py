from odoo import api, models
from odoo.exceptions import UserError


class CrmSyncLoyaltyAppendOnly(models.AbstractModel):
    """Rows that the ledger alone writes, by SQL: nobody makes, changes, deletes or duplicates one."""

    _name = "crm.sync.loyalty.append.only"
    _inherit = ["crm.sync.append.only"]
    _description = "Written by the Ledger Alone"

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_change()
        return super().create(vals_list)

    def copy(self, default=None):
        self._refuse_change()
        return super().copy(default)

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "%s: only the ledger writes here, and nothing is changed or deleted. Make an adjustment instead.",
                self._what(),
            )
        )
