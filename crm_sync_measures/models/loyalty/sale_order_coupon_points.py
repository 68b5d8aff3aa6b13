from odoo import api, fields, models
from odoo.exceptions import AccessError

from .crm_sync_loyalty_entry import POINTS
from .movement import movement_of

_OURS = {"sync_earned", "sync_base"}


class SaleOrderCouponPoints(models.Model):
    """What a confirmed order has granted on a card, and on what amount: the E and the base of a refund."""

    _inherit = "sale.order.coupon.points"

    sync_earned = fields.Float("Points Granted", digits=POINTS, readonly=True)
    sync_base = fields.Float("Eligible Amount", digits=POINTS, readonly=True, help="In the order's currency.")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        # After the defaults, which come from the client's context too.
        if any(row.sync_earned or row.sync_base for row in rows):
            self._sync_check_caller()
        return rows

    def write(self, vals):
        if _OURS & vals.keys():
            self._sync_check_caller()
        return super().write(vals)

    def unlink(self):
        movement = movement_of(self.env)
        # sudo: who may cancel the order may drop what it would have granted; Odoo forgets that salespeople cannot.
        rows = self.sudo() if movement and movement.event == "cancel" else self
        return super(SaleOrderCouponPoints, rows).unlink()

    def _sync_check_caller(self):
        if not (self.env.su or movement_of(self.env)):
            raise AccessError(self.env._("What an order has granted is kept by the ledger."))
