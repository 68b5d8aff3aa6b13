from odoo import api, models
from odoo.exceptions import UserError


class CrmSyncAppendOnly(models.AbstractModel):
    """Rows that say what happened: they are made once, and nobody changes or deletes them by the ORM.

    A model that knows a remedy says it in :meth:`_refuse_change`.
    """

    _name = "crm.sync.append.only"
    _description = "Append-Only Record"

    def write(self, vals):
        if vals:
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(self.env._("%s: what was recorded is not changed or deleted afterwards.", self._what()))

    @api.model
    def _what(self):
        """The name of the model in the user's language."""
        return self.env["ir.model"]._get(self._name).name
