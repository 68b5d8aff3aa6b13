from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..common import SyncCase

#: The month that is over in these stories is October 2026; it is final on 10 November.
NOW = fields.Datetime.to_datetime("2026-11-10 12:00:00")


class TestDrift(SyncCase):
    """Final figures do not move, whatever happens to their documents; what happened is listed with the documents that did it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.env.ref("crm_sync_measures.kpi_orders_revenue")
        cls.kpi.write({"backfill_months": 2, "company_id": cls.company.id})
        cls.product = cls.env["product.product"].create({"name": "Telescope", "list_price": 100.0, "taxes_id": False})

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))

    def order(self, amount, day="2026-10-15", partner=None, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "user_id": self.seller.id,
                "order_line": [Command.create({"product_id": self.product.id, "price_unit": amount, "tax_ids": False})],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = f"{day} 12:00:00"
        return order

    def invoice(self, amount, day="2026-10-15"):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create({"product_id": self.product.id, "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def close(self, kpi=None):
        self.env["crm.sync.kpi.snapshot"]._refresh(kpi or self.kpi, now=NOW)

    def october(self, kpi=None):
        kpi = kpi or self.kpi
        return self.env["crm.sync.kpi.period"].search(
            [("kpi_id", "=", kpi.id), ("company_id", "=", self.company.id), ("period_start", "=", "2026-10-01")]
        )

    def figure(self, kpi=None, known="is_current"):
        return self.env["crm.sync.kpi.value"].search(
            [("period_id", "=", self.october(kpi).id), ("scope_key", "=", "company"), (known, "=", True)]
        )

    def watch(self, kpi=None, now=NOW):
        kpi = kpi or self.kpi
        self.env["crm.sync.kpi.drift.watch"]._watch(kpi, now)
        return self.env["crm.sync.kpi.drift"].search([("period_id", "=", self.october(kpi).id)])

    def test_nothing_is_listed_when_nothing_has_changed(self):
        self.order(100.0)
        self.close()
        self.assertEqual(self.october().state, "closed")
        self.assertFalse(self.watch())

    def test_a_back_dated_order_leaves_the_figure_and_is_listed(self):
        self.order(100.0)
        self.close()
        before = self.figure().value
        late = self.order(40.0)
        self.close()
        self.assertEqual(self.figure().value, before, "a final figure has moved")
        drift = self.watch()
        self.assertEqual((drift.state, drift.line_count), ("found", 1))
        self.assertAlmostEqual(drift.live_value - drift.closed_value, 40.0)
        line = drift.line_ids
        self.assertEqual((line.res_model, line.res_id, line.change), ("sale.order", late.id, "added"))
        self.assertEqual((line.numerator_then, line.numerator_now), (0.0, 40.0))
        self.assertEqual(line.changed_by_id, late.write_uid)

    def test_a_back_dated_invoice_leaves_the_figure_and_is_listed(self):
        kpi = self.env.ref("crm_sync_measures.kpi_invoiced_revenue")
        kpi.write({"backfill_months": 2, "company_id": self.company.id, "closing_days": 3})
        self.invoice(100.0)
        self.close(kpi)
        before = self.figure(kpi).value
        late = self.invoice(40.0)
        self.close(kpi)
        self.assertEqual(self.figure(kpi).value, before, "a final figure has moved")
        drift = self.watch(kpi)
        self.assertAlmostEqual(drift.live_value - drift.closed_value, 40.0)
        self.assertEqual((drift.line_ids.res_model, drift.line_ids.res_id), ("account.move", late.id))

    def test_a_deleted_lead_leaves_the_figure_and_is_told_as_gone(self):
        kpi = self.env.ref("crm_sync_measures.kpi_new_leads")
        kpi.write({"backfill_months": 2, "company_id": self.company.id})
        lead = self.env["crm.lead"].create({"name": "Asks for a telescope", "company_id": self.company.id})
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = '2026-10-15 10:00' WHERE id = %s", [lead.id])
        lead.invalidate_recordset()
        self.close(kpi)
        before = self.figure(kpi).value
        number = lead.id
        lead.unlink()
        self.close(kpi)
        self.assertEqual(self.figure(kpi).value, before)
        line = self.watch(kpi).line_ids.filtered(lambda line: line.res_id == number)
        self.assertEqual((line.change, line.numerator_then, line.numerator_now), ("gone", 1.0, 0.0))
        self.assertFalse(line.changed_at, "nobody knows who deleted what is no more")

    def test_a_changed_amount_is_told_with_both_figures(self):
        order = self.order(100.0)
        self.close()
        order.order_line.price_unit = 70.0
        self.env.flush_all()
        line = self.watch().line_ids
        self.assertEqual((line.change, line.numerator_then, line.numerator_now), ("changed", 100.0, 70.0))

    def test_a_changed_rate_of_today_changes_nothing(self):
        euro = (
            self.env.ref("base.EUR")
            if self.company.currency_id != self.env.ref("base.EUR")
            else self.env.ref("base.USD")
        )
        euro.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-10-01", "rate": 2.0, "currency_id": euro.id, "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": euro.id})
        order = self.order(100.0, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, euro)
        self.close()
        before = self.figure().value
        self.env["res.currency.rate"].create(
            {"name": "2026-11-09", "rate": 9.0, "currency_id": euro.id, "company_id": self.company.id}
        )
        self.assertFalse(self.watch(), "the order has the rate of its own day")
        self.assertEqual(self.figure().value, before)

    def test_merged_customers_leave_what_was_reported(self):
        kpi = self.env.ref("crm_sync_measures.kpi_new_customers")
        kpi.write({"backfill_months": 2, "company_id": self.company.id})
        twins = self.env["res.partner"].create([{"name": "Twin One"}, {"name": "Twin Two"}])
        for twin in twins:
            self.order(10.0, partner=twin)
        self.close(kpi)
        before = self.figure(kpi).value
        self.env["base.partner.merge.automatic.wizard"]._merge(twins.ids, twins[0])
        self.close(kpi)
        self.assertEqual(self.figure(kpi).value, before)
        drift = self.watch(kpi)
        self.assertEqual(drift.closed_value - drift.live_value, 1.0, "two customers have become one")

    def test_a_change_of_time_zone_neither_moves_a_final_month_nor_loses_an_hour(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.order(100.0)
        self.close()
        october = self.october()
        self.assertEqual(october.at_end, fields.Datetime.to_datetime("2026-10-31 16:00:00"))
        self.company.partner_id.tz = "America/New_York"
        self.env["crm.sync.kpi.snapshot"]._refresh(self.kpi, now=fields.Datetime.to_datetime("2026-12-10 00:00:00"))
        november, december = (
            self.env["crm.sync.kpi.period"].search(
                [("kpi_id", "=", self.kpi.id), ("company_id", "=", self.company.id), ("period_start", "=", day)]
            )
            for day in ("2026-11-01", "2026-12-01")
        )
        self.assertEqual(october.at_end, fields.Datetime.to_datetime("2026-10-31 16:00:00"))
        self.assertEqual(november.at_start, october.at_end)
        self.assertEqual(december.at_start, november.at_end)
        self.assertEqual(december.tz, "America/New_York")
        later = fields.Datetime.to_datetime("2027-01-10 12:00:00")
        self.env["crm.sync.kpi.snapshot"]._refresh(self.kpi, now=later)
        self.assertEqual(december.state, "closed")
        self.assertFalse(self.watch(now=later), "no document has changed")

    def campaign(self, *days):
        """The KPI of what a won lead costs, a campaign with 1000 on each of these days, and a lead won on each at noon UTC."""
        kpi = self.env.ref("crm_sync_measures.kpi_cost_per_won_lead")
        kpi.write({"backfill_months": 2, "company_id": self.company.id})
        campaign = self.env["utm.campaign"].create({"title": "Autumn 2026"})
        for day in days:
            self.env["crm.sync.campaign.cost"].create(
                {
                    "name": "Fair",
                    "campaign_id": campaign.id,
                    "kind": "actual",
                    "amount": 1000.0,
                    "day": day,
                    "company_id": self.company.id,
                }
            )
            lead = self.env["crm.lead"].create(
                {"name": "Won", "company_id": self.company.id, "campaign_id": campaign.id, "type": "opportunity"}
            )
            lead.action_set_won()
            lead.date_closed = f"{day} 12:00:00"
        return kpi

    def moves(self, kpi, before, after):
        """Until November the periods have one clock, since December another; all of them are final in January."""
        self.company.partner_id.tz = before
        self.close(kpi)
        self.company.partner_id.tz = after
        for day in ("2026-12-10", "2027-01-10"):
            later = fields.Datetime.to_datetime(f"{day} 12:00:00")
            self.env["crm.sync.kpi.snapshot"]._refresh(kpi, now=later)
        self.env["crm.sync.kpi.drift.watch"]._watch(kpi, later)
        values = self.env["crm.sync.kpi.value"].search(
            [
                ("kpi_id", "=", kpi.id),
                ("company_id", "=", self.company.id),
                ("scope_key", "=", "company"),
                ("period_start", "in", ["2026-11-01", "2026-12-01"]),
            ],
            order="period_start",
        )
        live = self.env["crm.sync.kpi.snapshot"]._live(kpi, values.period_id, later)
        self.assertEqual(values.mapped(lambda value: (value.tz, value.state)), [(before, "closed"), (after, "closed")])
        self.assertEqual(
            [live[value.period_id.id, "company"][:2] for value in values],
            [(value.numerator, value.denominator) for value in values],
        )
        self.assertFalse(self.env["crm.sync.kpi.drift"].search([("kpi_id", "=", kpi.id)]))
        return [(value.numerator, value.denominator) for value in values]

    def test_a_cost_of_30_november_stays_in_november_when_the_company_moves_to_the_other_side_of_the_ocean(self):
        kpi = self.campaign("2026-11-15", "2026-11-30")
        self.assertEqual(self.moves(kpi, "Asia/Shanghai", "Pacific/Honolulu"), [(2000.0, 2.0), (0.0, 0.0)])

    def test_a_cost_of_1_december_is_decembers_although_the_first_december_of_the_new_clock_begins_in_its_evening(self):
        kpi = self.campaign("2026-11-15", "2026-12-01")
        self.assertEqual(self.moves(kpi, "Pacific/Honolulu", "Asia/Shanghai"), [(1000.0, 1.0), (1000.0, 1.0)])

    def test_a_revision_stands_beside_what_was_reported(self):
        self.order(100.0)
        self.close()
        reported = self.figure().value
        self.order(40.0)
        drift = self.watch()
        drift.with_user(self.manager).action_revise("The order of 15 October was entered in November")
        self.assertEqual(drift.state, "revised")
        first, now = self.figure(known="is_first"), self.figure()
        self.assertEqual((first.value, now.value), (reported, reported + 40.0))
        self.assertEqual((now.revision, now.reason), (2, "The order of 15 October was entered in November"))
        self.assertEqual(now.revised_by_id, self.manager)
        self.assertFalse(self.watch().filtered(lambda drift: drift.state == "found"), "the revision has no drift")

    def test_what_was_left_as_reported_is_not_asked_about_again_until_more_changes(self):
        self.order(100.0)
        self.close()
        self.order(40.0)
        drift = self.watch()
        drift.with_user(self.manager).action_accept("Too small to matter")
        self.assertEqual(self.watch().state, "accepted")
        self.order(5.0)
        self.assertEqual((self.watch().state, drift.line_count), ("found", 2))

    def test_a_drift_that_was_put_right_settles_itself(self):
        self.order(100.0)
        self.close()
        late = self.order(40.0)
        self.assertEqual(self.watch().state, "found")
        late.date_order = "2026-11-02 12:00:00"
        self.env.flush_all()
        self.assertEqual(self.watch().state, "settled")

    def test_only_managers_decide_and_always_say_why(self):
        self.order(100.0)
        self.close()
        self.order(40.0)
        drift = self.watch()
        for user in (self.head, self.auditor):
            with self.assertRaises(AccessError):
                drift.with_user(user).action_accept("Because")
        with self.assertRaisesRegex(UserError, "Say why"):
            drift.with_user(self.manager).action_accept("  ")
        with self.assertRaises(AccessError):
            drift.with_user(self.seller).read(["live_value"])

    def test_a_document_one_may_not_read_is_not_named(self):
        self.order(100.0)
        self.close()
        late = self.order(40.0)
        line = self.watch().line_ids
        self.assertEqual(line.with_user(self.manager).document_name, late.display_name)
        self.assertEqual(line.with_user(self.auditor).document_name, "Deleted, or not yours to read")

    def test_the_nightly_job_compares_each_kpi_once_a_day(self):
        self.order(100.0)
        self.close()
        Watch = self.env["crm.sync.kpi.drift.watch"]
        self.assertIn(self.kpi.id, Watch._next_ids(0, 1000))
        Watch._work([self.kpi.id])
        self.env.flush_all()
        self.assertNotIn(self.kpi.id, Watch._next_ids(0, 1000))
        self.assertEqual(self.kpi.drift_watched_at, fields.Date.today())
        with freeze_time(NOW + timedelta(days=1)):
            self.assertIn(self.kpi.id, Watch._next_ids(0, 1000))

    # ---------------------------------------------------------------- documents that went to others

    def teams(self, *names):
        return self.env["crm.team"].create([{"name": name, "company_id": self.company.id} for name in names])

    def scopes(self, drift):
        """``{key: (figure then, figure now)}``"""
        return {key: (before, after) for key, _name, before, after in drift.scopes}

    def test_an_order_that_went_to_another_team_is_listed_with_both_teams_although_the_company_has_the_same_figure(
        self,
    ):
        near, far = self.teams("Near", "Far")
        order = self.order(100.0, team_id=near.id)
        self.order(200.0, team_id=near.id)
        self.order(300.0, team_id=far.id)
        self.close()
        self.assertFalse(self.watch())
        order.team_id = far
        self.env.flush_all()
        drift = self.watch()
        self.assertEqual(drift.closed_value, drift.live_value)
        self.assertEqual(self.scopes(drift), {f"team:{near.id}": (300.0, 200.0), f"team:{far.id}": (300.0, 400.0)})
        line = drift.line_ids
        self.assertEqual((line.res_id, line.change), (order.id, "moved"))
        self.assertEqual((line.numerator_then, line.numerator_now), (100.0, 100.0))
        self.assertEqual(line.moved_text, "Sales Team: Near → Far")
        texts = sorted(drift.scope_text.split("\n"), reverse=True)
        self.assertEqual([text.partition(":")[0] for text in texts], ["Near", "Far"])
        self.assertIn("300", texts[0])
        self.assertIn("200", texts[0])

    def test_an_order_whose_source_was_corrected_is_listed_with_both_sources(self):
        self.kpi.scope_source = True
        fair, post = self.env["utm.source"].create([{"name": "Canton Fair 广交会"}, {"name": "By post"}])
        order = self.order(100.0, source_id=fair.id)
        self.close()
        order.source_id = post
        self.env.flush_all()
        drift = self.watch()
        self.assertEqual(self.scopes(drift), {f"source:{fair.id}": (100.0, 0.0), f"source:{post.id}": (0.0, 100.0)})
        self.assertEqual(drift.line_ids.moved_text, "Marketing Source: Canton Fair 广交会 → By post")

    def test_an_order_that_another_team_gives_back_settles_and_one_more_that_moves_is_asked_about_again(self):
        near, far = self.teams("Near", "Far")
        one, two = self.order(100.0, team_id=near.id), self.order(10.0, team_id=near.id)
        self.close()
        one.team_id = far
        self.env.flush_all()
        drift = self.watch()
        drift.with_user(self.manager).action_accept("The team was new")
        self.assertEqual(self.watch().state, "accepted")
        one.team_id, two.team_id = near, far
        self.env.flush_all()
        self.assertEqual(self.watch().state, "found", "another order, and as many as before")
        two.team_id = near
        self.env.flush_all()
        self.assertEqual(self.watch().state, "settled")

    def test_a_won_lead_that_went_to_another_seller_is_told_with_both_and_with_what_was_nobodys(self):
        kpi = self.env.ref("crm_sync_measures.kpi_won_leads")
        kpi.write({"backfill_months": 2, "company_id": self.company.id, "scope_person": True})
        near = self.teams("Near")
        lead = self.env["crm.lead"].create(
            {
                "name": "A telescope for a school",
                "company_id": self.company.id,
                "type": "opportunity",
                "user_id": self.seller.id,
                "team_id": False,
            }
        )
        lead.action_set_won()
        lead.write({"date_closed": "2026-10-20 12:00:00", "team_id": False})
        self.close(kpi)
        lead.write({"user_id": self.colleague.id, "team_id": near.id})
        lead.date_closed = "2026-10-20 12:00:00"
        self.env.flush_all()
        drift = self.watch(kpi)
        line = drift.line_ids
        self.assertEqual(line.change, "moved")
        self.assertEqual(line.moved_text, f"Sales Team: – → Near; Person: {self.seller.name} → {self.colleague.name}")
        self.assertEqual(self.scopes(drift)[f"person:{self.seller.id}"], (1.0, 0.0))
        self.assertEqual(self.scopes(drift)[f"person:{self.colleague.id}"], (0.0, 1.0))

    def test_an_amount_that_changed_and_went_to_another_team_is_one_line_that_tells_both(self):
        near, far = self.teams("Near", "Far")
        order = self.order(100.0, team_id=near.id)
        self.close()
        order.order_line.price_unit = 70.0
        order.team_id = far
        self.env.flush_all()
        drift = self.watch()
        line = drift.line_ids
        self.assertEqual((line.change, line.numerator_then, line.numerator_now), ("changed", 100.0, 70.0))
        self.assertEqual(line.moved_text, "Sales Team: Near → Far")
        self.assertEqual(
            self.scopes(drift),
            {
                f"team:{near.id}": (100.0, 0.0),
                f"team:{far.id}": (0.0, 70.0),
                f"person:{self.seller.id}": (100.0, 70.0),
            },
        )

    def test_a_colleague_or_a_product_that_goes_elsewhere_moves_no_document(self):
        self.order(100.0)
        self.close()
        self.seller.sync_department_id = self.service
        self.product.categ_id = self.env["product.category"].create({"name": "Optics"})
        self.env.flush_all()
        self.assertFalse(self.watch())

    def test_figures_of_persons_and_who_had_a_document_are_told_to_those_who_may_read_them(self):
        self.kpi.scope_person = True
        near, far = self.teams("Near", "Far")
        order = self.order(100.0, team_id=near.id)
        self.close()
        order.write({"user_id": self.colleague.id, "team_id": far.id})
        self.env.flush_all()
        drift = self.watch()
        who = f"Person: {self.seller.name} → {self.colleague.name}"
        for user in (self.manager, self.auditor):
            self.assertIn(self.seller.name, drift.with_user(user).scope_text)
            self.assertIn(who, drift.line_ids.with_user(user).moved_text)
        self.assertFalse(order.with_user(self.head).has_access("read"))
        self.assertFalse(drift.line_ids.with_user(self.head).moved_text)
        self.assertNotIn(self.seller.name, drift.with_user(self.head).scope_text)
        self.assertIn("Near: ", drift.with_user(self.head).scope_text)
        for record, name in ((drift, "scopes"), (drift.line_ids, "scopes_then")):
            with self.assertRaises(AccessError):
                record.with_user(self.head).read([name])

    def test_of_a_kind_of_scope_that_was_not_kept_nothing_is_told(self):
        self.kpi.scope_team = False
        near, far = self.teams("Near", "Far")
        order = self.order(100.0, team_id=near.id)
        self.close()
        self.kpi.scope_team = True
        self.assertFalse(self.watch())
        order.team_id = far
        self.env.flush_all()
        self.assertFalse(self.watch())
