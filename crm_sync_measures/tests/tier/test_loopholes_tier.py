import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .engine_common import TierCase
from .machine_common import MachineCase


class TestLoopholesGifts(TierCase):
    """Gifts are once for each human and tier, whatever becomes of his cards and orders."""

    def setUp(self):
        super().setUp()
        self.silver.gift_points, self.gold.gift_points = 50, 200

    def gifts(self, card):
        entries = card.sync_entry_ids.filtered(lambda entry: entry.source_model == "crm.sync.tier")
        return [entry.quantity for entry in entries.sorted("position")]

    def member(self, points=0, partner=None):
        card = self.new_card(partner=partner)
        self.made_on(card, fields.Date.to_string(self.today()))
        self.commit()
        if points:
            self.earn(card, points)
            self.commit()
        return card

    def test_a_new_card_for_an_archived_one_brings_no_gift_again(self):
        self.publish(metric="spend")
        card = self.member()
        self.invoice(self.confirmed(10))
        self.commit()
        self.assertEqual((self.tier_of(card), self.gifts(card)), ("Silver", [50]))
        card.with_user(self.seller).active = False
        again = self.member()
        self.assertEqual((self.tier_of(again), self.gifts(again)), ("Silver", []))

    def test_twin_cards_of_one_customer_bring_one_gift(self):
        self.publish(metric="spend")
        first, second = self.member(), self.member()
        self.invoice(self.confirmed(10))
        self.commit()
        self.assertEqual(sorted(self.gifts(first) + self.gifts(second)), [50])

    def test_cards_that_become_one_have_had_their_gift(self):
        self.publish(refund="at_once")
        friend = self.env["res.partner"].create({"name": "Friend"})
        card, other = self.member(), self.member(partner=friend)
        order = self.confirmed(10)
        self.commit()
        self.assertEqual(self.gifts(card), [50])
        self.pass_days(1)
        card._sync_merge_into(other)
        self.commit()
        self.pass_days(1)
        order._action_cancel()
        self.commit()
        self.assertEqual(self.tier_of(other), "Bronze")
        self.pass_days(1)
        self.confirmed(10, partner=friend)
        self.commit()
        self.assertEqual((self.tier_of(other), self.gifts(other)), ("Silver", []))

    def test_after_a_real_fall_the_merged_card_gives_its_gift_again(self):
        self.publish()
        friend = self.env["res.partner"].create({"name": "Friend"})
        card, other = self.member(1000), self.member(partner=friend)
        card._sync_merge_into(other)
        self.commit()
        self.travel("2028-01-01 12:00:00")
        self.nightly()
        self.assertEqual(self.tier_of(other), "Bronze")
        self.travel("2028-02-01 12:00:00")
        self.earn(other, 1000)
        self.commit()
        self.assertEqual(self.gifts(other), [50])

    def test_a_card_that_is_archived_in_the_days_of_grace_has_not_fallen(self):
        self.publish(grace_days=30)
        card = self.member(1000)
        self.travel("2028-01-10 12:00:00")
        self.earn(card, 1000)
        card.with_user(self.seller).active = False
        self.commit()
        self.pass_days(1)
        card.with_user(self.seller).active = True
        self.commit()
        self.assertEqual((self.tier_of(card), self.gifts(card)), ("Silver", [50]))

    def test_orders_of_nothing_make_no_tier(self):
        self.publish(metric="orders", thresholds=(0, 1, 5))
        card = self.member()
        gift = self.new_product("Gift", 0.0)
        self.env["sale.order"].create({"partner_id": self.customer.id}).action_confirm()
        self.confirmed(3, product=gift)
        self.commit()
        self.nightly()
        self.assertEqual((self.tier_of(card), self.standing_of(card).value, self.gifts(card)), ("Bronze", 0, []))
        self.confirmed(1)
        self.commit()
        self.assertEqual((self.tier_of(card), self.standing_of(card).value), ("Silver", 1))

    def test_a_contact_that_goes_to_another_company_takes_no_invoices_of_the_first_along(self):
        self.publish(metric="spend")
        # Small orders bring nobody a card of his own.
        self.program.rule_ids.minimum_amount = 10_000
        friends = self.env["res.partner"].create({"name": "Friends Ltd", "is_company": True})
        own, theirs = self.member(), self.member(partner=friends)
        self.invoice(self.confirmed(10, partner=self.contact))
        self.commit()
        self.assertEqual(self.tier_of(own), "Silver")
        self.contact.parent_id = friends
        self.nightly()
        self.assertEqual((self.tier_of(theirs), self.gifts(theirs)), ("Bronze", []))


