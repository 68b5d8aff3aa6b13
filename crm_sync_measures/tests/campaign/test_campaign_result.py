from odoo.exceptions import AccessError
from odoo.fields import Command

from .campaign_common import CampaignCase


class TestCampaignResult(CampaignCase):
    """What a campaign costs and brings."""

    def test_a_cost_abroad_is_kept_at_the_rate_of_its_own_day(self):
        early = self.cost(1000, currency_id=self.foreign.id, day="2026-01-10")
        late = self.cost(1000, currency_id=self.foreign.id, day="2026-02-10")
        self.assertEqual((early.amount_company, late.amount_company), (500, 250))
        self.foreign.rate_ids.write({"rate": 10.0})
        self.env.invalidate_all()
        self.assertEqual((early.amount_company, late.amount_company), (500, 250))

    def test_the_costs_of_a_campaign_are_one_click_away_for_who_may_read_them(self):
        own = self.cost(80) | self.cost(500, kind="planned")
        self.env["crm.sync.campaign.cost"].create(
            {"campaign_id": self.campaign.copy().id, "name": "Theirs", "amount": 7, "day": "2026-02-10"}
        )
        form = self.env.ref("utm.utm_campaign_view_form").id
        for user, is_shown in ((self.manager, True), (self.auditor, True), (self.employee, False)):
            arch = self.campaign.with_user(user).get_view(form)["arch"]
            self.assertEqual("action_open_sync_costs" in arch, is_shown, user.login)
        action = self.campaign.with_user(self.manager).action_open_sync_costs()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), own)
        self.assertEqual(action["context"], {"default_campaign_id": self.campaign.id, "search_default_group_kind": 1})

    def test_a_cost_is_in_the_currency_of_its_company_unless_said_otherwise(self):
        cost = self.cost(80)
        self.assertEqual((cost.company_id, cost.currency_id), (self.company, self.company.currency_id))
        self.assertEqual(cost.amount_company, 80)

    def test_costs_and_results_are_for_the_responsible_person_and_for_managers(self):
        self.cost(80)
        theirs = [("campaign_id", "=", self.campaign.id)]
        for model in ("crm.sync.campaign.cost", "crm.sync.campaign.result"):
            self.assertFalse(self.env[model].with_user(self.seller).search(theirs))
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.employee).search(theirs)
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.seller).sync_campaign_figures()
        self.assertEqual(self.campaign.with_user(self.seller).sync_actual, 0)
        self.assertEqual(self.figures(self.auditor)["actual"], 80)
        self.campaign.with_user(self.manager).user_id = self.seller
        self.assertEqual(self.figures(self.seller)["actual"], 80)

    def test_nobody_makes_a_campaign_with_costs_his_own(self):
        """In Odoo every colleague may write campaigns."""
        self.campaign.with_user(self.employee).user_id = self.agent
        self.cost(80)
        for user in (self.seller, self.employee):
            with self.assertRaises(AccessError):
                self.campaign.with_user(user).user_id = user
        self.campaign.with_user(self.agent).user_id = self.seller
        self.assertEqual(self.campaign.user_id, self.seller)

    def test_nobody_moves_a_cost_into_a_company_that_he_is_not_in(self):
        company, _other = self.other_company()
        cost = self.cost(80)
        with self.assertRaises(AccessError):
            cost.with_user(self.manager).company_id = company

    def test_two_orders_in_two_currencies_count_each_at_its_own_rate(self):
        self.ordered(campaign_id=self.campaign.id, quantity=3)
        self.ordered(
            self.contact, at="2026-01-15 09:00:00", price=200.0, campaign_id=self.campaign.id, **self.in_foreign()
        )
        figures = self.figures()
        # 3 x 100, and 200 at two for one; three and one lens cost 60 each.
        self.assertEqual((figures["revenue"], figures["margin"]), (400, 160))
        self.assertEqual(figures["won_customers"], 1)
        self.foreign.rate_ids.write({"rate": 10.0})
        self.assertEqual(self.figures()["revenue"], 400)

    def test_an_order_of_an_opportunity_of_the_campaign_counts_and_a_quotation_does_not(self):
        lead = self.env["crm.lead"].create(
            {"name": "Ten lenses", "partner_id": self.customer.id, "campaign_id": self.campaign.id}
        )
        self.ordered(quantity=10, opportunity_id=lead.id)
        self.ordered(quantity=5, confirm=False, campaign_id=self.campaign.id)
        figures = self.figures()
        self.assertEqual((figures["revenue"], figures["leads"], figures["won_leads"]), (1000, 1, 0))

    def test_an_order_with_another_campaign_than_its_opportunity_is_that_campaigns(self):
        other = self.env["utm.campaign"].create({"title": "Autumn frames"})
        lead = self.env["crm.lead"].create({"name": "Lenses", "campaign_id": self.campaign.id})
        self.ordered(opportunity_id=lead.id, campaign_id=other.id)
        self.assertEqual((self.figures()["revenue"], self.figures(campaign=other)["revenue"]), (0, 100))

    def test_return_and_cost_of_a_won_customer(self):
        self.cost(500, kind="planned")
        self.cost(160)
        self.ordered(campaign_id=self.campaign.id, quantity=6)
        self.ordered(self.people(1), campaign_id=self.campaign.id, quantity=4)
        figures = self.figures()
        # A margin of 10 x 40 for 160.
        self.assertEqual((figures["planned"], figures["actual"], figures["margin"]), (500, 160, 400))
        self.assertEqual((figures["return_percent"], figures["cost_per_won"]), (150.0, 80.0))
        campaign = self.campaign.with_user(self.manager)
        self.assertEqual((campaign.sync_return, campaign.sync_cost_per_won), (150.0, 80.0))

    def test_nothing_spent_is_no_return_of_nothing(self):
        self.ordered(campaign_id=self.campaign.id)
        figures = self.figures()
        self.assertEqual((figures["return_percent"], figures["holdout"]), (None, False))
        self.assertFalse(self.campaign.with_user(self.manager).sync_has_return)

    def test_a_won_lead_without_a_contact_is_one_customer(self):
        lead = self.env["crm.lead"].create(
            {"name": "From the fair", "type": "opportunity", "campaign_id": self.campaign.id}
        )
        lead.action_set_won()
        figures = self.figures()
        self.assertEqual((figures["leads"], figures["won_leads"], figures["won_customers"]), (1, 1, 1))

    def test_each_company_has_its_own_result_and_a_reader_sees_those_he_works_in(self):
        company, _other = self.other_company()
        self.campaign.company_id = False
        self.cost(100)
        self.env["crm.sync.campaign.cost"].create(
            {"campaign_id": self.campaign.id, "name": "Abroad", "amount": 70, "company_id": company.id}
        )
        self.assertEqual(self.figures()["actual"], 100)
        self.manager.write({"company_ids": [Command.link(company.id)]})
        both = self.manager
        figures = (
            self.campaign.with_user(both).with_context(allowed_company_ids=(self.company | company).ids)
        ).sync_campaign_figures()[0]
        self.assertEqual(
            {row["company_id"]: row["actual"] for row in figures["companies"]}, {self.company.id: 100, company.id: 70}
        )
        self.assertEqual(figures["actual"], 170)

    def test_figures_of_twenty_campaigns_cost_no_more_queries_than_of_one(self):
        campaigns = self.env["utm.campaign"].create([{"title": f"Campaign {number}"} for number in range(20)])
        for campaign in campaigns:
            self.cost(100, campaign_id=campaign.id)
            campaign.with_user(self.manager)._sync_choose(str([("id", "=", self.customer.id)]), 10, 30, 5.0)
        counts = []
        campaigns = campaigns.with_user(self.manager)
        for some in (campaigns[:1], campaigns):
            some.sync_campaign_figures()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.sync_campaign_figures()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)
