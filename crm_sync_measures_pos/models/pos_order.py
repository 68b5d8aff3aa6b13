from odoo import models
from odoo.addons.crm_sync_measures.models.loyalty.movement import moving
from odoo.addons.crm_sync_measures.rules.earning import after_refunds, share
from odoo.addons.crm_sync_measures.rules.ledger import ZERO, Part, exact
from odoo.tools import SQL


class PosOrder(models.Model):
    """Points of the shop are booked with the order they belong to, once, however often the shop sends it.

    The shop may have sold offline, hours ago: what it has redeemed is booked even if the points are gone
    meanwhile. What is missing then is arrears.
    """

    _inherit = "pos.order"

    # ---------------------------------------------------------------- Odoo's flows, with their movement

    def confirm_coupon_programs(self, coupon_data):
        self.check_access("write")
        # Two transmissions of the same order at the same moment: the second one is repeated, and then sees the first.
        self.env.cr.execute(SQL("UPDATE pos_order SET write_date = write_date WHERE id IN %s", tuple(self.ids)))
        order = moving(self, "pos", self, key=f"pos.order,{self.id}:confirm")
        result = super(PosOrder, order).confirm_coupon_programs(coupon_data)
        self._sync_settle_refunds()
        return result

    def _remove_duplicate_coupon_data(self, coupon_data):
        """By the ledger too: Odoo looks at its own log, in which some movements leave no line."""
        result = super()._remove_duplicate_coupon_data(coupon_data)
        # sudo: only whether this order was booked before, to book it once.
        booked = (
            self.env["crm.sync.loyalty.entry"]
            .sudo()
            .search([("source_model", "=", self._name), ("source_id", "=", self.id)])
        )
        programs = set(booked.program_id.ids)
        for key in [key for key, values in coupon_data.items() if values["program_id"] in programs]:
            del coupon_data[key]
        return result

    def validate_coupon_programs(self, point_changes, new_codes):
        """Points that have expired, or that a quotation or cart has reserved, are not there for the shop either."""
        result = super().validate_coupon_programs(point_changes, new_codes)
        changes = {int(card_id): change for card_id, change in point_changes.items()}
        cards = self.env["loyalty.card"].browse(changes).exists()
        if not result["successful"]:
            return result
        for card in cards.filtered(lambda card: changes[card.id] < 0):
            account = card._sync_account()
            available = account.points - account._sync_blocked()
            if exact(available) < exact(-changes[card.id]):
                return {
                    "successful": False,
                    "payload": {
                        "message": self.env._("There are not enough points for the coupon: %s.", card.code),
                        "updated_points": {card.id: available},
                    },
                }
        return result

    # ---------------------------------------------------------------- what an order moves

    def _sync_loyalty_parts(self, card, delta, movement):
        """What the shop has counted: what the rewards cost, and the rest as earned."""
        # sudo: the lines of the order that is being confirmed.
        lines = self.sudo().lines.filtered(lambda line: line.coupon_id.id == (movement.card_id or card.id))
        spent = sum((exact(line.points_cost) for line in lines), ZERO)
        earned = delta + spent
        return [
            part
            for part in (
                Part("earn", earned) if earned > 0 else Part("reverse_earn" if spent else "redeem", earned),
                Part("redeem", -spent),
            )
            if part.quantity
        ]

    # ---------------------------------------------------------------- refunds

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        self._sync_settle_refunds()
        self._sync_note_tiers()
        return result

    def _sync_note_tiers(self):
        """What the customer has bought may raise his tier; what he brings back may take it."""
        engine = self.env["crm.sync.tier.engine"]
        partners = self.partner_id | self.lines.refunded_orderline_id.order_id.partner_id
        for metric in ("spend", "orders"):
            engine._note_partners(partners, metric)

    def _sync_settle_refunds(self):
        """What comes back takes its share of the points back, and brings its share of those spent."""
        # sudo: points follow the order, whoever takes the goods back.
        for order in self.sudo().lines.refunded_orderline_id.order_id:
            entries = self.env["crm.sync.loyalty.entry"]
            moved = entries._net_of_source(order)
            kept = order._sync_kept_share()
            # Later versions of Odoo take points back themselves, by the order of the refund.
            for refund in order.lines.refund_orderline_ids.order_id:
                for card_id, kinds in entries._net_of_source(refund).items():
                    if card_id in moved:
                        taken = moved[card_id].get("reverse_earn", ZERO)
                        moved[card_id]["reverse_earn"] = (
                            taken + kinds.get("redeem", ZERO) + kinds.get("reverse_earn", ZERO)
                        )
            for card in self.env["loyalty.card"].sudo().browse(moved):  # sudo: as above
                parts = _taken_back(card.program_id, moved[card.id], kept)
                if parts:
                    card._sync_move("refund", parts, order)

    def _sync_kept_share(self):
        """Which share of what was paid the customer has kept."""
        goods = self.lines.filtered(lambda line: line.qty > 0)
        paid = sum((exact(line.price_subtotal_incl) for line in goods), ZERO)
        back = sum((exact(line.price_subtotal_incl * min(1.0, line.refunded_qty / line.qty)) for line in goods), ZERO)
        return share(paid - back, paid)


def _taken_back(program, kinds, kept):
    """The entries that bring what an order has moved on a card to the share that was kept."""
    policy = (program.sync_rounding, program.sync_rounding_digits)
    earned, spent = kinds.get("earn", ZERO), -kinds.get("redeem", ZERO)
    taken, given = -kinds.get("reverse_earn", ZERO), kinds.get("reverse_redeem", ZERO)
    give = spent - after_refunds(spent, kept, *policy) - given
    take = earned - after_refunds(earned, kept, *policy) - taken
    parts = []
    if give > 0:
        parts.append(Part("reverse_redeem", give, undoes="redeem"))
    if take > 0:
        parts.append(Part("reverse_earn", -take, own_first=True))
    return parts
