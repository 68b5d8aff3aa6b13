from datetime import date

from .campaign_common import CampaignCase


class TestCampaignReport(CampaignCase):
    """What marketing reads of leads and campaigns in the sales report: sums of the company, and nobody's name."""

    def setUp(self):
        super().setUp()
        self.source = self.env["utm.source"].create({"name": "Optics Fair"})

    def lead(self, on="2026-03-10", **values):
        """A lead created on that day: the database's own clock is not frozen."""
        values = {
            "name": "Lenses",
            "type": "opportunity",
            "source_id": self.source.id,
            "user_id": self.seller.id,
            **values,
        }
        lead = self.env["crm.lead"].create({"company_id": self.company.id, **values})
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", [on, lead.id])
        self.env.invalidate_all()
        return lead

    def listing(self, code, user=None, scope="company", company=None):
        self.env.flush_all()
        self.env.invalidate_all()
        Report = self.env["crm.sync.report"].with_user(user or self.agent)
        report = Report._compose("sales", "month", date(2026, 3, 31), company or self.company, scope)
        return next((one for one in report.listings if one.code == code), None)

    def of_source(self, listing):
        return [row.cells for row in listing.rows if row.cells[0] == "Optics Fair"]

    def test_a_marketing_user_reads_what_the_leads_of_a_source_brought_though_they_are_not_his(self):
        won = self.lead(partner_id=self.customer.id)
        won.action_set_won()
        self.ordered(quantity=3, opportunity_id=won.id)
        for _one in range(3):
            self.lead()
        self.assertEqual(self.of_source(self.listing("lead_sources")), [("Optics Fair", 4, 1, 25.0, 300.0)])

    def test_no_customer_is_named_and_collectors_to_those_who_read_all_leads_only(self):
        self.lead(sync_collected_at="fair", sync_collector_id=self.customer.id, partner_id=self.customer.id)
        told = [self.listing(code) for code in ("lead_sources", "lead_places", "campaigns")]
        self.assertNotIn("Northern Optics", str(told))
        self.assertEqual([column.label for column in told[1].columns][:2], ["Collected At", "Leads"])
        self.assertIn("Trade Fair", [row.cells[0] for row in told[1].rows])
        for reader in (self.head, self.auditor):
            rows = [row.cells[:3] for row in self.listing("lead_places", reader).rows]
            self.assertIn(("Trade Fair", "Northern Optics", 1), rows)

    def test_leads_of_another_company_and_of_another_month_are_not_counted(self):
        company, _other = self.other_company()
        self.lead(company_id=company.id, team_id=False, user_id=False)
        self.lead()
        self.lead(on="2026-02-10")
        self.assertEqual(self.of_source(self.listing("lead_sources")), [("Optics Fair", 1, 0, 0.0, 0.0)])

    def test_leads_of_one_person_are_told_by_the_readers_own_rights(self):
        self.lead()
        scope = f"person:{self.seller.id}"
        self.assertEqual(self.of_source(self.listing("lead_sources", self.agent, scope)), [])
        self.assertEqual(self.of_source(self.listing("lead_sources", self.seller, scope))[0][1], 1)
        self.assertEqual(self.of_source(self.listing("lead_sources", self.manager, scope))[0][1], 1)

    def test_a_campaign_tells_cost_margin_return_and_what_the_hold_out_says(self):
        self.cost(100.0, kind="actual")
        self.ordered(quantity=5, campaign_id=self.campaign.id)
        self.lead(campaign_id=self.campaign.id)
        [row] = [row.cells for row in self.listing("campaigns").rows if row.cells[0] == "Spring lenses"]
        # Five lenses at 100 that cost 60 leave 200; of 100 that were spent that is a return of 100 per cent.
        self.assertEqual(row, ("Spring lenses", 1, 1, 100.0, 200.0, 100.0, "Nothing to Compare"))
        self.choose(self.people(20))
        self.campaign.with_user(self.manager).action_sync_freeze()
        self.campaign.with_user(self.manager).action_sync_start()
        [row] = [row.cells for row in self.listing("campaigns").rows if row.cells[0] == "Spring lenses"]
        self.assertEqual(row[-1], "Still Collecting")

    def test_a_campaign_without_anything_in_the_month_or_in_the_company_is_not_told(self):
        company, _other = self.other_company()
        self.cost(100.0, kind="actual")
        told = lambda **options: [row.cells[0] for row in self.listing("campaigns", **options).rows]  # noqa: E731
        self.assertNotIn("Spring lenses", told())
        self.ordered(campaign_id=self.campaign.id)
        self.assertIn("Spring lenses", told())
        self.manager.company_ids |= company
        self.assertNotIn("Spring lenses", told(user=self.manager, company=company))
