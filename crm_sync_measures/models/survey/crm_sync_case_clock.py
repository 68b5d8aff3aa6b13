from dataclasses import replace

from odoo import api, models


class CrmSyncCaseClock(models.Model):
    """Who was unhappy in a survey is answered by when his program says, where the targets of cases give more time."""

    _inherit = "crm.sync.case.clock"

    @api.model
    def _terms_of(self, case, kind):
        terms = super()._terms_of(case, kind)
        seconds = case.loop_ids.contact_seconds if kind == "answer" else 0
        if not seconds or 0 < terms.target <= seconds:
            return terms
        percent = terms.warn * 100 // terms.target if terms.target else 75
        later = terms.escalate - terms.target if terms.target else 3600 * case.company_id.sync_case_escalate_hours
        return replace(terms, target=seconds, warn=seconds * percent // 100, escalate=seconds + round(later))
