from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import new_test_user

from ..common import SyncCase


class TestLoopholes(SyncCase):
    """Ways around the rules that were found by trying; each stays closed."""

    def secret(self, **values):
        """A contact of Sales that the agent may not read, on a customer he may."""
        return self.touch(self.colleague, subject="Takeover by Globex", note="limit 4711", channel="wechat", **values)

    def page(self, user, filters, limit=1):
        return self.customer.with_user(user).sync_timeline(filters, None, limit)

    # ---------------------------------------------------------------- timeline

    def test_no_answer_changes_because_a_hidden_event_matches_a_filter(self):
        # One event of his own matches each question: whether there is more than that one was the answer.
        self.touch(self.agent, subject="Seen", note="Globex 4711", channel="wechat", occurred_at=self.days_ago(1))
        questions = (
            {"search": "4711"},
            {"search": "Globex"},
            {"channels": ["wechat"]},
            {"kinds": ["contact"]},
            {"person_ids": [self.colleague.id, self.agent.id]},
        )
        before = [self.page(self.agent, filters) for filters in questions]
        for days in (0, 2):
            self.secret(occurred_at=self.days_ago(days))
        self.assertEqual([self.page(self.agent, filters) for filters in questions], before)

    def test_a_hidden_event_tells_the_day_and_not_the_time(self):
        self.secret(occurred_at=self.days_ago(3))
        self.secret(occurred_at=self.days_ago(3) - timedelta(minutes=5))
        events = self.page(self.agent, {}, 40)["events"]
        self.assertEqual(len({event["key"] for event in events}), 2)
        self.assertTrue(all(event["at"].endswith("12:00:00") for event in events), events)

    def test_a_meeting_is_private_too_when_that_is_the_default_of_the_system(self):
        self.env["ir.config_parameter"].sudo().set_param("calendar.default_privacy", "private")
        self.env["res.users.settings"].sudo().search([("user_id", "=", self.agent.id)]).unlink()
        self.env["calendar.event"].with_user(self.agent).create(
            {
                "name": "Layoffs",
                "start": self.days_ago(2),
                "stop": self.days_ago(2) + timedelta(hours=1),
                "partner_ids": [Command.set((self.contact | self.agent.partner_id).ids)],
            }
        )
        [event] = self.page(self.seller, {}, 40)["events"]
        self.assertTrue(event["masked"])
        self.env["crm.sync.customer"]._refresh_partners(self.customer)
        self.assertFalse(self.standing().last_contact_at)

    def test_a_contact_of_another_company_tells_nothing(self):
        company, _other = self.other_company()
        foreign = self.env["res.partner"].create({"name": "Foreign", "parent_id": self.customer.id})
        foreign.company_id = company
        foreign.message_post(body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.page(self.seller, {}, 40)["events"], [])

    def test_the_page_names_nobody_whom_the_timeline_hides(self):
        self.secret()
        self.env.cr.precommit.run()
        last = self.customer.with_user(self.agent).sync_customer_page()["last_contact"]
        self.assertEqual((last["person"], last["channel"], last["direction"]), (False, False, False))
        self.assertEqual((last["days"], last["department"]), (0, "Sales"))
        last = self.customer.with_user(self.seller).sync_customer_page()["last_contact"]
        self.assertEqual((last["person"], last["channel"]), (self.colleague.name, "wechat"))

    # ---------------------------------------------------------------- journal

    def test_nobody_corrects_what_he_may_not_read(self):
        secret = self.secret()
        with self.assertRaises(AccessError):
            self.touch(self.agent, corrects_id=secret.id)
        self.assertFalse(secret.is_replaced)

    def test_nobody_corrects_a_colleagues_entry_but_a_manager(self):
        first, second = self.touch(self.colleague), self.touch(self.colleague)
        with self.assertRaisesRegex(AccessError, "your own contacts"):
            self.touch(self.seller, corrects_id=first.id)
        self.assertTrue(self.touch(self.manager, corrects_id=second.id))

    def test_nobody_reads_a_lead_by_logging_a_contact_about_it(self):
        lead = self.env["crm.lead"].create({"name": "Secret", "partner_id": self.customer.id})
        with self.assertRaises(AccessError):
            self.touch(self.agent, lead_id=lead.id)

    def test_the_clients_context_names_no_other_author_or_department(self):
        for context in ({"default_user_id": self.agent.id}, {"default_department_id": self.service.id}):
            Touch = self.env["crm.sync.touch"].with_user(self.seller).with_context(**context)
            with self.assertRaises(AccessError):
                Touch.create({"partner_id": self.customer.id, "subject": "Forged"})

    def test_a_portal_user_is_no_author(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        with self.assertRaisesRegex(UserError, "colleague"):
            self.touch(self.manager, user_id=portal.id)

    def test_a_correction_on_another_customer_leaves_the_first_right(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True, "user_id": self.seller.id})
        wrong = self.touch()
        self.assertTrue(self.standing().last_contact_at)
        self.touch(partner_id=other.id, corrects_id=wrong.id)
        self.assertFalse(self.standing().last_contact_at)
        self.assertTrue(self.standing(other).last_contact_at)

    def test_empty_and_endless_texts_are_refused(self):
        for values in ({"subject": "   "}, {"note": "x" * 10_001}):
            with self.assertRaises(UserError):
                self.touch(**values)

    # ---------------------------------------------------------------- standing

    def test_a_transaction_never_fails_for_the_standing_of_a_customer(self):
        """A fetched mail would be lost: it is marked as read although its transaction was rolled back."""
        Customer = type(self.env["crm.sync.customer"])
        collision = PG_CONCURRENCY_EXCEPTIONS_TO_RETRY[0]("could not serialize access")
        self.touch()
        with patch.object(Customer, "_refresh_ids", side_effect=collision):
            self.env.cr.precommit.run()
        self.assertTrue(self.env["crm.sync.touch"].search([("partner_id", "=", self.customer.id)]))
        self.assertTrue(self.env.cr.postcommit._funcs, "it is done after the commit")
        self.env.cr.postcommit.clear()

    def test_what_a_colleague_answers_to_a_note_or_writes_on_a_bill_is_no_contact(self):
        self.customer.message_post(
            body="Fine", author_id=self.seller.partner_id.id, message_type="email", subtype_xmlid="mail.mt_note"
        )
        self.customer.message_post(
            body="Automatic",
            author_id=self.env.ref("base.partner_root").id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(self.standing().last_contact_at)

    def test_a_deleted_message_and_a_lead_that_changes_hands_count_no_more(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        lead = self.env["crm.lead"].create({"name": "Lenses", "partner_id": self.customer.id})
        message = lead.with_user(self.seller).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(self.standing().last_contact_at)
        lead.partner_id = other
        self.assertFalse(self.standing().last_contact_at)
        self.assertTrue(self.standing(other).last_contact_at)
        message.sudo().unlink()
        self.assertFalse(self.standing(other).last_contact_at)

    def test_a_meeting_with_two_customers_is_two_rows_of_the_analysis(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.env["calendar.event"].with_user(self.seller).create(
            {
                "name": "Both",
                "start": self.days_ago(2),
                "stop": self.days_ago(2) + timedelta(hours=1),
                "partner_ids": [Command.set((self.customer | other).ids)],
            }
        )
        rows = self.env["crm.sync.contact.report"].search([("partner_id", "in", (self.customer | other).ids)])
        self.assertEqual(rows.partner_id, self.customer | other)
        self.assertEqual(len(set(rows.ids)), 2)

    # ---------------------------------------------------------------- jobs

    def test_a_manager_points_no_job_to_another_scheduled_action(self):
        job = self.env.ref("crm_sync_measures.job_refresh_customers").with_user(self.manager)
        foreign = self.env.ref("mail.ir_cron_mail_scheduler_action")
        for values in ({"cron_id": foreign.id}, {"code": "x"}, {"last_end": fields.Datetime.now()}):
            with self.assertRaises(AccessError):
                job.write(values)
        job.owner_id = self.head
        self.assertEqual(job.owner_id, self.head)
