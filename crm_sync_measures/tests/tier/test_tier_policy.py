from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .tier_common import TODAY, TierCase, at

TOMORROW = TODAY + timedelta(days=1)


class TestTierPolicy(TierCase):
    # ---------------------------------------------------------------- versions

    def test_versions_are_counted_for_each_program(self):
        rules = [self.new_rules() for _number in range(3)]
        other = self.Policy.create({"program_id": self.new_program(name="Shop").id})
        self.assertEqual([version.version for version in rules], [1, 2, 3])
        self.assertEqual((other.version, rules[2].display_name), (1, "Northern Points, version 3"))

    def test_a_new_version_begins_with_the_same_rules(self):
        rules = self.running_rules(metric="orders", grace_days=10)
        copy = self.Policy.browse(rules.action_new_version()["res_id"])
        self.assertEqual((copy.state, copy.version, copy.metric, copy.grace_days), ("draft", 2, "orders", 10))
        self.assertEqual(copy._lines().mapped("threshold"), [0, 1000, 5000])
        self.assertFalse(copy.effective_on)

    def test_a_manager_makes_rules_in_the_form(self):
        form = Form(self.Policy.with_user(self.manager))
        form.program_id = self.program.with_user(self.manager)
        form.metric = "points"
        form.window = "rolling"
        form.window_months = 6
        with form.line_ids.new() as line:
            line.tier_id = self.gold.with_user(self.manager)
            line.threshold = 300
            line.multiplier = 1.5
        rules = form.save()
        self.assertEqual((rules.state, rules.version, rules.line_ids.unit), ("draft", 1, "Points"))

    def test_rules_are_told_in_words(self):
        rules = self.new_rules(window="rolling", window_months=6, grace_days=14, downgrade="soft_landing")
        self.assertIn("Net Spending in the last 6 months, less refunds.", rules.sentence)
        self.assertIn("reviewed 14 days later", rules.sentence)
        self.assertIn("for half a period", rules.sentence)
        rules.window = "lifetime"
        self.assertIn("holds for ever", rules.sentence)
        self.assertNotIn("one tier down", rules.sentence)

    # ---------------------------------------------------------------- checks

    def test_a_higher_tier_needs_more(self):
        with self.assertRaisesRegex(ValidationError, "“Gold” is above “Silver”"):
            self.new_rules(levels=[(self.silver, 1000), (self.gold, 1000)])
        rules = self.new_rules()
        _basic, silver, gold = rules._lines()
        rules.line_ids = [
            Command.update(silver.id, {"threshold": 6000}),
            Command.update(gold.id, {"threshold": 9000}),
        ]
        self.assertEqual(rules._lines().mapped("threshold"), [0, 6000, 9000])

    def test_a_line_that_was_written_alone_is_checked_when_it_is_published(self):
        rules = self.new_rules()
        rules._lines()[2].threshold = 500
        with self.assertRaisesRegex(ValidationError, "must need more"):
            at(rules, TODAY)._publish(TODAY)

    def test_a_tier_of_another_program_is_refused(self):
        friends = self.Tier.create({"program_id": self.new_program(name="Shop").id, "name": "Friends"})
        with self.assertRaisesRegex(ValidationError, "“Friends” is a tier of Shop"):
            self.new_rules(levels=[(friends, 10)])

    @mute_logger("odoo.sql_db")
    def test_figures_out_of_range_are_refused(self):
        for values in (
            {"window_months": 0},
            {"validity_months": 121},
            {"grace_days": -1},
            {"line_ids": [Command.create({"tier_id": self.gold.id, "multiplier": 0.9})]},
            {"line_ids": [Command.create({"tier_id": self.gold.id, "threshold": -1})]},
        ):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.Policy.create({"program_id": self.program.id, **values})
                self.env.flush_all()

    # ---------------------------------------------------------------- coming into force

    def test_rules_for_today_run_at_once_and_replace_the_others(self):
        first = self.running_rules()
        self.assertEqual((first.state, first.effective_on), ("running", TODAY))
        second = self.new_rules(metric="orders")
        at(second, TOMORROW)._publish(TOMORROW)
        self.assertEqual((first.state, first.ended_on, second.state), ("replaced", TOMORROW, "running"))
        self.assertEqual(self.Policy._running(self.program), second)

    def test_rules_for_a_later_day_wait_for_it(self):
        first, second = self.running_rules(), self.new_rules()
        at(second, TODAY)._publish(TOMORROW)
        at(self.Policy, TODAY)._publish_due()
        self.assertEqual((first.state, second.state), ("running", "scheduled"))
        at(self.Policy, TOMORROW + timedelta(days=3))._publish_due()
        self.assertEqual((first.state, first.ended_on, second.state), ("replaced", TOMORROW, "running"))

    def test_rules_are_not_published_for_a_day_that_is_over(self):
        rules = self.new_rules()
        for day in (TODAY - timedelta(days=1), False):
            with self.assertRaisesRegex(UserError, "today or later"):
                at(rules, TODAY)._publish(day)

    def test_rules_without_tiers_or_with_an_archived_one_are_not_published(self):
        with self.assertRaisesRegex(UserError, "at least one tier"):
            at(self.Policy.create({"program_id": self.program.id}), TODAY)._publish(TODAY)
        rules = self.new_rules()
        self.silver.active = False
        with self.assertRaisesRegex(UserError, "“Silver” is archived"):
            at(rules, TODAY)._publish(TODAY)

    @mute_logger("odoo.sql_db")
    def test_only_one_version_is_scheduled(self):
        at(self.new_rules(), TODAY)._publish(TOMORROW)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            at(self.new_rules(), TODAY)._publish(TOMORROW)
            self.env.flush_all()

    def test_scheduled_rules_can_be_withdrawn_and_running_ones_not(self):
        rules = self.new_rules()
        at(rules, TODAY)._publish(TOMORROW)
        rules.action_withdraw()
        self.assertEqual((rules.state, rules.effective_on), ("draft", False))
        with self.assertRaisesRegex(UserError, "not in force yet"):
            self.running_rules().action_withdraw()

    def test_only_managers_publish(self):
        rules = self.new_rules()
        for user in (self.seller, self.head, self.auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                at(rules.with_user(user), TODAY)._publish(TODAY)
        at(rules.with_user(self.manager), TODAY)._publish(TODAY)
        self.assertEqual(rules.state, "running")

    # ---------------------------------------------------------------- published rules stay

    def test_published_rules_stay_as_they_are(self):
        rules = self.running_rules(levels=[(self.silver, 1000)])
        line = rules.line_ids[0]
        for change in (
            lambda: rules.write({"metric": "orders"}),
            lambda: rules.write({"line_ids": [Command.update(line.id, {"multiplier": 2})]}),
            lambda: rules.write({"line_ids": [Command.clear()]}),
            lambda: line.write({"threshold": 1}),
            line.unlink,
            lambda: self.env["crm.sync.tier.policy.line"].create({"policy_id": rules.id, "tier_id": self.gold.id}),
            rules.unlink,
            lambda: at(rules, TODAY)._publish(TODAY),
        ):
            with self.assertRaisesRegex(UserError, "Make a new version"):
                change()
        rules.write({"metric": rules.metric, "program_id": rules.program_id.id})

    def test_a_line_is_not_moved_into_published_rules(self):
        rules = self.running_rules(levels=[(self.silver, 1000)])
        line = self.new_rules(levels=[(self.gold, 5000)]).line_ids
        with self.assertRaisesRegex(UserError, "Make a new version"):
            line.policy_id = rules

    def test_nobody_writes_state_version_or_day(self):
        rules = self.new_rules()
        for name, value in (("state", "running"), ("version", 9), ("effective_on", TODAY), ("ended_on", TODAY)):
            with self.assertRaisesRegex(UserError, "kept by the rules themselves"):
                rules[name] = value
            with self.assertRaisesRegex(UserError, "kept by the rules themselves"):
                self.Policy.create({"program_id": self.program.id, name: value})
        forged = self.Policy.with_context(default_state="running", default_version=9).create(
            {"program_id": self.program.id}
        )
        self.assertEqual((forged.state, forged.version), ("draft", 2))

    def test_a_draft_is_deleted_with_its_lines(self):
        rules = self.new_rules()
        lines = rules.line_ids
        rules.unlink()
        self.assertFalse(lines.exists())
