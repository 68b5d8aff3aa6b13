from odoo import api, models
from odoo.tools import SQL

from ...rules.holds import Ordered, is_delivered
from ...rules.ledger import exact
from ...rules.periods import local_date

#: Orders a transaction: each moves points on cards of its own.
_ORDERS = 200


class SaleOrder(models.Model):
    """The nightly look at points that are pending: what is delivered by now, and what can be spent."""

    _inherit = "sale.order"

    @api.model
    def _cron_release_points(self):
        """Note the day on which orders were delivered, and release what is over; also what a payment missed."""
        self.env["crm.sync.job.runner"]._run_sets(
            "release_points", self._sync_ids_on_hold, self._sync_release_set, _ORDERS
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


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _sync_as_ordered(self):
        """This line as the rule of delivery sees it; services invoiced as ordered are recorded by nobody."""
        is_awaited = self.product_id.type != "service" or self.product_id.invoice_policy == "delivery"
        return Ordered(exact(self.product_uom_qty), exact(self.qty_delivered), is_awaited)
