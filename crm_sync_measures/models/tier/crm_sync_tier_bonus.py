from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ...rules.ledger import ZERO, Part, exact
from ...rules.settlement import balances, settlement
from ...rules.tier import bonus


class CrmSyncTierBonus(models.Model):
    """What a tier adds to the points of one document, by the tier that the customer had when he earned them.

    The row is the source of its own entries in the ledger, so that what the document itself has moved stays what it
    is. It is brought up to date whenever the document moves points: what is refunded, cancelled or edited takes its
    share along, and while points are pending there is none of it.
    """

    _name = "crm.sync.tier.bonus"
    _description = "Bonus of a Tier"
    _order = "id desc"
    _log_access = False

    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference("Document", model_field="source_model", required=True, readonly=True)
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict", index="btree_not_null")
    card_id = fields.Many2one(
        "loyalty.card",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The card on which the points were earned.",
    )
    tier_id = fields.Many2one("crm.sync.tier", readonly=True, ondelete="restrict", index="btree_not_null")
    policy_id = fields.Many2one("crm.sync.tier.policy", readonly=True, ondelete="restrict", index="btree_not_null")
    multiplier = fields.Float(digits=(16, 4), required=True, readonly=True, aggregator=None)
    day = fields.Date("Earned On", required=True, readonly=True)
    points = fields.Float(digits=(16, 4), readonly=True, help="What is left of the bonus by now.")

    _source_uniq = models.UniqueIndex(
        "(source_model, source_id, program_id)", "The bonus of this document was fixed already."
    )

    @api.depends("source_model", "source_id")
    def _compute_display_name(self):
        entry = self.env["crm.sync.loyalty.entry"]
        names = entry._source_names({(row.source_model, row.source_id) for row in self})
        for row in self:
            row.display_name = names.get((row.source_model, row.source_id), "")

    # ---------------------------------------------------------------- fixed when points are earned

    @api.model
    def _fix(self, card, model, record_id, company_id):
        """Note the multiplier that holds for what this document earns on ``card``, where any tier multiplies.

        Once for each document and program: a later tier changes nothing about it.
        """
        policy = self.env["crm.sync.tier.policy"]._running(card.program_id)
        if not policy or self._has_earned(card.program_id, model, record_id):
            return
        membership = self.env["crm.sync.tier.membership"].sudo()  # sudo: the tier holds for whoever sells
        held = membership.search([("card_id", "=", card.id), ("date_to", "=", False)], limit=1)
        lines = policy._lines()
        # Whose card was made a moment ago has the tier that everybody has, though it is not entered yet.
        line = lines.filtered(lambda line: line.tier_id == held.tier_id if held else not line.threshold)[:1]
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_tier_bonus
                          (source_model, source_id, program_id, company_id, card_id, tier_id, policy_id, multiplier, day, points)
                   VALUES %s ON CONFLICT (source_model, source_id, program_id) DO NOTHING""",
                (
                    model,
                    record_id,
                    card.program_id.id,
                    company_id or None,
                    card.id,
                    held.tier_id.id or line.tier_id.id or None,
                    policy.id,
                    exact(line.multiplier) if line else exact(1),
                    card.program_id._sync_today(),
                    ZERO,
                ),
            )
        )
        self.invalidate_model(flush=False)

    def _has_earned(self, program, model, record_id):
        """Whether the document has earned points before: then its multiplier is fixed, or it was earned without tiers."""
        # sudo: the ledger, whoever moves points of the document.
        earned = self.env["crm.sync.loyalty.entry"].sudo()
        source = [("source_model", "=", model), ("source_id", "=", record_id)]
        return bool(earned.search([*source, ("program_id", "=", program.id), ("kind", "=", "earn")], limit=1))

    # ---------------------------------------------------------------- brought up to date

    @api.model
    def _settle(self, model, record_id):
        """Book what is missing between the bonus of a document and what it should be by now; twice changes nothing."""
        # As nobody in particular: points follow the document, and colleagues are not asked about a bonus as about a gift.
        rows = self.with_user(SUPERUSER_ID).search([("source_model", "=", model), ("source_id", "=", record_id)])
        rows = rows.filtered(lambda row: row.multiplier > 1)
        if not rows:
            return
        entries = rows.env["crm.sync.loyalty.entry"]
        moved = entries._net_of_source(rows.env[model].browse(record_id))
        cards = rows.env["loyalty.card"].browse(moved)
        for row in rows:
            given = entries._net_of_source(row)
            for card in cards.filtered(lambda card, row=row: card.program_id == row.program_id):
                row._settle_on(card, moved[card.id], given.get(card.id, {}))
            row._keep_points(entries._net_of_source(row))

    def _settle_on(self, card, kinds, given):
        """The bonus on one card: by what the document has moved there and can be spent, ``kinds``, and what was ``given``."""
        program = card.program_id
        earned, held, _spent = balances(kinds)
        if self._is_pending(program):
            held = earned
        policy = (program.sync_rounding, program.sync_rounding_digits)
        target = bonus(earned - held, exact(self.multiplier), *policy)
        before = {"earn": given.get("bonus", ZERO), "reverse_earn": given.get("reverse_earn", ZERO)}
        expired = ZERO
        if sum(before.values()) > target:
            expired = self.env["crm.sync.loyalty.entry"]._expired_of_source(self, card, kind="bonus")
        parts = [
            Part("bonus", part.quantity, undoes="reverse_earn") if part.kind == "earn" else part
            for part in settlement(before, target, ZERO, expired)
        ]
        if parts:
            key = None if given else f"tier-bonus:{self.id}"
            card._sync_move("tier_bonus", parts, self, key=key)
            card._sync_note(sum(part.quantity for part in parts), self._words())

    def _is_pending(self, program):
        """Whether the points of the document cannot be spent yet; the hold itself is booked a little later."""
        document = self.env[self.source_model].browse(self.source_id)
        if program.sync_hold == "none" or not hasattr(document, "_sync_hold_is_over"):
            return False
        return not document._sync_hold_is_over(program)

    def _keep_points(self, given):
        """How much of the bonus is left, for reports."""
        points = sum((sum(kinds.values()) for kinds in given.values()), ZERO)
        self.env.cr.execute(SQL("UPDATE crm_sync_tier_bonus SET points = %s WHERE id = %s", points, self.id))
        self.invalidate_recordset(["points"], flush=False)

    def _words(self):
        """What Odoo's own history says of it."""
        return self.env._("Bonus of %(tier)s for %(document)s", tier=self.tier_id.name, document=self.display_name)
