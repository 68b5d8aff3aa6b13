from datetime import date

from freezegun import freeze_time

from ..feedback.case_clock_common import CaseClockCase
from ..feedback.case_core_common import CaseCase
from .measure_common import MeasureMixin

MARCH = ("2026-03-01", "2026-03-31")
NOVEMBER = ("2026-11-01", "2026-11-30")


class TestLibraryOfCases(MeasureMixin, CaseCase):
    """Complaints that come in from Monday 2 March 2026 on."""

    def ordered(self, user, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": user.id,
                "order_line": [(0, 0, {"product_id": self.lens.id, "product_uom_qty": 1})],
                **values,
            }
        )
        order.action_confirm()
        return order

    def setUp(self):
        super().setUp()
        category = self.env["product.category"].create({"name": "Lenses"})
        self.lens = self.env["product.product"].create(
            {"name": "Lens", "type": "consu", "list_price": 10, "categ_id": category.id}
        )

    # ---------------------------------------------------------------- how many

    def test_who_tells_the_same_twice_has_complained_once_and_who_tells_it_too_has_complained_too(self):
        master, again = self.case(), self.case()
        other = self.env["res.partner"].create({"name": "Second Customer", "user_id": self.agent.id})
        too = self.case(partner_id=other.id)
        question = self.case(kind="question")
        cases = (master | again | too | question).sudo()
        self.assertEqual(self.figure("complaints", *MARCH, cases), 3)
        (again | too).action_merge(master)
        self.assertEqual(self.figure("complaints", *MARCH, cases), 2)
        self.assertEqual(self.figure("complaints", "2026-02-01", "2026-02-28", cases), 0)

    def test_complaints_are_told_by_department_person_category_and_channel(self):
        case = self.case(product_id=self.lens.id, user_id=self.agent.id, channel="email").sudo()
        for scope, value in (
            ("department", self.service.id),
            ("person", self.agent.id),
            ("category", self.lens.categ_id.id),
            ("channel", "email"),
        ):
            self.assertEqual(self.figures_by(scope, "complaints", *MARCH, case), {value: 1}, scope)

    def test_one_complaint_for_four_orders_is_25_of_100_and_counts_for_who_sold(self):
        orders = self.env["sale.order"]
        for user in (self.seller, self.seller, self.colleague, self.colleague):
            orders |= self.ordered(user)
        draft = self.env["sale.order"].create({"partner_id": self.customer.id})
        case = self.case(self.manager, order_id=orders[2].id, user_id=self.agent.id).sudo()
        only = (case, orders | draft)
        self.assertEqual(self.figure("complaint_rate", *MARCH, *only), 25)
        self.assertEqual(
            self.figures_by("person", "complaint_rate", *MARCH, *only), {self.seller.id: 0, self.colleague.id: 50}
        )
        nobodys = self.case().sudo()
        found = self.documents("complaint_rate", *MARCH, nobodys)
        self.assertEqual([row["user_id"] for row in found], [self.seller.id], "who looks after the customer")
        self.assertIsNone(self.figure("complaint_rate", *MARCH, case), "without an order there is no rate")

    # ---------------------------------------------------------------- whether they stay settled

    def test_of_three_ends_one_was_not_the_first(self):
        first, second = self.closed(), self.closed()
        first.action_reopen("Scratched again")
        first.action_close("upheld", "Another one")
        self.assertEqual(self.figure("reopened_rate", *MARCH, (first | second).sudo()), 33.33)
        with freeze_time("2026-04-02 09:00:00"):
            second.action_reopen("Mine too")
            second.action_close("upheld", "Another one")
        self.assertEqual(self.figure("reopened_rate", *MARCH, (first | second).sudo()), 33.33, "March stays")
        self.assertEqual(self.figure("reopened_rate", "2026-04-01", "2026-04-30", second.sudo()), 100)

    def test_what_was_open_at_a_moment_of_the_past_is_known_from_the_history(self):
        case = self.case(cause_id=self.defect.id)
        with freeze_time("2026-03-05 09:00:00"):
            case.action_move(self.stage("investigating"))
            case.action_close("upheld")
        with freeze_time("2026-03-10 09:00:00"):
            case.action_reopen("Again")
        with freeze_time("2026-03-12 09:00:00"):
            case.action_close("upheld")
        with freeze_time("2026-04-20 09:00:00"):
            for last, number in (
                ("02", 1),
                ("04", 1),
                ("05", 0),
                ("09", 0),
                ("10", 1),
                ("11", 1),
                ("12", 0),
                ("31", 0),
            ):
                found = self.figure("open_cases", "2026-03-01", f"2026-03-{last}", case.sudo())
                self.assertEqual(found, number, last)
            self.assertEqual(self.figure("open_cases", "2026-02-01", "2026-02-28", case.sudo()), 0)

    def test_stars_are_the_share_that_the_room_tells(self):
        cases = self.env["crm.sync.case"]
        for stars in (5, 4, 2):
            case = self.closed()
            case._give_verdict(stars)
            cases |= case
        cases[2].sudo()._give_verdict(3)
        self.company.sync_score_minimum = 1
        scores = self.env["crm.sync.score"].with_user(self.manager)
        told = scores.csat_figures([("case_id", "in", cases.ids)])
        answers = self.env["crm.sync.score"].with_context(active_test=False).search([("case_id", "in", cases.ids)])
        self.assertEqual((told["answers"], told["satisfied"]), (3, 66.7))
        self.assertEqual(self.figure("case_csat", *MARCH, answers), 66.67)
        self.assertEqual(len(self.documents("case_csat", *MARCH, answers)), 3, "what was put right counts once")

    # ---------------------------------------------------------------- what it costs

    def worth(self, **values):
        """A card of a program in which a point is worth 0.05."""
        program = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty", "currency_id": self.company.currency_id.id, **values}
        )
        program.sync_point_value = 0.05
        return self.env["loyalty.card"].create({"program_id": program.id, "partner_id": self.customer.id})

    def given(self, case, **values):
        one = self.env["crm.sync.case.compensation"].create({"case_id": case.id, **values})
        one._record({"state": "granted", "budget_amount": one.amount, "decided_at": "2026-03-03 12:00:00"})
        return one

    def test_compensations_cost_what_the_case_analysis_says(self):
        case, card = self.case(), self.worth()
        given = self.given(case, kind="gift", amount=12) | self.given(case, kind="points", amount=200, card_id=card.id)
        refused = self.env["crm.sync.case.compensation"].create({"case_id": case.id, "kind": "gift", "amount": 500})
        refused._record({"state": "refused", "decided_at": "2026-03-03 12:00:00"})
        self.env.flush_all()
        self.assertAlmostEqual(self.env["crm.sync.case.report"].browse(case.id).cost, 22)
        self.assertEqual(self.figure("compensation_cost", *MARCH, given | refused), 22)

    def test_points_cost_what_they_were_worth_at_the_rate_of_that_day(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [
                    (0, 0, {"name": day, "rate": rate}) for day, rate in (("2020-01-01", 2), ("2026-03-10", 4))
                ],
            }
        )
        given = self.given(self.case(), kind="points", amount=200, card_id=self.worth(currency_id=currency.id).id)
        expected = currency._convert(10, self.company.currency_id, self.company, date(2026, 3, 3))
        with freeze_time("2026-04-02 09:00:00"):
            self.assertEqual(self.figure("compensation_cost", *MARCH, given), expected)
            self.assertNotEqual(
                expected, currency._convert(10, self.company.currency_id, self.company, date(2026, 4, 2))
            )

    # ---------------------------------------------------------------- what it is worth

    def move(self, day, amount, kind="out_invoice"):
        income = self.env["account.account"].search([("account_type", "=", "income")], limit=1)
        line = {"name": "Lens", "quantity": 1, "price_unit": amount, "tax_ids": False, "account_id": income.id}
        values = {"move_type": kind, "partner_id": self.contact.id, "invoice_date": day, "date": day}
        self.env["account.move"].create({**values, "invoice_line_ids": [(0, 0, line)]}).action_post()

    def test_who_was_helped_has_bought_half_as_much_again_and_it_is_told_when_the_year_is_over(self):
        self.company.sync_case_value_months = 12
        case = self.closed().sudo()
        case._give_verdict(5)
        for day, amount, kind in (
            ("2025-03-02", 7000, "out_invoice"),  # a day too early
            ("2025-09-01", 100, "out_invoice"),
            ("2026-03-03", 180, "out_invoice"),
            ("2026-06-01", 30, "out_refund"),
            ("2027-03-03", 7000, "out_invoice"),  # a day too late
        ):
            self.move(day, amount, kind)
        year = ("2027-03-01", "2027-03-31")
        with freeze_time("2027-03-02 09:00:00"):
            self.assertFalse(self.documents("value_of_service", *year, case), "its last day is not over")
        with freeze_time("2027-03-03 09:00:00"):
            self.assertEqual(self.figure("value_of_service", *year, case), 150)
            self.assertFalse(self.documents("value_without_service", *year, case))
            row = self.env["crm.sync.case.value"].search([("case_id", "=", case.id)])
            self.assertTrue(row.is_complete)
            self.assertEqual((row.outcome, row.revenue_before, row.revenue_after), ("solved", 100, 150))
            self.assertFalse(self.documents("value_of_service", *MARCH, case))

    def test_a_complaint_that_another_one_followed_is_not_told_and_the_baseline_is_who_was_rejected(self):
        self.company.sync_case_value_months = 12
        first = self.closed().sudo()
        first._give_verdict(5)
        self.move("2025-10-01", 100)
        with freeze_time("2026-09-01 09:00:00"):
            second = self.case().sudo()
            second.action_reject("It is not from us")
            self.move("2026-09-05", 20)
        with freeze_time("2028-01-10 09:00:00"):
            self.assertFalse(self.documents("value_of_service", "2027-03-01", "2027-03-31", first))
            self.assertEqual(self.figure("value_without_service", "2027-09-01", "2027-09-30", second), 20)


