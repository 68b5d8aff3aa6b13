from odoo import models


class CrmSyncCaseEvent(models.Model):
    """Found by when a case came to its end."""

    _inherit = "crm.sync.case.event"

    _ended_idx = models.Index("(at) WHERE new_step IN ('closed', 'declined', 'rejected', 'told')")
