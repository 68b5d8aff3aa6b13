from odoo import api, models

from .crm_sync_append_only import CrmSyncAppendOnly


class CrmSyncKeptMixin(models.AbstractModel):
    """Rows that the addon alone makes, and writes by :meth:`_record`; a model says what to do instead in ``_refuse_change``."""

    _name = "crm.sync.kept.mixin"
    _inherit = ["crm.sync.append.only"]
    _description = "Rows That the Addon Keeps"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._refuse_change()
        return super().create(vals_list)

    def _record(self, vals):
        """Write what becomes of these rows; callers have checked who asks. ``write`` refuses everybody."""
        # sudo: as above; past the refusal of append-only rows
        return super(CrmSyncAppendOnly, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch
