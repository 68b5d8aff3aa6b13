from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.holds import Ordered, is_delivered
from ...rules.ledger import ZERO, Part, exact
from ...rules.periods import local_date
from ...rules.settlement import balances

#: Orders a transaction: each moves points on cards of its own.
_ORDERS = 200


class SaleOrder(models.Model):
    """Points that are pending until the order is paid or delivered, and the nightly look at them."""

    _inherit = "sale.order"

    @api.model
    def _cron_release_points(self):
        """Note the day on which orders were delivered, and release what is over; also what a payment missed."""
        self.env["crm.sync.job.runner"]._run_sets(
            "release_points", self._sync_ids_on_hold, self._sync_release_set, _ORDERS, self.browse
        )

    @api.model
    def _sync_ids_on_hold(self, after, limit):
        """Ids of the next orders that have points pending."""
        self.env["crm.sync.loyalty.lot"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE pending (lot_id, entry_id, origin_lot_id) AS (
                       SELECT id, entry_id, origin_lot_id FROM crm_sync_loyalty_lot WHERE held > 0
                       UNION
                       SELECT l.id, l.entry_id, l.origin_lot_id FROM pending
                         JOIN crm_sync_loyalty_lot l ON l.id = pending.origin_lot_id
                   )
                   SELECT DISTINCT e.source_id FROM pending JOIN crm_sync_loyalty_entry e ON e.id = pending.entry_id
                    WHERE e.source_model = 'sale.order' AND e.source_id > %s ORDER BY e.source_id LIMIT %s""",
                after,
                limit,
            )
        )
        return [order_id for [order_id] in rows]

    @api.model
    def _sync_release_set(self, order_ids):
        """One set of the nightly work: (orders done, orders that another transaction holds)."""
        # sudo: points follow the documents.
        orders = self.sudo().browse(order_ids).exists()
        orders._sync_note_delivery()
        orders._sync_release()
        return len(order_ids), 0

    def _sync_note_delivery(self):
        """Enter the first day on which nothing of these confirmed orders was awaited any more."""
        for order in self.filtered(lambda order: order.state == "sale" and not order.sync_delivered_on):
            lines = order.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment)
            if is_delivered([line._sync_as_ordered() for line in lines if line.product_id and not line.reward_id]):
                order.sync_delivered_on = order._sync_delivery_day()

    def _sync_delivery_day(self):
        """The day of the last delivery where stock moves are known; else the day on which it was first seen."""
        program = self._sync_cards().program_id[:1]
        today = program._sync_today()
        done = [picking.date_done for picking in self._sync_deliveries() if picking.date_done]
        return min(today, local_date(max(done), program._sync_timezone())) if done else today

    def _sync_deliveries(self):
        """What was delivered to the customer, with the module that knows; otherwise nothing."""
        if "picking_ids" not in self._fields:
            return ()
        return self.picking_ids.filtered(
            lambda picking: picking.state == "done" and picking.location_dest_id.usage == "customer"
        )

    # ---------------------------------------------------------------- one order

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
        earned = sum((part.quantity for part in parts if part.kind == "earn"), ZERO)
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


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _sync_as_ordered(self):
        """This line as the rule of delivery sees it; services invoiced as ordered are recorded by nobody."""
        is_awaited = self.product_id.type != "service" or self.product_id.invoice_policy == "delivery"
        return Ordered(exact(self.product_uom_qty), exact(self.qty_delivered), is_awaited)
