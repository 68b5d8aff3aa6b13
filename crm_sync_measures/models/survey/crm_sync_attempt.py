from odoo import api, models

from ...rules.survey_answer import PER_SURVEY_ADDRESS, PER_SURVEY_CODE, PER_SURVEY_CODE_ADDRESS, PER_SURVEY_LINK


class CrmSyncAttempt(models.Model):
    _inherit = "crm.sync.attempt"

    @api.model
    def _limits(self):
        return super()._limits() | {
            "survey_address": PER_SURVEY_ADDRESS,
            "survey_link": PER_SURVEY_LINK,
            "survey_code": PER_SURVEY_CODE,
            "survey_code_address": PER_SURVEY_CODE_ADDRESS,
        }
