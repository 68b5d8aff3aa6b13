from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import LoyaltyCase


class OpeningCase(LoyaltyCase):
    """Cards as Odoo leaves them, without a ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Opening = cls.env["crm.sync.loyalty.opening"]

    @classmethod
    def native_card(cls, points, *history, **values):
        """A card with ``history``: (days ago, issued, used[, order])."""
        card = cls.new_card(**values)
        for days, issued, used, *order in history:
            row = cls.env["loyalty.history"].create(
                {
                    "card_id": card.id,
                    "description": "Native",
                    "issued": issued,
                    "used": used,
                    "order_model": "sale.order" if order else False,
                    "order_id": order[0].id if order else False,
                }
            )
            cls.date(row, days)
        cls.date(card, 400)
        cls.env.cr.execute("UPDATE loyalty_card SET points = %s WHERE id = %s", [points, card.id])
        card.invalidate_recordset(["points"])
        return card

    @classmethod
    def date(cls, record, days):
        record.flush_recordset()
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s WHERE id = %s",
                SQL.identifier(record._table),
                cls.days_ago(days),
                record.id,
            )
        )
        record.invalidate_recordset(["create_date"])

    def forget(self, card):
        """The card as it was before there was a ledger."""
        self.env.flush_all()
        run = self.env.cr.execute
        for table in ("entry", "allocation"):
            run(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(f"crm_sync_loyalty_{table}")))
        run(
            "DELETE FROM crm_sync_loyalty_allocation a USING crm_sync_loyalty_lot l WHERE l.id = a.lot_id AND l.card_id = %s",
            [card.id],
        )
        for table in ("arrears", "lot", "entry"):
            run(SQL("DELETE FROM %s WHERE card_id = %s", SQL.identifier(f"crm_sync_loyalty_{table}"), card.id))
        run(
            "UPDATE loyalty_card SET sync_position = NULL, sync_head = NULL, sync_version = NULL WHERE id = %s",
            [card.id],
        )
        run("UPDATE sale_order_coupon_points SET sync_earned = NULL, sync_base = NULL WHERE coupon_id = %s", [card.id])
        for table in ("entry", "allocation"):
            run(SQL("ALTER TABLE %s ENABLE TRIGGER USER", SQL.identifier(f"crm_sync_loyalty_{table}")))
        self.env.invalidate_all()

    def open(self):
        self.env.flush_all()
        self.Opening._open_cards()

    def report(self, card):
        return self.Opening.search([("card_id", "=", card.id)])


@tagged("post_install", "-at_install")
class TestOpening(OpeningCase):
    """The ledger is opened from what Odoo knows, and no customer's balance changes."""

    def test_every_row_of_the_history_becomes_entries_in_their_order(self):
        order = self.new_order(1)
        card = self.native_card(130, (10, 0, 50), (30, 100, 0, order), (20, 120, 40, order))
        self.open()
        self.assertEqual(self.kinds(card), [("earn", 100), ("earn", 120), ("redeem", -40), ("adjust", -50)])
        entries = card.sync_entry_ids.sorted("position")
        self.assertEqual(entries[:3].mapped("source_name"), [order.name] * 3)
        self.assertEqual(entries[0].effective_at.date(), self.days_ago(30).date())
        self.assertEqual(entries.user_id, self.env.ref("base.user_root"))
        self.assertEqual(entries.company_id, order.company_id)
        self.assertEqual(card.sync_lot_ids.sorted("id").mapped("remaining"), [10, 120])
        self.assertFalse(any(card.sync_lot_ids.mapped("expires_on")))
        self.assertLedger(card, 130)
        self.assertFalse(self.report(card))

    def test_a_balance_without_history_is_an_opening_entry_of_the_day_of_the_card(self):
        card = self.native_card(75.5)
        self.open()
        self.assertEqual(self.kinds(card), [("opening", 75.5)])
        self.assertEqual(card.sync_entry_ids.effective_at.date(), self.days_ago(400).date())
        self.assertEqual((self.report(card).cause, self.report(card).difference), ("opening_balance", 75.5))
        self.assertLedger(card, 75.5)

    def test_history_without_balance_ends_with_what_is_missing(self):
        card = self.native_card(0, (30, 100, 0))
        self.open()
        self.assertEqual(self.kinds(card), [("adjust", 100), ("opening", -100)])
        self.assertEqual((self.report(card).cause, self.report(card).quantity), ("by_hand", -100))
        self.assertLedger(card, 0)

    def test_a_negative_balance_is_arrears(self):
        card = self.native_card(-100, (30, 40, 0), (20, 0, 90), (10, 0, 50))
        self.open()
        self.assertEqual(self.arrears_of(card).mapped("remaining"), [50, 50])
        self.assertLedger(card, -100)
        card.points += 150
        self.assertLedger(card, 50)

    def test_a_debit_before_its_points_is_covered_by_those_that_came_later(self):
        card = self.native_card(20, (30, 0, 80), (20, 100, 0))
        self.open()
        redeemed, issued = card.sync_entry_ids.sorted("position")
        [allocation] = redeemed.allocation_ids
        self.assertEqual((allocation.quantity, allocation.entry_id), (80, issued))
        self.assertLedger(card, 20)

    def test_first_in_first_out_over_many_rows(self):
        card = self.native_card(35, *[(100 - n, 10, 0) for n in range(10)], (5, 0, 25), (4, 0, 40))
        self.open()
        self.assertEqual(card.sync_lot_ids.sorted("id").mapped("remaining"), [0] * 6 + [5, 10, 10, 10])
        drawn = card.sync_entry_ids.filtered(lambda entry: entry.quantity == -40).allocation_ids
        self.assertEqual(drawn.sorted("id").mapped("quantity"), [5, 10, 10, 10, 5])
        self.assertLedger(card, 35)

    def test_archived_cards_and_floats_that_drifted_are_opened(self):
        archived = self.native_card(12.5, (9, 12.5, 0), active=False)
        drifted = self.native_card(0.1 + 0.2, (9, 0.1, 0), (8, 0.2, 0), partner=self.contact)
        lost = self.native_card(9.99999999, (9, 10, 0), partner=self.seller.partner_id)
        self.open()
        self.assertLedger(archived, 12.5)
        self.assertLedger(drifted, 0.3)
        self.assertLedger(lost, 10)
        self.assertFalse(self.Opening.search([("card_id", "in", (archived | drifted | lost).ids)]))

    def test_a_balance_that_is_not_a_number_becomes_what_the_history_says(self):
        card = self.native_card(float("nan"), (9, 30, 0))
        self.open()
        self.assertLedger(card, 30)
        self.assertEqual(self.report(card).cause, "no_quantity")

    def test_a_card_of_nothing_stays_out(self):
        card = self.native_card(0)
        self.open()
        self.assertFalse(card.sync_entry_ids)
        self.assertLedger(card, 0)

    def test_merged_customers_are_known_by_the_card_that_was_emptied(self):
        away = self.native_card(0, (40, 300, 0), active=False)
        kept = self.native_card(577 + 300, (30, 577, 0))
        self.open()
        self.assertEqual((self.report(away).cause, self.report(kept).cause), ("merged", "merged"))
        self.assertLedger(away, 0)
        self.assertLedger(kept, 877)

    def test_a_member_is_made_of_everybody_who_has_a_card(self):
        self.native_card(5)
        self.env.cr.execute("DELETE FROM crm_sync_loyalty_membership")
        self.open()
        self.assertEqual(
            self.env["crm.sync.loyalty.membership"].search([("program_id", "=", self.program.id)]).partner_id,
            self.customer,
        )

    def test_opening_again_does_only_what_is_new(self):
        card = self.native_card(130, (30, 130, 0))
        self.open()
        before = card.sync_entry_ids
        self.open()
        self.assertEqual(card.sync_entry_ids, before)
        later = self.native_card(7, partner=self.contact)
        self.open()
        self.assertLedger(later, 7)
        self.assertEqual(len(self.report(later)), 1)

    def test_the_check_finds_nothing_wrong_with_it(self):
        self.native_card(-100, (30, 40, 0), (20, 0, 90), (10, 0, 50))
        self.native_card(35, (9, 10.1234, 0), (5, 0, 2.5), partner=self.contact)
        self.open()
        check = self.env["crm.sync.loyalty.check"].create({})
        check._prove(0, 2**31 - 1)
        check._close(True)
        self.assertEqual(check.state, "ok")

    # ---------------------------------------------------------------- orders from before

    def old_order(self, quantity=2, reward=False, **values):
        """An order that was confirmed before the installation, and its card."""
        order = self.new_order(quantity, **values)
        if reward:
            self.claim(order)
        order.action_confirm()
        card = self.card_of()
        self.forget(card)
        return order, card

    def test_a_credit_note_on_an_order_from_before_takes_its_share_back(self):
        order, card = self.old_order(2)
        self.open()
        self.assertEqual((order.coupon_point_ids.sync_earned, order.coupon_point_ids.sync_base), (200, 200))
        self.refund(self.invoice(order), 0.5)
        self.assertLedger(card, 100)

    def test_nothing_moves_when_an_order_from_before_is_settled(self):
        self.native_card(150, (90, 150, 0))
        order, card = self.old_order(2, reward=True)
        card.invalidate_recordset()
        self.env.cr.execute("UPDATE loyalty_card SET points = 240 WHERE id = %s", [card.id])
        self.open()
        self.assertLedger(card, 240)
        entries = card.sync_entry_ids
        order._sync_settle()
        self.assertEqual(card.sync_entry_ids, entries)

    def test_only_goods_that_earn_are_the_amount_of_an_order_from_before(self):
        self.program.rule_ids.product_ids = self.product
        service = self.new_product("Delivery by hand", 30)
        order, card = self.old_order(1, order_line=[
            Command.create({"product_id": self.product.id, "product_uom_qty": 1}),
            Command.create({"product_id": service.id, "product_uom_qty": 1}),
        ])  # fmt: skip
        self.open()
        self.assertEqual(order.coupon_point_ids.sync_base, 100)
        self.assertLedger(card, 100)

    def test_what_was_credited_before_takes_nothing_back_and_the_rest_takes_the_rest(self):
        order, card = self.old_order(2)
        invoice = self.invoice(order)
        self.refund(invoice, 0.5)
        self.open()
        self.assertEqual(order.coupon_point_ids.sync_base, 100)
        order._sync_settle()
        self.assertLedger(card, 200)
        self.refund(invoice, 0.5)
        self.assertLedger(card, 0)

    def test_an_order_without_history_is_told_by_what_it_granted(self):
        order, card = self.old_order(2)
        self.env["loyalty.history"].search([("card_id", "=", card.id)]).unlink()
        self.open()
        self.assertEqual(self.kinds(card), [("earn", 200)])
        self.assertEqual((self.report(card).cause, self.report(card).from_orders), ("edited_order", 200))
        order._action_cancel()
        self.assertLedger(card, 0)

    def test_a_reward_taken_off_a_confirmed_order_is_given_back_to_it(self):
        card = self.native_card(150, (90, 150, 0))
        order, card = self.old_order(1, reward=True)
        # Odoo gives the points back to the card, and leaves the history as it was.
        self.env.cr.execute("DELETE FROM sale_order_line WHERE order_id = %s AND reward_id IS NOT NULL", [order.id])
        self.env.cr.execute("UPDATE loyalty_card SET points = 240 WHERE id = %s", [card.id])
        self.env.invalidate_all()
        self.open()
        self.assertEqual(self.kinds(card)[-1], ("reverse_redeem", 100))
        self.assertEqual(self.report(card).cause, "edited_order")
        self.assertLedger(card, 240)

    def test_a_cancelled_order_is_the_probable_cause(self):
        order = self.confirmed()
        order._action_cancel()
        card = self.card_of()
        self.forget(card)
        self.env.cr.execute("UPDATE loyalty_card SET points = -100 WHERE id = %s", [card.id])
        self.env["loyalty.history"].create({"card_id": card.id, "description": "By hand", "issued": 5})
        self.open()
        self.assertEqual((self.report(card).cause, self.report(card).difference), ("cancelled_order", -105))
        self.assertLedger(card, -100)

    def test_managers_and_auditors_read_the_report_of_their_companies(self):
        company, _other = self.other_company()
        card = self.native_card(9)
        self.open()
        self.assertEqual(self.Opening.with_user(self.auditor).search([("card_id", "=", card.id)]).difference, 9)
        self.program.company_id = company
        self.env.flush_all()
        self.assertFalse(self.Opening.with_user(self.auditor).search([("card_id", "=", card.id)]))
