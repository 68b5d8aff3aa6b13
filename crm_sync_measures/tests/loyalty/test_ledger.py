from datetime import timedelta

import psycopg2
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from ...rules.ledger import Part, exact
from .common import LoyaltyCase


class TestLedger(LoyaltyCase):
    """Every point is accounted for, whoever moves it."""

    def test_whatever_writes_points_is_booked(self):
        card = self.new_card(250)
        self.assertLedger(card, 250)
        card.points += 12.5
        card.points -= 100
        self.assertEqual(self.kinds(card), [("adjust", 250), ("adjust", 12.5), ("adjust", -100)])
        self.assertLedger(card, 162.5)

    def test_floats_that_drift_are_booked_exactly(self):
        card = self.new_card()
        for _number in range(10):
            card.points += 0.1
        self.assertLedger(card, 1.0)

    def test_what_is_no_quantity_is_refused_and_nothing_is_lost(self):
        card = self.new_card(10)
        for points in (float("nan"), float("inf"), 1e18):
            with self.assertRaisesRegex(UserError, "Points"):
                card.points = points
        self.env.invalidate_all()
        self.assertLedger(card, 10)

    def test_points_are_drawn_from_the_lot_that_expires_first(self):
        card = self.new_card()
        today = fields.Date.today()
        card._sync_move("test", [Part("bonus", exact(100))])
        card._sync_move("test", [Part("bonus", exact(50), expires_on=today + timedelta(days=10))])
        card._sync_move("test", [Part("bonus", exact(30), expires_on=today + timedelta(days=5))])
        card.points -= 60
        lots = card.sync_lot_ids.sorted("id")
        self.assertEqual(lots.mapped("remaining"), [100, 20, 0])
        self.assertEqual(lots.mapped("state"), ["active", "active", "exhausted"])
        self.assertLedger(card, 120)

    def test_what_no_lot_covers_is_arrears_and_the_next_credit_repays_it(self):
        card = self.new_card(40)
        card.points -= 100
        arrears = self.arrears_of(card)
        self.assertEqual(arrears.remaining, 60)
        self.assertLedger(card, -60)
        activity = self.customer.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref("crm_sync_measures.activity_type_arrears")
        )
        self.assertEqual(activity.user_id, self.seller)
        card.points += 100
        self.assertEqual(arrears.remaining, 0)
        self.assertEqual(self.kinds(card)[-1], ("arrears_settle", 0))
        self.assertEqual(card.sync_lot_ids.sorted("id").mapped("remaining"), [0, 40])
        self.assertLedger(card, 40)

    def test_nobody_writes_points_from_outside(self):
        card = self.new_card(10)
        for user in (self.seller, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                card.with_user(user).write({"points": 9999})
            with self.assertRaises(AccessError):
                card.with_user(user).with_context(crm_sync_movement="adjust").write({"points": 9999})
            with self.assertRaises(AccessError):
                self.customer.with_user(user).write({"loyalty_card_ids": [(1, card.id, {"points": 9})]}) if (
                    "loyalty_card_ids" in self.customer._fields
                ) else card.with_user(user).write({"points": 9})
        self.assertLedger(card, 10)

    def test_points_do_not_come_in_by_a_new_card_or_a_default(self):
        values = {"program_id": self.program.id, "partner_id": self.contact.id}
        with self.assertRaises(AccessError):
            self.env["loyalty.card"].with_user(self.manager).create({**values, "points": 5})
        with self.assertRaises(AccessError):
            self.env["loyalty.card"].with_user(self.manager).with_context(default_points=5).create(values)

    def test_who_reads_the_ledger_of_which_customers(self):
        mine, other = (self.env["res.partner"].create({"name": name}) for name in ("Mine", "Other"))
        card, hidden = self.new_card(10, partner=mine), self.new_card(10, partner=other)
        for each in (card, hidden):
            each.points -= 25
        self.sales.manager_id = self.head
        for user, values in (
            (self.agent, {"user_id": self.agent.id}),
            (self.agent, {"sync_department_id": self.service.id}),
            (self.head, {"sync_department_id": self.sales.id}),
        ):
            mine.write({"user_id": False, "sync_department_id": False, **values})
            for name, field in (
                ("entry", "card_id"), ("lot", "card_id"), ("arrears", "card_id"), ("allocation", "lot_id.card_id"),
            ):  # fmt: skip
                with self.subTest(user=user.login, model=name, **values):
                    rows = self.env[f"crm.sync.loyalty.{name}"].search([(field, "in", (card | hidden).ids)])
                    self.assertEqual(rows.mapped(field), card | hidden)
                    seen = rows.with_user(user).search([("id", "in", rows.ids)])
                    self.assertEqual(seen.with_env(self.env).mapped(field), card)
                    with self.assertRaises(AccessError):
                        (rows - seen).with_user(user).read(["quantity"])

    def test_an_entry_is_neither_changed_nor_deleted_by_the_orm(self):
        entry = self.new_card(10).sync_entry_ids
        for attempt in (
            lambda: entry.write({"quantity": 1}),
            entry.unlink,
            entry.copy,
            lambda: entry.create({"card_id": entry.card_id.id}),
            lambda: entry.allocation_ids.create({"quantity": 1}),
            lambda: entry.lot_ids.write({"remaining": 1}),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_the_database_refuses_to_change_or_delete_an_entry(self):
        card = self.new_card(10)
        card.points -= 4
        for table in ("crm_sync_loyalty_entry", "crm_sync_loyalty_allocation"):
            for sql in (f"UPDATE {table} SET quantity = 1", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                with (
                    self.subTest(sql=sql),
                    mute_logger("odoo.sql_db"),
                    self.assertRaisesRegex(psycopg2.Error, "append-only"),
                    self.env.cr.savepoint(flush=False),
                ):
                    self.env.cr.execute(sql)
        self.assertLedger(card, 6)

    def test_one_event_is_booked_once(self):
        card = self.new_card()
        card._sync_move("test", [Part("bonus", exact(5))], key="gift:1")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            card._sync_move("test", [Part("bonus", exact(5))], key="gift:1")
        self.env.invalidate_all()
        self.assertLedger(card, 5)

    def test_a_card_that_has_moved_points_is_archived_instead_of_deleted(self):
        card, empty = self.new_card(10), self.new_card()
        (card | empty).unlink()
        self.assertFalse(empty.exists())
        self.assertFalse(card.active)
        self.assertLedger(card, 0)

    def test_a_card_does_not_change_its_program(self):
        other = self.new_program(name="Other")
        with self.assertRaisesRegex(UserError, "Program"):
            self.new_card(1).program_id = other
        self.new_card().program_id = other

    def test_the_seal_of_python_and_of_the_database_agree(self):
        card = self.new_card(3)
        card.with_user(self.env.ref("base.user_root")).points = 1.25
        card._sync_move("test", [Part("bonus", exact("0.0001"), expires_on=fields.Date.today())], card, reason="a|b")
        self.assertLedger(card)


class TestPointValue(LoyaltyCase):
    """What a point is worth, by default, is what the program's best reward gives for it."""

    def test_the_best_reward_tells_the_value_of_a_point(self):
        self.assertEqual(self.program.sync_point_value, 0.1)
        gift = self.new_product("Case", 30.0)
        self.program.reward_ids = [
            Command.create({"reward_type": "product", "reward_product_id": gift.id, "required_points": 150})
        ]
        self.assertEqual(self.program.sync_point_value, 0.2)
