import random
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...rules.expiry import ROUNDINGS, ExpiryPolicy, redated
from ...rules.ledger import Part, exact
from .nightly import NightlyCase


class TestPolicies(NightlyCase):
    """What a change of policy does to points that customers have already."""

    def lots(self, program):
        return self.env["crm.sync.loyalty.lot"].search([("program_id", "=", program.id)], order="id")

    def test_days_are_those_of_working_hours_where_neither_company_nor_server_says_where_it_is(self):
        self.env["ir.config_parameter"].set_param("loyalty.timezone", False)
        self.program.company_id = self.company
        self.company.partner_id.tz = False
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.assertEqual(self.program._sync_timezone(), "Asia/Shanghai")
        self.env["ir.config_parameter"].set_param("loyalty.timezone", "Europe/Berlin")
        self.assertEqual(self.program._sync_timezone(), "Europe/Berlin")
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(self.program._sync_timezone(), "America/New_York")

    def test_switching_it_on_expires_nothing_before_one_notice_period(self):
        card = self.new_card(100)
        self.pass_days(400)
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 12, "sync_notice_days": 30})
        self.assertEqual(card.sync_lot_ids.expires_on, self.today() + timedelta(days=30))
        self.pass_days(30)
        with self.assertNothingMoves(card):
            self.expire()
        self.pass_days(1)
        self.expire()
        self.assertLedger(card, 0)

    def test_shortening_never_takes_a_day_of_the_notice_and_lengthening_is_at_once(self):
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 12})
        card = self.new_card(100)
        self.assertEqual(card.sync_lot_ids.expires_on, date(2027, 3, 10))
        self.program.write({"sync_expiry_months": 1, "sync_notice_days": 60})
        self.assertEqual(card.sync_lot_ids.expires_on, self.today() + timedelta(days=60))
        self.program.sync_expiry_months = 24
        self.assertEqual(card.sync_lot_ids.expires_on, date(2028, 3, 10))
        self.program.sync_expiry_rounding = "quarter"
        self.assertEqual(card.sync_lot_ids.expires_on, date(2028, 3, 31))

    def test_switching_it_off_saves_even_what_was_due_this_night(self):
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 1})
        card = self.new_card(100)
        self.pass_days(40)
        self.program.sync_expiry = "none"
        with self.assertNothingMoves(card):
            self.expire()
        self.assertFalse(card.sync_lot_ids.expires_on)

    def test_while_existing_points_wait_for_their_new_expiry_nothing_expires(self):
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 1})
        card = self.new_card(100)
        self.pass_days(40)
        self.program.sync_redate_since = fields.Datetime.now()
        Expiry = self.env["crm.sync.loyalty.expiry"]
        self.assertFalse(Expiry._due_cards(0, 100))
        Expiry._expire(card.ids)
        self.assertLedger(card, 100)
        self.expire()
        self.assertFalse(self.program.sync_redate_since)
        self.assertLedger(card, 0)

    def test_the_job_finishes_what_a_large_program_could_not_do_at_once(self):
        card = self.new_card(100)
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 2})
        self.env.cr.execute(SQL("UPDATE crm_sync_loyalty_lot SET expires_on = NULL WHERE card_id = %s", card.id))
        self.expire()
        self.assertEqual(card.sync_lot_ids.expires_on, date(2026, 5, 10))

    def test_a_policy_saved_unchanged_touches_no_lot(self):
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 12})
        self.program.sync_redate_since = False
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 12})
        self.assertFalse(self.program.sync_redate_since)

    def test_the_form_tells_what_will_happen_before_it_is_saved(self):
        self.new_card(100)
        self.new_card(50, self.contact)
        form = self.env["loyalty.program"].new(origin=self.program)
        self.assertFalse(form.sync_expiry_preview)
        form.sync_expiry = "fixed"
        form.sync_expiry_months = 1
        self.assertIn("2 lots with 150 points", form.sync_expiry_preview)
        self.assertIn("150 points on 2026-04-10", form.sync_expiry_preview)

    def test_in_inactivity_a_purchase_keeps_all_points_and_an_adjustment_does_not(self):
        self.program.write({"sync_expiry": "inactivity", "sync_expiry_months": 6})
        card = self.new_card(100)
        old = card.sync_lot_ids
        self.assertEqual(old.expires_on, date(2026, 9, 10))
        self.travel("2026-09-10 12:00:00")
        card._sync_move("adjust", [Part("adjust", exact(5))])
        self.assertEqual(old.expires_on, date(2026, 9, 10))
        self.confirmed()
        self.assertEqual(set(card.sync_lot_ids.mapped("expires_on")), {date(2027, 3, 10)})
        self.pass_days(1)
        with self.assertNothingMoves(card):
            self.expire()
        self.travel("2027-03-11 01:00:00")
        self.expire()
        self.assertLedger(card, 0)

    def test_in_inactivity_points_whose_last_day_is_over_are_not_revived(self):
        self.program.write({"sync_expiry": "inactivity", "sync_expiry_months": 1})
        self.expire()
        card = self.new_card(100)
        self.pass_days(40)
        self.confirmed()
        self.expire()
        self.assertEqual(self.kinds(card), [("adjust", 100), ("earn", 100), ("expire", -100)])
        self.assertLedger(card, 100)

    def test_switched_to_inactivity_points_count_from_the_last_purchase(self):
        card = self.new_card(100)
        self.pass_days(100)
        self.confirmed()
        bought = self.today()
        self.pass_days(10)
        self.program.write({"sync_expiry": "inactivity", "sync_expiry_months": 12})
        self.assertEqual(set(card.sync_lot_ids.mapped("expires_on")), {fields.Date.add(bought, months=12)})

    def test_the_sql_equals_the_rule_on_random_policies(self):
        generator = random.Random(7)
        for _round in range(25):
            policy = ExpiryPolicy(
                generator.choice(("none", "fixed", "inactivity")), generator.randint(1, 30), generator.choice(ROUNDINGS)
            )
            notice = generator.randint(0, 90)
            program = self.new_program()
            partner = self.env["res.partner"].create({"name": "Oracle"})
            card = self.new_card(partner=partner, program=program)
            cases = []
            for _lot in range(6):
                earned = self.today() - timedelta(days=generator.randint(0, 900))
                old = generator.choice((None, self.today() + timedelta(days=generator.randint(-50, 700))))
                kind = generator.choice(("bonus", "earn"))
                card._sync_move("test", [Part(kind, exact(10), expires_on=old, earned_on=earned)])
                lot = self.lots(program)[-1]
                cases.append((lot, lot.expires_on or None, earned))
            moved = max(
                (entry.business_date for entry in card.sync_entry_ids if entry.kind in ("earn", "redeem")), default=None
            )
            program.write(
                {
                    "sync_notice_days": notice,
                    "sync_expiry": policy.mode,
                    "sync_expiry_months": policy.months,
                    "sync_expiry_rounding": policy.rounding,
                }
            )
            for lot, old, earned in cases:
                wanted = (
                    redated(policy, old, earned, moved, self.today(), notice) if policy.mode != "none" or old else old
                )
                self.assertEqual(lot.expires_on or None, wanted, (policy, notice, old, earned, moved))


