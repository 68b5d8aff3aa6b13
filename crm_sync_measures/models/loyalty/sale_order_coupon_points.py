from odoo import fields, models

from .crm_sync_loyalty_entry import POINTS


class SaleOrderCouponPoints(models.Model):
    """What a confirmed order has granted on a card, and on what amount: the E and the base of a refund."""

    _inherit = "sale.order.coupon.points"

    sync_earned = fields.Float("Points Granted", digits=POINTS, readonly=True)
    sync_base = fields.Float("Eligible Amount", digits=POINTS, readonly=True, help="In the order's currency.")
