from datetime import datetime

from odoo.tests import tagged

from .library_common import LibraryCase


@tagged("post_install", "-at_install")
class TestLibraryNewBusiness(LibraryCase):
    """Where new business comes from."""

    def test_all_leads_of_a_month_are_new_ones_whatever_became_of_them(self):
        self.lead("2021-03-01 08:00:00")
        self.lead("2021-03-15 08:00:00", won=False, closed="2021-03-16 08:00:00")
        self.lead("2021-03-31 15:59:59", type="lead")
        self.lead("2021-03-31 16:00:00")
        self.assertEqual(self.sums("new_leads"), (3, 3, 3))

    def test_odoos_digest_counts_new_leads_without_archived_ones_and_without_those_of_no_company(self):
        self.lead("2021-03-01 08:00:00")
        self.lead("2021-03-02 08:00:00")
        self.lead("2021-03-15 08:00:00", won=False, closed="2021-03-16 08:00:00")
        self.put(self.lead("2021-03-20 08:00:00"), company_id=None)
        window = self.window()
        digest = self.env["digest.digest"].create({"name": "Weekly", "company_id": self.company.id})
        digest = digest.with_user(self.manager).with_context(start_datetime=window.since, end_datetime=window.until)
        self.assertEqual((self.sums("new_leads")[0], digest.kpi_crm_lead_created_value), (4, 2))

    def test_a_source_is_judged_when_its_leads_have_had_ninety_days(self):
        fair, web = self.env["utm.source"].create([{"name": "Canton Fair 2020"}, {"name": "Website 2020"}])
        self.lead("2020-12-10 08:00:00", won=True, closed="2021-01-10 08:00:00", source_id=fair.id)
        self.lead("2020-12-11 08:00:00", won=True, closed="2021-03-20 08:00:00", source_id=fair.id)
        self.lead("2020-12-12 08:00:00", won=False, closed="2020-12-20 08:00:00", source_id=web.id)
        self.lead("2020-12-13 08:00:00", source_id=web.id)
        self.lead("2021-03-02 08:00:00", won=True, closed="2021-03-03 08:00:00", source_id=web.id)
        self.assertEqual(self.sums("lead_quality"), (1, 4, 4))
        self.assertEqual(self.by("lead_quality", "source_id"), {fair.id: 1, web.id: 0})
        early = datetime.fromisoformat("2021-03-11 00:00:00")
        self.assertEqual(self.sums("lead_quality", now=early), (1, 1, 1))

    def test_a_company_with_its_contacts_is_one_new_customer_and_a_gift_is_no_purchase(self):
        self.order(0, "2021-01-10 04:00:00")
        first = self.order(100, "2021-03-05 04:00:00", partner=self.contact)
        self.order(500, "2021-03-20 04:00:00")
        old = self.new_customer()
        self.order(100, "2021-02-05 04:00:00", partner=old)
        self.order(100, "2021-03-05 04:00:00", partner=old)
        [new] = self.documents("new_customers")
        self.assertEqual((new["res_id"], new["user_id"]), (first.id, self.seller.id))

    def test_two_orders_of_the_same_moment_bring_one_new_customer(self):
        first = self.order(100)
        second = self.order(100)
        self.assertEqual(first.date_order, second.date_order)
        self.assertEqual(self.sums("new_customers"), (1, 1, 1))

    def test_colleagues_and_our_own_companies_are_no_customers(self):
        self.order(100, partner=self.seller.partner_id)
        self.order(100, partner=self.company.partner_id)
        self.assertEqual(self.sums("new_customers"), (0, 0, 0))

    def test_a_purchase_is_judged_after_180_days_by_whether_the_customer_came_again(self):
        again, never, late = (self.new_customer(name) for name in ("Again", "Never", "Late"))
        for customer in (again, never, late):
            self.order(100, "2020-09-10 04:00:00", partner=customer)
        self.order(100, "2021-03-09 03:00:00", partner=again)
        self.order(100, "2021-03-09 05:00:00", partner=late)
        self.assertEqual(self.sums("repeat_purchase_rate"), (1, 3, 3))
        early = datetime.fromisoformat("2021-03-08 00:00:00")
        self.assertEqual(self.sums("repeat_purchase_rate", now=early), (0, 0, 0))

    def test_the_rate_of_repeat_purchases_is_what_a_loop_over_orders_says(self):
        customers = [self.new_customer(f"Customer {number}") for number in range(6)]
        for number, customer in enumerate(customers):
            self.order(50, f"2020-09-{10 + number} 04:00:00", partner=customer)
            if number % 2:
                self.order(50, f"2020-{10 + number % 3}-20 04:00:00", partner=customer)
        orders = self.env["sale.order"].search([("partner_id", "in", [one.id for one in customers])])
        bought_again = 0
        judged = orders.filtered(lambda one: one.date_order.month == 9)
        for order in judged:
            others = orders.filtered(lambda one, order=order: one.partner_id == order.partner_id and one != order)
            days = [(one.date_order - order.date_order).days for one in others]
            bought_again += any(0 < number <= 180 for number in days)
        self.assertEqual(self.sums("repeat_purchase_rate"), (bought_again, len(judged), len(judged)))
        self.assertEqual((bought_again, len(judged)), (3, 6))


@tagged("post_install", "-at_install")
class TestLibraryCampaigns(LibraryCase):
    """What campaigns cost, and bring."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spring, cls.free = cls.env["utm.campaign"].create([{"title": "Spring 2021"}, {"title": "For Free 2021"}])
        cls.cost(1000, "2021-03-31")
        cls.cost(300, "2021-04-01")
        cls.cost(5000, "2021-03-10", kind="planned")

    @classmethod
    def cost(cls, amount, day, campaign=None, **values):
        return cls.env["crm.sync.campaign.cost"].create(
            {
                "campaign_id": (campaign or cls.spring).id,
                "name": "Stand",
                "kind": "actual",
                "day": day,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "amount": amount,
                **values,
            }
        )

    def test_1000_spent_and_a_margin_of_1500_is_a_return_of_50_per_cent(self):
        self.order(1500, campaign_id=self.spring.id)
        self.assertEqual(self.sums("campaign_return")[:2], (500, 1000))

    def test_an_order_of_the_campaigns_opportunity_counts_and_one_of_a_campaign_without_costs_does_not(self):
        lead = self.lead(won=True, closed="2021-03-05 08:00:00", campaign_id=self.spring.id)
        order = self.order(400, opportunity_id=lead.id)
        order.campaign_id = False
        self.order(9000, campaign_id=self.free.id)
        self.assertEqual(self.sums("campaign_return")[:2], (-600, 1000))

    def test_a_cost_of_the_last_day_belongs_to_the_month_at_the_companys_clock(self):
        days = [one["at"] for one in self.documents("cost_per_won_lead") if one["numerator"]]
        self.assertEqual(days, [datetime.fromisoformat("2021-03-31 04:00:00")])

    def test_two_won_leads_of_the_campaign_cost_500_each(self):
        for day in (5, 6):
            self.lead(won=True, closed=f"2021-03-{day:02} 08:00:00", campaign_id=self.spring.id)
        self.lead(won=True, closed="2021-03-07 08:00:00", campaign_id=self.free.id)
        self.lead(won=True, closed="2021-03-08 08:00:00")
        self.lead(won=False, closed="2021-03-09 08:00:00", campaign_id=self.spring.id)
        self.assertEqual(self.sums("cost_per_won_lead"), (1000, 2, 3))
