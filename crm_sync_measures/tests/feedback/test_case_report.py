from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .case_core_common import CaseCase


class TestCaseReport(CaseCase):
    """The analysis of cases: each row is a case, with what it took and cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["crm.sync.case.report"]
        # Cases of a product of their own: the demo's stay out.
        cls.product = cls.env["product.product"].create({"name": "Test Lens"})
        cls.mine = [("product_id", "=", cls.product.id)]
        cls.transport = cls.env.ref("crm_sync_measures.case_cause_product_transport")
        cls.late_delivery = cls.env["crm.sync.case.cause"].create({"name": "Truck Broke Down"})

    def one(self, cause=None, **values):
        return self.case(product_id=self.product.id, cause_id=cause and cause.id, **values)

    def row(self, case):
        self.env.flush_all()
        return self.Report.browse(case.id)

    def pareto(self, user=None, by=None, domain=None):
        return self.Report.with_user(user or self.agent).pareto(domain or self.mine, by)

    def test_a_row_tells_what_the_case_took(self):
        self.env["crm.sync.case.policy"].search([]).write({"resolve_hours": 1})
        case = self.one(self.transport)
        with freeze_time("2026-03-02 10:00:00"):
            case.action_acknowledge()
        with freeze_time("2026-03-02 12:00:00"):
            case.action_move(self.stage("investigating"))
            case._answered(case.env.cr.now().replace(microsecond=0))
        row = self.row(case)
        self.assertAlmostEqual(row.acknowledge_hours, 1.0)
        self.assertEqual(row.resolve_hours, 0, "its clock runs")
        with freeze_time("2026-03-02 14:00:00"):
            case.action_close("upheld", "You get a new lens")
        case._give_verdict(4)
        row = self.row(case)
        row.invalidate_recordset()
        self.assertGreater(row.resolve_hours, 1)
        self.assertEqual((row.stars, row.breached, row.reopened), (4.0, 1, 0))
        self.assertEqual((row.cause_id, row.cause_group_id), (self.transport, self.transport.parent_id))
        self.assertEqual((row.department_id, row.category_id), (self.service, self.product.categ_id))

    def test_hours_of_all_cycles_add_up(self):
        case = self.one(self.transport)
        with freeze_time("2026-03-02 10:00:00"):
            case.action_move(self.stage("investigating"))
            case.action_close("upheld")
        first = self.row(case).resolve_hours
        with freeze_time("2026-03-02 14:00:00"):
            case.action_reopen("Again")
        with freeze_time("2026-03-02 15:00:00"):
            case.action_close("upheld")
        self.Report.invalidate_model()
        row = self.row(case)
        self.assertAlmostEqual(row.resolve_hours, first + 1.0)
        self.assertEqual(row.reopened, 1)

    def test_hours_of_what_is_paused_or_does_not_count_are_empty(self):
        paused, merged = self.one(self.transport), self.one()
        with freeze_time("2026-03-02 12:00:00"):
            paused.action_move(self.stage("investigating"))
            paused.action_wait("customer")
            merged.action_merge(self.one())
        for case in (paused, merged):
            clock = case.clock_ids.filtered(lambda clock: clock.kind == "resolve")
            self.assertGreater(clock.consumed_seconds, 0)
            self.assertEqual(self.row(case).resolve_hours, 0, clock.state)

    def test_points_of_another_currency_count_at_the_rate_of_the_cases_company(self):
        company, _user = self.other_company()
        currency = self.env["res.currency"].create(
            {"name": "TST", "symbol": "T", "rate_ids": [(0, 0, {"name": "2020-01-01", "rate": 2.0})]}
        )
        program = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty", "currency_id": currency.id}
        )
        program.sync_point_value = 0.05
        card = self.env["loyalty.card"].create({"program_id": program.id, "partner_id": self.customer.id})
        case = self.one()
        values = {"case_id": case.id, "kind": "points", "amount": 200, "card_id": card.id}
        self.env["crm.sync.case.compensation"].create(values)._record({"state": "granted", "budget_amount": 200})
        for companies in (self.company, self.company | company):
            row = self.row(case).with_context(allowed_company_ids=companies.ids)
            row.invalidate_recordset()
            self.assertAlmostEqual(row.cost, 5.0)

    def test_what_was_given_counts_in_money_and_points_at_their_value(self):
        case = self.one()
        program = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty", "currency_id": self.company.currency_id.id}
        )
        program.sync_point_value = 0.05
        card = self.env["loyalty.card"].create({"program_id": program.id, "partner_id": self.customer.id})
        given = self.env["crm.sync.case.compensation"].create(
            [
                {"case_id": case.id, "kind": "gift", "amount": 12},
                {"case_id": case.id, "kind": "points", "amount": 200, "card_id": card.id},
                {"case_id": case.id, "kind": "gift", "amount": 500},
            ]
        )
        for one, state in zip(given, ("granted", "granted", "refused"), strict=True):
            one._record({"state": state, "budget_amount": one.amount})
        row = self.row(case)
        self.assertAlmostEqual(row.cost, 22.0)
        self.assertEqual(row.currency_id, self.company.currency_id)

    def test_a_merged_case_has_the_cause_of_its_master(self):
        master = self.one(self.transport)
        case = self.one()
        case.action_merge(master)
        self.assertEqual(self.row(case).cause_id, self.transport)

    # ---------------------------------------------------------------- Pareto

    def test_bars_fall_and_what_has_no_cause_is_counted_and_named_at_the_end(self):
        for cause, count in ((self.transport, 6), (self.late_delivery, 2), (None, 2)):
            for _number in range(count):
                self.one(cause)
        told = self.pareto(by="cause_id")
        self.assertEqual(
            [(bar["name"], bar["count"], bar["cumulated"], bar["is_vital"]) for bar in told["bars"]],
            [
                (self.transport.display_name, 6, 75.0, True),
                ("Truck Broke Down", 2, 100.0, True),
                ("Not known yet", 2, False, False),
            ],
        )
        self.assertEqual((told["total"], told["label"]), (10, "Cause"))

    def test_causes_add_up_to_their_groups(self):
        self.one(self.transport)
        self.one(self.defect)
        [bar] = self.pareto()["bars"]
        self.assertEqual((bar["name"], bar["count"]), (self.transport.parent_id.display_name, 2))

    def test_a_bar_leads_to_its_cases(self):
        wanted = self.one(self.transport) | self.one(self.transport)
        none = self.one()
        first, last = self.pareto(by="cause_id")["bars"]
        self.assertEqual(set(self.Report.search(first["domain"]).ids), set(wanted.ids))
        self.assertEqual(self.Report.search(last["domain"]).ids, none.ids)
        action = self.Report.browse(none.id).action_open_case()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.sync.case", none.id))

    def test_what_is_too_small_for_a_bar_is_one_bar_with_its_cases(self):
        causes = self.env["crm.sync.case.cause"].create([{"name": f"Cause {number:02}"} for number in range(23)])
        for cause in causes:
            self.one(cause)
        last = self.pareto(by="cause_id")["bars"][-1]
        self.assertEqual((last["name"], last["count"]), ("3 smaller ones", 3))
        self.assertEqual(self.Report.search_count(last["domain"]), 3)

    def test_it_counts_what_the_caller_may_read(self):
        self.one(self.transport)
        for user, total in (
            (self.agent, 1), (self.head, 1), (self.manager, 1), (self.auditor, 1), (self.seller, 1), (self.colleague, 0),
        ):  # fmt: skip
            with self.subTest(user=user.login):
                self.assertEqual(self.pareto(user)["total"], total)
                self.assertEqual(len(self.Report.with_user(user).search(self.mine)), total)
                self.assertEqual(self.env["crm.sync.case"].with_user(user).search_count(self.mine), total)
        _company, other = self.other_company()
        other.group_ids += self.env.ref("crm_sync_measures.group_manager")
        self.assertEqual(self.pareto(other)["total"], 0)
        portal = new_test_user(self.env, "t_report_portal", "base.group_portal")
        for user in (portal, self.employee):
            self.assertFalse(self.Report.with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                self.pareto(user)

    def test_each_reason_to_read_a_case_is_one_to_count_it(self):
        boss = self.new_user("t_boss", "group_department_manager", None)
        repairs = self.env["crm.sync.department"].create({"name": "Repairs", "manager_id": boss.id})
        worker = self.new_user("t_worker", "group_user", repairs)
        loner = self.new_user("t_loner", "group_user", None)
        nobodys, theirs = self.env["res.partner"].create(
            [{"name": "Nobody's"}, {"name": "The Worker's", "user_id": worker.id}]
        )
        for reason, opened_by, values, readers in (
            ("his own", self.manager, {"user_id": worker.id}, worker),
            ("he opened it", worker, {}, worker),
            ("his customer's", self.manager, {"partner_id": theirs.id}, worker),
            ("his department's", self.manager, {"department_id": repairs.id}, worker | boss),
            ("nobody's", self.manager, {"user_id": False, "department_id": False}, worker | boss | loner),
            ("none: another's, of no department", self.manager, {"department_id": False}, worker.browse()),
            ("none: nobody's, of another department", self.manager, {"user_id": False}, worker.browse()),
        ):
            case = self.case(opened_by, partner_id=nobodys.id)
            case._record({"department_id": self.sales.id, "user_id": self.manager.id, **values})
            with self.subTest(reason):
                for model in ("crm.sync.case.report", "crm.sync.case"):
                    rows = self.env[model]
                    found = [
                        user for user in (worker, boss, loner) if rows.with_user(user).search([("id", "=", case.id)])
                    ]
                    self.assertEqual(self.env["res.users"].union(*found), readers, model)

    def test_bars_are_of_what_makes_sense(self):
        for by in ("id", "name", "opened_at:month", "partner_id", "x; DROP TABLE"):
            with self.assertRaisesRegex(UserError, "by: give one of"):
                self.pareto(by=by)
        for by in ("product_id", "category_id", "department_id", "user_id", "kind", "cause_group_id"):
            self.pareto(by=by)

    def test_how_satisfied_their_customers_were_is_told_beside_it(self):
        self.company.sync_score_minimum = 2
        for stars in (5, 4):
            case = self.closed(product_id=self.product.id)
            case._give_verdict(stars)
        self.assertEqual(self.pareto()["satisfaction"], "4.5 of 5, 100.0 % satisfied, 2 answers")
        self.assertEqual(self.pareto(self.colleague)["satisfaction"], "Not enough answers: 0 of 2")

    def test_it_costs_as_many_queries_for_50_cases_as_for_one(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.pareto(by="cause_id")
            return self.env.cr.sql_log_count - before

        self.one(self.transport)
        queries()
        one = queries()
        causes = self.env["crm.sync.case.cause"].create([{"name": f"Cause {number:02}"} for number in range(15)])
        for number in range(50):
            self.one(causes[number % 15])
        queries()
        self.assertLessEqual(queries(), one)
        self.assertLess(one, 12)
