import json

from odoo import api, models
from odoo.tools import SQL

from ..loyalty.movement import now_of


class CrmSyncTierEngine(models.AbstractModel):
    """When cards become one: the better tier goes on, the other ends, and both histories stay."""

    _inherit = "crm.sync.tier.engine"

    @api.model
    def _merge(self, merged, survivor):
        """End the tiers of ``merged``; ``survivor`` has the best of them, valid as long as the longest of that rank.

        What both have bought counts together from now on: the review at the end of this transaction looks at it.
        """
        self._note_cards(survivor | merged)
        self.env["crm.sync.tier.membership"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT m.* FROM crm_sync_tier_membership m JOIN crm_sync_tier t ON t.id = m.tier_id
                    WHERE m.card_id = ANY(%s) AND m.date_to IS NULL
                    ORDER BY t.sequence DESC, m.valid_through DESC NULLS FIRST, m.card_id != %s, m.id""",
                (merged | survivor).ids,
                survivor.id,
            )
        )
        if not any(row["card_id"] != survivor.id for row in rows):
            return
        (merged | survivor)._sync_touch()
        best, today = rows[0], survivor.program_id._sync_today()
        own = next((row for row in rows if row["card_id"] == survivor.id), None)
        self._end_merged([row["id"] for row in rows if row["card_id"] != survivor.id or row is not best], today)
        if best is not own:
            self._begin_merged(survivor, best, own, today)
        self._invalidate()

    def _end_merged(self, membership_ids, today):
        """End these tiers today; one that began today has lasted no day and is not kept."""
        self.env.cr.execute(
            SQL(
                """WITH gone AS (DELETE FROM crm_sync_tier_membership WHERE id = ANY(%(ended)s) AND date_from >= %(today)s)
                   UPDATE crm_sync_tier_membership SET date_to = %(today)s
                    WHERE id = ANY(%(ended)s) AND date_from < %(today)s""",
                ended=membership_ids,
                today=today,
            )
        )

    def _begin_merged(self, survivor, best, own, today):
        """The survivor's new tier, with the evidence of both."""
        evidence = {**(best["evidence"] or {}), "merged": best["card_id"]}
        if own:
            evidence["before"] = {"tier": own["tier_id"], "reason": own["reason"], "evidence": own["evidence"]}
        kept = (
            "program_id",
            "company_id",
            "tier_id",
            "valid_through",
            "policy_id",
            "is_locked",
            "lock_reason",
            "lock_until",
        )
        values = {name: best[name] for name in (*kept, "user_id")} | {
            "card_id": survivor.id,
            "partner_id": survivor.partner_id.id or None,
            "date_from": today,
            "reason": "merge",
            "create_date": now_of(self.env),
            "create_uid": self.env.uid,
            "evidence": SQL("%s::jsonb", json.dumps(evidence)),
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_sync_tier_membership (%s) VALUES (%s)",
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(SQL("%s", value) for value in values.values()),
            )
        )
