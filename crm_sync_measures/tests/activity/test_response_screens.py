from odoo.tests import Form

from .response_common import ResponseCase


class TestResponseScreens(ResponseCase):
    """Who sees which customers waiting, and what the figures say."""

    def names(self, user, model="crm.sync.response"):
        """Keys of what the user finds of our three leads."""
        return set(self.env[model].with_user(user).search([("id", "in", self.known.ids)]).ids)

    def three(self):
        """The seller's, the agent's on his own customer, and nobody's."""
        other = self.env["res.partner"].create({"name": "Agent's", "user_id": self.agent.id})
        nobody = self.env["crm.lead"].create({"name": "Nobody's", "user_id": False})
        theirs = self.env["crm.lead"].create({"name": "Theirs", "partner_id": other.id, "user_id": self.agent.id})
        for lead in (self.lead, theirs, nobody):
            self.mail_in(lead)
        self.known = self.env["crm.sync.response"].search([("lead_id", "in", (self.lead | theirs | nobody).ids)])
        return [
            self.known.filtered(lambda row, lead=lead: row.lead_id == lead).id for lead in (self.lead, theirs, nobody)
        ]

    def test_everybody_sees_his_own_his_departments_and_nobodys(self):
        sellers, agents, nobodys = self.three()
        for model in ("crm.sync.response", "crm.sync.response.report"):
            for user, seen in (
                (self.seller, {sellers, nobodys}),
                (self.colleague, {sellers, nobodys}),
                (self.agent, {agents, nobodys}),
                (self.head, {agents, nobodys}),
                (self.manager, {sellers, agents, nobodys}),
                (self.auditor, {sellers, agents, nobodys}),
            ):
                self.assertEqual(self.names(user, model), seen, f"{user.login} {model}")

    def test_another_company_sees_nothing_of_it(self):
        self.three()
        company, other = self.other_company()
        for model in ("crm.sync.response", "crm.sync.response.report"):
            Model = self.env[model].with_user(other).with_context(allowed_company_ids=company.ids)
            self.assertFalse(Model.search_count([]), model)

    def test_a_document_that_may_not_be_read_is_told_as_its_kind(self):
        self.mail_in()
        response = self.responses()
        self.assertEqual(response.with_user(self.seller).document_name, "New shop")
        self.customer.user_id = self.agent
        self.assertEqual(response.with_user(self.agent).document_name, "Lead")
        self.lead.unlink()
        response.invalidate_recordset()
        self.assertEqual(response.with_user(self.manager).document_name, "Lead")

    def test_the_list_costs_the_same_for_1_and_for_50_rows(self):
        columns = {
            name: {}
            for name in ("started_at", "document_name", "countdown", "is_overdue", "due_at", "kind", "channel", "state")
        }
        columns |= {
            name: {"fields": {"display_name": {}}} for name in ("commercial_partner_id", "user_id", "department_id")
        }
        counted = []
        for number in (1, 49):
            for _copy in range(number):
                self.mail_in(self.lead.copy())
            self.env.invalidate_all()
            Response = self.env["crm.sync.response"].with_user(self.seller)
            Response.web_search_read([("state", "=", "waiting")], columns, limit=80)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = Response.web_search_read([("state", "=", "waiting")], columns, limit=80)
            counted.append(self.env.cr.sql_log_count - before)
            self.assertGreaterEqual(found["length"], number)
        self.assertEqual(len(set(counted)), 1, counted)

    def test_three_answers_of_which_one_was_late_are_67_percent_under_any_grouping(self):
        for hours in (1, 3, 30):
            lead = self.lead.copy()
            self.mail_in(lead, at=self.hours_later(64))
            # Monday 8:00 in Berlin is before the day begins: an hour less is worked than went by.
            self.mail_out(lead, at=self.hours_later(64 + hours))
        waiting = self.lead.copy()
        self.mail_in(waiting, at=self.days_ago(-3650))
        closed = self.lead.copy()
        self.mail_in(closed)
        self.responses(res_id=closed.id).sudo()._close("by_hand")
        Report = self.env["crm.sync.response.report"].with_user(self.seller)
        domain = [("commercial_partner_id", "=", self.customer.id)]
        measures = ["__count", "in_time:avg", "worked_hours:avg", "late:sum"]
        for grouping in ([], ["department_id"], ["user_id"], ["channel"]):
            [(*_group, count, in_time, worked, late)] = Report._read_group(domain, grouping, measures)
            self.assertEqual((count, round(in_time, 1), late), (4, 66.7, 1))
            # 0, 2 and 13 hours: Tuesday 14:00 is eight of Monday and five of Tuesday.
            self.assertAlmostEqual(worked, 5.0)
        by_month = Report._read_group([*domain, ("state", "=", "waiting")], ["started_at:month"], ["in_time:avg"])
        self.assertEqual([in_time for _month, in_time in by_month], [False], "not judged yet")

    def test_the_customer_and_the_lead_tell_who_waits(self):
        self.mail_in()
        for record in (self.customer, self.contact, self.lead):
            seen = record.with_user(self.seller)
            self.assertEqual(seen.sync_waiting_count, 1)
            action = seen.action_open_sync_waiting()
            self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 1)
        self.assertEqual(self.customer.with_user(self.agent).sync_waiting_count, 0)
        with Form(self.customer.with_user(self.manager)) as form:
            self.assertEqual(form.sync_waiting_count, 1)

    def test_the_customer_page_has_a_tile_while_somebody_waits(self):
        tiles = lambda: {  # noqa: E731
            tile["code"]: tile for tile in self.customer.with_user(self.seller).sync_customer_page()["tiles"]
        }
        self.assertNotIn("waiting", tiles())
        self.mail_in(at=self.days_ago(12))
        tile = tiles()["waiting"]
        self.assertEqual((tile["value"], tile["text"], tile["tone"]), (1, "For 12 days", "danger"))
        self.mail_out(at=self.days_ago(0))
        self.assertNotIn("waiting", tiles())

    def test_buttons_open_the_document_the_customer_and_the_log(self):
        self.mail_in()
        response = self.responses().with_user(self.seller)
        action = response.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", self.lead.id))
        action = self.env["crm.sync.response.report"].with_user(self.seller).browse(response.id).action_open_response()
        self.assertEqual((action["res_model"], action["res_id"]), (response._name, response.id))
        context = response.action_log_contact()["context"]
        self.assertEqual((context["default_partner_id"], context["default_lead_id"]), (self.customer.id, self.lead.id))
        self.assertEqual(response.action_open_customer()["params"], {"partner_id": self.customer.id})

    def test_a_target_has_a_name_and_plausible_hours(self):
        policy = self.policies.create({"department_id": self.sales.id, "channel": "email", "priority": "2"})
        self.assertEqual(policy.display_name, "Sales · E-mail · High")
        self.assertEqual(self.policy.display_name, "All customers")
