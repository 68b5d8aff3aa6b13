import random
from decimal import ROUND_DOWN, Decimal

from odoo.fields import Command

from ...rules.ledger import Part, exact
from .common import LoyaltyCase

STORIES, STEPS = 4, 12


class Told:
    """What a person with a pencil knows of one order: what it was worth when confirmed, and what was kept of it."""

    def __init__(self, order, pieces):
        self.order, self.is_confirmed, self.invoice = order, True, None
        self.ordered = self.granted_pieces = Decimal(pieces)
        self.granted = 7 * self.ordered
        self.invoiced = Decimal(0)
        self.refunds = []  # (document, pieces), posted ones only

    def kept(self):
        """Pieces that the customer has kept."""
        refunded = sum((pieces for _document, pieces in self.refunds), Decimal(0))
        return max(Decimal(0), min(self.ordered, max(self.ordered, self.invoiced) - refunded))


class TestRandomStories(LoyaltyCase):
    """Random orders, edits, refunds and cancellations on one card, against a reckoning by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.sync_rounding_digits = 2
        cls.piece = cls.new_product("Cloth", 7.0)

    def test_random_stories_end_with_what_the_customer_kept(self):
        for seed in range(STORIES):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.tell(random.Random(seed))
                savepoint.rollback()
            self.env.invalidate_all()

    def tell(self, generator):
        card, extra, told = self.new_card(500), Decimal(500), []
        for _step in range(STEPS):
            name = generator.choice(
                ("confirm", "confirm", "edit", "refund", "refund", "undo", "cancel", "again", "adjust")
            )
            if name == "adjust":
                change = exact(generator.randint(-50, 100))
                if change:
                    card._sync_move("test", [Part("goodwill" if change > 0 else "adjust", change)])
                    extra += change
            elif name == "confirm":
                told.append(self.confirm(generator))
            elif told:
                getattr(self, f"step_{name}")(generator.choice(told), generator)
            self.assertLedger(card)
            self.assertEqual(exact(card.points), extra + sum(map(self.worth, told)), name)

    def worth(self, told):
        """Points that this order has moved: rounded once, and what a refund takes is rounded too."""
        if not told.is_confirmed:
            return Decimal(0)
        share = told.kept() / told.granted_pieces
        cent = Decimal("0.01")
        taken = (told.granted * (1 - share)).quantize(Decimal("0.000001")).quantize(cent, ROUND_DOWN)
        return told.granted - taken

    # ---------------------------------------------------------------- steps

    def confirm(self, generator):
        pieces = generator.randint(1, 9)
        order = self.new_order(pieces, product=self.piece)
        order.action_confirm()
        return Told(order, pieces)

    def step_edit(self, told, generator):
        if told.is_confirmed:
            pieces = generator.randint(0, 12)
            told.order.order_line.product_uom_qty = pieces
            told.ordered = Decimal(pieces)

    def step_refund(self, told, generator):
        if not told.is_confirmed or not told.ordered:
            return
        if not told.invoice:
            if told.order.invoice_status != "to invoice":
                return
            told.invoice = self.invoice(told.order)
            told.invoiced = told.ordered
        pieces = Decimal(generator.randint(1, 4))
        if sum(p for _d, p in told.refunds) + pieces > told.invoiced:
            return
        refund = told.invoice._reverse_moves([{"invoice_date": told.invoice.invoice_date}])
        refund.invoice_line_ids.quantity = float(pieces)
        refund.action_post()
        told.refunds.append((refund, pieces))

    def step_undo(self, told, _generator):
        if told.refunds and told.is_confirmed:
            refund, _pieces = told.refunds.pop()
            refund.button_draft()
            refund.button_cancel()

    def step_cancel(self, told, _generator):
        if told.is_confirmed:
            told.order._action_cancel()
            told.is_confirmed = False

    def step_again(self, told, _generator):
        """Set back to draft and confirmed again: it is worth what it is worth now; what was refunded stays refunded."""
        if told.is_confirmed or not told.ordered or told.refunds:
            return
        told.order.action_draft()
        told.order.action_confirm()
        told.is_confirmed = True
        told.granted, told.granted_pieces = 7 * told.ordered, told.ordered


class TestRandomRewards(LoyaltyCase):
    """The same with rewards: whatever is done, all is undone when everything is cancelled."""

    def test_after_everything_is_cancelled_nothing_has_moved(self):
        for seed in range(STORIES):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.tell(random.Random(seed))
                savepoint.rollback()
            self.env.invalidate_all()

    def tell(self, generator):
        card, orders = self.new_card(300), self.env["sale.order"]
        for _step in range(STEPS):
            name = generator.choice(("buy", "redeem", "redeem", "edit", "refund", "reward", "cancel", "add"))
            order = orders and generator.choice(orders)
            if name in ("buy", "redeem"):
                order = self.new_order(generator.randint(1, 3))
                order._update_programs_and_rewards()
                if name == "redeem" and order._get_claimable_rewards():
                    self.claim(order)
                order.action_confirm()
                orders |= order
            elif order and order.state == "sale":
                self.change(name, order, generator)
            self.assertLedger(card)
        for order in orders.filtered(lambda order: order.state == "sale"):
            order._action_cancel()
            self.assertLedger(card)
        self.assertLedger(card, 300)
        self.assertFalse(sum(card.sync_lot_ids.mapped("held")))

    def change(self, name, order, generator):
        goods = order.order_line.filtered(lambda line: not line.reward_id)
        if name == "edit":
            goods[:1].product_uom_qty = generator.randint(0, 5)
        elif name == "refund" and order.invoice_status == "to invoice" and order.amount_total > 0:
            self.refund(self.invoice(order), generator.choice((0.25, 0.5, 1.0)))
        elif name == "reward":
            order.action_open_reward_wizard()
        elif name == "cancel":
            order._action_cancel()
        elif name == "add":
            order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 1})]
