from datetime import date

from odoo.fields import Command

from .nightly import NightlyCase


class TestHolds(NightlyCase):
    """Points that are pending become spendable on their day: at once where a document says so, else in the night."""

    def release(self):
        self.env["sale.order"]._cron_release_points()

    def test_fourteen_days_after_delivery_and_not_a_day_sooner(self):
        self.program.write({"sync_hold": "delivered", "sync_hold_days": 14})
        order = self.confirmed(2)
        card = self.card_of()
        self.pass_days(20)
        with self.assertNothingMoves(card):
            self.release()
        self.assertFalse(order.sync_delivered_on)
        order.order_line.qty_delivered = 2
        self.release()
        self.assertEqual(order.sync_delivered_on, date(2026, 3, 30))
        self.travel("2026-04-12 23:00:00")
        with self.assertNothingMoves(card):
            self.release()
        self.travel("2026-04-13 01:20:00")
        self.release()
        self.assertEqual(self.kinds(card), [("earn", 200), ("hold", -200), ("release", 200)])
        self.assertLedger(card, 200)
        with self.assertNothingMoves(card):
            self.release()

    def test_a_delivery_in_part_is_none_and_the_first_full_day_stays(self):
        self.program.write({"sync_hold": "delivered", "sync_hold_days": 5})
        order = self.confirmed(2)
        order.order_line.qty_delivered = 1
        self.release()
        self.assertFalse(order.sync_delivered_on)
        order.order_line.qty_delivered = 2
        self.release()
        self.pass_days(3)
        order.order_line.qty_delivered = 3
        self.release()
        self.assertEqual(order.sync_delivered_on, date(2026, 3, 10))

    def test_a_service_that_nobody_records_as_delivered_is_not_waited_for(self):
        self.program.write({"sync_hold": "delivered", "sync_hold_days": 1})
        service = self.new_product("Fitting", 50.0, type="service")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 1}),
                    Command.create({"product_id": service.id, "product_uom_qty": 1}),
                ],
            }
        )
        order.action_confirm()
        order.order_line.filtered(lambda line: line.product_id == self.product).qty_delivered = 1
        self.release()
        self.assertEqual(order.sync_delivered_on, date(2026, 3, 10))

    def test_the_night_catches_a_payment_that_was_missed(self):
        self.program.sync_hold = "paid"
        order = self.confirmed(2)
        card = self.card_of()
        invoice = self.invoice(order)
        self.release()
        self.assertLedger(card, 0)
        invoice.payment_state = "paid"
        self.release()
        self.assertLedger(card, 200)

    def test_an_online_payment_releases_at_once(self):
        self.program.sync_hold = "paid"
        order = self.confirmed(2)
        transaction = self.pay_online(order, "authorized")
        transaction._post_process()
        self.assertLedger(self.card_of(), 200)

    def test_a_cancelled_order_and_an_order_without_points_cost_nothing(self):
        self.program.write({"sync_hold": "delivered", "sync_hold_days": 0})
        order = self.confirmed(2)
        order._action_cancel()
        self.confirmed(2, partner=self.contact)
        self.release()
        self.assertFalse(order.sync_delivered_on)
        self.assertLedger(self.card_of(), 0)
        self.assertFalse(order.id in self.env["sale.order"]._sync_ids_on_hold(0, 100))
