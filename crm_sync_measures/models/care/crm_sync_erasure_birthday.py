from odoo import models

from ..core.crm_sync_erasure import erasure_step
from .res_partner_birthday import BIRTHDAY


class CrmSyncErasure(models.AbstractModel):
    """The birthday is forgotten; that nothing is sent to the dead holds on."""

    _inherit = "crm.sync.erasure"

    @erasure_step(47)
    def _erase_birthdays(self, partners):
        partners.write(dict.fromkeys(BIRTHDAY, False))
