from datetime import date, datetime

from odoo.tests import tagged

from ..tier.tier_common import TierCase
from .library_common import MARCH, LibraryCase


@tagged("post_install", "-at_install")
class TestLibraryLeads(LibraryCase):
    """Leads: what was won, how long it took, what it is worth."""

    def test_two_of_three_decided_opportunities_were_won_and_undecided_ones_do_not_count(self):
        self.lead(won=True, closed="2021-03-05 08:00:00")
        self.lead(won=True, closed="2021-03-06 08:00:00")
        self.lead(won=False, closed="2021-03-07 08:00:00")
        self.lead()
        self.assertEqual(self.sums("win_rate"), (2, 3, 3))

    def test_a_lead_that_is_archived_and_not_lost_is_undecided(self):
        lead = self.lead(probability=20)
        lead.active = False
        lead.date_closed = "2021-03-07 08:00:00"
        self.assertEqual(lead.won_status, "pending")
        self.assertEqual(self.sums("win_rate"), (0, 0, 0))

    def test_the_month_begins_and_ends_at_midnight_of_the_companys_clock(self):
        first = self.lead(won=True, closed="2021-02-28 16:00:00")
        last = self.lead(won=True, closed="2021-03-31 15:59:59")
        self.lead(won=True, closed="2021-02-28 15:59:59")
        self.lead(won=True, closed="2021-03-31 16:00:00")
        self.assertEqual({one["res_id"] for one in self.documents("won_leads")}, {first.id, last.id})

    def test_a_lead_without_a_company_counts_for_its_teams_or_salespersons_and_never_nowhere(self):
        other, seller = self.other_company()
        team = self.env["crm.team"].create({"name": "Fair", "company_id": other.id})
        of_team, of_seller, of_nobody = (
            self.put(self.lead(won=True, closed="2021-03-05 08:00:00"), company_id=None, user_id=user, team_id=team_id)
            for user, team_id in ((None, team.id), (seller.id, None), (None, None))
        )
        found = {one["res_id"] for one in self.documents("won_leads", company=other)}
        self.assertEqual(found, {of_team.id, of_seller.id})
        first = self.env["res.company"].search([], order="id", limit=1)
        self.assertIn(of_nobody.id, [one["res_id"] for one in self.documents("won_leads", company=first)])

    def test_a_sales_cycle_of_ten_and_one_of_five_and_a_half_days(self):
        self.lead("2021-03-01 08:00:00", won=True, closed="2021-03-11 08:00:00")
        self.lead("2021-02-20 08:00:00", won=True, closed="2021-02-25 20:00:00")
        self.lead("2021-03-01 08:00:00", won=True, closed="2021-03-06 20:00:00")
        self.lead("2021-03-01 08:00:00", won=False, closed="2021-03-02 08:00:00")
        self.assertEqual(self.sums("sales_cycle"), (15.5, 2, 2))

    def test_won_revenue_is_told_by_person_and_source(self):
        source = self.env["utm.source"].create({"name": "Canton Fair 2021"})
        self.lead(won=True, closed="2021-03-05 08:00:00", expected_revenue=1200, source_id=source.id)
        self.lead(won=True, closed="2021-03-06 08:00:00", expected_revenue=300, user_id=self.colleague.id)
        self.assertEqual(self.by("won_revenue", "user_id"), {self.seller.id: 1200, self.colleague.id: 300})
        self.assertEqual(self.by("won_revenue", "source_id"), {source.id: 1200, None: 300})

    def test_the_win_rate_is_what_a_plain_search_says(self):
        for number in range(12):
            self.lead(won=number % 3 != 0, closed=f"2021-03-{number + 10} 08:00:00")
        window = self.window()
        decided = self.env["crm.lead"].with_context(active_test=False)
        decided = decided.search([("date_closed", ">=", window.since), ("date_closed", "<", window.until)])
        decided = decided.filtered(lambda one: one.won_status != "pending")
        won = decided.filtered(lambda one: one.won_status == "won")
        self.assertEqual(self.sums("win_rate"), (len(won), len(decided), len(decided)))
        self.assertEqual((len(won), len(decided)), (8, 12))

    def test_odoos_digest_says_the_same_but_for_leads_without_a_company(self):
        self.lead(won=True, closed="2021-03-05 08:00:00")
        self.lead(won=True, closed="2021-03-06 08:00:00")
        window, digest = (
            self.window(),
            self.env["digest.digest"].create({"name": "Weekly", "company_id": self.company.id}),
        )
        digest = digest.with_user(self.manager).with_context(start_datetime=window.since, end_datetime=window.until)
        self.assertEqual(self.sums("won_leads")[0], digest.kpi_crm_opportunities_won_value)
        self.put(self.lead(won=True, closed="2021-03-07 08:00:00"), company_id=None)
        digest.invalidate_recordset()
        self.assertEqual((self.sums("won_leads")[0], digest.kpi_crm_opportunities_won_value), (3, 2))


