from odoo import models
from odoo.tools import SQL

from ..core.timeline_source import Source, timeline_source
from .crm_sync_case import CHANNELS
from .crm_sync_case_stage import STEP_LABELS

#: Words that the timeline has its own for.
_CHANNEL_LABELS = ("portal", "survey")


class CrmSyncTimeline(models.AbstractModel):
    """Cases in the timeline, on the day the customer came with them, with what became of them."""

    _inherit = "crm.sync.timeline"

    @timeline_source(18, "case")
    def _source_case(self):
        return Source(
            "crm.sync.case",
            at=SQL("e.first_opened_at"),
            title=SQL("e.number || ' ' || e.name"),
            preview=SQL("COALESCE(e.decision_note, e.reject_reason)"),
            kind="case",
            user=SQL("e.user_id"),
            department=SQL("e.department_id"),
            channel=SQL("e.channel"),
            channels=tuple(dict(CHANNELS)),
            direction="in",
            state=SQL("'case_' || e.step"),
            company=SQL("e.company_id"),
        )

    def _get_labels(self):
        labels = super()._get_labels()
        labels["kind"]["case"] = (self.env._("Case"), "fa-life-ring", 1)
        Case = self.env["crm.sync.case"]
        channels = dict(Case._fields["channel"]._description_selection(self.env))
        labels["channel"].update({code: channels[code] for code in _CHANNEL_LABELS})
        steps = dict(self.env["crm.sync.case.stage"]._fields["step"]._description_selection(self.env))
        labels["state"].update({f"case_{code}": steps[code] for code, _label in STEP_LABELS})
        return labels
