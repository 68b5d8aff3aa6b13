from odoo import fields, models
from odoo.tools import SQL

from .tier_words import REASONS

DIRECTIONS = [("new", "New"), ("up", "Rise"), ("same", "Tier Kept"), ("down", "Fall"), ("left", "Left")]


class CrmSyncTierMovement(models.Model):
    """From which tier to which: one row for each change in the history, reviews that kept a tier included.

    Where there was no tier before, or is none after, that side is empty. As a pivot it is the movement matrix.
    """

    _name = "crm.sync.tier.movement"
    _description = "Movements between Tiers"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "partner_id"

    day = fields.Date(readonly=True)
    card_id = fields.Many2one("loyalty.card", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    program_id = fields.Many2one("loyalty.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    from_tier_id = fields.Many2one("crm.sync.tier", readonly=True)
    to_tier_id = fields.Many2one("crm.sync.tier", readonly=True)
    direction = fields.Selection(DIRECTIONS, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    membership_id = fields.Many2one("crm.sync.tier.membership", "Tier Membership", readonly=True)

    @property
    def _table_query(self):
        for model in ("crm.sync.tier.membership", "crm.sync.tier"):
            self.env[model].flush_model()
        self.env["loyalty.card"].flush_model(["partner_id"])
        return SQL(
            """SELECT m.id::bigint * 2 AS id, m.date_from AS day, m.card_id, c.partner_id, m.program_id, m.company_id,
                      b.tier_id AS from_tier_id, m.tier_id AS to_tier_id,
                      CASE WHEN b.id IS NULL THEN 'new' WHEN t.sequence > f.sequence THEN 'up'
                           WHEN t.sequence < f.sequence THEN 'down' ELSE 'same' END AS direction,
                      m.reason, m.id AS membership_id
                 FROM crm_sync_tier_membership m
                 JOIN loyalty_card c ON c.id = m.card_id
                 JOIN crm_sync_tier t ON t.id = m.tier_id
                 LEFT JOIN crm_sync_tier_membership b ON b.card_id = m.card_id AND b.date_to = m.date_from
                 LEFT JOIN crm_sync_tier f ON f.id = b.tier_id
               UNION ALL
               SELECT m.id::bigint * 2 + 1, m.date_to, m.card_id, c.partner_id, m.program_id, m.company_id,
                      m.tier_id, NULL, 'left', 'closed', m.id
                 FROM crm_sync_tier_membership m
                 JOIN loyalty_card c ON c.id = m.card_id
                WHERE m.date_to IS NOT NULL AND NOT EXISTS (SELECT FROM crm_sync_tier_membership a
                                                             WHERE a.card_id = m.card_id AND a.date_from = m.date_to)"""
        )

    def action_open_card(self):
        """The card behind this row."""
        self.ensure_one()
        return self.card_id._get_records_action()
