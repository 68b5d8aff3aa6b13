from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmSyncTierPolicyLine(models.Model):
    """What a version of the rules asks and gives for one tier. It stays once its rules are published."""

    _name = "crm.sync.tier.policy.line"
    _inherit = ["crm.sync.company.decision"]
    _description = "Tier in the Rules"
    _order = "rank, id"
    _rec_name = "tier_id"
    _check_company_auto = True

    policy_id = fields.Many2one("crm.sync.tier.policy", required=True, index=True, ondelete="cascade")
    program_id = fields.Many2one(related="policy_id.program_id")
    company_id = fields.Many2one(related="policy_id.company_id")
    state = fields.Selection(related="policy_id.state")
    tier_id = fields.Many2one(
        "crm.sync.tier",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('program_id', '=', program_id)]",
    )
    rank = fields.Integer(related="tier_id.sequence", store=True, aggregator=None)
    threshold = fields.Float(
        digits=(16, 4),
        required=True,
        default=0.0,
        aggregator=None,
        help="Who has reached so much in the window has this tier. 0: everybody has it.",
    )
    unit = fields.Char(related="policy_id.unit")
    multiplier = fields.Float(
        digits=(16, 4),
        required=True,
        default=1.0,
        aggregator=None,
        help="Points of an order are multiplied by it. What goes beyond 1 is entered in the ledger as a bonus of its own.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Prices of customers with this tier who have no pricelist of their own.",
    )

    _policy_tier_uniq = models.UniqueIndex("(policy_id, tier_id)", "This tier is in the rules already.")
    _threshold_range = models.Constraint("CHECK(threshold BETWEEN 0 AND 1000000000000)", "From: enter 0 or more.")
    _multiplier_range = models.Constraint(
        "CHECK(multiplier BETWEEN 1 AND 100)", "Multiplier: enter 1 to 100. A tier takes no points away."
    )

    @api.constrains("tier_id", "policy_id")
    def _check_tier(self):
        for line in self:
            if line.tier_id.program_id != line.policy_id.program_id:
                raise ValidationError(
                    self.env._(
                        "“%(tier)s” is a tier of %(other)s, and not of %(program)s.",
                        tier=line.tier_id.name,
                        other=line.tier_id.program_id.name,
                        program=line.policy_id.program_id.name,
                    )
                )

    # ---------------------------------------------------------------- published lines stay

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._refuse_published()
        return lines

    def write(self, vals):
        self._refuse_published()
        result = super().write(vals)
        # Into other rules, which may be published.
        self._refuse_published()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        self._refuse_published()

    def _refuse_published(self):
        for policy in self.policy_id:
            if policy.state != "draft":
                raise UserError(policy._words_fixed())
