from odoo import api, fields, models
from odoo.tools.misc import format_date

from ...rules.tier import Window, running_window


class CrmSyncTierStanding(models.Model):
    """Where an account stands today: its tier, what counts, what is missing to rise and to stay.

    A result row, one per account with a tier or with something that counts. The engine writes it
    (``crm_sync_tier_engine.py``), and only where something differs; nobody writes it by hand.
    """

    _name = "crm.sync.tier.standing"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Tier Standing"
    _order = "review_on, id"
    _rec_name = "partner_id"
    # Computed rows: who computed them is no information.
    _log_access = False
    _sync_merge = {"partner_id": "_merge_partners"}

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="cascade")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    tier_id = fields.Many2one("crm.sync.tier", readonly=True, index=True, ondelete="restrict")
    color = fields.Integer(related="tier_id.color")
    membership_id = fields.Many2one(
        "crm.sync.tier.membership", "Tier Membership", readonly=True, index="btree_not_null", ondelete="set null"
    )
    since = fields.Date("Tier Since", related="membership_id.date_from")
    valid_through = fields.Date(related="membership_id.valid_through")
    is_locked = fields.Boolean(related="membership_id.is_locked")
    lock_until = fields.Date(related="membership_id.lock_until")
    lock_reason = fields.Char(related="membership_id.lock_reason")
    joined_on = fields.Date("Member Since", readonly=True)
    value = fields.Float(
        "Counts Now", digits=(16, 4), readonly=True, aggregator=None, help="What counts in the running window."
    )
    # Of the last months, which end on another day each night, they are empty: every row would be written.
    window_from = fields.Date("Counted From", readonly=True)
    window_to = fields.Date("Counted To", readonly=True)
    window_text = fields.Char("Counted Over", compute="_compute_window_text")
    unit = fields.Char(compute="_compute_window_text")
    next_tier_id = fields.Many2one("crm.sync.tier", readonly=True, index="btree_not_null", ondelete="set null")
    missing = fields.Float("Missing to Rise", digits=(16, 4), readonly=True, aggregator=None)
    keep_missing = fields.Float(
        "Missing to Stay",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="What is missing to keep the tier at its review. 0: it is safe.",
    )
    review_on = fields.Date("Review", readonly=True, index=True)
    is_shown = fields.Boolean(
        "Shown on the Customer",
        readonly=True,
        help="Of several tiers of a customer: that of the main program, else the highest one.",
    )
    as_of = fields.Date(readonly=True)
    user_id = fields.Many2one(related="partner_id.commercial_partner_id.user_id", string="Owner")

    _card_uniq = models.UniqueIndex("(card_id)", "This account already has a row.")
    # As the ORM asks: PostgreSQL 15 does not use an index that says WHERE is_shown.
    _shown_idx = models.Index("(partner_id, company_id) WHERE is_shown IS TRUE")
    _program_tier_idx = models.Index("(program_id, tier_id)")

    @api.model
    def _merge_partners(self, sources, target):
        """The rows go with the cards; which one is shown on the survivor is found anew by the engine."""
        self._sync_merge_repoint("partner_id", sources, target)
        # sudo: a merge concerns all accounts of both
        cards = self.env["loyalty.card"].sudo().search([("partner_id", "in", (sources | target).ids)])
        self.env["crm.sync.tier.engine"]._note_cards(cards)

    # ---------------------------------------------------------------- what counts now

    def _window(self, policy):
        """From when to when counts what the account has now, by the rules in force; empty where all counts."""
        if policy.window != "rolling":
            return Window(self.window_from or None, self.window_to or None)
        return running_window(policy._rule(), policy.program_id._sync_today(), self.joined_on)

    def _window_words(self, policy):
        window = self._window(policy)
        if not window.start:
            return ""
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, window.start),
            end=format_date(self.env, window.end),
        )

    @api.depends("window_from", "window_to", "program_id")
    @api.depends_context("lang")
    def _compute_window_text(self):
        policies = self.env["crm.sync.tier.policy"]._running(self.program_id)
        of_program = policies.grouped("program_id")
        for standing in self:
            policy = of_program.get(standing.program_id, policies.browse())
            standing.unit = policy.unit
            standing.window_text = standing._window_words(policy)

    # ---------------------------------------------------------------- actions

    def action_open_memberships(self):
        """All tiers that this account has had."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_tier_membership_action")
        return {**action, "domain": [("card_id", "=", self.card_id.id)], "context": {}}

    def action_open_card(self):
        self.ensure_one()
        return self.card_id._get_records_action()

    def action_lock(self):
        """Ask for the tier to give, or keep, by hand."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_tier_lock_action")
        context = {"default_card_id": self.card_id.id, "default_tier_id": self.tier_id.id}
        return {**action, "context": context}

    def action_unlock(self):
        """Ask why the lock is lifted."""
        action = self.action_lock()
        return {**action, "context": {**action["context"], "default_change": "unlock"}}