@tagged("post_install", "-at_install")
class TestLibraryAnswers(LibraryCase):
    """Clocks of answers, by the moment at which they are known."""

    def clock(self, number, due, answered=None, hours=0.0, late=False, kind="first", state=None):
        return self.env["crm.sync.response"].create(
            {
                "partner_id": self.contact.id,
                "res_model": "res.partner",
                "res_id": self.contact.id,
                "kind": kind,
                "channel": "email",
                "user_id": self.seller.id,
                "department_id": self.sales.id,
                "company_id": self.company.id,
                "priority": "1",
                "started_at": "2021-03-01 01:00:00",
                "due_at": due,
                "answered_at": answered,
                "worked_seconds": int(hours * 3600),
                "state": state or ("answered" if answered else "waiting"),
                "is_breached": late,
                "start_source": 99,
                "start_id": 900_000_000 + number,
            }
        )

    def test_first_answers_after_two_and_seven_hours_of_work(self):
        self.clock(1, "2021-03-02 08:00:00", "2021-03-02 03:00:00", 2)
        self.clock(2, "2021-03-02 08:00:00", "2021-03-03 08:00:00", 7, late=True)
        self.clock(3, "2021-03-02 08:00:00", "2021-03-02 05:00:00", 4, kind="rolling")
        self.clock(4, "2021-03-02 08:00:00")
        self.assertEqual(self.sums("first_response_hours"), (9, 2, 2))
        self.assertEqual(self.by("first_response_hours", "department_id"), {self.sales.id: 9})

    def test_what_still_waits_after_its_deadline_was_not_in_time(self):
        self.clock(1, "2021-03-02 08:00:00", "2021-03-02 03:00:00", 2)
        self.clock(2, "2021-03-03 08:00:00", "2021-03-04 08:00:00", 9, late=True)
        self.clock(3, "2021-03-05 08:00:00")
        self.clock(4, "2021-03-20 08:00:00")
        self.clock(5, "2021-03-05 08:00:00", state="closed")
        self.clock(6, None, "2021-03-05 08:00:00", 1)
        self.assertEqual(self.sums("answered_within_target"), (1, 4, 4))
        early = datetime.fromisoformat("2021-03-10 00:00:00")
        self.assertEqual(self.sums("answered_within_target", now=early), (1, 3, 3))

    def test_answers_in_time_are_those_of_the_response_analysis(self):
        for number in range(8):
            self.clock(number, "2021-03-02 08:00:00", "2021-03-02 03:00:00", 2, late=number % 4 == 0)
        [[share]] = self.env["crm.sync.response.report"]._read_group(
            [("started_at", "=", "2021-03-01 01:00:00")], [], ["in_time:avg"]
        )
        kept, judged, _count = self.sums("answered_within_target")
        self.assertEqual((100.0 * kept / judged, share), (75.0, 75.0))


