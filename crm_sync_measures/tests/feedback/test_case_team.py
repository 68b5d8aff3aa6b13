import re
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .case_core_common import CaseCase


@tagged("post_install", "-at_install")
class TestCaseTeam(CaseCase):
    """Monday 2 March 2026, 9:00 UTC. The page tells what stands open in each department, with the reader's rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Case = cls.env["crm.sync.case"]
        cls.start = datetime.fromisoformat("2026-03-02 09:00:00")

    @classmethod
    def played(cls):
        """Six cases: service has one of each thing that is counted, sales one, and one belongs to nobody."""
        cls.own = cls.case(user_id=cls.agent.id)
        cls.nobodys = cls.case()
        cls.asked = cls.case(user_id=cls.head.id)
        cls.asked.action_wait("customer", "Which lens?")
        cls.away = cls.case()
        cls.away.action_wait("third", "The maker has it")
        cls.solved = cls.case(cause_id=cls.defect.id)
        cls.solved.action_move(cls.stage("investigating"))
        cls.solved.action_close("upheld", "A new lens")
        cls.solved._give_verdict(4, "Quick")
        cls.of_sales = cls.case(cls.seller, department_id=cls.sales.id, user_id=cls.seller.id)
        cls.lost = cls.case(department_id=False)

    def page(self, user, **arguments):
        return self.Case.with_user(user).team_page(**arguments)["departments"]

    def card(self, user, department):
        [card] = [one for one in self.page(user) if one["id"] == department.id]
        return card

    def numbers(self, card):
        return {one["code"]: one["value"] for one in card["numbers"]}

    def assert_links_hold(self, user):
        """Every number is how many rows its link opens."""
        for card in self.page(user):
            Case = self.Case.with_user(user)
            self.assertEqual(Case.search_count(card["domain"]), card["open"], card["name"])
            for one in (*card["numbers"], {**card["verdict"], "value": card["verdict"]["count"], "code": "verdict"}):
                self.assertEqual(Case.search_count(one["domain"]), one["value"], (card["name"], one["code"]))

    def test_each_number_counts_what_its_name_says(self):
        self.played()
        card = self.card(self.agent, self.service)
        self.assertEqual(
            self.numbers(card),
            {
                "to_do": 2,
                "mine": 1,
                "unassigned": 2,
                "due_today": 2,
                "breached": 0,
                "waiting_customer": 1,
                "waiting_third": 1,
                "solved": 1,
            },
        )
        self.assertEqual((card["open"], card["verdict"]["average"], card["verdict"]["count"]), (4, 4.0, 1))

    def test_every_link_opens_as_many_rows_as_its_number_says_for_every_role(self):
        self.played()
        for user in (self.agent, self.head, self.seller, self.manager, self.auditor):
            with self.subTest(user.login):
                self.assert_links_hold(user)

    def test_it_is_late_at_once_also_before_the_clocks_are_looked_at(self):
        self.played()
        with freeze_time("2026-03-05 12:00:00"):
            card = self.card(self.agent, self.service)
            self.assertEqual(self.numbers(card)["breached"], 2)
            self.assert_links_hold(self.agent)

    def test_today_is_the_day_of_the_reader(self):
        case = self.case()
        self.env.flush_all()
        case._record({"deadline": "2026-03-02 23:30:00"})
        for zone, due in (("UTC", 1), ("Asia/Shanghai", 0), ("America/New_York", 1)):
            self.agent.tz = zone
            Case = self.Case.with_user(self.agent).with_context(tz=zone)
            [card] = [one for one in Case.team_page()["departments"] if one["id"] == self.service.id]
            self.assertEqual(self.numbers(card)["due_today"], due, zone)
            today = [("is_open", "=", True), ("deadline", ">=", "today"), ("deadline", "<", "today +1d")]
            self.assertEqual(Case.search_count(today), due, zone)

    def test_the_departments_he_manages_come_first_then_his_own(self):
        self.played()
        self.sales.manager_id = self.head
        self.sales.sequence, self.service.sequence = 1, 2
        self.service.manager_id = self.manager
        self.assertEqual([one["id"] for one in self.page(self.head)][:2], [self.sales.id, self.service.id])
        first = self.page(self.manager)[0]
        self.assertEqual(
            (first["id"], first["is_managed"], first["manager"]), (self.service.id, True, self.manager.name)
        )

    def test_an_agent_sees_his_department_and_what_belongs_to_nobody(self):
        self.played()
        self.assertEqual([one["id"] for one in self.page(self.agent)], [self.service.id, False])
        self.assertEqual(self.page(self.agent)[-1]["open"], 1)

    def test_a_salesperson_sees_the_cases_of_his_customers_in_other_departments(self):
        self.played()
        self.assertEqual([one["id"] for one in self.page(self.seller)], [self.sales.id, self.service.id, False])
        self.assertEqual(self.card(self.seller, self.service)["open"], 4)
        self.customer.user_id = self.colleague
        self.assertEqual([one["id"] for one in self.page(self.seller)], [self.sales.id, False])

    def test_an_empty_department_is_there_for_its_own_people_and_for_managers(self):
        self.assertEqual([one["id"] for one in self.page(self.agent)], [self.service.id])
        self.assertIn(self.sales.id, [one["id"] for one in self.page(self.manager)])

    def test_an_archived_department_stays_until_its_cases_are_over(self):
        self.played()
        self.service.active = False
        self.assertIn(self.service.id, [one["id"] for one in self.page(self.manager)])

    def test_another_company_is_not_counted_unless_it_is_selected(self):
        company, other = self.other_company()
        self.case()
        theirs = self.Case.create({"name": "Theirs", "company_id": company.id, "department_id": self.service.id})
        self.manager.company_ids |= company
        Case = self.Case.with_user(self.manager)
        for companies, count in ((self.company, 1), (company, 1), (self.company | company, 2)):
            page = Case.with_context(allowed_company_ids=companies.ids).team_page()["departments"]
            [card] = [one for one in page if one["id"] == self.service.id]
            self.assertEqual(card["open"], count, companies.mapped("name"))
        self.assertFalse([one for one in self.page(other) if one["open"]])
        self.assertEqual(theirs.company_id, company)

    def test_what_was_merged_rejected_or_solved_long_ago_was_not_solved_this_week(self):
        self.played()
        self.nobodys.action_merge(self.own)
        self.away.action_reject("It is not from us")
        self.assertEqual(self.numbers(self.card(self.agent, self.service))["solved"], 1)
        with freeze_time(self.start + timedelta(days=8)):
            card = self.card(self.agent, self.service)
            self.assertEqual((self.numbers(card)["solved"], card["verdict"]["count"]), (0, 1))
        with freeze_time(self.start + timedelta(days=31)):
            self.assertFalse(self.card(self.agent, self.service)["verdict"]["average"])

    def test_only_the_departments_that_were_asked_for_are_told(self):
        self.played()
        self.assertEqual(
            [one["id"] for one in self.page(self.manager, department_ids=[self.sales.id])], [self.sales.id]
        )
        self.assertEqual([one["id"] for one in self.page(self.manager, department_ids=[False])], [False])
        self.assertEqual(self.page(self.manager, department_ids=[]), [])
        for nonsense in (["1 OR 1=1"], [True], [[1]], [None]):
            with self.assertRaises(UserError):
                self.page(self.manager, department_ids=nonsense)

    def test_who_has_no_role_sees_nothing(self):
        with self.assertRaises(AccessError):
            self.page(self.employee)

    def test_the_page_costs_the_same_for_a_few_and_for_many(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page(self.manager)
            return self.env.cr.sql_log_count - before

        self.played()
        cost()
        few = cost()
        departments = self.env["crm.sync.department"].create([{"name": f"D{number}"} for number in range(20)])
        for department in departments:
            self.case(self.manager, department_id=department.id)
        self.assertEqual(cost(), few)
        with self.assertQueryCount(few):
            self.env.invalidate_all()
            self.page(self.manager)
        self.assertLessEqual(few, 9)

    def test_no_index_is_there_in_vain(self):
        """The ORM asks ``is_open IS TRUE``; PostgreSQL 15 does not see that an index ``WHERE is_open`` would serve."""
        rows = self.env.execute_query(
            SQL(
                """SELECT indexrelid::regclass::text, pg_get_expr(indpred, indrelid)
                     FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
                    WHERE relname IN ('crm_sync_case', 'crm_sync_case_clock') AND indpred IS NOT NULL AND NOT indisunique"""
            )
        )
        self.assertIn("crm_sync_case_team_idx", dict(rows))
        # Looked up by our own SQL, which says it as the index does.
        own = {"crm_sync_case_work_idx"}
        for name, condition in rows:
            if name in own:
                continue
            words = re.sub(r"[()]", "", condition).split(" AND ")
            self.assertFalse([word for word in words if " " not in word], name)
