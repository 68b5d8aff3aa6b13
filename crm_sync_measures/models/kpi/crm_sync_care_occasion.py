from odoo import models


class CrmSyncCareOccasion(models.Model):
    """Found by when they were done."""

    _inherit = "crm.sync.care.occasion"

    _done_idx = models.Index("(done_at) WHERE done_at IS NOT NULL")
