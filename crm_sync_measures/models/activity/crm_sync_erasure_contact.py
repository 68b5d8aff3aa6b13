from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import ERASED, erasure_step


class CrmSyncErasure(models.AbstractModel):
    _inherit = "crm.sync.erasure"

    @erasure_step(46)
    def _erase_contact_overrides(self, partners):
        """Why somebody contacted him; by SQL, since a reason is otherwise never changed."""
        self.env["crm.sync.contact.override"].flush_model()
        self.env.cr.execute(
            SQL("UPDATE crm_sync_contact_override SET reason = %s WHERE partner_id IN %s", ERASED, tuple(partners.ids))
        )
        self.env["crm.sync.contact.override"].invalidate_model()
