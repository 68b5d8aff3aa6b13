from odoo import api, models


class CrmSyncSurveyProgram(models.Model):
    """Results by the tier that customers have today."""

    _inherit = "crm.sync.survey.program"

    @api.model
    def _results_tier_field(self):
        return "sync_tier_id"
