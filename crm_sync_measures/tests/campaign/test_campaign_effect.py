from .campaign_common import CampaignCase


class TestCampaignEffect(CampaignCase):
    """What a campaign itself has brought: those it was for against those held out, as drawn."""

    def setUp(self):
        super().setUp()
        self.choose(self.people(160), percent=50, days=20)
        self.treated, self.held = self.of_group("treated"), self.of_group("held_out")
        self.campaign.with_user(self.manager).action_sync_start()

    def bought(self, people, at="2026-03-10 10:00:00"):
        for one in people:
            self.ordered(one, at=at)

    def after(self):
        self.travel("2026-03-24 10:00:00")
        return self.figures()["holdout"]

    def test_nothing_is_decided_before_the_days_are_over(self):
        self.bought(self.treated[:40])
        found = self.figures()["holdout"]
        self.assertEqual((found["state"], found["outcome"]), ("running", "collecting"))
        self.assertEqual(found["treated_won"], 40)
        self.assertIn("nothing is decided yet", self.campaign.with_user(self.manager).sync_effect_text)

    def test_a_clear_difference_is_told_with_its_interval_and_its_margin(self):
        self.bought(self.treated[:40])
        self.bought(self.held[:4])
        found = self.after()
        self.assertEqual(found["outcome"], "better")
        self.assertTrue(0 < found["low"] < found["difference"] < found["high"])
        # 40 lenses with a margin of 40 each, less what as many of those held out would have brought.
        expected = 40 * 40 - len(self.treated) * 4 * 40 / len(self.held)
        self.assertEqual(found["incremental_margin"], round(expected, 2))

    def test_what_those_held_out_have_bought_counts_for_them_whoever_was_reached(self):
        """Nobody was mailed at all: as drawn, and not as sent."""
        self.bought(self.held[:5])
        found = self.after()
        self.assertEqual((found["held_out_won"], found["treated_won"]), (5, 0))

    def test_purchases_before_and_after_the_days_do_not_count(self):
        self.bought(self.treated[:3], at="2026-03-03 09:59:59")
        self.bought(self.treated[3:6], at="2026-03-23 10:00:00")
        self.bought(self.treated[6:7], at="2026-03-23 09:59:59")
        self.assertEqual(self.after()["treated_won"], 1)

    def test_a_small_difference_is_inconclusive_and_it_is_said_how_many_are_needed(self):
        self.bought(self.treated[:9])
        self.bought(self.held[:8])
        found = self.after()
        self.assertEqual(found["outcome"], "inconclusive")
        self.assertTrue(found["low"] < 0 < found["high"])
        self.assertGreater(found["needed_held_out"], len(self.held))
        text = self.campaign.with_user(self.manager).sync_effect_text
        self.assertIn("Inconclusive: chance alone may have done it.", text)
        self.assertIn("To find a difference of 5.0 points", text)

    def test_an_order_of_another_company_does_not_count_for_the_campaign_of_ours(self):
        company, _other = self.other_company()
        order = self.ordered(self.treated[0], at="2026-03-10 10:00:00", confirm=False, company_id=company.id)
        order.sudo().with_company(company).action_confirm()
        order.date_order = "2026-03-10 10:00:00"
        self.assertEqual(self.after()["treated_won"], 0)

    def test_a_campaign_of_few_says_that_they_are_too_few(self):
        few = self.env["utm.campaign"].create({"title": "A dozen", "company_id": self.company.id})
        few.with_user(self.manager)._sync_choose(str([("id", "in", self.treated[:12].ids)]), 50, 10, 5.0)
        few.with_user(self.manager).action_sync_start()
        self.travel("2026-03-24 10:00:00")
        found = self.figures(campaign=few)["holdout"]
        self.assertEqual((found["outcome"], found["difference"]), ("too_few", None))
        self.assertIn("These are too few to be compared.", few.with_user(self.manager).sync_effect_text)

    def test_the_list_says_who_has_bought(self):
        self.bought(self.treated[:2])
        members = self.campaign.sync_member_ids.filtered(lambda member: member.partner_id in self.treated[:3])
        self.assertEqual([member.has_bought for member in members.sorted("id")], [True, True, False])
