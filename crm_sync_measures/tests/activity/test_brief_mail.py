import base64
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_brief import BriefCase


@tagged("post_install", "-at_install")
class TestBriefMail(BriefCase):
    """The brief comes before the meeting, to whom wants it, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.sync_brief_hours = 24

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        self.startPatcher(patch.object(self.env.cr, "rollback", lambda: None))
        self.travel("2026-06-15 08:00:00")

    def travel(self, moment):
        self.startPatcher(freeze_time(moment))

    def meeting(self, start="2026-06-16 10:00:00", *partners, **values):
        start = fields.Datetime.to_datetime(start)
        attendees = self.seller.partner_id | self.contact
        for partner in partners:
            attendees |= partner
        return (
            self.env["calendar.event"]
            .with_context(no_mail_to_attendees=True, dont_notify=True)
            .create(
                {
                    "name": "Plan for the new shop",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": self.seller.id,
                    "partner_ids": [Command.set(attendees.ids)],
                    **values,
                }
            )
        )

    def run_job(self):
        """One run of the job: the mails it made."""
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self.env["crm.sync.brief.mail"]._cron_mail()
        return self.env["mail.mail"].search([("id", ">", last)], order="id")

    def rows(self, meeting):
        rows = self.env["crm.sync.brief.mail"].search([("event_id", "=", meeting.id)], order="id")
        return [(row.user_id, row.state, row.reason) for row in rows]

    def test_twenty_four_hours_before_and_not_sooner_and_never_again(self):
        meeting = self.meeting()
        self.assertFalse(self.run_job())
        self.travel("2026-06-15 10:00:00")
        mail = self.run_job()
        self.assertEqual(mail.recipient_ids, self.seller.partner_id)
        self.assertIn("Before your meeting: Northern Optics", mail.subject)
        self.assertEqual(self.rows(meeting), [(self.seller, "sent", False)])
        self.assertFalse(self.run_job())
        self.travel("2026-06-16 09:00:00")
        self.assertFalse(self.run_job())

    def test_the_mail_says_what_to_bring_up_and_has_the_brief_with_it(self):
        self.promise("Send the drawings", -3)
        self.meeting()
        self.travel("2026-06-15 12:00:00")
        mail = self.run_job()
        self.assertIn("We owe them: “Send the drawings”", mail.body_html)
        [file] = mail.attachment_ids
        self.assertIn("Northern Optics", file.name)
        self.assertIn("Send the drawings", file.raw.decode())
        self.assertEqual(file.res_model, "mail.message")

    def test_a_meeting_that_is_moved_before_the_mail_is_told_in_time_for_its_new_hour(self):
        meeting = self.meeting()
        meeting.write({"start": "2026-06-20 10:00:00", "stop": "2026-06-20 11:00:00"})
        self.travel("2026-06-15 12:00:00")
        self.assertFalse(self.run_job())
        self.travel("2026-06-19 10:15:00")
        self.assertEqual(len(self.run_job()), 1)

    def test_a_meeting_that_is_moved_after_the_mail_is_not_told_again(self):
        meeting = self.meeting()
        self.travel("2026-06-15 12:00:00")
        self.assertEqual(len(self.run_job()), 1)
        meeting.write({"start": "2026-06-20 10:00:00", "stop": "2026-06-20 11:00:00"})
        self.travel("2026-06-19 12:00:00")
        self.assertFalse(self.run_job())

    def test_each_attendee_of_ours_who_wants_it_gets_his_own_with_his_own_rights(self):
        self.agent.sync_brief_hours = 2
        self.promise("Send the secret offer", 3)
        meeting = self.meeting("2026-06-16 10:00:00", self.agent.partner_id, self.colleague.partner_id)
        self.travel("2026-06-15 12:00:00")
        self.assertEqual(self.run_job().recipient_ids, self.seller.partner_id)
        self.travel("2026-06-16 08:00:00")
        mail = self.run_job()
        self.assertEqual(mail.recipient_ids, self.agent.partner_id)
        self.assertNotIn("secret", mail.attachment_ids.raw.decode() + mail.body_html)
        self.assertEqual([user for user, *_rest in self.rows(meeting)], [self.seller, self.agent])

    def test_it_comes_in_the_reader_s_language_and_time_zone(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.seller.write({"lang": "de_DE", "tz": "Europe/Berlin"})
        self.meeting()
        self.travel("2026-06-15 12:00:00")
        mail = self.run_job()
        self.assertIn("16.06.26", mail.body_html)
        self.assertIn("12:00", mail.body_html)

    def test_who_declined_a_cancelled_meeting_and_one_among_ourselves_get_none(self):
        declined = self.meeting()
        declined.attendee_ids.filtered(lambda a: a.partner_id == self.seller.partner_id).state = "declined"
        self.meeting(active=False)
        own = self.meeting()
        own.partner_ids = self.seller.partner_id | self.colleague.partner_id
        self.travel("2026-06-15 12:00:00")
        self.assertFalse(self.run_job())

    def test_what_changed_between_planning_and_sending_is_seen(self):
        meeting = self.meeting()
        self.travel("2026-06-15 12:00:00")
        self.env["crm.sync.brief.mail"]._plan()
        meeting.active = False
        self.assertFalse(self.run_job())
        self.assertEqual(self.rows(meeting), [(self.seller, "skipped", "cancelled")])

    def test_a_meeting_that_has_begun_is_not_told_any_more(self):
        self.meeting()
        self.travel("2026-06-16 10:00:00")
        self.assertFalse(self.run_job())

    def test_a_reader_who_lost_his_role_gets_none(self):
        meeting = self.meeting()
        self.travel("2026-06-15 12:00:00")
        self.env["crm.sync.brief.mail"]._plan()
        self.seller.group_ids -= self.env.ref("crm_sync_measures.group_user")
        self.assertFalse(self.run_job())
        self.assertEqual(self.rows(meeting), [(self.seller, "skipped", "no_role")])

    def test_a_customer_who_joins_later_is_noticed(self):
        meeting = self.meeting()
        meeting.partner_ids = self.seller.partner_id
        self.travel("2026-06-15 12:00:00")
        self.assertFalse(self.run_job())
        meeting.partner_ids += self.contact
        self.assertEqual(len(self.run_job()), 1)

    def test_one_that_cannot_be_made_does_not_keep_the_others(self):
        other = self.env["res.partner"].create({"name": "Southern Optics"})
        self.meeting()
        second = self.meeting("2026-06-16 11:00:00", other)
        original = type(self.env["crm.sync.brief.mail"])._told

        def broken(row, customers):
            if row.event_id == second:
                raise ValueError("broken on purpose")
            return original(row, customers)

        self.travel("2026-06-15 12:00:00")
        with (
            patch.object(type(self.env["crm.sync.brief.mail"]), "_told", broken),
            self.assertLogs("odoo.addons.crm_sync_measures", "WARNING"),
        ):
            self.assertEqual(len(self.run_job()), 1)
        self.assertEqual(self.rows(second)[0][1], "planned")

    def test_a_user_sets_the_hours_himself_and_nonsense_is_refused(self):
        preferences = self.env.ref("base.view_users_form_simple_modif")
        with Form(self.colleague.with_user(self.colleague), view=preferences) as form:
            form.sync_brief_hours = 3
        self.assertEqual(self.colleague.sync_brief_hours, 3)
        with self.assertRaises(Exception) as caught:
            self.colleague.sync_brief_hours = 1000
            self.env.flush_all()
        self.assertIn("sync_brief_hours", str(caught.exception))

    def test_everybody_sees_his_own_rows_and_managers_all(self):
        self.meeting()
        self.travel("2026-06-15 12:00:00")
        self.run_job()
        rows = self.env["crm.sync.brief.mail"]
        seen = {
            user.login: rows.with_user(user).search_count([])
            for user in (self.seller, self.agent, self.manager, self.auditor)
        }
        self.assertEqual(seen, {"t_seller": 1, "t_agent": 0, "t_manager": 1, "t_auditor": 1})

    def test_the_file_is_html_where_no_pdf_can_be_made(self):
        with patch.object(type(self.env["ir.actions.report"]), "get_wkhtmltopdf_state", lambda self: "install"):
            content, kind = (
                self.env["crm.sync.brief"].with_user(self.seller)._render_file(self.customer.with_user(self.seller))
            )
        self.assertEqual(kind, "html")
        self.assertIn("<!DOCTYPE html>", content.decode())
        self.assertNotIn("/web/assets", content.decode())
        self.assertTrue(base64.b64encode(content))
