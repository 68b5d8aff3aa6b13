from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ...rules.ledger import Part, exact
from ..loyalty.movement import MOVEMENT, Movement

#: Days on which a card has really fallen below tier ``t``: by a review, to a lower tier or to none. Whose card was
#: archived before his review, days of grace included, has not.
_FALLS = """
    SELECT CASE h.reason WHEN 'fall' THEN h.date_from ELSE h.date_to END AS day
      FROM (SELECT m.reason, m.date_from, m.date_to, m.valid_through, own.sequence, lag(own.sequence) OVER w AS before,
                   lead(m.date_from) OVER w AS next_from
              FROM crm_sync_tier_membership m JOIN crm_sync_tier own ON own.id = m.tier_id
             WHERE m.card_id = %s WINDOW w AS (ORDER BY m.date_from)) h
     -- To a lower tier, or to none: then nothing follows on the day on which it ended.
     WHERE (h.reason = 'fall' AND h.sequence < t.sequence AND h.before >= t.sequence)
        OR (h.sequence >= t.sequence AND h.date_to > h.valid_through + p.grace_days AND h.next_from IS DISTINCT FROM h.date_to)"""


class CrmSyncTierEngine(models.AbstractModel):
    """The gift for who reaches a tier: for each one he passes, once; again only after he has really fallen below it.

    A real fall is that of a review. Who loses a tier by a refund and buys again has had his gift: else buying and
    returning would be a spring of points. Nor is another card of the same customer, or one that was merged. Who had his
    points before there were tiers gets none for joining.
    """

    _inherit = "crm.sync.tier.engine"

    @api.model
    def _risen(self):
        """[(card, tier, falls before)] for the tiers with a gift that are passed in ``tier_now``."""
        return self.env.execute_query(
            SQL(
                """SELECT n.card_id, t.id, fallen.times
                     FROM tier_now n
                     JOIN crm_sync_tier_policy p ON p.id = n.policy_id
                    CROSS JOIN LATERAL unnest(n.passed_tiers) passed (tier_id)
                     JOIN crm_sync_tier t ON t.id = passed.tier_id
                    CROSS JOIN LATERAL (SELECT count(*) AS times, max(fall.day) AS last_on FROM (%(falls)s) fall) fallen
                    WHERE n.is_changed AND n.rank > n.held_rank AND (COALESCE(t.gift_points, 0) > 0 OR t.gift_program_id IS NOT NULL)
                      AND (n.new_reason = 'rise'
                           OR (n.new_reason = 'joined' AND (n.joined_on >= p.effective_on OR fallen.times > 0)))
                      AND NOT EXISTS (%(given_elsewhere)s)
                    ORDER BY n.card_id, t.sequence""",
                falls=SQL(_FALLS, SQL("n.card_id")),
                given_elsewhere=self._given_elsewhere_sql(),
            )
        )

    def _given_elsewhere_sql(self):
        """SELECT of the gifts for tier ``t`` that the customer has had on other cards of the program, those that were merged
        into account ``n`` and those that were archived: since he last fell."""
        return SQL(
            """SELECT FROM loyalty_card k
                CROSS JOIN LATERAL generate_series(
                      0, (SELECT count(*) FROM crm_sync_tier_membership m WHERE m.card_id = k.id)) falls
                CROSS JOIN (VALUES ('gift'), ('coupon')) gift (kind)
                 JOIN crm_sync_loyalty_entry e
                   ON e.idempotency_key = concat('tier-', gift.kind, ':', k.id, ':', t.id, ':', falls, ':', k.id, ':1')
                WHERE k.id != n.card_id
                  AND (k.sync_merged_into_id = n.card_id OR k.partner_id = n.partner_id AND k.program_id = n.program_id)
                  AND e.business_date >= COALESCE(fallen.last_on, '-infinity')
                  AND NOT EXISTS (SELECT FROM (%s) fall WHERE fall.day > e.business_date)""",
            SQL(_FALLS, SQL("k.id")),
        )

    @api.model
    def _give(self, gifts):
        """Book these gifts, each with its own key; what was given before is passed over."""
        if not gifts:
            return
        # As nobody in particular: a gift follows from the rules, and is none of a colleague.
        root, had = self.with_user(SUPERUSER_ID), set()
        for card_id, tier_id, falls in gifts:
            card, tier = root.env["loyalty.card"].browse(card_id), root.env["crm.sync.tier"].browse(tier_id)
            # Two cards of one customer may rise together.
            if (card.partner_id, tier) in had:
                continue
            had.add((card.partner_id, tier))
            key = f"{card_id}:{tier_id}:{falls}"
            if tier.gift_points:
                root._give_points(card, tier, f"tier-gift:{key}")
            if tier.gift_program_id:
                root._give_coupon(card, tier, f"tier-coupon:{key}")

    def _give_points(self, card, tier, key):
        if self._is_given(card, key):
            return
        points = exact(tier.gift_points)
        card._sync_move(
            "tier_gift", [Part("bonus", points)], tier, key=key, company_id=card.company_id.id, no_mail=True
        )
        card._sync_note(points, self.env._("Gift for reaching %s", tier.name))

    def _give_coupon(self, card, tier, key):
        """A coupon of the tier's program; its first entry in the ledger carries the key, so that there is only one."""
        if self._is_given(card, key):
            return
        movement = Movement("generate", tier, key=key, company_id=card.company_id.id)
        # The key names the customer's account and not the new coupon.
        movement.card_id = card.id
        program = tier.gift_program_id
        coupons = self.env["loyalty.card"].with_context(**{MOVEMENT: movement, "loyalty_no_mail": False})
        # Odoo tells the customer of it, where the program has a mail for that.
        coupons.create({"program_id": program.id, "partner_id": card.partner_id.id, "points": 1})

    def _is_given(self, card, key):
        """Whether the gift of this key is in the ledger; should two look at once, the ledger refuses the second."""
        return bool(
            self.env["crm.sync.loyalty.entry"].search([("idempotency_key", "=", f"{key}:{card.id}:1")], limit=1)
        )
