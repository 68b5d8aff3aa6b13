from unittest.mock import patch

from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import mute_logger

from .promise_common import PromiseCase

RUNNER = "odoo.addons.crm_sync_measures.models.core.crm_sync_job_runner"


@tagged("post_install", "-at_install")
class TestPromiseWatch(PromiseCase):
    """Due on Friday 6 March 15:00 UTC; reminder 24 hours before, escalation 48 hours after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))

    def setUp(self):
        super().setUp()
        # A test may not commit.
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))

    def made(self, user=None, **values):
        return self.promise(user, **{"due_at": "2026-03-06 15:00:00", **values})

    def watch(self, moment):
        with freeze_time(moment):
            robot = self.env["crm.sync.promise"].with_user(self.env.ref("base.user_root"))
            robot._cron_watch()
            self.env.flush_all()

    def test_first_the_person_is_reminded_then_alarmed_and_at_last_his_boss_is_told(self):
        promise = self.made()
        self.watch("2026-03-05 15:00:00")
        self.assertFalse(self.reminders(promise))
        self.watch("2026-03-05 15:00:01")
        self.assertEqual(self.reminders(promise), {"t_seller": "Promise due: Send the offer"})
        self.assertEqual(promise.state, "open")
        self.watch("2026-03-06 15:00:01")
        self.assertEqual(self.reminders(promise), {"t_seller": "Promise broken: Send the offer"})
        self.assertEqual((promise.state, promise.broken_at), ("broken", promise.binding_due_at))
        self.watch("2026-03-08 15:00:01")
        told = self.reminders(promise)
        self.assertEqual(set(told), {"t_seller", "t_boss"})
        self.assertIn("Send the offer", told["t_boss"])
        self.assertEqual(self.history(promise), ["made", "reminded", "broken", "reminded", "escalated"])
        escalated = promise.sudo().event_ids.filtered(lambda event: event.kind == "escalated")
        self.assertEqual(escalated.new_user_id, self.boss)

    def test_running_it_again_and_again_changes_nothing(self):
        promise = self.made()
        for _time in range(3):
            self.watch("2026-03-09 09:00:00")
        self.assertEqual(self.history(promise), ["made", "broken", "reminded", "escalated"])
        self.assertEqual(len(promise.sudo()._open_activities()), 2)
        self.assertFalse(promise.check_at)

    def test_keeping_the_promise_takes_away_what_was_asked_for(self):
        promise = self.made()
        self.watch("2026-03-09 09:00:00")
        mine = promise.activity_schedule("mail.mail_activity_data_todo", summary="Wrap it", user_id=self.seller.id)
        with freeze_time("2026-03-09 10:00:00"):
            promise.action_keep()
        self.assertFalse(self.reminders(promise))
        self.assertTrue(mine.exists().active, "what somebody else has planned is left alone")
        self.watch("2026-03-30 09:00:00")
        self.assertNotIn("escalated", self.history(promise)[4:])

    def test_a_new_date_has_a_reminder_of_its_own(self):
        promise = self.made()
        self.watch("2026-03-05 16:00:00")
        with freeze_time("2026-03-05 17:00:00"):
            promise.action_reschedule("2026-03-12 15:00:00", True, "He is away")
        self.assertFalse(self.reminders(promise))
        self.watch("2026-03-09 09:00:00")
        self.assertEqual(promise.state, "open")
        self.watch("2026-03-11 16:00:00")
        self.assertEqual(set(self.reminders(promise)), {"t_seller"})

    def test_putting_it_off_without_the_customer_puts_off_neither_alarm_nor_escalation(self):
        promise = self.made()
        with freeze_time("2026-03-05 17:00:00"):
            promise.action_reschedule("2026-05-01 15:00:00", False, "Busy")
        self.watch("2026-03-09 09:00:00")
        self.assertEqual(set(self.reminders(promise)), {"t_seller", "t_boss"})

    def test_who_promises_something_for_this_afternoon_is_not_reminded_at_once(self):
        promise = self.made(due_at="2026-03-02 15:00:00")
        self.watch("2026-03-02 09:10:00")
        self.assertFalse(self.reminders(promise))

    def test_the_reminder_is_due_on_the_persons_own_day(self):
        self.seller.tz = "Asia/Tokyo"
        promise = self.made()
        self.watch("2026-03-05 15:00:01")
        # 15:00 UTC on Friday is midnight in Tokyo.
        self.assertEqual(str(promise.sudo()._open_activities().date_deadline), "2026-03-07")

    def test_when_the_person_has_left_his_boss_is_reminded(self):
        promise = self.made()
        self.seller.action_archive()
        self.watch("2026-03-05 15:00:01")
        self.assertEqual(set(self.reminders(promise)), {"t_boss"})

    def test_a_boss_who_breaks_a_promise_is_not_told_by_himself(self):
        promise = self.made(self.boss)
        self.watch("2026-03-09 09:00:00")
        told = promise.sudo().event_ids.filtered(lambda event: event.kind == "escalated").new_user_id
        self.assertTrue(told.has_group("crm_sync_measures.group_manager"))
        self.assertNotEqual(told, self.boss)

    def test_handed_over_the_new_person_has_the_reminder(self):
        promise = self.made()
        self.watch("2026-03-05 16:00:00")
        promise.action_hand_over(self.colleague)
        self.assertEqual(set(self.reminders(promise)), {"t_colleague"})

    def test_other_settings_hold_for_promises_that_are_open_already(self):
        promise = self.made()
        self.assertEqual(str(promise.check_at), "2026-03-05 15:00:00")
        self.company.sync_promise_remind_hours = 48
        self.assertEqual(str(promise.check_at), "2026-03-04 15:00:00")
        self.company.sync_promise_remind_hours = 0
        self.assertEqual(str(promise.check_at), "2026-03-06 15:00:00")

    @mute_logger(RUNNER)
    def test_one_that_cannot_be_followed_up_does_not_stop_the_others(self):
        poison, promise = self.made(), self.made()
        Promise = type(self.env["crm.sync.promise"])
        follow_up = Promise._follow_up

        def cautious(record):
            if record == poison:
                raise ValueError("cannot")
            return follow_up(record)

        with patch.object(Promise, "_follow_up", cautious):
            self.watch("2026-03-06 16:00:00")
        self.assertEqual((poison.state, promise.state), ("open", "broken"))
        failure = self.env.ref("crm_sync_measures.job_promises").failure_ids
        self.assertEqual(failure.mapped("res_id"), poison.ids)

    def test_who_is_told_sees_it_in_the_client_and_gets_no_mail_for_each_promise(self):
        self.made(), self.made()
        mails = self.env["mail.mail"].search_count([])
        self.watch("2026-03-05 16:00:00")
        self.watch("2026-03-09 09:00:00")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_telling_fifty_costs_so_many_queries_each_as_telling_one(self):
        """Activities are made one by one; what is read before is not read again for each."""
        counts = []
        for number in (1, 50):
            promises = self.env["crm.sync.promise"]
            for _number in range(number):
                promises |= self.made()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.watch("2026-03-05 16:00:00")
            counts.append((self.env.cr.sql_log_count - before) / number)
            for promise in promises:
                self.assertTrue(self.reminders(promise))
        self.assertLess(counts[1], counts[0])
