from odoo import models


class AccountMove(models.Model):
    """Credit notes take points back, and payments release them; undoing a credit note undoes that."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._sync_settle_orders()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._sync_settle_orders()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._sync_settle_orders()
        return result

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._sync_orders("out_invoice")._sync_release()
        return result

    def _sync_settle_orders(self):
        self._sync_orders("out_refund")._sync_settle()

    def _sync_accounts(self):
        return self._sync_orders("out_refund")._sync_accounts()

    def _sync_orders(self, move_type):
        """The orders these documents invoice, or refund."""
        # sudo: an accountant may have no right on the orders whose points follow his documents.
        return self.filtered(lambda move: move.move_type == move_type).sudo().invoice_line_ids.sale_line_ids.order_id
