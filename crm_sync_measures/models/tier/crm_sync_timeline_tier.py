from odoo import api, models
from odoo.tools import SQL

from ..core.timeline_source import OF_PARTNERS, Source, any_of, timeline_source


class CrmSyncTimeline(models.AbstractModel):
    """Tiers in the timeline: when the customer rose, kept his tier or fell."""

    _inherit = "crm.sync.timeline"

    @api.model
    def _get_labels(self):
        labels = super()._get_labels()
        return {**labels, "kind": {**labels["kind"], "tier": (self.env._("Tier"), "fa-trophy", 2)}}

    @timeline_source(42, "tier")
    def _source_tier(self):
        lang = self.env.lang or "en_US"
        reasons = self.env["crm.sync.tier.membership"]._fields["reason"]._description_selection(self.env)
        return Source(
            "crm.sync.tier.membership",
            among=any_of(
                SQL("e.card_id"),
                SQL("SELECT id FROM loyalty_card WHERE %s", any_of(SQL("partner_id"), OF_PARTNERS)),
            ),
            # A day, told at noon: that is the same day for almost every reader. Never later than it was written.
            at=SQL("LEAST(e.date_from + interval '12 hours', e.create_date)"),
            title=SQL("(SELECT COALESCE(name->>%s, name->>'en_US') FROM crm_sync_tier WHERE id = e.tier_id)", lang),
            preview=SQL(
                "(SELECT COALESCE(name->>%s, name->>'en_US') FROM loyalty_program WHERE id = e.program_id)", lang
            ),
            kind="tier",
            user=SQL("e.user_id"),
            state=SQL(
                "(CASE e.reason %s END)::varchar",
                SQL(" ").join(SQL("WHEN %s THEN %s", reason, label) for reason, label in reasons),
            ),
            company=SQL("e.company_id"),
            document="loyalty.card",
            document_id=SQL("e.card_id"),
        )
