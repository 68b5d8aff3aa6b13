from odoo import api, models
from odoo.tools import SQL

from ..core.timeline_source import Source, timeline_source


class CrmSyncTimeline(models.AbstractModel):
    """Greetings in the timeline: what the customer was sent by care rules. Points and activities tell of themselves."""

    _inherit = "crm.sync.timeline"

    @api.model
    def _get_labels(self):
        labels = super()._get_labels()
        return {**labels, "kind": {**labels["kind"], "care": (self.env._("Greeting"), "fa-birthday-cake", 9)}}

    @timeline_source(43, "care")
    def _source_care(self):
        return Source(
            "crm.sync.care.occasion",
            where=SQL(
                "e.handed_at IS NOT NULL AND e.action IN ('mail', 'coupon') AND e.state IN ('planned', 'sent', 'done')"
            ),
            at=SQL("e.handed_at"),
            title=SQL(
                "(SELECT COALESCE(name->>%s, name->>'en_US') FROM crm_sync_care_rule WHERE id = e.rule_id)",
                self.env.lang or "en_US",
            ),
            kind="care",
            channel="email",
            direction="out",
            user=SQL("e.create_uid"),
            company=SQL("e.company_id"),
        )
