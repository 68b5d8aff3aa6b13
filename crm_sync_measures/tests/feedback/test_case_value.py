from freezegun import freeze_time
from odoo.exceptions import AccessError

from .case_core_common import CaseCase


class TestCaseValue(CaseCase):
    """What customers who had complained on 2 March 2026 bought before and afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sync_case_value_months = 12
        cls.income = cls.env["account.account"].search([("account_type", "=", "income")], limit=1)

    def move(self, date, amount, kind="out_invoice", post=True, partner=None):
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or self.contact).id,
                "invoice_date": date,
                "date": date,
                "invoice_line_ids": [
                    (0, 0, {"name": "Lens", "quantity": 1, "price_unit": amount, "tax_ids": False, "account_id": self.income.id})
                ],
            }
        )  # fmt: skip
        if post:
            move.action_post()
        return move

    def row(self, partner=None, user=None):
        self.env.flush_all()
        Value = self.env["crm.sync.case.value"].with_user(user or self.manager)
        Value.invalidate_model()
        return Value.search([("commercial_partner_id", "=", (partner or self.customer).id)])

    def accepted(self):
        case = self.case(cause_id=self.defect.id)
        case.action_move(self.stage("investigating"))
        case.action_propose("You get a new lens")
        case.action_accept()
        case.action_close("upheld")
        return case

    def test_revenue_is_what_was_invoiced_in_the_year_afterwards_less_credit_notes(self):
        case = self.closed()
        case._give_verdict(5)
        for date, amount, kind, post in (
            ("2025-03-02", 7000, "out_invoice", True),  # a day too early
            ("2025-03-03", 100, "out_invoice", True),
            ("2026-03-02", 50, "out_invoice", True),  # the day of its end is before
            ("2026-03-03", 1000, "out_invoice", True),
            ("2026-06-01", 200, "out_refund", True),
            ("2027-03-02", 30, "out_invoice", True),
            ("2027-03-03", 7000, "out_invoice", True),  # a day too late
            ("2026-04-01", 7000, "out_invoice", False),  # not posted
            ("2026-04-01", 7000, "in_invoice", True),  # a vendor's bill
        ):
            self.move(date, amount, kind, post)
        row = self.row()
        self.assertEqual((row.outcome, row.case_id), ("solved", case))
        self.assertEqual((row.revenue_before, row.revenue_after, row.recovered), (150, 830, 100))
        self.assertEqual((str(row.ended_on), row.is_complete), ("2026-03-02", False))
        for day, is_complete in (("2027-03-02", False), ("2027-03-03", True)):
            with freeze_time(day):
                self.assertEqual(self.row().is_complete, is_complete, day)

    def test_who_was_only_given_money_back_has_not_bought_again(self):
        self.closed()
        self.move("2026-03-02", 50)
        self.move("2026-04-01", 20, "out_refund")
        self.assertEqual((self.row().revenue_after, self.row().recovered), (-20, 0))

    def test_each_company_counts_its_own_complaints_and_invoices(self):
        company, _user = self.other_company()
        self.closed()
        theirs = self.env["crm.sync.case"].create(
            {"name": "Late", "partner_id": self.contact.id, "company_id": company.id}
        )
        theirs.action_reject("It is not from us")
        self.move("2026-03-03", 100)
        elsewhere = self.move("2026-03-03", 30)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET company_id = %s WHERE id = %s", [company.id, elsewhere.id])
        self.env.invalidate_all()
        self.manager.company_ids += company
        Value = self.env["crm.sync.case.value"].with_user(self.manager)
        rows = Value.with_context(allowed_company_ids=(self.company | company).ids).search(
            [("commercial_partner_id", "=", self.customer.id)]
        )
        self.assertEqual(
            {row.company_id: (row.outcome, row.revenue_after) for row in rows},
            {self.company: ("closed", 100), company: ("rejected", 30)},
        )

    def test_money_is_the_companys(self):
        self.closed()
        currency = self.env["res.currency"].create(
            {"name": "TST", "symbol": "T", "rate_ids": [(0, 0, {"name": "2020-01-01", "rate": 2.0})]}
        )
        move = self.move("2026-03-03", 100, post=False)
        move.currency_id = currency
        move.action_post()
        self.assertEqual(self.row().revenue_after, 50)

    def test_who_agreed_or_was_content_is_solved_and_an_unhappy_one_is_not(self):
        self.accepted()
        self.assertEqual(self.row().outcome, "solved")
        unhappy = self.accepted()
        unhappy._give_verdict(2)
        self.assertEqual(self.row().outcome, "closed", "his last complaint, and he was not content")
        self.closed()._give_verdict(4)
        self.assertEqual(self.row().outcome, "solved")
        self.closed()
        self.assertEqual(self.row().outcome, "closed", "nobody knows")
        again = self.accepted()
        again.action_reopen("Scratched again")
        again.action_close("upheld", "Another new one")
        self.assertEqual(self.row().outcome, "closed", "he agreed to what did not hold")

    def test_the_baseline_is_who_was_rejected_or_left_unanswered(self):
        self.case().action_reject("It is not from us")
        self.assertEqual(self.row().outcome, "rejected")
        refused, content = self.case(), self.closed()
        refused.action_reject("It is not from us")
        content._give_verdict(5)
        for case, outcome in ((content, "solved"), (refused, "rejected")):
            # Nothing that was written reached him.
            case._record({"answered_at": False, "closed_at": f"2026-03-0{3 + (case == refused)} 09:00:00"})
            self.assertEqual((self.row().case_id, self.row().outcome), (case, outcome))
        loner = self.env["res.partner"].create({"name": "Loner", "is_company": True})
        case = self.case(partner_id=loner.id)
        self.assertFalse(self.row(loner), "he waits since today")
        with freeze_time("2026-04-02 09:00:00"):
            row = self.row(loner)
            self.assertEqual((row.outcome, row.case_id, row.recovered), ("unanswered", case, 0))

    def test_only_complaints_count_and_no_merged_ones(self):
        self.case(kind="question").action_close(note="Yes")
        self.assertFalse(self.row())
        master = self.case()
        self.case().action_merge(master)
        self.assertFalse(self.row())
        self.case(partner_id=False, email_from="somebody@example.com").action_reject("It is not from us")
        Value = self.env["crm.sync.case.value"].with_user(self.manager)
        self.assertFalse(Value.search([("commercial_partner_id", "=", False)]), "nobody knows who he is")

    def test_it_is_for_who_is_in_charge(self):
        self.closed()
        for user, reads in ((self.head, True), (self.manager, True), (self.auditor, True)):
            self.assertEqual(bool(self.row(user=user)), reads, user.login)
        self.service.manager_id = self.manager
        self.assertFalse(self.row(user=self.head), "he manages another department")
        for user in (self.agent, self.seller, self.employee):
            with self.assertRaises(AccessError):
                self.row(user=user)
        company, _user = self.other_company()
        self.manager.company_ids += company
        Value = self.env["crm.sync.case.value"].with_user(self.manager).with_context(allowed_company_ids=company.ids)
        self.assertFalse(Value.search([("commercial_partner_id", "=", self.customer.id)]))

    def test_50_customers_cost_a_handful_of_queries(self):
        for partner in self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(50)]):
            self.case(partner_id=partner.id).action_reject("No")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rows = self.env["crm.sync.case.value"].with_user(self.manager).search([])
        self.assertGreaterEqual(len(rows.mapped("revenue_after")), 50)
        self.assertLess(self.env.cr.sql_log_count - before, 15)
