from odoo.exceptions import AccessError

from .campaign_common import CampaignCase


class TestLeadQuality(CampaignCase):
    """Where good leads come from."""

    def setUp(self):
        super().setUp()
        self.source = self.env["utm.source"].create({"name": "Optics Fair"})

    def lead(self, **values):
        return self.env["crm.lead"].create(
            {"name": "Lenses", "type": "lead", "source_id": self.source.id, "email_from": False, **values}
        )

    def quality(self, user=None, by="source_id"):
        self.env.invalidate_all()
        rows = (
            self.env["crm.sync.lead.quality"]
            .with_user(user or self.manager)
            ._read_group(
                [("source_id", "=", self.source.id)],
                [by],
                ["leads:sum", "reachable_rate:avg", "qualified_rate:avg", "win_rate:avg", "revenue:sum"],
            )
        )
        return {key: figures for key, *figures in rows}

    def test_what_became_of_the_leads_of_a_source(self):
        self.lead(email_from="li.na@northern.example.com")
        won = self.lead(type="opportunity", email_from="a@example.com", partner_id=self.customer.id)
        won.action_set_won()
        lost = self.lead(type="opportunity", phone="+1 202 555 0123")
        lost.action_set_lost()
        self.lead()
        self.ordered(quantity=3, opportunity_id=won.id)
        [figures] = self.quality().values()
        # Of the two that are decided one is won.
        self.assertEqual(figures, [4, 75.0, 50.0, 50.0, 300.0])

    def test_where_nothing_is_decided_no_rate_is_told(self):
        self.lead()
        [figures] = self.quality().values()
        self.assertEqual(figures[0], 1)
        # Not 0 per cent.
        self.assertNotIsInstance(figures[3], float)

    def test_leads_of_a_fair_and_of_a_shop_are_told_apart(self):
        self.lead(sync_collected_at="fair", sync_collector_id=self.seller.partner_id.id)
        self.lead(sync_collected_at="shop")
        self.lead(sync_collected_at="fair")
        self.assertEqual(
            {place: own[0] for place, own in self.quality(by="collected_at").items()}, {"fair": 2, "shop": 1}
        )

    def test_a_lead_without_a_company_is_not_left_out(self):
        self.lead(company_id=False, team_id=False, user_id=False)
        [row] = self.env["crm.sync.lead.quality"].search([("source_id", "=", self.source.id)])
        self.assertTrue(row.company_id)

    def test_a_user_sees_his_own_leads_and_those_he_has_collected(self):
        own = self.lead(user_id=self.agent.id)
        collected = self.lead(sync_collector_id=self.agent.partner_id.id, user_id=self.seller.id)
        self.lead(user_id=self.seller.id)
        seen = self.env["crm.sync.lead.quality"].with_user(self.agent).search([("source_id", "=", self.source.id)])
        self.assertEqual(set(seen.ids), {own.id, collected.id})
        self.assertEqual(self.quality(self.head)[self.source][0], 3)
        with self.assertRaises(AccessError):
            self.env["crm.sync.lead.quality"].with_user(self.employee).search([])

    def test_of_merged_leads_the_first_one_says_who_collected_it_and_where(self):
        first = self.lead(sync_collected_at="fair", sync_collector_id=self.seller.partner_id.id)
        second = self.lead(sync_collected_at="shop", type="opportunity", sync_collector_id=self.agent.partner_id.id)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = '2026-02-01' WHERE id = %s", [first.id])
        self.env.invalidate_all()
        head = (first | second).merge_opportunity()
        self.assertEqual((head.sync_collected_at, head.sync_collector_id), ("fair", self.seller.partner_id))

    def test_a_merged_collector_stays_the_collector(self):
        shop, twin = self.people(2)
        lead = self.lead(sync_collector_id=twin.id)
        self.merge(shop, twin)
        self.assertEqual(lead.sync_collector_id, shop)