class TestLoopholesBonus(TierCase):
    """A bonus is what is left of the document's own points, times what goes beyond 1."""

    def test_whatever_becomes_of_an_order_no_bonus_is_left_over(self):
        self.publish(multipliers=(1, 1.5, 3), refund="at_once")
        chance = random.Random(7)
        card = self.new_card()
        self.made_on(card, "2026-03-10")
        self.commit()
        orders = [self.new_order(number + 1) for number in range(4)]
        for _step in range(60):
            order = chance.choice(orders)
            if order.state == "sale":
                chance.choice(
                    (
                        order._action_cancel,
                        lambda order=order: order.order_line[:1].write({"product_uom_qty": chance.randrange(1, 15)}),
                    )
                )()
            else:
                if order.state == "cancel":
                    order.action_draft()
                order.action_confirm()
            self.commit()
            if chance.random() < 0.2:
                self.pass_days(1)
        for order in orders:
            entries = self.env["crm.sync.loyalty.entry"].search(
                [("source_model", "=", "sale.order"), ("source_id", "=", order.id)]
            )
            bonus = self.env["crm.sync.tier.bonus"].search(
                [("source_model", "=", "sale.order"), ("source_id", "=", order.id)]
            )
            given = self.env["crm.sync.loyalty.entry"].search(
                [("source_model", "=", "crm.sync.tier.bonus"), ("source_id", "in", bonus.ids)]
            )
            net = sum(entries.mapped("quantity"))
            self.assertEqual(net, order.amount_total if order.state == "sale" else 0)
            self.assertAlmostEqual(sum(given.mapped("quantity")), net * ((bonus.multiplier or 1) - 1))
        self.assertLedger(card)
        for order in orders:
            if order.state == "sale":
                order._action_cancel()
        self.commit()
        self.assertLedger(card, 0)


class TestLoopholesByHand(TierCase):
    """Nobody gives himself a tier."""

    def test_nobody_gives_a_tier_to_himself(self):
        self.publish()
        for user in (self.manager, self.head):
            user.partner_id.write({"user_id": self.head.id})
            card = self.new_card(partner=user.partner_id)
            values = {"card_id": card.id, "tier_id": self.gold.id, "reason": "I am worth it"}
            dialog = self.env["crm.sync.tier.lock"].with_user(user).create(values)
            with self.subTest(user.login), self.assertRaises(AccessError):
                dialog.action_apply()
        card = self.new_card()
        values = {"card_id": card.id, "tier_id": self.gold.id, "reason": "Agreed"}
        self.env["crm.sync.tier.lock"].with_user(self.manager).create(values).action_apply()
        self.assertEqual(self.held(card).tier_id, self.gold)

    def test_nobody_ends_or_moves_by_the_card_what_a_manager_has_locked(self):
        self.publish()
        friend = self.env["res.partner"].create({"name": "Friend"})
        boss = self.new_user("t_boss", "group_user", self.sales, "sales_team.group_sale_manager")
        card, free = self.new_card(), self.new_card(partner=friend)
        values = {"card_id": card.id, "tier_id": self.bronze.id, "reason": "He has cheated us"}
        self.env["crm.sync.tier.lock"].with_user(self.manager).create(values).action_apply()
        self.commit()
        for user, change in ((self.seller, {"active": False}), (boss, {"partner_id": friend.id})):
            with self.subTest(user.login), self.assertRaises(AccessError):
                card.with_user(user).write(change)
        free.with_user(self.seller).active = False
        card.with_user(self.manager).active = False
        self.assertFalse(card.active)

    def test_a_day_that_is_none_is_refused_in_words(self):
        for junk in ("x", "2026-13-01", 5, [1], True):
            with self.subTest(junk), self.assertRaises(UserError):
                self.env["crm.sync.tier.membership"].with_user(self.manager).tiers_as_of(junk)

    def test_a_tier_is_not_locked_beyond_all_days(self):
        """A day of review after the year 9999 could be read by nobody any more."""
        self.publish(grace_days=30)
        card = self.new_card()
        values = {"card_id": card.id, "tier_id": self.gold.id, "reason": "Agreed", "lock_until": "9999-12-31"}
        dialog = self.env["crm.sync.tier.lock"].with_user(self.manager).create(values)
        with self.assertRaises(UserError):
            dialog.action_apply()
            self.commit()
            self.standing_of(card).read(["review_on"])
        dialog.lock_until = "2099-12-31"
        dialog.action_apply()
        self.commit()
        self.assertEqual(str(self.standing_of(card).review_on), "2100-01-30")


