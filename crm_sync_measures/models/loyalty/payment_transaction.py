from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """Points that waited for this payment can be spent at once."""
        result = super()._post_process()
        # sudo: points follow the documents, whoever pays.
        self.sudo().sale_order_ids._sync_release()
        return result
