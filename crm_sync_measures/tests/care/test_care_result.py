from odoo.exceptions import AccessError

from .care_common import CareCase


class TestCareResult(CareCase):
    """What care has brought, against those who were held out by chance."""

    def setUp(self):
        super().setUp()
        self.greeted = self.rule(holdout_percent=50, purchase_days=20, purpose="service")
        people = self.env["res.partner"]
        for number in range(120):
            people |= self.person(f"Person {number}")
        self.people = people
        for person in people:
            self.ordered(person, at="2026-03-02 08:00:00")
        self.greeted.audience_domain = self.for_all(*people)
        occasions = self.run_all(self.greeted)
        for mail in self.mails(occasions):
            mail._postprocess_sent_message([], [])
        self.cared = occasions.filtered(lambda one: one.state == "sent")
        self.control = occasions.filtered(lambda one: one.state == "control")

    def bought(self, occasions, at="2026-03-10 10:00:00"):
        for one in occasions:
            self.ordered(one.partner_id, at=at)

    def figures(self, user=None):
        self.env.invalidate_all()
        [figures] = self.greeted.with_user(user or self.manager).care_figures()
        return figures

    def test_nothing_is_said_before_the_days_are_over(self):
        self.bought(self.cared)
        figures = self.figures()
        self.assertEqual((figures["cared"], figures["cared_over"], figures["cared_rate"]), (len(self.cared), 0, None))
        self.assertIsNone(figures["uplift"])

    def test_purchases_within_the_days_count_and_none_before_or_after(self):
        self.bought(self.cared[:30])
        self.bought(self.cared[30:31], "2026-03-03 09:00:00")
        self.bought(self.cared[31:32], "2026-03-24 10:00:00")
        self.bought(self.control[:5])
        self.travel("2026-03-25 10:00:00")
        figures = self.figures()
        self.assertEqual(figures["cared_rate"], round(100 * 30 / len(self.cared), 1))
        self.assertEqual(figures["control_rate"], round(100 * 5 / len(self.control), 1))
        self.assertTrue(figures["is_enough"])
        self.assertTrue(figures["low"] < figures["uplift"] < figures["high"])

    def test_the_rule_tells_what_it_brought_and_only_to_who_may_read_it(self):
        self.assertFalse(self.greeted.with_user(self.manager).result_text)
        self.bought(self.cared[:30])
        self.travel("2026-03-25 10:00:00")
        figures = self.figures()
        told = self.greeted.with_user(self.manager).result_text
        self.assertIn(f"{figures['cared_rate']} % of {len(self.cared)} customers have bought within 20 days.", told)
        self.assertIn(f"Of {len(self.control)} who were held out: 0.0 %.", told)
        self.assertIn(
            f"Difference: {figures['uplift']} percentage points ({figures['low']} to {figures['high']}).", told
        )
        with self.assertRaises(AccessError):
            self.greeted.with_user(self.agent).read(["result_text"])

    def test_the_report_says_the_same_as_the_figures(self):
        self.bought(self.cared[:30])
        self.travel("2026-03-25 10:00:00")
        figures = self.figures()
        rows = (
            self.env["crm.sync.care.result"]
            .with_user(self.manager)
            ._read_group([("rule_id", "=", self.greeted.id)], ["outcome"], ["rate:avg", "__count"])
        )
        report = {outcome: (round(rate, 1), count) for outcome, rate, count in rows}
        self.assertEqual(report["cared"], (figures["cared_rate"], figures["cared"]))
        self.assertEqual(report["control"], (figures["control_rate"], figures["control"]))

    def test_each_number_is_a_list(self):
        figures = self.figures()
        for outcome, domain in figures["domains"].items():
            rows = self.env["crm.sync.care.result"].with_user(self.manager).search_count(domain)
            self.assertEqual(rows, figures[outcome])

    def test_with_few_held_out_nothing_is_compared(self):
        few = self.rule(audience_domain=self.for_all(*self.people[:20]), purpose="service", holdout_percent=50)
        self.run_all(few)
        self.travel("2026-04-25 10:00:00")
        self.env.invalidate_all()
        [figures] = few.care_figures()
        self.assertEqual((figures["is_enough"], figures["uplift"], figures["is_signal"]), (False, None, False))
