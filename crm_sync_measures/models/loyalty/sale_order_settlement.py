from decimal import Decimal

from odoo import models

from ...rules.earning import after_change, after_refunds, kept_amount, share
from ...rules.ledger import ZERO, Part, exact
from ...rules.settlement import balances, settlement


class SaleOrder(models.Model):
    """What an order moves on cards: the entries behind Odoo's changes, and the difference to what it should have moved."""

    _inherit = "sale.order"

    def _sync_loyalty_parts(self, card, delta, movement):
        """The entries that make up a change by ``delta`` which Odoo makes on ``card`` for this order."""
        if movement.event == "confirm":
            return self._sync_confirm_parts(movement.card_id or card.id, movement)
        if movement.event == "cancel":
            return self._sync_due(card, self.env["crm.sync.loyalty.entry"]._net_of_source(self).get(card.id, {}))
        if movement.event == "grant":
            return [Part("earn", delta)] if delta > 0 else [Part("reverse_earn", delta, own_first=True)]
        if delta > 0:
            return [Part("reverse_redeem", delta, undoes="redeem")]
        return [Part("redeem", delta)]

    def _sync_confirm_parts(self, card_id, movement):
        # sudo: what the order grants and costs, whoever confirms it.
        order = self.sudo()
        points = order.coupon_point_ids.filtered(lambda points: points.coupon_id.id == card_id)
        cost = sum(
            exact(line.points_cost) for line in order.order_line if line.coupon_id.id == card_id and line.reward_id
        )
        earned = sum(exact(row.points) for row in points)
        if not movement.count:
            order.sync_loyalty_cycle += 1
        parts = []
        if earned:
            points.write({"sync_earned": 0.0, "sync_base": 0.0})
            base = order._sync_note_grant(points.coupon_id, earned)
            currency_id = order.currency_id.id
            parts.append(Part("earn" if earned > 0 else "adjust", earned, base=base, base_currency_id=currency_id))
        if cost:
            parts.append(Part("redeem" if cost > 0 else "adjust", -cost))
        return parts

    def _sync_note_grant(self, card, earned):
        """Remember what was earned on what, so that a refund can take back its share. Returns the eligible amount."""
        # sudo: our own notes on what the order grants.
        order = self.sudo()
        points = order.coupon_point_ids.filtered(lambda points: points.coupon_id == card)
        program = card.program_id.sudo()  # sudo: the program's policy holds for whoever confirms
        base = sum((ordered for ordered, _invoiced, _refunded in order._sync_amounts(program)), ZERO)
        for row in points:
            row.write(
                {"sync_earned": float(exact(row.sync_earned) + earned), "sync_base": row.sync_base or float(base)}
            )
        return base

    def _sync_due(self, card, kinds, earned=ZERO, spent=ZERO):
        """The entries that bring what this order has moved on ``card``, ``kinds``, to what it should have moved."""
        expired = ZERO
        if balances(kinds)[0] > earned:
            expired = self.env["crm.sync.loyalty.entry"]._expired_of_source(self, card)
        return settlement(kinds, earned, spent, expired)

    def _sync_settle(self):
        """Book what is missing between what these orders have moved and what they should have moved by now."""
        # sudo: points follow the document, whoever was allowed to change that.
        for order in self.sudo().filtered(lambda order: order.state == "sale"):
            moved = self.env["crm.sync.loyalty.entry"]._net_of_source(order)
            order._sync_move_to("settle", moved, order._sync_targets(moved) if moved else {})

    def _sync_move_to(self, event, moved, targets):
        """Book what is missing between what this order has ``moved`` and its ``targets``, by card."""
        if not moved:
            return
        is_settled = True
        # sudo: points follow the document, whoever was allowed to change that.
        for card in self.env["loyalty.card"].sudo().browse(sorted({*moved, *targets})):
            parts = self._sync_due(card, moved.get(card.id, {}), *targets.get(card.id, (ZERO, ZERO)))
            if parts := self._sync_pending(card, parts):
                card._sync_move(event, parts, self)
                is_settled = False
        self._sync_keep_history(moved if is_settled else self.env["crm.sync.loyalty.entry"]._net_of_source(self))

    def _sync_keep_history(self, moved):
        """Odoo's own log says of this order what the ledger says: ``moved``, as ``_net_of_source`` tells it."""
        # sudo: the log follows the ledger, whoever caused it.
        history = self.env["loyalty.history"].sudo()
        rows = history.search([("order_model", "=", self._name), ("order_id", "=", self.id)])
        for card_id, kinds in moved.items():
            earned, _held, spent = balances(kinds)
            values = {"issued": float(earned), "used": float(spent)}
            row = rows.filtered(lambda row: row.card_id._sync_account().id == card_id)[:1]  # noqa: B023
            if not row and any(values.values()):
                description = self.env._("Order %s", self.display_name)
                history.create(
                    {
                        "card_id": card_id,
                        "order_model": self._name,
                        "order_id": self.id,
                        "description": description,
                        **values,
                    }
                )
            elif (row.issued, row.used) != (values["issued"], values["used"]):
                row.write(values)

    def _sync_targets(self, moved):
        """``{card id: (earned, spent)}`` as it should be by now: after edits and posted credit notes."""
        targets = {}
        homes = self._sync_homes(moved)
        for program, rows in self.coupon_point_ids.grouped(lambda row: row.coupon_id.program_id).items():
            for card, earned in self._sync_earned_targets(program, rows):
                before, spent = targets.get(homes[card], (ZERO, ZERO))
                targets[homes[card]] = (before + earned, spent)
        for line in self.order_line.filtered(lambda line: line.reward_id and line.coupon_id and line.points_cost):
            program, home = line.coupon_id.program_id, homes[line.coupon_id]
            earned, spent = targets.get(home, (ZERO, ZERO))
            kept = line._sync_kept_share()
            spent += after_refunds(exact(line.points_cost), kept, program.sync_rounding, program.sync_rounding_digits)
            targets[home] = (earned, spent)
        return targets

    def _sync_earned_targets(self, program, rows):
        """(card, points) that these ``rows`` of one program should have granted by now."""
        policy = (program.sync_rounding, program.sync_rounding_digits)
        # A promotion or coupon is no account of the customer: it grants what it grants.
        follows = program.is_nominative or program.program_type == "gift_card"
        amounts = self._sync_amounts(program) if follows else []
        amount = kept_amount(amounts)
        whole = kept_amount([(ordered, invoiced, ZERO) for ordered, invoiced, _refunded in amounts])
        if program.program_type != "gift_card":
            for row in rows:
                kept = share(amount, exact(row.sync_base)) if follows else Decimal(1)
                fixed = self._sync_fixed_points(program) if follows and whole > exact(row.sync_base) else ZERO
                kept_of_fixed = share(amount, whole)
                yield row.coupon_id, after_change(exact(row.sync_earned), fixed, kept, kept_of_fixed, *policy)
            return
        # Of several gift cards, those that are refunded are the ones that nobody has used.
        kept = share(amount, exact(max(rows.mapped("sync_base"))))
        left = after_refunds(sum((exact(row.sync_earned) for row in rows), ZERO), kept, *policy)
        for row in rows.sorted(lambda row: (row.coupon_id.points - row.sync_earned, row.id)):
            earned = min(left, exact(row.sync_earned))
            left -= earned
            yield row.coupon_id, earned

    def _sync_fixed_points(self, program):
        """What rules of ``program`` grant for the order itself, however much is in it."""
        rules = program.rule_ids.filtered(lambda rule: rule.reward_point_mode == "order")
        return sum((exact(rule.reward_point_amount) for rule in rules if self._sync_matching_products(rule)), ZERO)

    def _sync_homes(self, moved):
        """``{card: id of the card that has the points which this order moved by it}``.

        That is the card's account, unless the order moved them before the card became a key to another one:
        then they stay where they are.
        """
        cards = self.coupon_point_ids.coupon_id | self.order_line.coupon_id
        homes = {card: card._sync_account().id for card in cards}
        left = self.env["loyalty.card"].browse(moved.keys() - homes.values())
        for card, account_id in homes.items():
            if account_id not in moved and card.program_id.is_nominative:
                others = left.filtered(lambda other, program=card.program_id: other.program_id == program)
                homes[card] = others[:1].id or account_id
        return homes
