from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What other records have been decided by; another rank is another tier.
_FIXED = {"program_id", "sequence"}


class CrmSyncTier(models.Model):
    """A level of a loyalty program: Silver, Gold. It is the same tier through all versions of the rules.

    What must be reached for it, and what it multiplies, is said by the rules (``crm.sync.tier.policy.line``). Its
    rank and program stay once rules with it were published or a customer has had it: history would tell something else.
    """

    _name = "crm.sync.tier"
    _inherit = ["crm.sync.company.decision"]
    _description = "Tier"
    _order = "program_id, sequence, id"
    _check_company_auto = True
    # As programs: a branch has those of the companies above it.
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char("Tier", required=True, translate=True)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('program_type', '=', 'loyalty')]",
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    sequence = fields.Integer(
        "Rank",
        compute="_compute_sequence",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        aggregator=None,
        help="0 is the lowest tier. Who rises goes up, one rank after the other.",
    )
    color = fields.Integer(aggregator=None)

    # ---------------------------------------------------------------- benefits

    case_weight = fields.Integer(
        "Weight of Cases", aggregator=None, help="Cases of customers with this tier go first: 0 (no), 1 or 2."
    )
    extras = fields.Text(translate=True, help="What else customers of this tier get. They read it on their page.")
    gift_points = fields.Float(
        "Points as a Gift",
        digits=(16, 4),
        aggregator=None,
        help="Given once to who reaches this tier; again only after a real fall.",
    )
    gift_program_id = fields.Many2one(
        "loyalty.program",
        "Coupon as a Gift",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('program_type', '=', 'coupons')]",
        help="A coupon of this program is given once to who reaches this tier; again only after a real fall.",
    )
    contact_days = fields.Integer(
        "Contacted Every (Days)",
        aggregator=None,
        help="Whoever looks after a customer of this tier contacts him at least so often. 0: no rhythm.",
    )
    account_count = fields.Integer("Customers", compute="_compute_account_count")

    _program_sequence_uniq = models.UniqueIndex(
        "(program_id, sequence) WHERE active", "Two tiers of one program cannot have the same rank."
    )
    _sequence_range = models.Constraint("CHECK(sequence BETWEEN 0 AND 99)", "Rank: enter 0 to 99.")
    _color_range = models.Constraint("CHECK(color BETWEEN 0 AND 11)", "Color: enter 0 to 11.")
    _case_weight_range = models.Constraint("CHECK(case_weight BETWEEN 0 AND 2)", "Weight of cases: enter 0, 1 or 2.")
    _gift_points_range = models.Constraint(
        "CHECK(gift_points BETWEEN 0 AND 1000000000)", "Points as a gift: enter 0 or more."
    )
    _contact_days_range = models.Constraint(
        "CHECK(contact_days BETWEEN 0 AND 3650)", "Contacted every: enter 0 to 3650 days."
    )

    # ---------------------------------------------------------------- compute

    @api.depends("program_id")
    def _compute_sequence(self):
        """A new tier is the highest one of its program."""
        highest = self._highest_ranks(self.program_id.ids)
        for tier in self:
            if tier._origin and tier._origin.program_id == tier.program_id:
                tier.sequence = tier._origin.sequence
            else:
                tier.sequence = highest.get(tier.program_id._origin.id, -1) + 1

    @api.model
    def _highest_ranks(self, program_ids):
        # sudo: which ranks are taken does not depend on who asks
        groups = self.sudo()._read_group([("program_id", "in", program_ids)], ["program_id"], ["sequence:max"])
        return {program.id: rank for program, rank in groups}

    def _compute_account_count(self):
        groups = self.env["crm.sync.tier.standing"]._read_group([("tier_id", "in", self.ids)], ["tier_id"], ["__count"])
        counts = {tier.id: count for tier, count in groups}
        for tier in self:
            tier.account_count = counts.get(tier._origin.id, 0)

    # ---------------------------------------------------------------- checks

    @api.constrains("program_id", "gift_program_id")
    def _check_programs(self):
        for tier in self:
            if tier.program_id.program_type != "loyalty":
                raise ValidationError(
                    self.env._("“%s”: only a program whose points customers collect has tiers.", tier.name)
                )
            if tier.gift_program_id and tier.gift_program_id.program_type != "coupons":
                raise ValidationError(self.env._("“%s”: choose a program of coupons as the gift.", tier.name))

    @api.constrains("active")
    def _check_archived(self):
        """Who has a tier, or is promised it, does not lose it by a click."""
        archived = self.filtered(lambda tier: not tier.active)
        # sudo: whether the tier is in use does not depend on who asks
        lines = self.env["crm.sync.tier.policy.line"].sudo()
        used = lines.search(
            [("tier_id", "in", archived.ids), ("policy_id.state", "in", ("scheduled", "running"))], limit=1
        )
        if used:
            raise ValidationError(
                self.env._(
                    "“%(tier)s” is in the rules %(policy)s. Publish rules without it first.",
                    tier=used.tier_id.name,
                    policy=used.policy_id.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Tiers that are made together without a rank follow one another."""
        highest = self._highest_ranks([vals["program_id"] for vals in vals_list if vals.get("program_id")])
        ranked = []
        for vals in vals_list:
            program_id = vals.get("program_id")
            if program_id:
                vals = {"sequence": highest.get(program_id, -1) + 1, **vals}  # noqa: PLW2901
                highest[program_id] = max(highest.get(program_id, -1), vals["sequence"])
            ranked.append(vals)
        return super().create(ranked)

    def write(self, vals):
        for name in sorted(_FIXED & vals.keys()):
            changed = self.filtered(
                lambda tier, name=name: tier._fields[name].convert_to_write(tier[name], tier) != vals[name]
            )
            if used := changed._used()[:1]:
                raise UserError(
                    self.env._(
                        "%(field)s of “%(tier)s” stays as it is: published rules or memberships name it. Make a new tier.",
                        field=self._fields[name].get_description(self.env, ["string"])["string"],
                        tier=used.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if used := self._used()[:1]:
            raise UserError(
                self.env._("“%s”: published rules or memberships name this tier. Archive it instead.", used.name)
            )

    def _used(self):
        """Those that published rules or memberships name."""
        # sudo: whether a tier is in use does not depend on who asks
        lines = self.env["crm.sync.tier.policy.line"].sudo()
        published = lines.search([("tier_id", "in", self.ids), ("policy_id.state", "!=", "draft")]).tier_id
        # sudo: as above
        rows = self.env["crm.sync.tier.membership"].sudo()
        held = rows._read_group([("tier_id", "in", (self - published).ids)], ["tier_id"])
        return self.filtered(lambda tier: tier in published or tier.id in {other.id for [other] in held})

    # ---------------------------------------------------------------- actions

    def action_open_standings(self):
        """Who has this tier now."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_tier_standing_action")
        return {**action, "domain": [("tier_id", "=", self.id)], "context": {}}
