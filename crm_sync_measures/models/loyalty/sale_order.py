from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.ledger import exact
from .movement import movement_of, moving

#: Written by the ledger alone.
_OURS = {"sync_loyalty_cycle", "sync_reserved_until", "sync_delivered_on"}


class SaleOrder(models.Model):
    """What an order moves on loyalty cards, and that it moves exactly that, whatever happens to it.

    Odoo moves points where an order is confirmed, cancelled or edited. Those movements are booked with
    their kind; then :meth:`_sync_settle` compares what the order has moved with what it should have moved
    by now, and books the difference. So edits, credit notes and their undoing come right by the same
    rule, and doing it twice changes nothing.
    """

    _inherit = "sale.order"

    sync_loyalty_cycle = fields.Integer(
        copy=False, readonly=True, help="How often this order was confirmed with points."
    )
    sync_reserved_until = fields.Datetime(
        "Points Reserved until",
        copy=False,
        readonly=True,
        help="Until then nobody else can spend the points that this quotation wants to redeem.",
    )
    sync_delivered_on = fields.Date(
        "Delivered", copy=False, readonly=True, help="First day on which everything was seen to be delivered."
    )

    # ---------------------------------------------------------------- ours alone

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # After the defaults, which come from the client's context too.
        if any(order[name] for order in orders for name in _OURS):
            orders._sync_check_caller()
        return orders

    def write(self, vals):
        if _OURS & vals.keys():
            self._sync_check_caller()
        movement = movement_of(self.env)
        left = self.browse()
        if vals.get("state", "sale") != "sale" and not (movement and movement.event == "cancel"):
            left = self.filtered(lambda order: order.state == "sale")
        result = super().write(vals)
        left._sync_take_back()
        return result

    def _sync_take_back(self):
        """These orders are confirmed no more, without Odoo's button: what they have moved is taken back all the same."""
        # sudo: points follow the document, whoever was allowed to change that.
        for order in self.sudo():
            order._sync_move_to("cancel", self.env["crm.sync.loyalty.entry"]._net_of_source(order), {})

    def _sync_check_caller(self):
        if not (self.env.su or movement_of(self.env)):
            raise AccessError(self.env._("The reservation and count of an order's points are kept by the ledger."))

    # ---------------------------------------------------------------- Odoo's flows, with their movement

    def action_confirm(self):
        """Orders are confirmed one by one: each sees what the one before has spent."""
        if len(self) > 1:
            for order in self:
                order.action_confirm()
            return True
        cards = self._sync_cards() if self.state != "sale" else self.env["loyalty.card"]
        if len(cards) > 1:
            # In one order, so that two transactions never wait for each other. A single card is taken by its booking.
            cards._sync_touch()
        self._sync_check_owners(cards)
        key = f"sale.order,{self.id}:confirm:{self.sync_loyalty_cycle + 1}"
        result = super(SaleOrder, moving(self, "confirm", self, key=key)).action_confirm()
        if self.sync_loyalty_cycle > 1:
            # Set back to draft without being cancelled, it would earn a second time.
            self._sync_settle()
        self._sync_hold()
        return result

    def _action_cancel(self):
        if len(self) != 1:
            results = [order._action_cancel() for order in self]
            return all(results)
        return super(SaleOrder, moving(self, "cancel", self))._action_cancel()

    def _get_point_changes(self):
        """When an order is cancelled: what it has moved so far, and not what it once moved."""
        movement = movement_of(self.env)
        if not movement or movement.event != "cancel" or len(self) != 1:
            return super()._get_point_changes()
        moved = self.env["crm.sync.loyalty.entry"]._net_of_source(self)
        changes = {}
        for card in self.env["loyalty.card"].browse(moved):
            if parts := self._sync_due(card, moved[card.id]):
                changes[card] = -float(sum(part.quantity for part in parts))
        return changes

    def _add_points_for_coupon(self, coupon_points):
        """On a confirmed order Odoo credits these points at once."""
        granted = dict(coupon_points) if self.state == "sale" else {}
        granting = moving(self, "grant", self)
        # Odoo writes on the cards it is given, in their environment.
        points_of = {card.with_env(granting.env): points for card, points in coupon_points.items()}
        result = super(SaleOrder, granting)._add_points_for_coupon(points_of)
        for card, points in granted.items():
            self._sync_note_grant(card, exact(points))
        if granted:
            self._sync_hold()
        return result

    def _apply_program_reward(self, reward, coupon, **kwargs):
        return super(SaleOrder, moving(self, "edit", self))._apply_program_reward(reward, coupon, **kwargs)

    def _update_loyalty_history(self, coupon_id, points):
        return super(SaleOrder, moving(self, "edit", self))._update_loyalty_history(coupon_id, points)

    def _update_programs_and_rewards(self):
        movement = movement_of(self.env)
        if movement and movement.event == "confirm" and self._sync_is_being_paid():
            # What the customer has paid for stays as it is.
            return None
        reserved, until = self._sync_reserved(), self.sync_reserved_until
        result = super(SaleOrder, moving(self, "edit", self, reserved=reserved))._update_programs_and_rewards()
        if reserved and until and self.sync_reserved_until != until:
            # sudo: our own mark. What stays reserved does so until it would have ended, however often the cart changes.
            self.sudo().sync_reserved_until = until
        self._sync_settle()
        return result

    def _sync_check_owners(self, cards):
        """Points are spent by whom they belong to: Odoo checks that where it offers a card, not where one was sent."""
        for order in self:
            # sudo: whose card it is, to refuse it.
            strangers = cards.sudo().filtered(
                lambda card: card.program_id.is_nominative and card.partner_id and card.partner_id != order.partner_id  # noqa: B023
            )
            if strangers & order.sudo().order_line.coupon_id:  # sudo: as above
                raise UserError(
                    self.env._(
                        "Order %(order)s redeems points of %(owner)s. Remove that reward: points are spent by whom they belong to.",
                        order=order.display_name,
                        owner=strangers.partner_id[:1].display_name,
                    )
                )

    def _sync_cards(self):
        # sudo: the cards of an order, whoever confirms it.
        order = self.sudo()
        return (order.applied_coupon_ids | order.coupon_point_ids.coupon_id | order.order_line.coupon_id).with_env(
            self.env
        )

    def _sync_accounts(self):
        """The cards whose points these orders move or reserve, or their customers may want to redeem with them."""
        # sudo: the cards of an order, whoever works on it.
        orders, cards = self.sudo(), self.env["loyalty.card"].sudo()
        cards = orders._sync_cards().sudo()  # sudo: as above
        cards |= cards.search(
            [("partner_id", "in", orders.partner_id.ids), ("program_type", "in", ("loyalty", "ewallet"))]
        )
        return cards._sync_accounts().with_env(self.env)
