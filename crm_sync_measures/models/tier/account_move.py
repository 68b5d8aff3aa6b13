from odoo import models


class AccountMove(models.Model):
    """Invoices and credit notes that qualify: noted when they are posted, withdrawn or cancelled."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._sync_note_tiers()
        return posted

    def button_draft(self):
        self._sync_note_tiers()
        return super().button_draft()

    def button_cancel(self):
        self._sync_note_tiers()
        return super().button_cancel()

    def _sync_note_tiers(self):
        """Net spending of their customers has changed; so may have the number of orders that were not refunded."""
        sold = self.filtered(lambda move: move.move_type in ("out_invoice", "out_refund", "out_receipt"))
        if not sold:
            return
        engine = self.env["crm.sync.tier.engine"]
        engine._note_partners(sold.partner_id, "spend")
        refunds = sold.filtered(lambda move: move.move_type == "out_refund")
        # sudo: whose orders are refunded, to look at their tiers.
        if orders := refunds.sudo().invoice_line_ids.sale_line_ids.order_id:
            engine._note_partners(orders.partner_id, "orders")
