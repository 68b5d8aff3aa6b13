from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .case_core_common import CaseCase


class TestCaseRights(CaseCase):
    """Who sees which case, and who may change it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "t_case_portal", "base.group_portal")
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger", "email": "s@else.example.com"})
        Case = cls.env["crm.sync.case"]
        cls.cases = {
            "service": Case.create({"name": "a", "partner_id": cls.stranger.id, "department_id": cls.service.id}),
            "sales": Case.create({"name": "b", "partner_id": cls.stranger.id, "department_id": cls.sales.id}),
            "sellers customer": Case.create(
                {"name": "c", "partner_id": cls.contact.id, "department_id": cls.service.id}
            ),
            "nobodys": Case.create({"name": "d", "partner_id": cls.stranger.id}),
            "agents": Case.create(
                {"name": "e", "partner_id": cls.stranger.id, "department_id": cls.sales.id, "user_id": cls.agent.id}
            ),
        }

    def seen(self, user, operation):
        """The cases a user may do this with, by record rules alone."""
        cases = self.env["crm.sync.case"].union(*self.cases.values()).with_user(user)
        allowed = cases._filtered_access(operation)
        return {name for name, case in self.cases.items() if case in allowed}

    def test_the_matrix_of_who_reads_and_who_changes(self):
        everything = set(self.cases)
        expected = {
            self.agent: (
                {"service", "sellers customer", "nobodys", "agents"},
                {"service", "sellers customer", "nobodys", "agents"},
            ),
            self.seller: (
                {"sales", "sellers customer", "nobodys", "agents"},
                {"sales", "nobodys", "agents"},
            ),
            self.head: (
                {"service", "sellers customer", "nobodys"},
                {"service", "sellers customer", "nobodys"},
            ),
            self.manager: (everything, everything),
            self.auditor: (everything, set()),
            self.employee: (set(), set()),
            self.portal: (set(), set()),
        }
        for user, (reads, changes) in expected.items():
            with self.subTest(user=user.login):
                self.assertEqual(self.seen(user, "read"), reads)
                self.assertEqual(self.seen(user, "write"), changes)

    def test_actions_ask_for_the_right_to_change(self):
        case = self.cases["sellers customer"].with_user(self.seller)
        self.assertTrue(case.name)
        for action in (
            case.action_acknowledge,
            lambda: case.action_move(self.stage("investigating")),
            lambda: case.action_wait("customer"),
            lambda: case.action_propose("x"),
            lambda: case.action_close("upheld", "x"),
            lambda: case.action_reject("x"),
            lambda: case.action_escalate("x"),
            lambda: case.action_reopen("x"),
            lambda: case.action_assign(self.seller),
            lambda: case.action_merge(self.cases["sales"]),
            lambda: case.action_raise_priority("3", "x"),
            lambda: case.write({"user_id": self.seller.id}),
            lambda: case.write({"stage_id": self.stage("investigating").id}),
            lambda: case.write({"kind": "question"}),
            lambda: case.write({"active": False}),
            lambda: case.write({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_who_opens_a_case_for_another_department_may_follow_it(self):
        case = self.case(self.colleague, partner_id=self.stranger.id)
        self.assertTrue(case.with_user(self.colleague).name)
        with self.assertRaises(AccessError):
            case.with_user(self.colleague).write({"name": "x"})

    def test_nobody_names_a_document_that_he_may_not_see(self):
        order = self.env["sale.order"].create({"partner_id": self.stranger.id})
        with self.assertRaisesRegex(AccessError, "you may not see this document"):
            self.case(order_id=order.id)

    def test_the_history_is_read_by_who_reads_the_case(self):
        event = self.cases["sales"].event_ids
        Event = self.env["crm.sync.case.event"]
        for user, sees in ((self.seller, True), (self.agent, False), (self.head, False), (self.auditor, True)):
            self.assertEqual(bool(Event.with_user(user).search([("id", "in", event.ids)])), sees, user.login)

    def test_nobody_of_another_company_sees_a_case_its_history_or_count(self):
        company, other = self.other_company()
        for model in ("crm.sync.case", "crm.sync.case.event", "crm.sync.case.compensation", "crm.sync.case.budget"):
            Model = self.env[model].with_user(other).with_context(allowed_company_ids=company.ids)
            self.assertFalse(Model.search_count([]), model)
        with self.assertRaises(AccessError):
            self.cases["sales"].with_user(other).with_context(allowed_company_ids=company.ids).read(["name"])

    def test_a_company_of_ones_own_is_where_a_case_is_opened(self):
        company, _other = self.other_company()
        with self.assertRaises(AccessError):
            self.case(company_id=company.id, partner_id=False, department_id=False)
