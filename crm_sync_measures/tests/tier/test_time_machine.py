import random
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .machine_common import MachineCase


@tagged("post_install", "-at_install")
class TestTimeMachine(MachineCase):
    """What the time machine says of rules is what the nightly review does with them."""

    def test_a_replay_of_the_rules_in_force_is_the_history(self):
        policy = self.in_force(self.rules())
        self.review()
        self.travel("2026-02-01 12:00:00")
        self.earn(120)
        self.review()
        self.live_through("2026-02-20")
        self.earn(200)
        self.review()
        self.live_through("2026-03-01")
        self.assertEqual(
            [row[1:3] for row in self.history()],
            [(self.silver.id, date(2026, 2, 1)), (self.gold.id, date(2026, 2, 20))],
        )
        self.assertEqual(self.replayed(policy), self.history())

    def test_who_was_gold_until_his_refund_is_so_in_the_replay_too(self):
        """300 points in February, 250 of them taken back in May: at once he is nothing any more, and was Gold till then."""
        policy = self.in_force(self.rules(refund="at_once"))
        self.travel("2026-02-01 12:00:00")
        order = self.earn(300)
        self.review()
        self.travel("2026-05-01 12:00:00")
        self.take_back(250, order)
        self.review()
        self.assertEqual(self.history()[0][1:4], (self.gold.id, date(2026, 2, 1), date(2026, 5, 1)))
        self.assertEqual(self.replayed(policy), self.history())

    def test_reviews_falls_and_grace_come_on_their_days(self):
        policy = self.in_force(
            self.rules(window="rolling", window_months=2, validity="months", validity_months=2, grace_days=5)
        )
        self.travel("2026-02-01 12:00:00")
        self.earn(350)
        self.review()
        self.live_through("2026-09-15")
        reasons = [row[-1] for row in self.history()]
        self.assertIn("fall", reasons)
        self.assertEqual(self.replayed(policy), self.history())

    def test_any_story_is_told_alike(self):
        """Three customers, 200 days of buying and returning at random, under rules of three kinds."""
        kinds = (
            {
                "window": "rolling",
                "window_months": 1,
                "validity": "months",
                "validity_months": 1,
                "downgrade": "recompute",
            },
            {
                "window": "rolling",
                "window_months": 2,
                "downgrade": "soft_landing",
                "grace_days": 3,
                "refund": "at_once",
            },
            {"window": "anniversary", "refund": "at_once"},
        )
        for number, kind in enumerate(kinds):
            with self.subTest(**kind):
                self.travel(f"{2023 + number}-10-20 12:00:00")
                self._tell_story(random.Random(number), self.rules(**kind))

    def _tell_story(self, chance, policy):
        people = self.env["res.partner"].create([{"name": f"Customer {policy.id}-{number}"} for number in range(3)])
        cards = self.env["loyalty.card"].union(*(self.old_card(person, chance.randrange(400)) for person in people))
        self.in_force(policy)
        orders = []
        for _day in range(200):
            if chance.random() < 0.2:
                card = chance.choice(cards)
                orders.append((card, self.earn(chance.choice((40, 90, 160)), card)))
            if orders and chance.random() < 0.05:
                card, order = orders.pop(chance.randrange(len(orders)))
                self.take_back(40, order, card)
            self.review(cards)
            self.go(self.today() + timedelta(days=1))
        self.assertGreater(len(self.history(cards)), 6)
        self.assertEqual(self.replayed(policy, cards, self.today() - timedelta(days=1)), self.history(cards))

    def test_nothing_real_is_touched(self):
        self.in_force(self.rules())
        self.earn(350)
        self.review()
        draft = self.rules(silver=10, gold=20, lines={self.gold: {"multiplier": 2.0}})
        before = self._all_rows()
        with self.assertNothingMoves(self.card):
            self.trial(draft)
        self.assertEqual(self._all_rows(), before)

    def _all_rows(self):
        self.env.flush_all()
        names = ("tier_membership", "tier_standing", "loyalty_entry", "loyalty_lot", "tier_bonus")
        rows = []
        for name in names:
            table = SQL.identifier(f"crm_sync_{name}")
            self.env.cr.execute(SQL("SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM %s t", table))
            rows.append(self.env.cr.fetchone())
        self.env.cr.execute("SELECT count(*) FROM mail_mail")
        return [*rows, self.env.cr.fetchone()]

    # ---------------------------------------------------------------- what a trial says

    def test_a_trial_says_who_would_rise_and_who_would_fall(self):
        self.in_force(self.rules())
        other = self.old_card(self.env["res.partner"].create({"name": "Second"}))
        self.travel("2026-02-01 12:00:00")
        self.earn(150)
        self.earn(320, other)
        self.review(self.card | other)
        self.travel("2026-03-01 12:00:00")
        trial = self.trial(self.rules(silver=50, gold=150))
        self.assertEqual((self.line_of(trial).now_tier_id, self.line_of(trial).tier_id), (self.silver, self.gold))
        self.assertEqual((self.line_of(trial).move, self.line_of(trial, other).move), ("up", "same"))
        gold = trial.tier_ids.filtered(lambda row: row.tier_id == self.gold)
        self.assertEqual((gold.now_count, gold.replayed_count, gold.change), (1, 2, 1))
        self.assertIn("2 customers, 1 would be in a higher tier", trial.sentence)
        harder = self.trial(self.rules(silver=200, gold=5000))
        self.assertEqual((self.line_of(harder).move, self.line_of(harder, other).move), ("left", "down"))

    def test_other_programs_get_the_numbers_and_who_is_behind_them(self):
        self.travel("2026-02-01 12:00:00")
        self.earn(150)
        days = {
            "day": "2026-02-01",
            "effective_on": "2026-02-02",
            "history_from": "2026-01-01",
            "cost_from": "2026-01-01",
        }
        result = self.rules().sync_try(**days)
        self.assertEqual((result["state"], result["others"], result["rules"]["moves"].keys()), ("done", False, {"new"}))
        [silver] = result["rules"]["tiers"]
        self.assertEqual((silver["name"], silver["before"], silver["replayed"], silver["after"]), ("Silver", 0, 1, 1))
        lines = self.env["crm.sync.tier.trial.line"].search(silver["domain"])
        self.assertEqual(lines.partner_id, self.customer)
        with self.assertRaises(UserError):
            self.rules().sync_try(tomorrow="2026-05-01")

    def test_two_drafts_are_compared_customer_by_customer(self):
        self.travel("2026-02-01 12:00:00")
        self.earn(150)
        trial = self.trial(self.rules(silver=100), self.rules(silver=100, gold=150))
        line = self.line_of(trial)
        self.assertEqual((line.tier_id, line.other_tier_id, line.is_different), (self.silver, self.gold, True))

    def test_who_has_a_tier_keeps_it_where_the_rules_say_so(self):
        self.in_force(self.rules())
        self.earn(320)
        self.review()
        kept = self.line_of(self.trial(self.rules(gold=5000, is_grandfathering=True)))
        self.assertEqual((kept.after_tier_id, kept.after_reason, kept.after_move), (self.gold, "grandfathered", "same"))
        lost = self.line_of(self.trial(self.rules(gold=5000, is_grandfathering=False)))
        self.assertEqual((lost.after_tier_id, lost.after_reason, lost.after_move), (self.silver, "new_rules", "down"))

    def test_what_is_said_of_the_day_is_what_happens_on_it(self):
        self.in_force(self.rules())
        self.earn(320)
        self.review()
        trial = self.trial(self.rules(gold=5000, is_grandfathering=False))
        trial.policy_id._publish(trial.effective_on)
        self.travel("2026-01-11 12:00:00")
        self.env["crm.sync.tier.policy"]._publish_due()
        self.review()
        now = self.env["crm.sync.tier.membership"].search([("card_id", "=", self.card.id), ("date_to", "=", False)])
        line = self.line_of(trial)
        self.assertEqual(
            (now.tier_id, now.valid_through, now.reason, now.date_from),
            (line.after_tier_id, line.after_valid_through, line.after_reason, trial.effective_on),
        )

    # ---------------------------------------------------------------- costs

    def test_multipliers_cost_what_they_would_have_added(self):
        """Gold since 1 February; 100 points in March at 1.5 bring 50 more, worth 5.00. What made him Gold brings nothing."""
        self.program.sync_point_value = 0.1
        self.travel("2026-02-01 12:00:00")
        self.earn(300)
        self.travel("2026-03-01 12:00:00")
        order = self.earn(100)
        self.travel("2026-04-01 12:00:00")
        policy = self.rules(lines={self.gold: {"multiplier": 1.5}})
        line = self.line_of(self.trial(policy))
        self.assertEqual((line.bonus_points, line.bonus_cost), (50, 5.0))
        self.take_back(100, order)
        self.assertEqual(self.line_of(self.trial(policy)).bonus_points, 0)

    def test_pricelists_cost_the_share_by_which_they_are_cheaper(self):
        """Two lenses at 100.00 in March, when he would have been Gold: at 10 % less they would have cost 20.00 less."""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Gold",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10, "applied_on": "3_global"})
                ],
            }
        )
        self.travel("2026-02-01 12:00:00")
        self.earn(300)
        self.travel("2026-03-01 12:00:00")
        self.confirmed(2, date_order="2026-03-01 12:00:00")
        policy = self.rules(lines={self.gold: {"pricelist_id": pricelist.id}})
        self.travel("2026-04-01 12:00:00")
        line = self.line_of(self.trial(policy))
        self.assertEqual(line.price_cost, 20.0)
        self.customer.specific_property_product_pricelist = pricelist.copy()
        self.assertEqual(self.line_of(self.trial(policy)).price_cost, 0)

    # ---------------------------------------------------------------- publishing

    def test_rules_are_published_as_they_were_tried(self):
        self.earn(320)
        trial = self.trial(self.rules())
        wizard = self.env["crm.sync.tier.publish"].create({"trial_id": trial.id, "is_notice": True})
        wizard.action_publish()
        policy = trial.policy_id
        self.assertEqual((policy.state, policy.effective_on, policy.is_notice), ("scheduled", date(2026, 1, 11), True))
        self.assertTrue(trial.is_published)
        with self.assertRaises(UserError):
            trial.effective_on = "2026-03-01"
        policy.action_withdraw()
        self.assertFalse(trial.is_published)

    def test_who_will_have_another_tier_is_told_which(self):
        self.in_force(self.rules())
        self.earn(320)
        self.review()
        trial = self.trial(self.rules(gold=5000, is_grandfathering=False))
        self.env["crm.sync.tier.publish"].create({"trial_id": trial.id, "is_notice": True}).action_publish()
        self.customer.email = "li@example.com"
        self.env["crm.sync.tier.notices"]._cron_tell_tier_rules()
        notice = self.env["crm.sync.tier.notice"].search([("card_id", "=", self.card.id), ("kind", "=", "rules")])
        self.assertEqual((notice.tier_id, notice._becomes()), (self.gold, "Silver"))
        self.assertIn("becomes", notice.mail_mail_id.body_html)

    def test_nobody_publishes_what_he_has_not_seen(self):
        trial = self.env["crm.sync.tier.trial"].create({"policy_id": self.rules().id})
        with self.assertRaisesRegex(UserError, "start the replay"):
            trial.action_publish()
        trial.action_run()
        trial.effective_on = "2026-05-01"
        self.assertEqual((trial.state, len(trial.line_ids)), ("draft", 0))

    def test_many_accounts_are_replayed_in_parts_by_the_job(self):
        people = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(6)])
        cards = self.card.union(*(self.old_card(person) for person in people))
        self.earn(150)
        self.patch(type(self.env["crm.sync.tier.trial"]), "_part_size", 3)
        self.patch(type(self.env["crm.sync.tier.trial"]), "_at_once", 3)
        trial = self.trial(self.rules())
        self.assertEqual((trial.state, len(trial.part_ids), trial.progress), ("running", 3, 0))
        self.env["crm.sync.tier.trial"]._cron_try()
        self.env.invalidate_all()
        self.assertEqual((trial.state, trial.progress, len(trial.line_ids)), ("done", 100, len(cards)))

    # ---------------------------------------------------------------- rights

    def test_only_managers_try_and_publish(self):
        policy = self.rules()
        head = new_test_user(self.env, "head7", groups="crm_sync_measures.group_department_manager")
        with self.assertRaises(AccessError):
            self.env["crm.sync.tier.trial"].with_user(head).create({"policy_id": policy.id})
        manager = new_test_user(self.env, "manager7", groups="crm_sync_measures.group_manager")
        trial = self.env["crm.sync.tier.trial"].with_user(manager).create({"policy_id": policy.id})
        with self.assertRaises(UserError):
            trial.state = "done"
        trial.action_run()
        self.assertEqual(trial.state, "done")
