from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.earning import kept_amount, share
from ...rules.ledger import LARGEST, exact
from .movement import movement_of, moving

#: What a reward costs, on whose card: written where rewards are claimed, and nowhere else.
_REWARD = {"points_cost", "coupon_id", "reward_id"}
#: Fields of a line that change what its order earns or costs.
_WORTH = {
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "points_cost",
    "coupon_id",
}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Reservations are looked up by card.
    coupon_id = fields.Many2one(index="btree_not_null")

    # ---------------------------------------------------------------- Odoo's flows, with their movement

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._sync_check_reward(vals)
        order = self._sync_confirmed_order(vals_list)
        lines = super(SaleOrderLine, moving(self, "edit", order) if order else self).create(vals_list)
        lines = lines.with_env(self.env)
        # The default of a cost may come from a context, which the values do not show.
        for line in lines.filtered("points_cost"):
            line._sync_check_reward({"points_cost": line.points_cost})
        lines._sync_check_owners()
        lines._sync_reserve()
        lines.order_id._sync_settle()
        return lines

    @api.model
    def _sync_confirmed_order(self, vals_list):
        """The confirmed order that lines with a reward are added to, one at a time in Odoo's own client."""
        orders = self.env["sale.order"].browse({vals.get("order_id") for vals in vals_list if vals.get("coupon_id")})
        return orders if len(orders) == 1 and orders.state == "sale" else None

    def write(self, vals):
        self._sync_check_reward(vals)
        if not _WORTH & vals.keys():
            return super().write(vals)
        orders = self.order_id.filtered(lambda order: order.state == "sale")
        if orders:
            for order, lines in self.grouped("order_id").items():
                super(SaleOrderLine, moving(lines, "edit", order)).write(vals)
            orders._sync_settle()
        else:
            super().write(vals)
        if vals.get("points_cost") or vals.get("coupon_id"):
            self._sync_check_owners()
            self._sync_reserve()
        return True

    def _sync_check_owners(self):
        """Nobody keeps another customer's points from him by a quotation that redeems them."""
        if self.env.su or movement_of(self.env):
            return
        for order, lines in self.filtered("coupon_id").grouped("order_id").items():
            order._sync_check_owners(lines.coupon_id)

    def unlink(self):
        orders = self.order_id.filtered(lambda order: order.state == "sale")
        if not orders:
            return super().unlink()
        for order, lines in self.grouped("order_id").items():
            super(SaleOrderLine, moving(lines, "edit", order)).unlink()
        orders._sync_settle()
        return True

    def _sync_check_reward(self, vals):
        """A reward costs what it costs: nobody gets points by editing the cost of one.

        Quotations may be copied with their rewards, so there the values are checked at confirmation.
        """
        # What is no number is not at least 0 either.
        if not 0 <= float(vals.get("points_cost") or 0) <= float(LARGEST):
            raise UserError(self.env._("Points cost: enter 0 or more points."))
        if self.env.su or movement_of(self.env) or not _REWARD & vals.keys():
            return
        orders = self.order_id | self.env["sale.order"].browse(vals.get("order_id") or ())
        if any(order.state == "sale" for order in orders):
            raise AccessError(
                self.env._(
                    "Rewards of a confirmed order are added by “Reward” and removed with their line, not by editing."
                )
            )

    def _sync_accounts(self):
        """The cards that an edit of these lines may move points of: those of confirmed orders."""
        return self.order_id.filtered(lambda order: order.state == "sale")._sync_accounts()

    # ---------------------------------------------------------------- amounts

    def _sync_earns(self, program, products):
        """Whether this line counts for points of ``program``, whose rules name ``products``."""
        if self.display_type or self.is_downpayment or self.combo_item_id:
            return False
        reward_program = self.reward_id.program_id
        if reward_program == program:
            return self.reward_id.reward_type == "discount" and not program.sync_earn_on_points
        if reward_program.program_type in ("ewallet", "gift_card"):
            # They pay, as money does.
            return False
        return self.product_id in products

    def _sync_amounts(self, with_tax):
        """(ordered, invoiced, refunded) of this line in the order's currency, exact decimals."""
        price = "price_total" if with_tax else "price_subtotal"
        invoiced = refunded = Decimal(0)
        for line in self.invoice_lines.filtered(lambda line: line.parent_state == "posted"):
            move = line.move_id
            amount = line[price]
            if move.currency_id != self.currency_id:
                # A refund at the rate of its invoice: half of it is half of it, whatever the rate is today.
                day = (move.reversed_entry_id or move).invoice_date or move.date
                amount = move.currency_id._convert(amount, self.currency_id, self.company_id, day, round=False)
            if move.move_type == "out_invoice":
                invoiced += exact(amount)
            elif move.move_type == "out_refund":
                refunded += exact(amount)
        return exact(self[price]), invoiced, refunded

    def _sync_kept_share(self):
        """Which share of this reward the customer has kept: by amount, or by quantity where it is free."""
        ordered, invoiced, refunded = self._sync_amounts(with_tax=True)
        if not ordered:
            ordered, invoiced, refunded = self._sync_quantities()
        return share(kept_amount([(ordered, invoiced, refunded)]), ordered)

    def _sync_quantities(self):
        lines = self.invoice_lines.filtered(lambda line: line.parent_state == "posted")
        quantity = {
            move_type: sum(exact(line.quantity) for line in lines if line.move_id.move_type == move_type)
            for move_type in ("out_invoice", "out_refund")
        }
        return exact(self.product_uom_qty), Decimal(quantity["out_invoice"]), Decimal(quantity["out_refund"])

    # ---------------------------------------------------------------- reservations

    def _sync_reserve(self):
        """A quotation that redeems points keeps them for the time its program gives.

        Touching the cards makes two quotations that want the same points collide: the second one is
        repeated, and then sees what the first has reserved.
        """
        lines = self.filtered(
            lambda line: (
                line.points_cost and line.state in ("draft", "sent") and line.coupon_id.order_id != line.order_id
            )
        ).filtered("coupon_id")
        if not lines:
            return
        # sudo: our own mark on the quotation and the card's version, whoever composes the quotation.
        lines = lines.sudo()
        lines.coupon_id._sync_accounts()._sync_touch()
        for order, own in lines.grouped("order_id").items():
            hours = max(own.coupon_id.program_id.mapped("sync_reservation_hours"))
            order.sync_reserved_until = fields.Datetime.now() + timedelta(hours=hours)
