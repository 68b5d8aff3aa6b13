from odoo import api, fields, models
from odoo.exceptions import AccessError

from .crm_sync_loyalty_entry import POINTS
from .movement import movement_of

#: Written where an order is composed or confirmed, and nowhere else.
_OURS = {"order_id", "coupon_id", "points", "sync_earned", "sync_base"}


class SaleOrderCouponPoints(models.Model):
    """What a confirmed order has granted on a card, and on what amount: the E and the base of a refund."""

    _inherit = "sale.order.coupon.points"

    sync_earned = fields.Float("Points Granted", digits=POINTS, readonly=True)
    sync_base = fields.Float("Eligible Amount", digits=POINTS, readonly=True, help="In the order's currency.")

    @api.model_create_multi
    def create(self, vals_list):
        self._sync_check_caller()
        return super().create(vals_list)

    def write(self, vals):
        if _OURS & vals.keys():
            self._sync_check_caller()
        return super().write(vals)

    def unlink(self):
        self._sync_check_caller()
        movement = movement_of(self.env)
        # sudo: who may cancel the order may drop what it would have granted; Odoo forgets that salespeople cannot.
        rows = self.sudo() if movement and movement.event == "cancel" else self
        return super(SaleOrderCouponPoints, rows).unlink()

    def _sync_check_caller(self):
        if not (self.env.su or movement_of(self.env)):
            raise AccessError(self.env._("What an order grants follows from its lines and programs."))
