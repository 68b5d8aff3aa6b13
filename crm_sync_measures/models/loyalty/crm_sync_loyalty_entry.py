from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.ledger import ZERO, exact

#: Quantities of points: numeric, exact to 4 decimals.
POINTS = (16, 4)

KINDS = [
    ("opening", "Opening Balance"),
    ("earn", "Earned"),
    ("bonus", "Bonus"),
    ("goodwill", "Goodwill"),
    ("adjust", "Adjustment"),
    ("redeem", "Redeemed"),
    ("expire", "Expired"),
    ("reverse_earn", "Taken Back"),
    ("reverse_redeem", "Given Back"),
    ("hold", "Pending"),
    ("release", "Released"),
    ("transfer_in", "Transferred In"),
    ("transfer_out", "Transferred Out"),
    ("arrears_settle", "Arrears Repaid"),
]

#: One entry of a document, and the card that has its points by now.
Moved = namedtuple("Moved", "id card_id kind quantity home_id")


class CrmSyncLoyaltyEntry(models.Model):
    """One movement of points on a card. Append-only: a correction is another entry.

    For every card, the sum of its entries is ``loyalty.card.points``, in the same transaction. An entry
    names no person but the colleague who caused it; whose points they are is told by the card.

    The entries of a card form a chain: ``seal`` is the SHA-256 of the previous seal and this entry's
    content, see ``crm.sync.loyalty.ledger``. Quantities are points with 4 decimals, ``effective_at`` is
    UTC, ``business_date`` the day in the program's time zone.
    """

    _name = "crm.sync.loyalty.entry"
    _inherit = ["crm.sync.loyalty.append.only"]
    _description = "Loyalty Ledger Entry"
    _order = "id desc"
    _rec_name = "kind"
    # No write_date and no FK of Odoo's own that would update rows: nothing ever changes here.
    _log_access = False

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The company that granted or took the points.",
    )
    position = fields.Integer(
        required=True, readonly=True, aggregator=None, help="Number of the entry on its card, from 1."
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    quantity = fields.Float("Points", digits=POINTS, required=True, readonly=True)
    balance = fields.Float(digits=POINTS, required=True, readonly=True, aggregator=None)
    effective_at = fields.Datetime("Date", required=True, readonly=True)
    business_date = fields.Date("Day", required=True, readonly=True)
    expires_on = fields.Date("Usable Through", readonly=True, help="Last day on which these points can be used.")
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    base_amount = fields.Monetary(
        "Eligible Amount", currency_field="base_currency_id", readonly=True, help="What the points were earned on."
    )
    base_currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True, ondelete="restrict")
    reason = fields.Char(readonly=True)
    reverses_id = fields.Many2one("crm.sync.loyalty.entry", readonly=True, ondelete="restrict", index="btree_not_null")
    idempotency_key = fields.Char(required=True, readonly=True)
    seal = fields.Char(
        required=True, readonly=True, groups="crm_sync_measures.group_manager,crm_sync_measures.group_auditor"
    )
    lot_ids = fields.One2many("crm.sync.loyalty.lot", "entry_id")
    allocation_ids = fields.One2many("crm.sync.loyalty.allocation", "debit_id")
    arrears_ids = fields.One2many("crm.sync.loyalty.arrears", "debit_id")
    source_name = fields.Char("Document", compute="_compute_source_name")

    _key_uniq = models.UniqueIndex("(idempotency_key)", "This movement of points was booked already.")
    _position_uniq = models.UniqueIndex("(card_id, position)", "Two entries cannot have the same place on a card.")
    _source_idx = models.Index("(source_model, source_id) WHERE source_id IS NOT NULL")
    _day_idx = models.Index("(business_date, program_id)")
    # Where points have gone is looked up for every document that is undone.
    _transfer_idx = models.Index("(card_id, position) WHERE kind IN ('transfer_in', 'transfer_out')")

    @api.depends("source_model", "source_id")
    def _compute_source_name(self):
        names = self._source_names({(entry.source_model, entry.source_id) for entry in self})
        for entry in self:
            entry.source_name = names.get((entry.source_model, entry.source_id), False)

    @api.model
    def _source_names(self, sources):
        """``{(model, id): name}`` of those of these documents that still exist."""
        ids = {}
        for model, source_id in sources:
            if model and model in self.env:
                ids.setdefault(model, []).append(source_id)
        names = {}
        for model, source_ids in ids.items():
            # sudo: the name of an order is no secret to who may read what it did to the card.
            documents = self.env[model].sudo().browse(source_ids).exists()
            # Only what the name is made of: an order has a hundred other fields.
            for document in documents.with_context(prefetch_fields=False):
                names[model, document.id] = document.display_name
        return names

    @api.depends("kind", "quantity")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{labels.get(entry.kind)} {entry.card_id._format_points(entry.quantity)}"

    # ---------------------------------------------------------------- append-only

    def init(self):
        """The database itself refuses to change or delete an entry or an allocation."""
        self.env["crm.sync.loyalty.ledger"]._create_functions()
        self.env["crm.sync.loyalty.ledger"]._protect_table(self._table)

    # ---------------------------------------------------------------- reading

    @api.model
    def _net_of_source(self, record):
        """``{card id: {kind: sum}}`` of what ``record`` has moved so far, exact decimals.

        What it moved on a card whose points have gone over to another one counts for that one.
        """
        net = {}
        for row in self._of_source(record._name, record.id):
            kinds = net.setdefault(row.home_id, {})
            kinds[row.kind] = kinds.get(row.kind, ZERO) + exact(row.quantity)
        return dict(sorted(net.items()))

    @api.model
    def _of_source(self, model, record_id):
        """Each entry of a document, with its ``home_id``: the card that has its points by now.

        An entry is followed from transfer to transfer: by the next one out of its card, then by the next one
        out of the card that took them. So points that went to a company's wallet stay there, whatever becomes
        of the contact who brought them.
        """
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE followed AS (
                       SELECT id, card_id, kind, quantity, card_id AS home_id, position, 0 AS hop
                         FROM crm_sync_loyalty_entry WHERE source_model = %s AND source_id = %s
                     UNION ALL
                       SELECT f.id, f.card_id, f.kind, f.quantity, out.source_id, "in".position, f.hop + 1
                         FROM followed f,
                              LATERAL (SELECT id, source_id FROM crm_sync_loyalty_entry
                                        WHERE card_id = f.home_id AND position > f.position AND kind = 'transfer_out'
                                          AND source_model = 'loyalty.card' ORDER BY position LIMIT 1) out,
                              LATERAL (SELECT min(position) AS position FROM crm_sync_loyalty_entry
                                        WHERE card_id = out.source_id AND kind = 'transfer_in' AND id > out.id
                                          AND source_model = 'loyalty.card' AND source_id = f.home_id) "in"
                   )
                   SELECT DISTINCT ON (id) id, card_id, kind, quantity, home_id FROM followed ORDER BY id, hop DESC""",
                model,
                record_id,
            )
        )
        # sudo: which card has the points does not depend on who asks.
        cards = self.env["loyalty.card"].sudo().browse({row[-1] for row in rows})
        account_ids = {card.id: card._sync_account().id for card in cards}
        return [Moved(*row[:-1], account_ids[row[-1]]) for row in rows]

    @api.model
    def _expired_of_source(self, record, card, kind="earn"):
        """How many of the points that ``record`` brought to ``card`` have expired there: nobody can take them back.

        :param str kind: as what it brought them
        """
        [[expired]] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(sum(a.quantity), 0)
                     FROM crm_sync_loyalty_entry c
                     JOIN crm_sync_loyalty_lot own ON own.entry_id = c.id
                     JOIN crm_sync_loyalty_lot l ON (l.id = own.id OR l.origin_lot_id = own.id) AND l.card_id = %s
                     JOIN crm_sync_loyalty_allocation a ON a.lot_id = l.id
                     JOIN crm_sync_loyalty_entry d ON d.id = a.debit_id AND d.kind = 'expire'
                    WHERE c.source_model = %s AND c.source_id = %s AND c.kind = %s""",
                card.id,
                record._name,
                record.id,
                kind,
            )
        )
        return exact(expired)

    def action_open_source(self):
        """Open the document that moved these points."""
        self.ensure_one()
        if not self.source_model or self.source_model not in self.env or not self.source_id:
            raise UserError(self.env._("This entry belongs to no document."))
        document = self.env[self.source_model].browse(self.source_id).exists()
        if not document:
            raise UserError(self.env._("The document of this entry was deleted."))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [[False, "form"]],
        }
