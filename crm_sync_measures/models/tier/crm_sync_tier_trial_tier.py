from odoo import api, fields, models


class CrmSyncTierTrialTier(models.Model):
    """What a trial makes of one tier: how many customers, and what they cost. Written by the trial alone."""

    _name = "crm.sync.tier.trial.tier"
    _description = "Tier in a Trial of Rules"
    _order = "trial_id, rank desc, id"
    _rec_name = "tier_id"
    _log_access = False

    trial_id = fields.Many2one("crm.sync.tier.trial", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="trial_id.currency_id")
    other_id = fields.Many2one(related="trial_id.other_id")
    tier_id = fields.Many2one("crm.sync.tier", required=True, readonly=True, ondelete="cascade")
    rank = fields.Integer(readonly=True, aggregator=None)
    now_count = fields.Integer("Today", readonly=True)
    replayed_count = fields.Integer("By These Rules", readonly=True)
    change = fields.Integer(compute="_compute_change")
    after_count = fields.Integer("When They Take Effect", readonly=True)
    bonus_points = fields.Float(digits=(16, 2), readonly=True)
    bonus_cost = fields.Monetary("Cost of Multipliers", readonly=True)
    price_cost = fields.Monetary("Cost of Pricelists", readonly=True)
    other_replayed_count = fields.Integer("By the Others", readonly=True)
    other_after_count = fields.Integer("When the Others Take Effect", readonly=True)
    other_bonus_points = fields.Float("Bonus Points by the Others", digits=(16, 2), readonly=True)
    other_bonus_cost = fields.Monetary("Cost of Multipliers by the Others", readonly=True)
    other_price_cost = fields.Monetary("Cost of Pricelists by the Others", readonly=True)

    @api.depends("now_count", "replayed_count")
    def _compute_change(self):
        for row in self:
            row.change = row.replayed_count - row.now_count

    def action_open_lines(self):
        """The customers behind one number; the button says which."""
        self.ensure_one()
        name = self.env.context.get("sync_trial_field")
        if name not in ("now_tier_id", "tier_id", "after_tier_id", "other_tier_id", "other_after_tier_id"):
            name = "tier_id"
        return self.trial_id._open_lines(self.tier_id.display_name, [(name, "=", self.tier_id.id)])
