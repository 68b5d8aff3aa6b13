from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import SyncCase


@tagged("post_install", "-at_install")
class TestStart(SyncCase):
    """A new manager finds five steps; each is done by a click, and told by the data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nobody has decided anything in this company.
        cls.env["crm.sync.department"].search([]).manager_id = False
        cls.env["loyalty.program"].search([("program_type", "=", "loyalty")]).active = False
        cls.env["crm.sync.kpi"].search([]).owner_id = False
        cls.manager.group_ids += cls.env.ref("product.group_product_manager")
        cls.Start = cls.env["crm.sync.start"].with_user(cls.manager)

    def steps(self):
        return {step["code"]: step for step in self.Start.start_data()["steps"]}

    def begin(self, code, choice):
        model, method = self.steps()[code]["call"]
        Model = self.env[model].with_user(self.manager)
        if method == "action_manage":
            return Model.browse(choice).action_manage()
        return getattr(Model, method)(choice)

    def opened(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_a_new_company_has_done_nothing_and_each_step_offers_something(self):
        page = self.Start.start_data()
        self.assertEqual([step["code"] for step in page["steps"]], ["people", "ask", "reward", "measure", "answer"])
        self.assertEqual(page["done"], 0)
        for step in page["steps"]:
            self.assertTrue(step["is_allowed"] and step["choices"] and step["links"], step["code"])

    def test_every_link_of_a_step_leads_somewhere(self):
        for step in self.steps().values():
            for link in step["links"]:
                self.assertTrue(self.env["ir.actions.act_window"]._for_xml_id(link["action"]))

    def test_every_template_works_with_the_managers_own_rights_and_its_step_is_done(self):
        for code, step in self.steps().items():
            for choice in step["choices"]:
                with self.subTest(step=code, choice=choice["code"]):
                    action = self.begin(code, choice["code"])
                    if code == "ask":
                        self.opened(action).with_user(self.manager).action_start()
                    self.assertTrue(self.steps()[code]["is_done"])
        self.assertEqual(self.Start.start_data()["done"], 5)

    def test_the_nps_asks_every_quarter_and_the_same_draft_is_opened_twice(self):
        program = self.opened(self.begin("ask", "nps"))
        self.assertEqual(
            (program.state, program.metric, program.trigger, program.wave_months, program.department_id),
            ("draft", "nps", "wave", 3, self.sales),
        )
        self.assertFalse(self.steps()["ask"]["is_done"], "nobody is asked yet")
        self.assertEqual(self.opened(self.begin("ask", "nps")), program)

    def test_satisfaction_is_asked_after_the_delivery_where_deliveries_are_known(self):
        program = self.opened(self.begin("ask", "csat"))
        known = "stock.picking" in self.env
        self.assertEqual(
            (program.metric, program.trigger, program.delay_hours),
            ("csat", "delivered", 72) if known else ("csat", "order_confirmed", 168),
        )
        self.assertEqual(self.opened(self.begin("ask", "ces")).question_id.scale_max, 7)

    def test_points_expire_at_the_end_of_the_month_after_so_many_months(self):
        for months in ("12", "24"):
            program = self.opened(self.begin("reward", months))
            self.assertEqual(
                (program.program_type, program.sync_expiry, program.sync_expiry_months, program.sync_expiry_rounding),
                ("loyalty", "fixed", int(months), "month"),
            )
            self.assertTrue(program.rule_ids and program.reward_ids)

    def test_who_may_not_make_loyalty_programs_or_products_is_told_so(self):
        for group in ("sales_team.group_sale_manager", "product.group_product_manager"):
            with self.subTest(group=group):
                self.manager.group_ids -= self.env.ref(group)
                self.assertFalse(self.steps()["reward"]["is_allowed"])
                with self.assertRaises(AccessError):
                    self.begin("reward", "12")
                self.manager.group_ids += self.env.ref(group)

    def test_a_set_of_kpis_is_switched_on_and_keeps_the_owners_it_has(self):
        kpis = self.env["crm.sync.kpi"].search([("subject", "=", "service"), ("kind", "=", "builtin")])
        kpis[0].owner_id = self.head
        kpis[1].active = False
        self.begin("measure", "service")
        self.assertTrue(all(kpis.mapped("active")))
        self.assertEqual((kpis[0].owner_id, kpis[1:].owner_id), (self.head, self.manager))
        self.assertFalse(self.env["crm.sync.kpi"].search([("subject", "=", "sales")]).owner_id)

    def test_the_targets_of_complaints_are_the_companys_own_and_set_once(self):
        for template, hours in (("day", 8), ("half_day", 4)):
            self.begin("answer", template)
            own = self.env["crm.sync.case.policy"].search([("company_id", "=", self.company.id)])
            self.assertEqual((len(own), own.kind, own.answer_hours), (1, "complaint", hours))

    def test_who_manages_a_department_already_stays(self):
        self.service.manager_id = self.head
        self.begin("people", self.service.id)
        self.begin("people", self.sales.id)
        self.assertEqual((self.service.manager_id, self.sales.manager_id), (self.head, self.manager))

    def test_what_is_no_template_is_refused(self):
        for code in ("ask", "reward", "measure", "answer"):
            for junk in ("nothing", "", None, 7):
                with self.subTest(step=code, junk=junk), self.assertRaises(UserError):
                    self.begin(code, junk)

    def test_only_managers_are_offered_and_may_begin(self):
        for user in (self.seller, self.head, self.auditor, self.employee):
            with self.subTest(user=user.login):
                for call in (
                    lambda user=user: self.Start.with_user(user).start_data(),
                    lambda user=user: self.env["crm.sync.survey.program"].with_user(user).action_begin("nps"),
                    lambda user=user: self.env["crm.sync.kpi"].with_user(user).action_begin("sales"),
                    lambda user=user: self.env["crm.sync.case.policy"].with_user(user).action_begin("day"),
                    lambda user=user: self.env["loyalty.program"].with_user(user).action_sync_begin("12"),
                    lambda user=user: self.sales.with_user(user).action_manage(),
                ):
                    with self.assertRaises(AccessError):
                        call()
