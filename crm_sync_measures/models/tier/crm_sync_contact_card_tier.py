from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...rules.tier_outlook import is_in_danger
from ..activity.contact_card import Finding, card_rule
from .shown_tier import companies_of, shown_standing


class CrmSyncContactCard(models.AbstractModel):
    """Who contacts a customer knows how good a customer he is, and whether he is about to lose his tier."""

    _inherit = "crm.sync.contact.card"

    @api.model
    def _rule_labels(self):
        return super()._rule_labels() | {"tier": self.env._("Tier")}

    @card_rule(95, "tier", reads="_read_tiers")
    def _rule_tier(self, context, rows):
        """Never serious: a good tier is no reason not to contact somebody. It tells what every colleague sees on the contact."""
        return {row["entity"]: [Finding("info", self._tell_tier(row))] for row in rows}

    def _read_tiers(self, context):
        """The tier of each customer, until when he has it, and what is missing to keep it."""
        shown = shown_standing(self.env, SQL("e.id"), SQL("e.id"), companies_of(context.company))
        return SQL(
            """SELECT e.id AS entity, COALESCE(t.name->>%(lang)s, t.name->>'en_US') AS tier, COALESCE(s.joined_on, m.date_from)::text AS since,
                      m.valid_through::text AS until, COALESCE(s.keep_missing, 0)::float8 AS missing
                 FROM (SELECT DISTINCT entity AS id FROM partners) e
                 JOIN LATERAL (%(shown)s) shown ON TRUE
                 JOIN crm_sync_tier t ON t.id = shown.tier_id
                 JOIN crm_sync_tier_standing s ON s.id = shown.id
                 LEFT JOIN crm_sync_tier_membership m ON m.id = s.membership_id""",
            lang=self.env.lang or "en_US",
            shown=shown,
        )

    def _tell_tier(self, row):
        def tell(words):
            facts = {"tier": row["tier"], "since": format_date(self.env, fields.Date.to_date(row["since"]))}
            until = fields.Date.to_date(row["until"])
            if is_in_danger(until, row["missing"], words.today):
                facts["day"] = format_date(self.env, until)
                return self.env._("%(tier)s, member since %(since)s; would lose it after %(day)s", **facts)
            return self.env._("%(tier)s, member since %(since)s", **facts)

        return tell