class TestLoopholesTrial(MachineCase):
    """Rules are published on a trial that was made, by who may see it."""

    def trial(self, context=None, **values):
        trials = self.env["crm.sync.tier.trial"].with_user(self.manager).with_context(**(context or {}))
        return trials.create({"policy_id": self.rules().id, **values})

    def test_defaults_that_the_caller_sends_finish_no_trial(self):
        policy = self.rules()
        word = self.env["crm.sync.tier.trial"].create({"policy_id": policy.id})._fingerprint()
        forged = {"default_state": "done", "default_fingerprint": word, "default_is_published": True}
        trial = self.trial(forged, policy_id=policy.id)
        self.assertEqual((trial.state, trial.fingerprint, trial.is_published), ("draft", False, False))
        with self.assertRaises(UserError):
            trial.action_publish()

    def test_a_trial_of_a_day_to_come_is_no_trial(self):
        """Else it would be fresh for ever."""
        with self.assertRaises(ValidationError):
            self.trial(day=self.today() + timedelta(days=400))
        self.assertTrue(self.trial(day=self.today()))

    def test_a_dialog_on_the_trial_of_another_company_tells_nothing_of_it(self):
        company, _user = self.other_company()
        theirs = self.new_program(name="Theirs", company_id=company.id)
        tier = self.env["crm.sync.tier"].create({"program_id": theirs.id, "name": "Secret"})
        policy = self.env["crm.sync.tier.policy"].create(
            {"program_id": theirs.id, "line_ids": [Command.create({"tier_id": tier.id, "threshold": 10})]}
        )
        trial = self.env["crm.sync.tier.trial"].create({"policy_id": policy.id})
        trial.action_run()
        Publish = self.env["crm.sync.tier.publish"].with_user(self.manager)
        with self.assertRaises(AccessError):
            Publish.create({"trial_id": trial.id}).read(["effect_sentence", "effective_on", "is_grandfathering"])

    def test_the_dialog_of_another_manager_is_his(self):
        trial = self.trial()
        dialog = self.env["crm.sync.tier.publish"].with_user(self.manager).create({"trial_id": trial.id})
        other = self.new_user("t_manager_too", "group_manager", self.sales)
        with self.assertRaises(AccessError):
            dialog.with_user(other).read(["is_notice"])

    def test_a_trial_on_which_rules_were_published_is_not_deleted(self):
        trial = self.trial()
        trial.action_run()
        wizard = self.env["crm.sync.tier.publish"].browse(trial.action_publish()["res_id"])
        wizard.with_user(self.manager).action_publish()
        with self.assertRaises(UserError):
            trial.unlink()
        other = self.trial()
        other.unlink()
        self.assertEqual((trial.exists(), other.exists()), (trial, other.browse()))