class TestLibraryOfClocks(MeasureMixin, CaseClockCase):
    """Service works from 9 to 17 in Berlin; a case of Friday 20 November 2026, 16:00, is to be solved within 16 hours."""

    def close(self, hours, case):
        stage = self.env.ref("crm_sync_measures.case_stage_investigating")
        self.do(hours, case.action_move, stage)
        self.do(hours, case.action_close, "upheld", "You get a new lamp")

    def case_of(self, **values):
        return self.open_case(cause_id=self.env.ref("crm_sync_measures.case_cause_product_defect").id, **values)

    def report(self, case):
        self.env.flush_all()
        report = self.env["crm.sync.case.report"].browse(case.id)
        report.invalidate_recordset()
        return report

    def test_a_weekend_takes_no_time_and_the_mean_is_that_of_the_case_analysis(self):
        quick, slow = self.case_of(), self.case_of()
        self.close(66, quick)  # Monday 10:00: one hour of Friday, one of Monday
        self.close(90, slow)  # Tuesday 10:00: eight hours more
        self.assertEqual([self.report(case).resolve_hours for case in (quick, slow)], [2, 10])
        self.assertEqual(self.figure("time_to_resolve", *NOVEMBER, quick | slow), 6)
        self.assertEqual(self.figure("case_first_answer_hours", *NOVEMBER, quick | slow), 6)
        self.assertAlmostEqual(self.report(slow).answer_hours, 10)

    def test_a_case_that_was_reopened_takes_the_hours_of_both_times(self):
        case = self.case_of()
        self.close(66, case)
        self.do(90, case.action_reopen, "It flickers again")
        self.assertIsNone(self.figure("time_to_resolve", *NOVEMBER, case), "it is not solved now")
        self.do(93, case.action_close, "upheld", "Another lamp")
        self.assertEqual(self.figure("time_to_resolve", *NOVEMBER, case), 5)
        self.assertEqual(self.report(case).resolve_hours, 5)

    def test_what_is_late_counts_at_once_and_once(self):
        kept, late, merged = self.case_of(), self.case_of(), self.case_of()
        cases = kept | late | merged
        self.close(66, kept)
        self.do(67, merged.action_merge, late)
        with self.at(95):
            self.assertEqual(self.figure("case_in_target", *NOVEMBER, cases), 100)
        with self.at(97):
            self.assertEqual(self.figure("case_in_target", *NOVEMBER, cases), 50, "an hour ago it became late")
        self.close(120, late)
        with self.at(121):
            self.assertEqual(self.figure("case_in_target", *NOVEMBER, cases), 50)
            self.assertEqual(len(self.documents("case_in_target", *NOVEMBER, cases)), 2)
