from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .campaign_common import CampaignCase


class TestLoopholesHoldout(CampaignCase):
    """What is held out stays so, whoever would like it otherwise, and however he asks."""

    def given(self):
        """Customers were chosen, and one of the target group was handed a catalogue of the campaign."""
        people = self.people(40)
        self.choose(people)
        catalogue = self.env["crm.sync.material"].create({"name": "Catalogue"})
        catalogue.with_user(self.seller).give_material(self.of_group("treated")[:1].ids, campaign_id=self.campaign.id)
        return people, catalogue

    def test_whoever_was_given_its_material_is_not_held_out_afterwards(self):
        people, catalogue = self.given()
        groups = self.groups()
        with self.assertRaisesRegex(UserError, "the groups are fixed"):
            self.choose(people[:10], percent=10)
        self.assertEqual(self.groups(), groups)
        # What was noted by mistake fixes nothing.
        catalogue.sent_ids.with_user(self.seller).action_withdraw("It was another campaign")
        self.assertEqual(len(self.choose(people[:10], percent=10)), 10)

    def test_nobody_but_who_leads_it_moves_chosen_customers_into_another_company(self):
        company, _other = self.other_company()
        self.choose(self.people(5))
        for user in (self.seller, self.employee):
            with self.assertRaises(AccessError):
                self.campaign.with_user(user).write({"company_id": company.id})
            self.campaign.with_user(user).write({"company_id": self.company.id, "title": "As it was"})
        self.assertEqual(self.campaign.company_id, self.company)

    def test_the_year_of_birth_is_not_asked_for_in_other_letters_either(self):
        campaign = self.campaign.with_user(self.manager)
        for audience in (
            "[('sync_birth\\x5fyear', '<', 1960)]",
            "[('sync_birth' '_year', '<', 1960)]",
            "[('child_ids', 'any', [('sync\\u005fbirth_year', '<', 1960)])]",
        ):
            with self.assertRaisesRegex(UserError, "cannot be understood", msg=audience):
                campaign._sync_choose(audience, 10, 30, 5.0)


class TestLoopholesFigures(CampaignCase):
    """Figures are for who works in their company, and costs are deleted by who may delete them."""

    def sold_abroad(self, partner, company):
        order = self.ordered(partner, confirm=False, company_id=company.id)
        order.sudo().with_company(company).action_confirm()
        order.date_order = "2026-03-10 10:00:00"

    def test_a_head_is_told_nothing_of_the_hold_out_of_another_companys_campaign(self):
        company, _other = self.other_company()
        self.choose(self.people(20))
        self.campaign.with_user(self.manager).action_sync_start()
        stranger = self.new_user("t_head_abroad", "group_department_manager", None)
        stranger.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        abroad = self.campaign.with_user(stranger).with_context(allowed_company_ids=company.ids)
        self.env.invalidate_all()
        self.assertFalse(abroad.sync_campaign_figures()[0]["holdout"])
        self.assertEqual((abroad.sync_outcome, abroad.sync_effect_text), ("none", False))
        self.assertTrue(self.figures()["holdout"])

    def test_of_a_campaign_of_no_company_nobody_is_told_what_customers_bought_of_others(self):
        company, _other = self.other_company()
        self.campaign.company_id = False
        people = self.people(20)
        self.choose(people)
        self.campaign.with_user(self.manager).action_sync_start()
        buyer = self.of_group("treated")[:1]
        self.sold_abroad(buyer, company)
        self.travel("2026-03-20 10:00:00")
        self.assertEqual(self.figures()["holdout"]["treated_won"], 0)
        member = self.env["crm.sync.campaign.member"].search([("partner_id", "=", buyer.id)])
        self.assertFalse(member.with_user(self.manager).has_bought)
        another = self.env["utm.campaign"].create({"title": "Another", "company_id": False})
        wizard = (
            self.env["crm.sync.campaign.choose"]
            .with_user(self.manager)
            .create(
                {
                    "campaign_id": another.id,
                    "audience_domain": str([("id", "in", people.ids)]),
                    "holdout_percent": 50,
                }
            )
        )
        self.assertIn("Within the last 30 days 0.0 % of them have bought.", wizard.sentence)
        # Who works in both is told of both.
        self.manager.write({"company_ids": [Command.link(company.id)]})
        both = self.campaign.with_user(self.manager).with_context(allowed_company_ids=(self.company | company).ids)
        self.env.invalidate_all()
        self.assertEqual(both.sync_campaign_figures()[0]["holdout"]["treated_won"], 1)

    def test_the_margin_of_single_customers_is_not_told_by_a_campaign_of_few(self):
        self.campaign.user_id = self.agent
        people = self.people(20)
        self.choose(people, user=self.agent)
        self.campaign.with_user(self.agent).action_sync_start()
        self.ordered(self.of_group("treated")[:1], at="2026-03-10 10:00:00", quantity=7)
        for moment in ("2026-03-20 10:00:00", "2026-04-20 10:00:00"):
            self.travel(moment)
            holdout = self.figures(user=self.agent)["holdout"]
            self.assertEqual(holdout["treated_won"], 1)
            self.assertEqual((holdout["incremental_margin"], holdout["incremental_return"]), (None, None), moment)

    def test_nobody_deletes_the_costs_of_others_with_their_campaign(self):
        self.cost(100)
        system = new_test_user(self.env, "t_campaign_system", "base.group_user,base.group_system")
        with self.assertRaises(AccessError):
            self.campaign.with_user(system).unlink()
        self.assertTrue(self.campaign.sync_cost_ids)
        empty = self.env["utm.campaign"].create({"title": "Nothing in it"})
        empty.with_user(system).unlink()
        self.assertFalse(empty.exists())


class TestLoopholesMaterial(CampaignCase):
    """Whatever a request gives as arguments, it is told what was wrong."""

    def test_junk_is_refused_with_a_sentence(self):
        catalogue = self.env["crm.sync.material"].create({"name": "Catalogue"}).with_user(self.seller)
        for arguments in (
            {"partner_ids": [10**30]},
            {"partner_ids": [-(10**30)]},
            {"partner_ids": self.customer.ids, "channel": []},
            {"partner_ids": self.customer.ids, "channel": {"hand": 1}},
            {"partner_ids": self.customer.ids, "campaign_id": 10**30},
            {"partner_ids": self.customer.ids, "campaign_id": -1},
        ):
            with self.assertRaises(UserError, msg=arguments):
                catalogue.give_material(**arguments)
        self.assertFalse(catalogue.sudo().sent_ids)