class TestReinstatement(NightlyCase):
    """Points that expired come back by a manager's explicit decision, as an entry of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({"sync_expiry": "fixed", "sync_expiry_months": 1})
        cls.program.sync_redate_since = False

    def setUp(self):
        super().setUp()
        self.card = self.new_card(100)
        self.pass_days(40)
        self.expire()
        self.lot = self.card.sync_lot_ids

    def reinstate(self, user, **values):
        action = self.lot.with_user(user).action_reinstate()
        wizard = self.env[action["res_model"]].with_user(user).with_context(**action["context"]).create(values)
        wizard.action_confirm()

    def test_a_manager_reinstates_what_expired_with_a_new_expiry_and_a_reason(self):
        until = self.today() + timedelta(days=60)
        self.reinstate(self.manager, points=40, expires_on=until, reason="Delivery was late")
        entry = self.card.sync_entry_ids[0]
        self.assertEqual((entry.kind, entry.quantity, entry.reason), ("goodwill", 40, "reinstated: Delivery was late"))
        self.assertEqual((entry.source_model, entry.source_id), (self.lot._name, self.lot.id))
        self.assertEqual(entry.lot_ids.expires_on, until)
        self.assertLedger(self.card, 40)

    def test_not_more_comes_back_than_expired(self):
        until = self.today() + timedelta(days=60)
        self.reinstate(self.manager, points=60, expires_on=until, reason="Late")
        with self.assertRaisesRegex(Exception, "40"):
            self.reinstate(self.manager, points=41, expires_on=until, reason="Late")
        self.assertLedger(self.card, 60)

    def test_nobody_else_reinstates(self):
        for user in (self.seller, self.head, self.auditor):
            with self.assertRaises(AccessError):
                self.reinstate(user, points=1, expires_on=self.today(), reason="Please")
        self.assertLedger(self.card, 0)
