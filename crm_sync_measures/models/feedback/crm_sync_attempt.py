from odoo import api, models

from ...rules.case_intake import PER_ACKNOWLEDGED, PER_ADDRESS, PER_CUSTOMER, PER_EMAIL, PER_READER


class CrmSyncAttempt(models.Model):
    _inherit = "crm.sync.attempt"

    @api.model
    def _limits(self):
        return super()._limits() | {
            "address": PER_ADDRESS,
            "email": PER_EMAIL,
            "customer": PER_CUSTOMER,
            "acknowledged": PER_ACKNOWLEDGED,
            "reader": PER_READER,
        }
