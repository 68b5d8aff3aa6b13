from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_customer import CONTACT_CHANNELS
from ..core.timeline_source import Source, timeline_source
from .crm_sync_promise import STATES


class CrmSyncTimeline(models.AbstractModel):
    """Promises in the timeline, on the day they were made, with what became of them."""

    _inherit = "crm.sync.timeline"

    @timeline_source(16, "promise")
    def _source_promise(self):
        return Source(
            "crm.sync.promise",
            at=SQL("e.promised_at"),
            title=SQL("e.name"),
            preview=SQL("COALESCE(e.outcome_note, e.note)"),
            kind="promise",
            user=SQL("e.promised_by_id"),
            department=SQL("e.department_id"),
            channel=SQL("e.channel"),
            channels=tuple(dict(CONTACT_CHANNELS)),
            direction="out",
            state=SQL("'promise_' || e.state"),
            company=SQL("e.company_id"),
        )

    def _get_labels(self):
        labels = super()._get_labels()
        labels["kind"]["promise"] = (self.env._("Promise"), "fa-calendar-check-o", 2)
        states = dict(self.env["crm.sync.promise"]._fields["state"]._description_selection(self.env))
        labels["state"].update({f"promise_{code}": states[code] for code, _label in STATES})
        return labels
