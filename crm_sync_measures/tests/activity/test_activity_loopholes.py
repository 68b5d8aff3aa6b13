from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .advice_common import AdviceCase
from .contact_card_case import ContactCardCase
from .handover_common import HandoverCase
from .promise_common import PromiseCase


class TestLoopholesOfHandovers(HandoverCase):
    """Ways to get at the records of others, or to learn of an illness, that somebody has tried."""

    def test_the_letter_is_one_about_handovers_and_no_other_mail(self):
        """A template of another model would be rendered, as superuser, for whatever record has the letter's number."""
        template = self.env["mail.template"].create(
            {
                "name": "Invoice",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "body_html": "<p><t t-out='object.amount_total'/></p>",
            }
        )
        handover = self.handover()
        with self.assertRaises(UserError):
            handover.template_id = template
        with self.assertRaises(UserError):
            self.handover(template_id=template.id)

    def test_who_takes_over_learns_of_no_illness(self):
        handover = self.executed(reason="ill")
        as_successor = handover.with_user(self.successor)
        self.assertNotIn("Ill", as_successor.display_name)
        with self.assertRaises(AccessError):
            as_successor.read(["reason"])
        with self.assertRaises(AccessError):
            as_successor.search([("reason", "=", "ill")])
        told = self.env["mail.message"].search(
            [
                ("model", "=", handover._name),
                ("res_id", "=", handover.id),
                ("partner_ids", "in", self.successor.partner_id.ids),
            ]
        )
        self.assertTrue(told)
        for message in told:
            self.assertNotIn("Ill", f"{message.subject} {message.record_name} {message.body}")
        self.assertEqual(handover.with_user(self.boss).reason, "ill")


class TestLoopholesOfPromises(PromiseCase):
    """Ways to forge or to read what was promised, that somebody has tried."""

    def test_no_moment_at_the_end_or_beginning_of_time_is_promised(self):
        self.company.write({"sync_promise_remind_hours": 0, "sync_promise_escalate_hours": 0})
        for values in (
            {"due_at": "9999-12-31 23:00:00", "tz": "Asia/Shanghai"},
            {"promised_at": "0001-01-01 00:00:00", "tz": "America/New_York"},
        ):
            with self.assertRaises(UserError):
                self.promise(**values)
        promise = self.promise()
        with self.assertRaises(UserError):
            promise.action_reschedule("9999-12-31 23:00:00", True, "Later")

    def test_a_customer_s_name_is_no_html_in_the_reminder(self):
        self.contact.name = "<a href='https://evil.example.com'>Bank</a>"
        promise = self.promise()
        promise.sudo()._tell_remind()
        activities = promise.sudo()._open_activities()
        self.assertTrue(activities)
        self.assertNotIn("<a", activities[0].note)

    def test_nonsense_is_refused_in_words(self):
        for values in (
            {"res_model": "crm.sync.contact.card", "res_id": 1},
            {"res_model": "mail.thread", "res_id": 1},
            {"res_model": "no.such.model", "res_id": 1},
            {"due_at": "tomorrow"},
            {"tz": "Nowhere/Land"},
            {"tz": "<b>soon</b>"},
        ):
            with self.subTest(values), self.assertRaises(UserError), self.env.cr.savepoint():
                self.promise(**values)


