from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .case_core_common import CaseCase


@tagged("post_install", "-at_install")
class TestCaseScreens(CaseCase):
    def test_an_agent_opens_a_case_on_the_form(self):
        form = Form(self.env["crm.sync.case"].with_user(self.agent))
        form.name = "The lens is scratched"
        form.partner_id = self.contact
        form.department_id = self.service
        case = form.save()
        self.assertEqual((case.step, case.email_from), ("new", "li.na@northern.example.com"))
        with Form(case) as form:
            form.severity = "3"
        self.assertEqual(case.priority, "2")

    def dialog(self, cases, change, user=None, **values):
        Change = self.env["crm.sync.case.change"].with_user(user or self.agent)
        return Change.with_context(active_ids=cases.ids, default_change=change).create(values).action_apply()

    def test_the_dialog_does_what_its_buttons_say(self):
        case = self.case()
        self.dialog(case, "assign", user_id=self.agent.id)
        self.assertEqual(case.user_id, self.agent)
        self.dialog(case, "wait_customer", text="Which lens?")
        self.assertEqual(case.step, "waiting_customer")
        self.dialog(case, "propose", text="A new one")
        self.assertEqual(case.step, "proposed")
        self.dialog(case, "escalate", text="He is angry")
        self.assertEqual(case.step, "escalated")
        self.dialog(case, "raise", level="3", text="He is angry")
        self.assertEqual(case.priority, "3")
        self.dialog(case, "close", decision="upheld", cause_id=self.defect.id, text="Replaced")
        self.assertEqual((case.step, case.cause_id), ("closed", self.defect))
        self.dialog(case, "reopen", text="Not yet")
        self.assertEqual(case.cycle, 2)
        self.dialog(case, "reject", text="It was not us")
        self.assertEqual(case.step, "rejected")
        other = self.case()
        self.dialog(other, "merge", master_id=self.case().id)
        self.assertTrue(other.master_id)

    def test_the_dialog_opens_with_every_change(self):
        case = self.case()
        Change = self.env["crm.sync.case.change"].with_user(self.agent).with_context(active_ids=case.ids)
        for change, _label in Change._fields["change"].selection:
            form = Form(Change.with_context(default_change=change))
            self.assertEqual(form.case_count, 1)

    def test_buttons_on_customer_opportunity_order_and_invoice_count_what_is_open(self):
        lead = self.env["crm.lead"].create(
            {"name": "Lenses", "partner_id": self.customer.id, "user_id": self.seller.id}
        )
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        invoice = self.env["account.move"].create({"move_type": "out_invoice", "partner_id": self.customer.id})
        about = {"lead_id": lead.id, "order_id": order.id, "invoice_id": invoice.id}
        case = self.env["crm.sync.case"].create({"name": "Late", "partner_id": self.contact.id, **about})
        for record in (self.customer, self.contact, lead, order, invoice):
            self.assertEqual(record.with_user(self.manager).sync_case_count, 1, record)
            action = record.with_user(self.manager).action_open_sync_cases()
            self.assertEqual(self.env["crm.sync.case"].search(action["domain"]), case)
        case.action_reject("No")
        self.env.invalidate_all()
        self.assertEqual(self.customer.with_user(self.manager).sync_case_count, 0)

    def test_counting_costs_the_same_for_one_and_fifty(self):
        partners = self.env["res.partner"].create([{"name": f"P {number}"} for number in range(50)])
        self.env["crm.sync.case"].create([{"name": "x", "partner_id": partner.id} for partner in partners])
        self.env.flush_all()
        costs = []
        for group in (partners[:1], partners[:1], partners):
            self.env.invalidate_all()
            read = group.with_user(self.manager)
            read.mapped("commercial_partner_id")
            before = self.env.cr.sql_log_count
            read.mapped("sync_case_count")
            costs.append(self.env.cr.sql_log_count - before)
        # The first one has warmed up the rules.
        self.assertEqual(costs[1], costs[2])
        self.assertLessEqual(costs[2], 3)

    def test_the_timeline_tells_of_cases_with_what_became_of_them(self):
        case = self.closed()
        [event] = [event for event in self.events() if event.get("kind") == "case"]
        self.assertEqual(
            (event["model"], event["res_id"], event["state_label"]), ("crm.sync.case", case.id, "Case Closed")
        )
        self.assertIn(case.number, event["title"])

    def test_the_customer_page_shows_open_cases_and_leads_to_them(self):
        self.case()
        page = self.customer.with_user(self.manager).sync_customer_page()
        [tile] = [tile for tile in page["tiles"] if tile["code"] == "cases"]
        self.assertEqual((tile["value"], tile["tone"]), (1, "warning"))
        self.assertEqual(len(self.env["crm.sync.case"].search(tile["action"]["domain"])), 1)

    def test_the_status_bar_knows_how_long_a_case_was_where(self):
        case = (
            self.env["crm.sync.case"]
            .with_context(tracking_disable=False)
            .create({"name": "Late", "partner_id": self.contact.id})
        )
        self.env.cr.flush()
        case.action_move(self.stage("investigating"))
        self.env.cr.flush()
        self.assertIn(str(self.stage("investigating").id), {str(key) for key in case.duration_tracking})

    def test_searches_of_the_list_find_what_they_say(self):
        case, over = self.case(), self.closed()
        arch = self.env["crm.sync.case"].get_view(view_type="search")["arch"]
        self.assertIn("due_today", arch)
        Case = self.env["crm.sync.case"]
        self.assertEqual(Case.search([("is_open", "=", True), ("id", "in", (case | over).ids)]), case)
        self.assertEqual(Case.search([("first_opened_at", "<", fields.Datetime.now()), ("id", "=", case.id)]), Case)

    def test_tags_are_made_by_who_needs_them_and_renamed_by_managers(self):
        tag = self.env["crm.sync.case.tag"].with_user(self.agent).create({"name": "Trade fair"})
        with self.assertRaises(Exception) as caught:
            tag.name = "Fair"
        self.assertEqual(type(caught.exception).__name__, "AccessError")

    def test_other_cases_of_the_customer_are_one_click_away(self):
        first, second = self.case(), self.case()
        self.assertEqual(first.customer_case_count, 1)
        action = first.action_open_customer_cases()
        self.assertEqual(self.env["crm.sync.case"].search(action["domain"]), first | second)

    def test_a_case_without_a_customer_says_what_is_missing(self):
        case = self.env["crm.sync.case"].create({"name": "Anonymous"})
        with self.assertRaises(UserError):
            case.action_open_sync_customer()
