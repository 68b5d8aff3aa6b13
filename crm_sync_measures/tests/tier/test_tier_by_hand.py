from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .tier_common import TODAY, TierCase, at

TOMORROW = TODAY + timedelta(days=1)


class TestTierByHand(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.running_rules()
        cls.card = cls.new_card()

    def dialog(self, user=None, day=TODAY, **values):
        values = {"card_id": self.card.id, "tier_id": self.gold.id, "reason": "Agreed with the customer", **values}
        return at(self.env["crm.sync.tier.lock"].with_user(user or self.manager), day).create(values)

    def now(self):
        return self.Membership.search([("card_id", "=", self.card.id), ("is_current", "=", True)])

    # ---------------------------------------------------------------- give and lock

    def test_a_tier_is_given_by_hand_until_a_day_with_the_reason(self):
        until = TODAY + timedelta(days=90)
        self.dialog(lock_until=until).action_apply()
        row = self.now()
        self.assertEqual((row.tier_id, row.reason, row.is_locked), (self.gold, "by_hand", True))
        self.assertEqual((row.date_from, row.lock_until, row.valid_through), (TODAY, until, until))
        self.assertEqual((row.lock_reason, row.user_id), ("Agreed with the customer", self.manager))
        self.assertEqual((row.policy_id, row.company_id), (self.rules, self.program.company_id))
        self.assertIn("Agreed with the customer", self.card.message_ids[:1].body)

    def test_what_the_customer_had_ends_that_day(self):
        silver = self.new_membership(self.card, self.silver, "2026-03-01")
        self.dialog().action_apply()
        self.assertEqual((silver.date_to, self.now().date_from), (TODAY, TODAY))
        self.assertEqual(self.now().tier_id, self.gold)

    def test_of_two_changes_on_one_day_one_row_is_left_with_the_evidence_of_both(self):
        self.new_membership(self.card, self.basic, "2026-03-01")
        self.dialog(tier_id=self.silver.id).action_apply()
        self.dialog().action_apply()
        rows = self.Membership.search([("card_id", "=", self.card.id)])
        self.assertEqual(rows.tier_id, self.gold | self.basic)
        self.assertEqual(self.now().evidence["before"]["tier"], self.silver.id)

    def test_a_dialog_is_opened_from_the_standing(self):
        standing = self.env["crm.sync.tier.standing"].create(
            {"card_id": self.card.id, "partner_id": self.customer.id, "program_id": self.program.id}
        )
        action = standing.with_user(self.manager).action_lock()
        form = Form(self.env["crm.sync.tier.lock"].with_user(self.manager).with_context(**action["context"]))
        form.tier_id = self.silver.with_user(self.manager)
        form.reason = "A word was given"
        self.assertEqual(form.save().card_id, self.card)
        self.assertEqual(standing.action_unlock()["context"]["default_change"], "unlock")

    def test_the_key_of_a_merged_card_gives_the_tier_to_the_card_with_the_points(self):
        key = self.new_card(points=10)
        key._sync_merge_into(self.card)
        self.dialog(card_id=key.id).action_apply()
        self.assertEqual(self.now().tier_id, self.gold)

    # ---------------------------------------------------------------- lift

    def test_a_lifted_lock_leaves_the_tier_to_its_review(self):
        self.dialog(lock_until=TODAY + timedelta(days=90)).action_apply()
        self.dialog(day=TOMORROW, change="unlock", tier_id=False, reason="The year is over").action_apply()
        row = self.now()
        self.assertEqual((row.tier_id, row.is_locked, row.valid_through), (self.gold, False, TOMORROW))
        self.assertEqual(self.Membership.search_count([("card_id", "=", self.card.id)]), 2)
        with self.assertRaisesRegex(UserError, "not locked"):
            self.dialog(day=TOMORROW, change="unlock").action_apply()

    # ---------------------------------------------------------------- refusals

    def test_what_makes_no_sense_is_refused(self):
        friends = self.Tier.create({"program_id": self.new_program(name="Shop").id, "name": "Friends"})
        for words, values in (
            ("Say why", {"reason": "   "}),
            ("Choose a tier of Northern Points", {"tier_id": friends.id}),
            ("Choose a tier of Northern Points", {"tier_id": False}),
            ("today or a later day", {"lock_until": TODAY - timedelta(days=1)}),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.dialog(**values).action_apply()
        ownerless = self.env["loyalty.card"].create({"program_id": self.program.id})
        with self.assertRaisesRegex(UserError, "with an owner"):
            self.dialog(card_id=ownerless.id).action_apply()

    def test_a_department_manager_decides_for_the_customers_of_his_departments(self):
        with self.assertRaises(AccessError):
            self.dialog(user=self.head).action_apply()
        self.customer.sync_department_id = self.service
        self.dialog(user=self.head).action_apply()
        self.assertEqual(self.now().user_id, self.head)

    def test_nobody_else_decides(self):
        portal = new_test_user(self.env, "t_tier_portal", "base.group_portal")
        for user in (self.seller, self.agent, self.auditor, self.employee, portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.dialog(user=user)

    # ---------------------------------------------------------------- history

    @mute_logger("odoo.sql_db")
    def test_no_account_has_two_tiers_on_one_day(self):
        self.new_membership(self.card, self.silver, "2026-01-01", "2026-03-01")
        self.new_membership(self.card, self.gold, "2026-03-01")
        for begin, end in (("2026-02-28", "2026-03-02"), ("2026-05-01", None), ("2025-12-01", "2026-01-02")):
            with self.subTest(begin), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.new_membership(self.card, self.basic, begin, end)
        self.new_membership(self.card, self.basic, "2025-12-01", "2026-01-01")
        self.new_membership(self.new_card(partner=self.contact), self.basic, "2026-02-01")

    @mute_logger("odoo.sql_db")
    def test_a_tier_lasts_at_least_a_day(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.new_membership(self.card, self.silver, "2026-03-01", "2026-03-01")

    def test_what_was_is_not_changed_or_deleted(self):
        row = self.new_membership(self.card, self.silver, "2026-01-01")
        for change in (
            lambda: row.write({"tier_id": self.gold.id}),
            lambda: row.write({"date_to": "2026-05-01"}),
            row.unlink,
        ):
            with self.assertRaisesRegex(UserError, "is not changed or deleted"):
                change()

    def test_an_end_is_set_once(self):
        row = self.new_membership(self.card, self.silver, "2026-01-01")
        row._end("2026-05-01")
        row._end("2026-06-01")
        self.assertEqual(str(row.date_to), "2026-05-01")

    def test_who_had_which_tier_on_a_day(self):
        self.new_membership(self.card, self.silver, "2026-01-01", "2026-03-01")
        self.new_membership(self.card, self.gold, "2026-03-01")
        other = self.new_card(partner=self.contact)
        self.new_membership(other, self.basic, "2026-02-01", "2026-06-01")

        def names(day, domain=None):
            rows = self.Membership.with_user(self.manager).tiers_as_of(day, domain)
            return {(row["card_id"][0], row["tier_id"][1]) for row in rows if row["program_id"][0] == self.program.id}

        self.assertEqual(names("2025-12-31"), set())
        self.assertEqual(names("2026-02-28"), {(self.card.id, "Silver"), (other.id, "Basic")})
        self.assertEqual(names("2026-03-01"), {(self.card.id, "Gold"), (other.id, "Basic")})
        self.assertEqual(names("2026-06-01"), {(self.card.id, "Gold")})
        self.assertEqual(names("2026-03-01", [("tier_id", "=", self.basic.id)]), {(other.id, "Basic")})

    def test_the_evidence_is_told_in_a_line(self):
        evidence = {
            "metric": "spend",
            "value": "1234.5",
            "from": "2026-01-01",
            "to": "2026-12-31",
            "threshold": "1000",
        }
        row = self.new_membership(self.card, self.silver, "2026-01-01", evidence=evidence)
        self.assertEqual(row.evidence_text, "Net Spending 1,234.50 from 01/01/2026 to 12/31/2026; needed: 1,000.00")
        self.assertFalse(
            self.new_membership(self.new_card(partner=self.contact), self.basic, "2026-01-01").evidence_text
        )
