from odoo import fields, models

from ..core.crm_sync_merge_mixin import REPOINT
from .tier_words import REASONS

MOVES = [
    ("new", "New"),
    ("up", "Rise"),
    ("same", "Same Tier"),
    ("down", "Fall"),
    ("left", "No Tier Anymore"),
    ("none", "No Tier"),
]


class CrmSyncTierTrialLine(models.Model):
    """One account in a trial: the tier it has, and the ones it would have. Written by the trial alone.

    ``other_…`` are those of the rules that are compared. ``move`` is from today's tier to the replayed one,
    ``after_move`` to the one on the day on which the rules take effect.
    """

    _name = "crm.sync.tier.trial.line"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Customer in a Trial of Tier Rules"
    _order = "id"
    _rec_name = "partner_id"
    _log_access = False
    _sync_merge = {"partner_id": REPOINT}

    trial_id = fields.Many2one("crm.sync.tier.trial", required=True, readonly=True, index=True, ondelete="cascade")
    part_id = fields.Many2one("crm.sync.tier.trial.part", readonly=True, index=True, ondelete="cascade")
    card_id = fields.Many2one("loyalty.card", readonly=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null")
    currency_id = fields.Many2one(related="trial_id.currency_id")
    now_tier_id = fields.Many2one("crm.sync.tier", "Tier Today", readonly=True, ondelete="cascade")
    is_locked = fields.Boolean("Locked", readonly=True)

    tier_id = fields.Many2one("crm.sync.tier", "Tier by These Rules", readonly=True, ondelete="cascade")
    valid_through = fields.Date(readonly=True)
    move = fields.Selection(MOVES, "By These Rules", readonly=True)
    after_tier_id = fields.Many2one("crm.sync.tier", "Tier When They Take Effect", readonly=True, ondelete="cascade")
    after_valid_through = fields.Date("Then Valid Through", readonly=True)
    after_move = fields.Selection(MOVES, "When They Take Effect", readonly=True)
    after_reason = fields.Selection(REASONS, "Then Because", readonly=True)
    bonus_points = fields.Float(digits=(16, 2), readonly=True)
    bonus_cost = fields.Monetary("Cost of Multipliers", readonly=True)
    price_cost = fields.Monetary("Cost of Pricelists", readonly=True)

    other_tier_id = fields.Many2one("crm.sync.tier", "Tier by the Others", readonly=True, ondelete="cascade")
    other_valid_through = fields.Date("Valid Through by the Others", readonly=True)
    other_move = fields.Selection(MOVES, "By the Others", readonly=True)
    other_after_tier_id = fields.Many2one(
        "crm.sync.tier", "Tier When the Others Take Effect", readonly=True, ondelete="cascade"
    )
    other_after_valid_through = fields.Date("Then Valid Through by the Others", readonly=True)
    other_after_move = fields.Selection(MOVES, "When the Others Take Effect", readonly=True)
    other_after_reason = fields.Selection(REASONS, "Then Because by the Others", readonly=True)
    other_bonus_points = fields.Float("Bonus Points by the Others", digits=(16, 2), readonly=True)
    other_bonus_cost = fields.Monetary("Cost of Multipliers by the Others", readonly=True)
    other_price_cost = fields.Monetary("Cost of Pricelists by the Others", readonly=True)

    is_different = fields.Boolean("Different by the Others", readonly=True)

    _trial_move_idx = models.Index("(trial_id, move)")
    _trial_after_idx = models.Index("(trial_id, after_move)")

    def action_open_card(self):
        """The card behind this row."""
        self.ensure_one()
        return self.card_id._get_records_action()
