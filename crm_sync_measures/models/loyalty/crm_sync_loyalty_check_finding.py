from odoo import fields, models

from .crm_sync_loyalty_entry import POINTS


class CrmSyncLoyaltyCheckFinding(models.Model):
    """One thing that a check found wrong: which card, which entry or lot, what was expected and what is there."""

    _name = "crm.sync.loyalty.check.finding"
    _description = "Finding of a Ledger Check"
    _order = "check_id desc, is_new desc, card_id, id"
    _rec_name = "kind"
    _log_access = False

    check_id = fields.Many2one("crm.sync.loyalty.check", required=True, readonly=True, ondelete="cascade", index=True)
    started_at = fields.Datetime(related="check_id.started_at")
    kind = fields.Selection(
        [
            ("sum", "Balance of the Card"),
            ("count", "Number of Entries"),
            ("position", "Missing or Doubled Entry"),
            ("balance", "Quantity or Running Balance"),
            ("seal", "Seal of an Entry"),
            ("head", "Last Seal of the Card"),
            ("lots", "Lots less Arrears"),
            ("lot", "What Is Left of a Lot"),
            ("held", "Pending Points of a Lot"),
            ("debit", "Debit not Drawn from Lots"),
            ("arrears", "Arrears"),
            ("anchor", "Anchor of a Day"),
            ("protection", "Protection Switched Off"),
        ],
        "What Is Wrong",
        required=True,
        readonly=True,
    )
    card_id = fields.Many2one("loyalty.card", readonly=True, ondelete="cascade", index="btree_not_null")
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    program_id = fields.Many2one(related="card_id.program_id")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade", help="Whose anchor it is.")
    entry_id = fields.Many2one("crm.sync.loyalty.entry", readonly=True, ondelete="set null", index="btree_not_null")
    lot_id = fields.Many2one("crm.sync.loyalty.lot", readonly=True, ondelete="set null", index="btree_not_null")
    detail = fields.Char(readonly=True, help="The day of the anchor, or the table that is not protected.")
    expected = fields.Float(digits=POINTS, readonly=True, aggregator=None)
    found = fields.Float(digits=POINTS, readonly=True, aggregator=None)
    difference = fields.Float(digits=POINTS, readonly=True, help="Found less expected.", aggregator=None)
    is_new = fields.Boolean("New", readonly=True, help="The check before did not find it.")

    def action_open_card(self):
        """Open the card that is wrong."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "loyalty.card",
            "res_id": self.card_id.id,
            "views": [(False, "form")],
        }
