from datetime import date, timedelta

from odoo import fields

from ...rules.ledger import Part, exact
from .nightly import NightlyCase


class TestExpiry(NightlyCase):
    """Points end with their last day: each lot once, and nothing else with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({"sync_expiry": "fixed", "sync_expiry_months": 1})
        cls.program.sync_redate_since = False

    def credit(self, card, points, expires_on=None, kind="bonus"):
        card._sync_move("test", [Part(kind, exact(points), expires_on=expires_on)])
        return card.sync_lot_ids.sorted("id")[-1]

    def test_points_are_usable_through_their_last_day_and_gone_on_the_next(self):
        card = self.new_card(100)
        self.assertEqual(card.sync_lot_ids.expires_on, date(2026, 4, 10))
        self.travel("2026-04-10 23:59:00")
        with self.assertNothingMoves(card):
            self.expire()
        self.travel("2026-04-11 00:01:00")
        self.assertEqual(self.expire(), 1)
        self.assertLedger(card, 0)
        self.assertEqual(self.kinds(card)[-1], ("expire", -100))
        self.assertEqual(card.sync_lot_ids.state, "expired")
        self.assertEqual(card.sync_entry_ids[0].business_date, date(2026, 4, 11))

    def test_the_day_is_that_of_the_programs_time_zone(self):
        """In Shanghai the 11th begins at 16:00 UTC of the 10th; in New York it is still the 10th at 03:00 of the 11th."""
        company = self.env["res.company"].create({"name": "Harbour"})
        program = self.new_program(company_id=company.id, sync_expiry="fixed", sync_expiry_months=1)
        company.partner_id.tz = "Asia/Shanghai"
        card = self.new_card(50, program=program)
        self.assertEqual(card.sync_lot_ids.expires_on, date(2026, 4, 10))
        self.travel("2026-04-10 15:59:00")
        with self.assertNothingMoves(card):
            self.expire()
        company.partner_id.tz = "America/New_York"
        self.travel("2026-04-11 03:59:00")
        with self.assertNothingMoves(card):
            self.expire()
        company.partner_id.tz = "Asia/Shanghai"
        self.expire()
        self.assertLedger(card, 0)

    def test_each_lot_has_its_own_entry_and_what_is_not_due_stays(self):
        card = self.new_card(100)
        self.credit(card, 30, date(2026, 3, 20))
        self.credit(card, 20, date(2026, 3, 15))
        later = self.credit(card, 7.5, date(2026, 5, 1))
        self.travel("2026-04-01 01:00:00")
        self.expire()
        self.assertEqual(self.kinds(card)[-2:], [("expire", -20), ("expire", -30)])
        keys = card.sync_entry_ids.filtered(lambda entry: entry.kind == "expire").mapped("idempotency_key")
        self.assertEqual(len(set(keys)), 2)
        self.assertTrue(all(key.startswith("expire:lot:") for key in keys))
        self.assertLedger(card, 107.5)
        self.assertEqual(later.remaining, 7.5)

    def test_beside_a_lot_that_is_due_one_on_its_last_day_stays(self):
        card = self.new_card(100)
        self.credit(card, 20, date(2026, 4, 9))
        self.travel("2026-04-10 01:00:00")
        self.expire()
        self.assertEqual(self.kinds(card)[2:], [("expire", -20)])
        self.assertLedger(card, 100)

    def test_running_twice_expires_once(self):
        card = self.new_card(100)
        self.pass_days(40)
        self.expire()
        with self.assertNothingMoves(card):
            self.assertEqual(self.expire(), 0)

    def test_only_what_is_left_of_a_lot_expires(self):
        card = self.new_card(150)
        self.redeemed()
        self.assertLedger(card, 140)
        lot = card.sync_lot_ids.sorted("id")[0]
        self.assertEqual(lot.remaining, 50)
        order_lot = card.sync_lot_ids - lot
        self.pass_days(40)
        self.expire()
        self.assertEqual(sorted(self.kinds(card)[-2:]), [("expire", -90), ("expire", -50)])
        self.assertEqual((lot | order_lot).mapped("state"), ["expired", "expired"])
        self.assertLedger(card, 0)

    def test_no_milestone_mail_is_sent_and_odoos_own_history_stays_in_step(self):
        self.program.communication_plan_ids = [
            fields.Command.create(
                {
                    "trigger": "points_reach",
                    "points": 0,
                    "mail_template_id": self.env.ref("loyalty.mail_template_loyalty_card").id,
                }
            )
        ]
        card = self.new_card(100)
        mails = self.env["mail.mail"].search_count([])
        self.pass_days(40)
        self.expire()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(card.history_ids.mapped("used"), [100])
        self.assertEqual(card.history_ids.description, "Expired points")

    def test_archived_cards_expire_as_well(self):
        card = self.new_card(100)
        card.active = False
        self.pass_days(40)
        self.expire()
        self.assertLedger(card, 0)

    def test_pending_points_do_not_expire_and_get_a_grace_when_they_are_released_too_late(self):
        self.program.write({"sync_hold": "paid", "sync_return_days": 10})
        order = self.confirmed(2)
        card = self.card_of()
        lot = card.sync_lot_ids
        self.pass_days(40)
        self.expire()
        self.assertEqual((lot.held, lot.state, card.points), (200, "pending", 0))
        order._sync_cards()._sync_move("release", [Part("release", exact(200), undoes="hold")], order)
        self.assertEqual((lot.remaining, lot.expires_on), (200, self.today() + timedelta(days=10)))
        self.assertLedger(card, 200)
        self.pass_days(11)
        self.expire()
        self.assertEqual(lot.state, "expired")
        self.assertLedger(card, 0)

    def test_a_lot_that_got_points_back_expires_a_second_time(self):
        self.program.sync_return_days = 30
        card = self.new_card(150)
        lot = card.sync_lot_ids
        order = self.redeemed(product=self.new_product("Cloth", 10.0))
        self.pass_days(40)
        self.expire()
        self.assertLedger(card, 0)
        order._action_cancel()
        self.assertEqual((lot.remaining, lot.expires_on, lot.state), (100, self.today() + timedelta(days=30), "active"))
        self.pass_days(31)
        self.expire()
        self.assertEqual((lot.remaining, lot.state), (0, "expired"))
        self.assertEqual(
            self.kinds(card)[1:], [("redeem", -100), ("expire", -50), ("reverse_redeem", 100), ("expire", -100)]
        )
        self.assertEqual(len(set(card.sync_entry_ids.mapped("idempotency_key"))), 5)
        self.assertLedger(card, 0)

    def test_points_given_back_in_time_keep_their_expiry(self):
        card = self.new_card(150)
        lot = card.sync_lot_ids
        order = self.redeemed()
        self.pass_days(10)
        order._action_cancel()
        self.assertEqual((lot.remaining, lot.expires_on), (150, date(2026, 4, 10)))
        self.assertLedger(card, 150)

    def test_what_a_quotation_reserves_does_not_expire_before_the_reservation_ends(self):
        card = self.new_card(150)
        self.travel("2026-04-10 12:00:00")
        # It earns less than it redeems, so that it needs the points it has reserved.
        order = self.new_order(1)
        self.claim(order)
        self.pass_days(1)
        with self.assertNothingMoves(card):
            self.expire()
        order.action_confirm()
        self.assertEqual(self.kinds(card)[-2:], [("earn", 90), ("redeem", -100)])
        self.expire()
        self.assertEqual(self.kinds(card)[-1], ("expire", -50))
        self.assertLedger(card, 90)

    def test_a_quotation_spends_no_more_than_it_has_reserved_of_points_that_are_over(self):
        card = self.new_card(250)
        self.travel("2026-04-10 12:00:00")
        order = self.new_order(1)
        self.claim(order)
        self.pass_days(1)
        # 150 of the 250 are reserved by nobody, and over.
        self.assertEqual(card._sync_blocked(order), 150)
        order.order_line.filtered("reward_id").unlink()
        self.assertEqual(card._sync_blocked(order), 250)
        self.expire()
        self.assertLedger(card, 0)

    def test_a_reservation_that_is_over_does_not_protect(self):
        card = self.new_card(150)
        order = self.new_order(2)
        self.claim(order)
        self.pass_days(40)
        self.expire()
        self.assertLedger(card, 0)

    def test_a_contacts_reservation_protects_the_companys_wallet(self):
        self.program.sync_is_pooled = True
        wallet = self.new_card(150)
        self.travel("2026-04-10 12:00:00")
        key = self.new_card(partner=self.contact)
        order = self.new_order(2, partner=self.contact)
        self.claim(order, key)
        self.pass_days(1)
        with self.assertNothingMoves(wallet):
            self.expire()
        self.pass_days(5)
        self.expire()
        self.assertLedger(wallet, 0)

    def test_fifty_cards_cost_as_many_queries_as_one(self):
        partners = self.env["res.partner"].create([{"name": f"P{number}"} for number in range(52)])
        cards = self.env["loyalty.card"]
        for partner in partners:
            cards |= self.new_card(10, partner)
        self.pass_days(40)
        Expiry, counts = self.env["crm.sync.loyalty.expiry"], []
        Expiry._expire(cards[:1].ids)
        for some in (cards[1:2], cards[2:]):
            before = self.cr.sql_log_count
            Expiry._expire(some.ids)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        for card in cards[:1] | cards[1:3] | cards[-1:]:
            self.assertLedger(card, 0)