@tagged("post_install", "-at_install")
class TestLibraryOrders(LibraryCase):
    """Orders and invoices: money at the rate of the document, never at today's."""

    def foreign(self, rate, day):
        """A currency of which the company's own is worth ``rate`` since that day."""
        own = self.company.currency_id
        currency = self.env.ref("base.CHF") if own != self.env.ref("base.CHF") else self.env.ref("base.SEK")
        currency.active = True
        (own | currency).rate_ids.unlink()
        self.rate(currency, rate, day)
        return currency

    def rate(self, currency, rate, day):
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "company_id": self.company.id, "name": day, "rate": rate}
        )

    def test_turnover_of_orders_and_what_was_not_confirmed(self):
        self.order(100)
        self.order(250.5, "2021-03-20 04:00:00")
        self.order(70, "2021-04-01 04:00:00")
        cancelled = self.order(900)
        cancelled._action_cancel()
        self.assertEqual(self.sums("orders_revenue"), (350.5, 2, 2))

    def test_an_order_of_two_categories_is_told_by_both_and_counted_once_in_money(self):
        frames = self.env["product.category"].create({"name": "Frames"})
        frame = self.env["product.product"].create(
            {"name": "Frame", "type": "consu", "categ_id": frames.id, "taxes_id": False}
        )
        order = self.order(100, order_line=[self.line(100), self.line(40, frame), self.line(60)])
        self.assertEqual(self.by("orders_revenue", "category_id"), {self.product.categ_id.id: 160, frames.id: 40})
        self.assertEqual(self.sums("orders_revenue"), (order.amount_untaxed, 2, 2))
        self.assertEqual(self.sums("average_order"), (200, 1, 1))

    def test_a_rate_that_changes_afterwards_changes_no_turnover(self):
        currency = self.foreign(2.0, "2021-01-01")
        pricelist = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": currency.id})
        order = self.order(100, pricelist_id=pricelist.id)
        self.assertEqual((order.currency_id, order.currency_rate), (currency, 2.0))
        self.assertEqual(self.sums("orders_revenue"), (50, 1, 1))
        self.rate(currency, 8.0, "2021-05-01")
        self.assertEqual(self.sums("orders_revenue"), (50, 1, 1))
        self.assertEqual(self.sums("average_order"), (50, 1, 1))

    def test_odoos_sales_analysis_has_the_same_turnover(self):
        self.order(100)
        self.order(250.5, order_line=[self.line(250.5), self.line(-20)])
        self.env.flush_all()
        window = self.window()
        domain = [("date", ">=", window.since), ("date", "<", window.until), ("state", "=", "sale")]
        domain.append(("company_id", "=", self.company.id))
        [[amount]] = self.env["sale.report"]._read_group(domain, [], ["price_subtotal:sum"])
        self.assertAlmostEqual(self.sums("orders_revenue")[0], amount, 2)
        self.assertEqual(amount, 330.5)

    def test_gifts_do_not_lower_the_average_order(self):
        self.order(100)
        self.order(300)
        self.order(0)
        self.assertEqual(self.sums("average_order"), (400, 2, 2))

    def test_the_margin_is_told_where_odoo_keeps_it(self):
        self.order(100)
        _options, measure = self.env["crm.sync.kpi.library"]._measures()["margin"]
        if "margin" not in self.env["sale.order.line"]._fields:
            self.assertIsNone(measure(self.window()))
        else:
            self.assertEqual(self.sums("margin"), (100, 1, 1))

    def invoice(self, amount, day, **values):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_user_id": self.seller.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    (0, 0, {"product_id": self.product.id, "quantity": 1, "price_unit": amount, "tax_ids": False})
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def test_a_credit_note_counts_on_its_own_day_with_a_minus(self):
        self.invoice(1000, "2021-03-01")
        self.invoice(200, "2021-03-31", move_type="out_refund")
        self.invoice(50, "2021-04-01", move_type="out_refund")
        self.invoice(500, "2021-02-28")
        self.assertEqual(self.sums("invoiced_revenue"), (800, 2, 2))
        self.assertEqual(self.by("invoiced_revenue", "user_id"), {self.seller.id: 800})

    def test_odoos_invoice_analysis_has_the_same_amount(self):
        self.invoice(1000, "2021-03-01")
        self.invoice(200, "2021-03-31", move_type="out_refund")
        draft = self.invoice(77, "2021-03-15")
        draft.button_draft()
        domain = [("invoice_date", ">=", MARCH[0]), ("invoice_date", "<=", MARCH[1]), ("state", "=", "posted")]
        domain += [("company_id", "=", self.company.id), ("move_type", "in", ("out_invoice", "out_refund"))]
        [[amount]] = self.env["account.invoice.report"]._read_group(domain, [], ["price_subtotal:sum"])
        self.assertAlmostEqual(self.sums("invoiced_revenue")[0], amount, 2)
        self.assertEqual(amount, 800)

    def test_nothing_of_another_company_is_counted(self):
        other, _user = self.other_company()
        self.order(100)
        self.assertEqual(self.sums("orders_revenue", company=other), (0, 0, 0))


@tagged("post_install", "-at_install")
class TestLibraryTiers(LibraryCase, TierCase):
    """Turnover by the tier the customer had on the day of the order, and not by that of today."""

    def test_an_order_counts_for_the_tier_of_its_day_at_the_companys_clock(self):
        card = self.new_card()
        self.new_membership(card, self.silver, date(2021, 1, 1), date(2021, 3, 10))
        self.new_membership(card, self.gold, date(2021, 3, 10))
        self.order(100, "2021-03-09 15:00:00", partner=self.contact)
        self.order(30, "2021-03-09 17:00:00")
        self.order(5, partner=self.new_customer())
        self.assertEqual(self.by("orders_revenue", "tier_id"), {self.silver.id: 100, self.gold.id: 30, None: 5})
