from odoo import fields, models

from .crm_sync_loyalty_entry import POINTS


class CrmSyncLoyaltyAllocation(models.Model):
    """Which points a debit drew from which lot. Append-only; what is given back is a negative row.

    ``entry_id`` is the entry that caused the row: the debit itself, the credit that repaid its arrears,
    or the entry that gave it back.
    """

    _name = "crm.sync.loyalty.allocation"
    _inherit = ["crm.sync.loyalty.append.only"]
    _description = "Allocation of Points"
    _order = "id"
    _log_access = False

    debit_id = fields.Many2one("crm.sync.loyalty.entry", required=True, readonly=True, ondelete="restrict", index=True)
    lot_id = fields.Many2one("crm.sync.loyalty.lot", required=True, readonly=True, ondelete="restrict", index=True)
    entry_id = fields.Many2one(
        "crm.sync.loyalty.entry", "Caused by", required=True, readonly=True, ondelete="restrict", index=True
    )
    quantity = fields.Float("Points", digits=POINTS, required=True, readonly=True)
    card_id = fields.Many2one(related="lot_id.card_id")
    kind = fields.Selection(related="entry_id.kind")
    effective_at = fields.Datetime(related="entry_id.effective_at")

    def init(self):
        self.env["crm.sync.loyalty.ledger"]._protect_table(self._table)
