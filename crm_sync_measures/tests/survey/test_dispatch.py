from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError

from .asking_common import AskingCase


class TestDispatch(AskingCase):
    """One mail for each invitation, to whom it may still be sent."""

    def setUp(self):
        super().setUp()
        self.asker = self.asking("order_confirmed", deadline_days=20)

    def sent(self, **values):
        """An invitation whose mail has left."""
        self.ordered(**values)
        invitation = self.run_all(self.asker)
        # As the server of mails does it, which is not there in tests.
        self.mails(invitation)._postprocess_sent_message([], [])
        self.env.invalidate_all()
        return invitation

    # ---------------------------------------------------------------- asking

    def test_one_mail_however_often_the_jobs_run(self):
        self.ordered()
        invitation = self.run_all(self.asker)
        self.run_all(self.asker)
        self.assertEqual(len(self.mails(invitation)), 1)
        self.assertEqual((invitation.state, invitation.email), ("queued", self.contact.email_normalized))
        self.assertEqual(invitation.expires_at, fields.Datetime.now() + timedelta(days=20))
        self.assertNoFailures()

    def test_it_counts_in_the_contact_budget(self):
        self.ordered()
        self.run_all(self.asker)
        sent = self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual((len(sent), sent.purpose, sent.channel), (1, "survey", "email"))

    def test_the_mail_has_the_link_and_nothing_else_keeps_it(self):
        self.ordered()
        invitation = self.run_all(self.asker)
        mail = self.mails(invitation)
        self.assertIn(invitation._token(), mail.body_html)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertNotIn(invitation._token(), mail.mail_message_id.body or "")

    def test_he_is_asked_in_his_language_and_in_the_name_of_the_sender(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        self.asker.sender_id = self.seller
        self.asker.mail_template_id.sudo().with_context(lang="fr_FR").subject = "Êtes-vous content ?"
        self.ordered()
        invitation = self.run_all(self.asker)
        mail = self.mails(invitation)
        self.assertEqual((invitation.lang, mail.subject), ("fr_FR", "Êtes-vous content ?"))
        self.assertIn("t_seller@example.com", mail.email_from)

    def test_the_outbox_says_when_it_left(self):
        invitation = self.sent()
        self.assertEqual((invitation.state, invitation.sent_at), ("sent", fields.Datetime.now()))

    def test_who_is_asleep_is_asked_when_it_is_day_at_his_place(self):
        self.contact.tz = "Asia/Shanghai"
        self.travel("2026-03-03 15:00:00")
        self.ordered()
        invitation = self.run_all(self.asker)
        self.assertEqual((invitation.state, invitation.suppressed_by), ("planned", "quiet_hours"))
        self.assertEqual(str(invitation.due_at), "2026-03-04 01:00:00")
        self.travel("2026-03-04 01:00:00")
        self.run_all(self.asker)
        self.assertEqual((invitation.state, invitation.suppressed_by), ("queued", False))

    def test_an_order_that_was_cancelled_meanwhile_is_not_asked_about(self):
        self.asker.delay_hours = 24
        order = self.ordered()
        invitation = self.run_all(self.asker)
        self.assertEqual(invitation.state, "planned")
        order._action_cancel()
        self.pass_hours(24)
        self.run_all(self.asker)
        self.assertEqual((invitation.state, invitation.suppressed_by), ("cancelled", "origin_gone"))
        self.assertFalse(self.mails(invitation))

    def test_a_case_that_was_opened_again_is_not_asked_about(self):
        program = self.asking("case_closed", delay_hours=24)
        case = self.env["crm.sync.case"].create(
            {"name": "Where is it?", "kind": "question", "partner_id": self.contact.id}
        )
        case.action_close(note="On its way.")
        invitation = self.scan(program)
        case.action_reopen("Not here")
        self.pass_hours(24)
        self.run_all(program)
        self.assertEqual((invitation.state, invitation.suppressed_by), ("cancelled", "origin_gone"))

    def test_of_two_orders_of_one_customer_one_is_asked_about(self):
        self.ordered()
        self.ordered()
        first, second = self.run_all(self.asker)
        self.assertEqual((first.state, second.state, second.suppressed_by), ("queued", "suppressed", "duplicate"))

    def test_not_more_leave_a_day_than_the_program_says(self):
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@example.com", "tz": "UTC"} for n in range(5)]
        )
        program = self.asking(
            "manual", cap_per_day=2, wave_spread_days=1, audience_domain=f"[('id', 'in', {people.ids})]"
        )
        program.action_send_wave()
        states = lambda: self.run_all(program).mapped("state").count("queued")  # noqa: E731
        self.assertEqual(states(), 2)
        self.pass_hours(5)
        self.assertEqual(states(), 2)
        self.pass_hours(20)
        self.assertEqual(states(), 4)

    def test_what_is_long_overdue_is_dropped(self):
        self.asker.delay_hours = 24
        self.ordered()
        invitation = self.scan(self.asker)
        self.pass_hours(24 * 20)
        self.run_all(self.asker)
        self.assertEqual((invitation.state, invitation.suppressed_by), ("expired", "too_late"))

    def test_a_paused_program_asks_nobody(self):
        self.ordered()
        invitation = self.scan(self.asker)
        self.asker.action_pause()
        self.run_all(self.asker)
        self.assertEqual(invitation.state, "planned")

    def test_who_opts_out_between_gate_and_mail_gets_none(self):
        self.ordered()
        invitation = self.scan(self.asker)
        self.env["crm.sync.survey.selection"]._cron_sift()
        self.env["mail.blacklist"]._add(self.contact.email)
        self.env["crm.sync.survey.dispatch"]._cron_dispatch()
        self.env.invalidate_all()
        self.assertEqual((invitation.state, invitation.suppressed_by), ("suppressed", "opted_out"))
        self.assertFalse(self.mails(invitation))

    def test_whose_evening_has_come_before_his_mail_is_mailed_in_the_morning(self):
        self.ordered()
        invitation = self.scan(self.asker)
        self.env["crm.sync.survey.selection"]._cron_sift()
        self.travel("2026-03-03 18:30:00")
        self.env["crm.sync.survey.dispatch"]._cron_dispatch()
        self.assertFalse(self.mails(invitation))
        self.travel("2026-03-04 09:00:00")
        self.env["crm.sync.survey.dispatch"]._cron_dispatch()
        self.assertEqual(len(self.mails(invitation)), 1)

    # ---------------------------------------------------------------- bounces

    def bounce(self, invitation):
        invitation.mail_message_id.invalidate_recordset()
        message = {
            "bounced_email": self.contact.email_normalized,
            "bounced_partner": self.contact,
            "bounced_msg_ids": [invitation.mail_message_id.message_id],
            "bounced_message": invitation.mail_message_id,
            "email_from": "mailer-daemon@example.com",
            "to": "bounce@example.com",
            "message_id": "<b@example.com>",
            "body": "No such mailbox",
        }
        self.env["mail.thread"]._routing_handle_bounce(None, message)
        self.env.invalidate_all()

    def test_a_bounce_is_tied_to_its_invitation_and_ends_the_reminders(self):
        invitation = self.sent()
        self.assertTrue(invitation.mail_message_id.exists())
        self.bounce(invitation)
        self.assertEqual((invitation.state, bool(invitation.bounced_at)), ("bounced", True))
        self.pass_hours(24 * 8)
        self.env["crm.sync.survey.reminders"]._cron_remind()
        self.assertFalse(invitation.reminded)

    def test_a_bounce_that_comes_late_changes_no_answer(self):
        invitation = self.sent()
        invitation._set_state("done")
        self.bounce(invitation)
        self.assertEqual(invitation.state, "done")

    # ---------------------------------------------------------------- reminders and expiry

    def remind(self):
        self.env["crm.sync.survey.reminders"]._cron_remind()
        self.env.invalidate_all()

    def test_who_has_not_answered_is_reminded_as_often_as_the_program_says(self):
        self.asker.write({"reminder_count": 2, "reminder_days": 5})
        invitation = self.sent()
        self.pass_hours(24 * 5 - 1)
        self.remind()
        self.assertEqual(invitation.reminded, 0)
        self.pass_hours(1)
        self.travel("2026-03-09 10:00:00")
        for _run in range(2):
            self.remind()
            self.assertEqual(invitation.reminded, 1)
        self.travel("2026-03-16 10:00:00")
        self.remind()
        self.travel("2026-03-21 10:00:00")
        self.remind()
        self.assertEqual(invitation.reminded, 2)
        sent = self.env["crm.sync.contact.sent"].search_count([("partner_id", "=", self.contact.id)])
        self.assertEqual(sent, 1)

    def test_who_has_answered_is_reminded_by_nobody(self):
        invitation = self.sent()
        invitation._set_state("done")
        self.travel("2026-03-10 10:00:00")
        self.remind()
        self.assertEqual(invitation.reminded, 0)
        with self.assertRaises(UserError):
            invitation.with_user(self.manager).action_resend()
        self.assertEqual(invitation.reminded, 0)

    def test_who_complains_since_is_not_reminded(self):
        invitation = self.sent()
        self.env["crm.sync.case"].create({"name": "Scratched", "kind": "complaint", "partner_id": self.contact.id})
        self.travel("2026-03-10 10:00:00")
        self.remind()
        self.assertEqual((invitation.reminded, invitation.is_left_alone), (0, True))

    def test_a_reminder_by_hand_is_a_managers_and_the_second_is_the_last(self):
        invitation = self.sent()
        with self.assertRaises(AccessError):
            invitation.with_user(self.seller).action_resend()
        for _time in range(2):
            invitation.with_user(self.manager).action_resend()
        with self.assertRaises(UserError):
            invitation.with_user(self.manager).action_resend()
        self.assertEqual(invitation.reminded, 2)

    def test_what_nobody_answers_in_time_ends(self):
        invitation = self.sent()
        self.pass_hours(24 * 20 - 1)
        self.env["crm.sync.survey.expiry"]._cron_expire()
        self.env.invalidate_all()
        self.assertEqual(invitation.state, "sent")
        self.pass_hours(1)
        self.env["crm.sync.survey.expiry"]._cron_expire()
        self.env.invalidate_all()
        self.assertEqual(invitation.state, "expired")
        self.assertEqual(invitation.event_ids.sorted("id")[-1:].new_state, "expired")
