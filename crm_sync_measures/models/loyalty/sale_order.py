from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...rules.earning import after_change, after_refunds, kept_amount, rounded, share
from ...rules.ledger import Part, exact
from ...rules.settlement import balances, settlement
from .movement import movement_of, moving

_ZERO = Decimal(0)
#: A payment that may still come, or has come.
_PAYING = ("pending", "authorized", "done")
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
        entries = self.env["crm.sync.loyalty.entry"]
        # sudo: points follow the document, whoever was allowed to change that.
        for order in self.sudo():
            moved = entries._net_of_source(order)
            for card in self.env["loyalty.card"].sudo().browse(list(moved)):  # sudo: as above
                parts = order._sync_due(card, moved[card.id])
                if parts:
                    card._sync_move("cancel", parts, order)
            if moved:
                order._sync_keep_history(entries._net_of_source(order))

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

    # ---------------------------------------------------------------- what an order moves

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
        return cards.union(*(card._sync_account() for card in cards)).with_env(self.env)

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
        base = sum((ordered for ordered, _invoiced, _refunded in order._sync_amounts(program)), _ZERO)
        for row in points:
            row.write(
                {"sync_earned": float(exact(row.sync_earned) + earned), "sync_base": row.sync_base or float(base)}
            )
        return base

    def _sync_due(self, card, kinds, earned=_ZERO, spent=_ZERO):
        """The entries that bring what this order has moved on ``card``, ``kinds``, to what it should have moved."""
        expired = _ZERO
        if balances(kinds)[0] > earned:
            expired = self.env["crm.sync.loyalty.entry"]._expired_of_source(self, card)
        return settlement(kinds, earned, spent, expired)

    def _sync_settle(self):
        """Book what is missing between what these orders have moved and what they should have moved by now."""
        ledger_entries = self.env["crm.sync.loyalty.entry"]
        # sudo: points follow the document, whoever was allowed to change that.
        for order in self.sudo().filtered(lambda order: order.state == "sale"):
            moved = ledger_entries._net_of_source(order)
            if not moved:
                continue
            targets = order._sync_targets(moved)
            is_settled = True
            for card in self.env["loyalty.card"].sudo().browse(sorted({*moved, *targets})):  # sudo: as above
                parts = order._sync_due(card, moved.get(card.id, {}), *targets.get(card.id, (_ZERO, _ZERO)))
                parts = order._sync_pending(card, parts)
                if parts:
                    card._sync_move("settle", parts, order)
                    is_settled = False
            order._sync_keep_history(moved if is_settled else ledger_entries._net_of_source(order))

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
                before, spent = targets.get(homes[card], (_ZERO, _ZERO))
                targets[homes[card]] = (before + earned, spent)
        for line in self.order_line.filtered(lambda line: line.reward_id and line.coupon_id and line.points_cost):
            program, home = line.coupon_id.program_id, homes[line.coupon_id]
            earned, spent = targets.get(home, (_ZERO, _ZERO))
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
        whole = kept_amount([(ordered, invoiced, _ZERO) for ordered, invoiced, _refunded in amounts])
        if program.program_type != "gift_card":
            for row in rows:
                kept = share(amount, exact(row.sync_base)) if follows else Decimal(1)
                fixed = self._sync_fixed_points(program) if follows and whole > exact(row.sync_base) else _ZERO
                kept_of_fixed = share(amount, whole)
                yield row.coupon_id, after_change(exact(row.sync_earned), fixed, kept, kept_of_fixed, *policy)
            return
        # Of several gift cards, those that are refunded are the ones that nobody has used.
        kept = share(amount, exact(max(rows.mapped("sync_base"))))
        left = after_refunds(sum((exact(row.sync_earned) for row in rows), _ZERO), kept, *policy)
        for row in rows.sorted(lambda row: (row.coupon_id.points - row.sync_earned, row.id)):
            earned = min(left, exact(row.sync_earned))
            left -= earned
            yield row.coupon_id, earned

    def _sync_fixed_points(self, program):
        """What rules of ``program`` grant for the order itself, however much is in it."""
        rules = program.rule_ids.filtered(lambda rule: rule.reward_point_mode == "order")
        return sum((exact(rule.reward_point_amount) for rule in rules if self._sync_matching_products(rule)), _ZERO)

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

    # ---------------------------------------------------------------- what earns

    def _sync_amounts(self, program):
        """(ordered, invoiced, refunded) of each line that earns points of ``program``, in the order's currency."""
        return [line._sync_amounts(program.sync_earn_on_tax) for line in self._sync_eligible_lines(program)]

    def _sync_eligible_lines(self, program):
        valid = program._get_valid_products(self.order_line.product_id)
        products = self.env["product.product"].union(*valid.values()) if valid else self.env["product.product"]
        lines = self.order_line - self._get_no_effect_on_threshold_lines()
        if program.program_type == "loyalty" and not program.sync_earn_on_topup:
            products -= self._sync_topups()
        return lines.filtered(lambda line: line._sync_earns(program, products))

    @api.model
    def _sync_topups(self):
        """The products that are gift cards, or top up an eWallet."""
        # sudo: those of all companies, whoever sells them.
        programs = self.env["loyalty.program"].sudo().search([("program_type", "in", ("gift_card", "ewallet"))])
        return programs.trigger_product_ids.with_env(self.env)

    def _program_check_compute_points(self, programs):
        """Points on money by the program's policy, in its currency, rounded once."""
        result = super()._program_check_compute_points(programs)
        for program, status in result.items():
            if "points" in status and program.program_type == "loyalty":
                if "money" in program.rule_ids.mapped("reward_point_mode"):
                    status["points"][0] = self._sync_points(program)
                else:
                    status["points"][0] = float(self._sync_rounded(program, exact(status["points"][0])))
        return result

    def _sync_rounded(self, program, points):
        return rounded(points, program.sync_rounding, program.sync_rounding_digits)

    def _sync_points(self, program):
        """What this order earns: the rules as Odoo matches them, money by our policy."""
        points = _ZERO
        for rule in program.rule_ids:
            products = self._sync_matching_products(rule)
            if not products:
                continue
            amount = exact(rule.reward_point_amount)
            if rule.reward_point_mode == "order":
                points += amount
            elif rule.reward_point_mode == "unit":
                lines = self._get_not_rewarded_order_lines().filtered(lambda line: not line.combo_item_id)
                lines = lines.filtered(lambda line, products=products: line.product_id in products)
                points += amount * exact(sum(lines.mapped("product_uom_qty")))
            else:
                points += amount * self._sync_money(program, rule)
        return float(self._sync_rounded(program, points))

    def _sync_matching_products(self, rule):
        """The ordered products that make ``rule`` apply, or nothing; the same conditions as Odoo's."""
        nothing = self.env["product.product"]
        if rule.mode == "with_code" and rule not in self.code_enabled_rule_ids:
            return nothing
        counted = self._get_not_rewarded_order_lines().filtered(lambda line: not line.combo_item_id)
        products = rule.program_id._get_valid_products(counted.product_id).get(rule) or nothing
        if sum(line.product_uom_qty for line in counted if line.product_id in products) < rule.minimum_qty:
            return nothing
        valid = rule.program_id._get_valid_products(self.order_line.product_id).get(rule) or nothing
        lines = self.env["sale.order.line"]
        for line in self.order_line - self._get_no_effect_on_threshold_lines():
            reward = line.reward_id
            is_discount = reward.reward_type == "discount"
            own = is_discount and reward.program_id in (rule.program_id,)
            if own or (is_discount and reward.program_id.trigger == "auto") or line.combo_item_id:
                continue
            if line.product_id in valid:
                lines |= line._get_lines_with_price()
        amount = sum(lines.mapped("price_subtotal"))
        if rule.minimum_amount_tax_mode == "incl":
            amount += sum(lines.mapped("price_tax"))
        return products if rule._compute_amount(self.currency_id) <= amount else nothing

    def _sync_money(self, program, rule):
        """The money that ``rule`` counts, in the program's currency at the rate of the order's day."""
        valid = program._get_valid_products(self.order_line.product_id).get(rule) or self.env["product.product"]
        lines = self._sync_eligible_lines(program)
        price = "price_total" if program.sync_earn_on_tax else "price_subtotal"
        own = lines.filtered(lambda line: line.reward_id.program_id == program)
        amount = sum(exact(self._get_order_line_price(line, price)) for line in lines - own if line.product_id in valid)
        goods = sum(exact(self._get_order_line_price(line, price)) for line in lines - own)
        # What points have paid is taken off in proportion to what this rule counts.
        paid = sum(exact(line[price]) for line in own)
        if goods and paid:
            amount += paid * amount / goods
        currency = program.currency_id
        if currency and currency != self.currency_id:
            day = fields.Date.to_date(self.date_order) or fields.Date.context_today(self)
            rate = self.env["res.currency"]._get_conversion_rate(self.currency_id, currency, self.company_id, day)
            amount *= exact(rate) if rate > 1 else Decimal(repr(rate))
        return max(_ZERO, amount)

    # ---------------------------------------------------------------- holds

    def _sync_hold(self):
        """Points just earned are pending where the program says so."""
        # sudo: points follow the order, whoever confirmed it.
        order = self.sudo()
        programs = order._sync_cards().sudo().program_id  # sudo: as above
        if order.state != "sale" or all(program.sync_hold == "none" for program in programs):
            return
        moved = self.env["crm.sync.loyalty.entry"]._net_of_source(order)
        for card in self.env["loyalty.card"].sudo().browse(list(moved)):  # sudo: as above
            earned, held, _spent = balances(moved[card.id])
            if earned > held and card.program_id.sync_hold != "none" and not order._sync_hold_is_over(card.program_id):
                card._sync_move("hold", [Part("hold", held - earned, own_first=True)], order)

    def _sync_pending(self, card, parts):
        """``parts`` of a settlement; what they earn is pending as what the confirmation has earned."""
        earned = sum((part.quantity for part in parts if part.kind == "earn"), _ZERO)
        if earned and card.program_id.sync_hold != "none" and not self._sync_hold_is_over(card.program_id):
            return [*parts, Part("hold", -earned, own_first=True)]
        return parts

    def _sync_hold_is_over(self, program):
        """Whether points of this order can be spent by the program's policy."""
        self.ensure_one()
        if program.sync_hold == "paid":
            return self._sync_is_paid()
        if program.sync_hold == "delivered":
            due = self.sync_delivered_on and fields.Date.add(self.sync_delivered_on, days=program.sync_hold_days)
            return bool(due) and due <= program._sync_today()
        return True

    def _sync_release(self):
        """Make pending points of these orders spendable where their time has come."""
        # sudo: points follow the documents.
        for order in self.sudo().filtered(lambda order: order.state == "sale"):
            moved = self.env["crm.sync.loyalty.entry"]._net_of_source(order)
            for card in self.env["loyalty.card"].sudo().browse(list(moved)):  # sudo: as above
                _earned, held, _spent = balances(moved[card.id])
                if held > 0 and order._sync_hold_is_over(card.program_id):
                    card._sync_move("release", [Part("release", held, undoes="hold")], order, no_mail=False)

    def _sync_is_paid(self):
        """Whether nothing is owed on this order any more."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount_paid, self.amount_total) >= 0:
            return True
        invoices = self.invoice_ids.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")
        return (
            bool(invoices)
            and self.invoice_status in ("invoiced", "upselling")
            and all(move.payment_state in ("paid", "in_payment", "reversed") for move in invoices)
        )

    # ---------------------------------------------------------------- reservations

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