class TestLoopholesOfTheCard(ContactCardCase):
    """Ways around the card, that somebody has tried."""

    def setUp(self):
        super().setUp()
        self.promise(-1)
        self.policy("promise_broken", "ask")
        self.seller_customer = self.customer.with_user(self.seller)

    def refused(self):
        return self.assertRaisesRegex(UserError, "Before you contact")

    def test_a_note_that_mentions_the_customer_reaches_him(self):
        with self.refused():
            self.seller_customer.message_post(
                body="Hello", message_type="comment", subtype_xmlid="mail.mt_note", partner_ids=self.customer.ids
            )
        # Among ourselves it is a note as before.
        self.seller_customer.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.colleague.partner_id.ids,
        )

    def test_a_scheduled_note_that_becomes_a_message_is_asked_about(self):
        scheduled = (
            self.env["mail.scheduled.message"]
            .with_user(self.seller)
            .create(
                {
                    "model": "res.partner",
                    "res_id": self.customer.id,
                    "author_id": self.seller.partner_id.id,
                    "body": "Hello",
                    "is_note": True,
                    "scheduled_date": fields.Datetime.now() + timedelta(days=1),
                }
            )
        )
        with self.refused():
            scheduled.write({"is_note": False, "partner_ids": [Command.set(self.customer.ids)]})

    def test_settings_are_not_moved_to_a_company_one_is_not_in(self):
        company, _other = self.other_company()
        for name, values in (
            ("crm.sync.contact.policy", {"rule_code": "price", "decision": "block"}),
            ("crm.sync.contact.cap", {"channel": "email", "limit": 0}),
            ("crm.sync.response.policy", {"first_hours": 1}),
        ):
            Model = self.env[name].with_user(self.manager)
            Model.search([("company_id", "=", self.company.id)]).unlink()
            record = Model.create({"company_id": self.company.id, **values})
            with self.subTest(name), self.assertRaises(AccessError):
                record.write({"company_id": company.id})

    def test_no_budget_is_so_long_that_nobody_can_be_written_to(self):
        """Its beginning would lie before the calendar's: every card of the company failed."""
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["crm.sync.contact.cap"].create(
                {"company_id": self.company.id, "channel": "letter", "days": 1_000_000}
            )

    def test_a_reason_of_bytes_that_no_database_takes_is_a_reason_all_the_same(self):
        card = self.seller_customer.sync_contact_override("He called\x00 me")
        self.assertEqual(card["override"]["reason"], "He called me")

    def test_nobody_learns_with_whom_a_private_meeting_is(self):
        meeting = (
            self.env["calendar.event"]
            .create(
                {
                    "name": "Takeover",
                    "privacy": "private",
                    "user_id": self.colleague.id,
                    "start": self.days_ago(-1),
                    "stop": self.days_ago(-1) + timedelta(hours=1),
                    "partner_ids": [Command.set((self.contact | self.colleague.partner_id).ids)],
                }
            )
            .with_user(self.agent)
        )
        with self.assertRaises(AccessError):
            meeting.action_open_sync_brief()

    def test_a_mailed_brief_is_for_its_reader_alone(self):
        """It tells what he may read: whoever sees that it was mailed need not be allowed to read the same."""
        self.seller.sync_brief_hours = 48
        boss = self.new_user("t_boss", "group_department_manager", self.sales)
        self.sales.manager_id = boss
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "user_id": self.seller.id,
                "start": self.days_ago(-1),
                "stop": self.days_ago(-1) + timedelta(hours=1),
                "partner_ids": [Command.set((self.contact | self.seller.partner_id).ids)],
            }
        )
        self.env["crm.sync.brief.mail"]._plan()
        row = self.env["crm.sync.brief.mail"].search([("user_id", "=", self.seller.id)])
        row._send()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("Northern Optics", mail.body_html)
        self.assertTrue(mail.attachment_ids)
        for user in boss | self.auditor | self.manager:
            self.assertTrue(row.with_user(user).has_access("read"))
            for secret in (mail.mail_message_id, mail.attachment_ids):
                self.assertFalse(secret.with_user(user).has_access("read"), (user.login, secret))


class TestLoopholesOfAdvice(AdviceCase):
    """What colleagues should not learn of each other, and that somebody has tried to learn."""

    def advised(self, user):
        return self.env["crm.sync.advisor"].with_user(user).sync_advise("crm.lead", self.lead.id)

    def test_no_number_tells_the_win_rate_of_a_colleague(self):
        self.close(self.colleague, 0, 8)
        self.close(self.third, 4, 4)
        after = self.advised(self.seller)["people"]
        self.assertFalse([point for one in after for point in one["points"]])
        self.assertTrue(self.advised(self.manager)["people"][0]["points"])

    def test_the_journal_does_not_name_a_private_meeting(self):
        meeting = self.env["calendar.event"].create(
            {
                "name": "Takeover by Globex",
                "privacy": "private",
                "user_id": self.seller.id,
                "start": self.days_ago(-1),
                "stop": self.days_ago(-1) + timedelta(hours=1),
                "partner_ids": [Command.set((self.contact | self.seller.partner_id | self.third.partner_id).ids)],
            }
        )
        advisor = self.env["crm.sync.advisor"].with_user(self.seller)
        people = [one["user_id"] for one in advisor.sync_advise("calendar.event", meeting.id)["people"]]
        [chosen] = [user_id for user_id in people if user_id == self.third.id]
        arguments = ("knows",) if people[0] != chosen else ()
        self.env.invalidate_all()
        assignment = self.env["crm.sync.assignment"].browse(
            advisor.sync_assign("calendar.event", meeting.id, chosen, None, *arguments)
        )
        self.assertTrue(assignment.with_user(self.colleague).has_access("read"))
        self.assertNotIn("Globex", assignment.with_user(self.colleague).name)
