from odoo import api, fields, models
from odoo.tools import SQL

from .movement import movement_of

#: A payment that may still come, or has come.
_PAYING = ("pending", "authorized", "done")


class SaleOrder(models.Model):
    """Which points a quotation can redeem, and which ones it keeps from others meanwhile."""

    _inherit = "sale.order"

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Less what is reserved by other quotations, or has expired; with what the company's wallet holds."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm=post_confirm)
        account = coupon._sync_account()
        if account == coupon and not coupon.active and self.state != "sale":
            # An archived card can no longer be used.
            points -= max(0.0, coupon.points)
        elif account != coupon:
            points += account.points
        movement = movement_of(self.env)
        unusable = self._sync_not_yet(coupon, account) + self._sync_spent_beside(coupon, account)
        if not movement or movement.event != "confirm" or self._sync_redeems(coupon):
            unusable += account._sync_blocked(self, movement.reserved.get(account.id, 0.0) if movement else 0.0)
        points = coupon.currency_id.round(points - unusable)
        if points < 0 and movement and movement.event == "confirm" and self._sync_is_being_paid():
            # A paid order never fails on points: what is missing becomes arrears.
            return 0.0
        return points

    def _sync_reserved(self):
        """``{card id: points}`` that this quotation has reserved."""
        lines = self.order_line.filtered(lambda line: line.points_cost and line.coupon_id)
        if not lines or self.state not in ("draft", "sent"):
            return {}
        is_reserving = self.sync_reserved_until and self.sync_reserved_until > fields.Datetime.now()
        if not is_reserving and not self._sync_is_being_paid():
            return {}
        reserved = {}
        for line in lines:
            account = line.coupon_id._sync_account()
            reserved[account.id] = reserved.get(account.id, 0.0) + line.points_cost
        return reserved

    def _sync_redeems(self, coupon):
        return any(line.points_cost for line in self.order_line if line.coupon_id == coupon)

    def _sync_not_yet(self, coupon, account):
        """Points that this quotation will bring to ``coupon``, and that it cannot spend itself."""
        if coupon.program_id.applies_on == "future":
            # Odoo does not count them either.
            return 0.0
        # sudo: the program's policy holds for whoever asks.
        if self.state == "sale" or (account.sudo().program_id.sync_hold == "none" and not account._sync_is_expired()):
            return 0.0
        return sum(self.coupon_point_ids.filtered(lambda row: row.coupon_id == coupon).mapped("points"))

    def _sync_spent_beside(self, coupon, account):
        """What rewards of this quotation redeem by other cards that are keys to the same account."""
        if self.state == "sale":
            return 0.0
        lines = self.order_line.filtered(lambda line: line.points_cost and line.coupon_id not in (coupon, False))
        return sum(
            sum(lines.filtered(lambda line, card=card: line.coupon_id == card).mapped("points_cost"))
            for card in lines.coupon_id
            if card._sync_account() == account
        )

    def _sync_is_being_paid(self):
        # sudo: whether a payment is under way, whoever confirms the order.
        return any(transaction.state in _PAYING for transaction in self.sudo().transaction_ids)

    @api.model
    def _sync_reserving_sql(self, alias):
        """Condition that the quotation ``alias`` keeps the points it wants to redeem."""
        order = SQL.identifier(alias)
        return SQL(
            """%(order)s.state IN ('draft', 'sent') AND (%(order)s.sync_reserved_until > %(now)s OR EXISTS (
                   SELECT FROM sale_order_transaction_rel r JOIN payment_transaction t ON t.id = r.transaction_id
                    WHERE r.sale_order_id = %(order)s.id AND t.state IN %(paying)s))""",
            order=order,
            now=fields.Datetime.now(),
            paying=_PAYING,
        )
