from odoo import api, fields, models

from .crm_sync_loyalty_entry import POINTS


class CrmSyncLoyaltyLot(models.Model):
    """What one credit brought to a card, and what is left of it.

    ``remaining`` is what can be spent; ``quantity`` less all allocations. It is written by the ledger
    alone, in the transaction of the entry that draws from it. ``expires_on`` is the last day on which the
    points can be used, a day of the program's time zone.
    """

    _name = "crm.sync.loyalty.lot"
    _inherit = ["crm.sync.loyalty.append.only"]
    _description = "Lot of Points"
    _order = "expires_on, earned_on, id"
    _rec_name = "earned_on"
    _log_access = False

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    entry_id = fields.Many2one(
        "crm.sync.loyalty.entry", "Credit", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(related="entry_id.kind")
    origin_lot_id = fields.Many2one(
        "crm.sync.loyalty.lot",
        "Transferred from",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The lot that these points were first credited to, on the card they were transferred from.",
    )
    quantity = fields.Float("Points", digits=POINTS, required=True, readonly=True)
    remaining = fields.Float(digits=POINTS, required=True, readonly=True)
    held = fields.Float("Pending", digits=POINTS, readonly=True, help="There, and cannot be spent yet.")
    earned_on = fields.Date("Earned", required=True, readonly=True)
    expires_on = fields.Date("Usable Through", readonly=True)
    state = fields.Selection(
        [
            ("active", "Active"),
            ("pending", "Pending"),
            ("exhausted", "Used Up"),
            ("expired", "Expired"),
            ("reversed", "Taken Back"),
            ("transferred", "Transferred"),
        ],
        required=True,
        readonly=True,
        help="Pending points are there, and cannot be spent yet.",
    )
    reminded_on = fields.Date("Reminded", readonly=True)
    last_chance_on = fields.Date("Last Chance Sent", readonly=True)
    allocation_ids = fields.One2many("crm.sync.loyalty.allocation", "lot_id")
    source_name = fields.Char(related="entry_id.source_name")
    used_share = fields.Float("Used (%)", compute="_compute_used_share")
    days_left = fields.Integer(compute="_compute_days_left", help="Days after today on which the points can be used.")

    _remaining_within = models.Constraint(
        "CHECK (remaining >= 0 AND COALESCE(held, 0) >= 0 AND remaining + COALESCE(held, 0) <= quantity)",
        "A lot cannot have less than nothing or more than it had.",
    )
    _open_idx = models.Index("(card_id, expires_on) WHERE remaining > 0")
    _held_idx = models.Index("(entry_id) WHERE held > 0")
    _due_idx = models.Index("(expires_on) WHERE remaining > 0 AND expires_on IS NOT NULL")

    @api.depends("quantity", "remaining", "held")
    def _compute_used_share(self):
        for lot in self:
            lot.used_share = 100 * (lot.quantity - lot.remaining - lot.held) / lot.quantity if lot.quantity else 0

    @api.depends("expires_on", "program_id")
    def _compute_days_left(self):
        for program, lots in self.grouped("program_id").items():
            today = program.sudo()._sync_today()  # sudo: the days of a program do not depend on who asks
            for lot in lots:
                lot.days_left = (lot.expires_on - today).days if lot.expires_on else 0
