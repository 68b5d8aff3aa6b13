from odoo import models


class CrmSyncCaseClock(models.Model):
    """Found by when they were kept or missed."""

    _inherit = "crm.sync.case.clock"

    _stopped_idx = models.Index("(stopped_at) WHERE stopped_at IS NOT NULL")
    _missed_idx = models.Index("(breached_at) WHERE breached_at IS NOT NULL")
