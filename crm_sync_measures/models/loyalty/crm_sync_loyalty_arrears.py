from odoo import fields, models

from .crm_sync_loyalty_entry import POINTS


class CrmSyncLoyaltyArrears(models.Model):
    """Points a debit took that were not there. The next credit repays them, oldest first."""

    _name = "crm.sync.loyalty.arrears"
    _inherit = ["crm.sync.loyalty.append.only"]
    _description = "Arrears of Points"
    _order = "id desc"
    _rec_name = "debit_id"
    _log_access = False

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    debit_id = fields.Many2one("crm.sync.loyalty.entry", required=True, readonly=True, ondelete="restrict", index=True)
    source_name = fields.Char(related="debit_id.source_name")
    effective_at = fields.Datetime(related="debit_id.effective_at")
    quantity = fields.Float("Points", digits=POINTS, required=True, readonly=True)
    remaining = fields.Float("Still Owed", digits=POINTS, required=True, readonly=True)

    _remaining_within = models.Constraint(
        "CHECK (remaining >= 0 AND remaining <= quantity)",
        "Arrears cannot be less than nothing or more than they were.",
    )
    _open_idx = models.Index("(card_id) WHERE remaining > 0")
