from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .tier_common import TierCase


class TestTier(TierCase):
    def test_a_new_tier_is_the_highest_of_its_program(self):
        platinum, diamond = self.Tier.create(
            [{"program_id": self.program.id, "name": name} for name in ("Platinum", "Diamond")]
        )
        self.assertEqual((platinum.sequence, diamond.sequence), (3, 4))
        other = self.Tier.create({"program_id": self.new_program(name="Shop").id, "name": "Friends"})
        self.assertEqual(other.sequence, 0)

    def test_a_manager_makes_one_in_the_form(self):
        form = Form(self.Tier.with_user(self.manager))
        form.name = "Platinum"
        form.program_id = self.program.with_user(self.manager)
        tier = form.save()
        self.assertEqual((tier.sequence, tier.company_id), (3, self.program.company_id))

    @mute_logger("odoo.sql_db")
    def test_two_tiers_of_a_program_do_not_share_a_rank(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.Tier.create({"program_id": self.program.id, "name": "Silver too", "sequence": 1})
        self.gold.active = False
        self.assertTrue(self.Tier.create({"program_id": self.program.id, "name": "New Gold", "sequence": 2}))

    def test_only_a_program_whose_points_are_collected_has_tiers(self):
        wallet = self.new_program(name="Wallet", program_type="ewallet")
        with self.assertRaisesRegex(ValidationError, "points customers collect"):
            self.Tier.create({"program_id": wallet.id, "name": "Rich"})
        with self.assertRaisesRegex(ValidationError, "points customers collect"):
            self.Policy.create({"program_id": wallet.id})

    def test_the_gift_is_a_coupon_and_nothing_else(self):
        coupons = self.env["loyalty.program"].create({"name": "Ten off", "program_type": "coupons"})
        self.gold.gift_program_id = coupons
        with self.assertRaisesRegex(ValidationError, "program of coupons"):
            self.gold.gift_program_id = self.program

    @mute_logger("odoo.sql_db")
    def test_figures_out_of_range_are_refused(self):
        for name, value in (("case_weight", 3), ("color", 12), ("contact_days", -1), ("gift_points", -5)):
            with self.subTest(name), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.gold[name] = value
                self.env.flush_all()
            self.env.invalidate_all()

    # ---------------------------------------------------------------- once it is used

    def test_the_rank_of_a_tier_in_published_rules_stays(self):
        self.gold.sequence = 7
        self.gold.sequence = 2
        self.running_rules()
        with self.assertRaisesRegex(UserError, "Rank of “Gold” stays"):
            self.gold.sequence = 7
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.gold.program_id = self.new_program(name="Shop")
        self.gold.write({"name": "Gold Plus", "sequence": 2, "color": 3})
        self.assertEqual((self.gold.name, self.gold.color), ("Gold Plus", 3))

    def test_a_tier_that_a_customer_had_keeps_its_rank_too(self):
        self.new_membership(self.new_card(), self.silver, "2026-01-01", "2026-02-01")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.silver.sequence = 9

    def test_a_tier_of_rules_in_force_is_not_archived(self):
        self.running_rules(levels=[(self.basic, 0), (self.silver, 1000)])
        with self.assertRaisesRegex(ValidationError, "Publish rules without it first"):
            self.silver.active = False
        self.gold.active = False

    def test_a_used_tier_is_archived_and_not_deleted(self):
        self.running_rules()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.gold.unlink()
        self.Tier.create({"program_id": self.program.id, "name": "By mistake"}).unlink()

    # ---------------------------------------------------------------- program

    def test_of_several_tiers_that_of_the_main_program_is_shown_else_the_highest(self):
        shop = self.new_program(name="Shop")
        friends = self.Tier.create({"program_id": shop.id, "name": "Friends"})
        Standing = self.env["crm.sync.tier.standing"]
        gold, friend = (
            Standing.create(
                {
                    "card_id": self.new_card(program=tier.program_id).id,
                    "partner_id": self.customer.id,
                    "program_id": tier.program_id.id,
                    "tier_id": tier.id,
                }
            )
            for tier in (self.gold, friends)
        )

        def shown():
            self.env.flush_all()
            self.env["crm.sync.tier.engine"]._show((gold | friend).card_id.ids)
            self.env.invalidate_all()
            return (gold | friend).filtered("is_shown")

        self.assertEqual(shown(), gold)
        shop.sync_is_main_tier = True
        self.assertEqual(shown(), friend)
        friend.tier_id = False
        self.assertEqual(shown(), gold)

    def test_a_program_counts_its_tiers_and_opens_them(self):
        self.assertEqual(self.program.sync_tier_count, 3)
        for name in ("tiers", "tier_policies", "tier_standings"):
            action = getattr(self.program.with_user(self.manager), f"action_open_sync_{name}")()
            self.assertEqual(action["domain"], [("program_id", "=", self.program.id)])
