from odoo import models
from odoo.tools import SQL

from ..activity.response_document import ResponseDocument, response_document


class CrmSyncResponseClock(models.AbstractModel):
    """What a customer writes on his case waits for us once the case was answered.

    Until then the case's own clock *answer* runs about the same words, and two clocks would raise two alarms.
    """

    _inherit = "crm.sync.response.clock"

    @response_document(60)
    def _document_case(self):
        return ResponseDocument(
            "crm.sync.case",
            "crm_sync_case",
            partner=SQL("d.partner_id"),
            # A case without owner is the affair of its department, and not of the customer's salesperson.
            user=SQL("COALESCE(d.user_id, (SELECT manager_id FROM crm_sync_department WHERE id = d.department_id))"),
            priority=SQL("d.priority"),
            where=SQL("d.partner_id IS NOT NULL"),
            is_over=SQL("NOT d.is_open"),
            is_automatic=SQL(
                """EXISTS (SELECT FROM crm_sync_case_clock k
                            WHERE k.case_id = d.id AND k.kind = 'answer' AND (k.stopped_at IS NULL OR m.date < k.stopped_at))"""
            ),
        )
