from odoo import models


class CrmSyncSurveyInvitation(models.Model):
    """Found by when they were sent."""

    _inherit = "crm.sync.survey.invitation"

    _sent_idx = models.Index("(sent_at) WHERE sent_at IS NOT NULL")
