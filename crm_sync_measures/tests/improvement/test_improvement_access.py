from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .improvement_common import ImprovementCase


class TestImprovementAccess(ImprovementCase):
    """Users read their department's, heads plan theirs, managers all; figures are no way around the rules of the values."""

    def test_a_user_reads_his_own_his_departments_and_what_he_follows(self):
        own = self.action(owner_id=self.seller.id)
        followed, foreign = self.action(name="Followed"), self.action(name="Foreign")
        followed.message_subscribe(self.seller.partner_id.ids)
        mine = self.Improvement.with_user(self.seller).search([("id", "in", (own | followed | foreign).ids)])
        self.assertEqual(mine, own | followed)
        self.assertEqual(len(self.Improvement.with_user(self.agent).search([("id", "in", foreign.ids)])), 1)
        self.assertIn(foreign, self.Improvement.with_user(self.auditor).search([]))
        self.assertIn(foreign, self.Improvement.with_user(self.manager).search([]))

    def test_figures_of_one_person_are_not_for_the_whole_department(self):
        kpi = self.kpi()
        other = self.new_user("t_other_agent", "group_user", self.service)
        action = self.action(kpi, scope_key=f"person:{self.agent.id}", owner_id=self.agent.id)
        compared = self.action(kpi, compare_scope_key=f"person:{self.agent.id}", owner_id=self.agent.id)
        both = action | compared
        found = lambda user: self.Improvement.with_user(user).search([("id", "in", both.ids)])  # noqa: E731
        self.assertFalse(found(other))
        self.assertEqual(found(self.agent), both)
        self.assertEqual(found(self.head), both)

    def test_a_head_plans_for_the_departments_she_manages(self):
        self.assertTrue(self.action())
        with self.assertRaises(AccessError):
            self.action(department_id=self.sales.id)
        others = self.action(user=self.manager, department_id=self.sales.id, owner_id=self.head.id)
        self.assertEqual(others.with_user(self.head).name, others.name, "she reads what she owns")
        with self.assertRaises(AccessError):
            others.with_user(self.head).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            others.with_user(self.head).action_abandon("No")

    def test_portal_employees_and_other_companies_see_none(self):
        action = self.action()
        portal = new_test_user(self.env, "t_improvement_portal", "base.group_portal")
        for user in (portal, self.employee):
            with self.assertRaises(AccessError):
                action.with_user(user).read(["name"])
        company, other = self.other_company()
        Other = self.Improvement.with_user(other).with_context(allowed_company_ids=company.ids)
        self.assertFalse(Other.search([("id", "=", action.id)]))

    def test_whoever_may_not_see_figures_does_not_freeze_them(self):
        kpi = self.kpi()
        scope = f"person:{self.seller.id}"
        self.months(kpi, (31, 34, 32, 30, 33, 32), scope=scope)
        self.env["ir.rule"].create(
            {
                "name": "Nobody but managers",
                "model_id": self.env["ir.model"]._get_id("crm.sync.kpi.value"),
                "domain_force": f"[('scope_key', '!=', '{scope}')]",
            }
        )
        action = self.action(kpi, scope_key=scope)
        with self.assertRaisesRegex(AccessError, "may not see the figures"):
            action.action_start()
        self.assertFalse(action.baseline_values)

    def test_a_scope_is_one_that_exists_and_that_the_kpi_is_measured_for(self):
        kpi = self.kpi(scope_team=False)
        for key in ("team:1", "department:999999", "planet:3", "department:", "department:1 OR 1=1", "x" * 300):
            with self.assertRaises(UserError):
                self.action(kpi, scope_key=key)
        action = self.action(kpi, scope_ref=f"crm.sync.department,{self.service.id}")
        self.assertEqual((action.scope_key, action.scope_name), (f"department:{self.service.id}", "Service"))
        with self.assertRaisesRegex(UserError, "choose others"):
            action.write({"compare_scope_key": action.scope_key})
        action.write({"scope_ref": False})
        self.assertEqual(action.scope_key, "company")
        with self.assertRaisesRegex(UserError, "choose a department"):
            action.write({"scope_ref": "res.partner,1"})

    def test_the_owner_is_a_colleague_of_the_company_and_is_told(self):
        portal = new_test_user(self.env, "t_improvement_portal2", "base.group_portal")
        for user in (portal, self.other_company()[1]):
            with self.assertRaises(UserError):
                self.action(owner_id=user.id)
        Tracked = self.Improvement.with_user(self.head).with_context(tracking_disable=False)
        action = Tracked.create({"name": "Answer in time", "owner_id": self.agent.id, "department_id": self.service.id})
        self.assertIn(self.agent.partner_id, action.message_partner_ids)

    def test_texts_are_limited_and_cleaned(self):
        action = self.action(name="  Answer\n on\x00 time ")
        self.assertEqual(action.name, "Answer on time")
        with self.assertRaisesRegex(UserError, "at most 10000 characters"):
            action.write({"problem": "x" * 10_001})
        with self.assertRaisesRegex(UserError, "say it in a few words"):
            action.write({"name": " "})
