from lxml import etree
from odoo.tests import Form, tagged

from ..common import SyncCase


@tagged("post_install", "-at_install")
class TestViews(SyncCase):
    def our(self, model):
        ids = self.env["ir.model.data"].search([("module", "=", "crm_sync_measures"), ("model", "=", model)])
        return self.env[model].browse(ids.mapped("res_id"))

    def test_every_action_helps_whoever_finds_it_empty(self):
        actions = self.our("ir.actions.act_window")
        self.assertTrue(actions)
        for action in actions:
            self.assertTrue(action.help, action.name)

    def test_every_main_view_shows_sample_data_while_it_is_empty(self):
        """Whoever opens a screen for the first time sees what it will look like."""
        menus = self.env["ir.ui.menu"].search([("id", "child_of", self.env.ref("crm_sync_measures.menu_root").id)])
        actions = menus.mapped("action")
        ours = {view.id for view in self.our("ir.ui.view")}
        without, counted = [], 0
        for action in filter(None, actions):
            if action._name != "ir.actions.act_window":
                continue
            for view_id, mode in action.views:
                if mode not in ("list", "kanban", "graph", "pivot"):
                    continue
                found = self.env[action.res_model].get_view(view_id, mode)
                if found["id"] in ours:
                    counted += 1
                    if etree.fromstring(found["arch"]).get("sample") != "1":
                        without.append((action.name, mode))
        self.assertFalse(without)
        self.assertGreater(counted, 100)

    def test_what_managers_decide_says_what_it_means(self):
        """Each number and each choice has a help text: what it does is not told by its name."""
        without, told = [], {"sequence", "color", "state"}
        for model in (
            "crm.sync.survey.program", "crm.sync.care.rule", "crm.sync.case.policy", "crm.sync.case.budget", "crm.sync.kpi",
            "crm.sync.tier.policy", "loyalty.program", "res.company",
        ):  # fmt: skip
            for name, field in self.env[model]._fields.items():
                is_ours = field._module == "crm_sync_measures" and (
                    not model.startswith(("loyalty", "res")) or name.startswith("sync_")
                )
                is_decided = (
                    field.store
                    and not field.readonly
                    and not field.related
                    and field.type in ("integer", "float", "selection")
                )
                if is_ours and is_decided and name not in told and not name.startswith(("activity_", "message_")):
                    without += [] if field.help else [f"{model}.{name}"]
        self.assertFalse(without)

    def test_every_view_of_every_action_opens_for_every_role_that_may_read(self):
        for action in self.our("ir.actions.act_window"):
            for user in (self.seller, self.head, self.manager, self.auditor):
                Model = self.env[action.res_model].with_user(user)
                if not Model.has_access("read"):
                    continue
                for mode in action.view_mode.split(","):
                    with self.subTest(action=action.name, user=user.login, mode=mode):
                        self.assertTrue(Model.get_view(view_type=mode)["arch"])

    def test_the_root_menu_has_at_most_six_entries(self):
        root = self.env.ref("crm_sync_measures.menu_root")
        self.assertLessEqual(len(root.child_id), 6)

    def test_the_form_of_a_contact_fills_in_department_and_defaults(self):
        form = Form(
            self.env["crm.sync.touch"].with_user(self.seller).with_context(default_partner_id=self.customer.id),
            "crm_sync_measures.crm_sync_touch_view_form_log",
        )
        form.subject = "Price"
        touch = form.save()
        self.assertEqual((touch.partner_id, touch.department_id), (self.customer, self.sales))

    def test_partner_lead_order_and_user_forms_open_for_every_role(self):
        for model in ("res.partner", "crm.lead", "sale.order", "res.users"):
            for user in (self.seller, self.agent, self.manager, self.auditor, self.employee):
                Model = self.env[model].with_user(user)
                if Model.has_access("read"):
                    self.assertTrue(Model.get_view(view_type="form")["arch"])

    def test_the_page_and_the_field_are_only_on_forms_of_users_with_a_role(self):
        for user, expected in ((self.agent, True), (self.auditor, True), (self.employee, False)):
            arch = self.env["res.partner"].with_user(user).get_view(view_type="form")["arch"]
            self.assertEqual("sync_customer_page" in arch, expected, user.login)
            self.assertEqual("sync_department_id" in arch, expected, user.login)

    def test_settings_are_kept_per_company(self):
        company, _other = self.other_company()
        settings = self.env["res.config.settings"].create({"sync_neglect_days": 30, "sync_bounce_limit": 2})
        settings.execute()
        self.assertEqual((self.company.sync_neglect_days, company.sync_neglect_days), (30, 90))
