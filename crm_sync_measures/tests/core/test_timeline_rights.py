import json
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..common import SyncCase


class TestTimelineRights(SyncCase):
    """Who sees what; a hidden event is told as "department, time" and nothing else."""

    def masked(self, user, **arguments):
        events = self.events(user, **arguments)
        self.assertEqual({event["masked"] for event in events}, {True})
        for event in events:
            self.assertEqual(set(event), {"key", "at", "masked", "department"})
        return events

    def lead(self, user=None, **values):
        values = {
            "name": "Secret lenses",
            "partner_id": self.customer.id,
            "user_id": (user or self.seller).id,
            **values,
        }
        return self.env["crm.lead"].with_user(user or self.seller).create(values)

    def test_who_has_no_sales_rights_sees_that_sales_was_there(self):
        self.lead()
        [event] = self.masked(self.agent)
        self.assertEqual(event["department"]["name"], "Sales")
        self.assertNotIn("Secret", json.dumps(event))

    def test_who_sees_own_documents_only_sees_his_own(self):
        self.lead()
        mine = self.lead(self.colleague, name="Mine")
        events = self.events(self.colleague)
        self.assertEqual([event["masked"] for event in sorted(events, key=lambda e: e["masked"])], [False, True])
        self.assertEqual([event["res_id"] for event in events if not event["masked"]], [mine.id])

    def test_messages_are_as_secret_as_their_document(self):
        self.lead().with_user(self.seller).message_post(body="Price is 7", message_type="comment")
        self.assertEqual(len(self.masked(self.agent)), 2)
        self.assertNotIn("Price", json.dumps(self.events(self.agent)))

    def test_a_logged_contact_of_another_department_is_hidden_unless_the_customer_is_mine(self):
        self.touch(self.agent, subject="Complaint")
        self.assertEqual([event["title"] for event in self.events(self.seller)], ["Complaint"])
        [event] = self.masked(self.colleague)
        self.assertEqual(event["department"]["name"], "Service")

    def test_a_department_manager_sees_what_his_department_did(self):
        self.touch(self.agent, subject="Complaint")
        self.touch(self.colleague, subject="Offer")
        events = {event.get("title", "-") for event in self.events(self.head)}
        self.assertEqual(events, {"Complaint", "-"})

    def test_manager_and_auditor_see_all_logged_contacts(self):
        self.touch(self.agent, subject="Complaint")
        for user in (self.manager, self.auditor):
            self.assertEqual([event["title"] for event in self.events(user)], ["Complaint"])

    def test_a_private_meeting_of_a_colleague_is_hidden_from_all_but_who_attends(self):
        event = (
            self.env["calendar.event"]
            .with_user(self.agent)
            .create(
                {
                    "name": "Divorce lawyer",
                    "privacy": "private",
                    "start": self.days_ago(2),
                    "stop": self.days_ago(2) + timedelta(hours=1),
                    "partner_ids": [Command.set((self.contact | self.agent.partner_id).ids)],
                }
            )
        )
        self.assertEqual(len(self.masked(self.manager)), 1)
        self.assertEqual([e["title"] for e in self.events(self.agent)], ["Divorce lawyer"])
        event.sudo().partner_ids += self.seller.partner_id
        self.assertEqual([e["title"] for e in self.events(self.seller)], ["Divorce lawyer"])

    def test_a_hidden_event_does_not_answer_to_filters_on_its_content(self):
        self.lead()
        for filters in (
            {"search": "Secret"},
            {"kinds": ["lead"]},
            {"person_ids": [self.seller.id]},
        ):
            self.assertEqual(self.events(self.agent, filters=filters), [], filters)
        self.assertEqual(len(self.events(self.agent, filters={"department_ids": [self.sales.id]})), 1)

    def test_the_cursor_tells_nothing_of_a_hidden_event(self):
        for number in range(3):
            self.lead(name=f"Secret {number}")
        cursor = self.customer.with_user(self.agent).sync_timeline(limit=2)["cursor"]
        self.assertNotIn("lead", cursor)

    def test_a_page_is_full_although_hidden_events_lie_between(self):
        for number in range(60):
            self.lead(self.colleague if number % 2 else self.seller, name=f"No. {number}")
        page = self.customer.with_user(self.colleague).sync_timeline(filters={"kinds": ["lead"]}, limit=20)
        self.assertEqual(len(page["events"]), 20)

    def test_another_company_is_not_even_told_that_something_happened(self):
        company, other = self.other_company()
        self.lead(company_id=self.company.id)
        self.touch()
        self.env["crm.sync.touch"].with_user(other).create({"partner_id": self.customer.id, "subject": "Theirs"})
        events = self.customer.with_user(other).with_context(allowed_company_ids=company.ids).sync_timeline()["events"]
        self.assertEqual([event["title"] for event in events], ["Theirs"])
        self.assertNotIn("Theirs", json.dumps(self.events(self.manager)))

    def test_only_selected_companies_are_told(self):
        company, other = self.other_company()
        self.manager.company_ids += company
        self.env["crm.sync.touch"].with_user(other).create({"partner_id": self.customer.id, "subject": "Theirs"})
        customer = self.customer.with_user(self.manager)
        self.assertEqual(customer.with_context(allowed_company_ids=self.company.ids).sync_timeline()["events"], [])
        both = customer.with_context(allowed_company_ids=(self.company | company).ids).sync_timeline()["events"]
        self.assertEqual([event["title"] for event in both], ["Theirs"])

    def test_a_customer_of_another_company_is_refused(self):
        company, _other = self.other_company()
        self.customer.company_id = company
        self.contact.company_id = company
        with self.assertRaises(AccessError):
            self.events(self.manager)

    def test_without_a_role_and_from_the_portal_it_is_refused(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        self.customer.message_subscribe(portal.partner_id.ids)
        for user in (self.employee, portal, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.events(user)
            with self.assertRaises(AccessError):
                self.customer.with_user(user).sync_customer_page()
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).sync_timeline()

    def test_a_portal_user_reads_no_field_of_ours_on_his_own_contact(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        ours = [name for name in self.env["res.partner"]._fields if name.startswith("sync_")]
        self.assertTrue(ours)
        for name in ours:
            with self.assertRaises(AccessError):
                portal.partner_id.with_user(portal).read([name])
