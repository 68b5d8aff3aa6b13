from datetime import timedelta

from freezegun import freeze_time
from odoo.tests import new_test_user

from .response_common import FRIDAY, ResponseCase


class TestResponseAlarm(ResponseCase):
    """Who is told that an answer is late, and how often."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales.manager_id = cls.manager

    def watch(self, hours):
        """What the job does ``hours`` after Friday 16:00."""
        with freeze_time(self.hours_later(hours)):
            Response = self.env["crm.sync.response"].sudo()
            ids = Response._next_late(0, 1000)
            result = Response._tell_set(ids)
            self.env.flush_all()
        return result

    def alarms(self):
        activities = self.responses().sudo().activity_ids
        return [(activity.user_id, activity.res_model, activity.res_id) for activity in activities.sorted("id")]

    def test_first_the_owner_is_told_then_the_department_manager_each_once(self):
        self.mail_in()
        # Due on Monday 12:00 in Berlin, 68 hours later; the manager two working hours after that.
        self.assertEqual(self.watch(68), (0, 0))
        self.assertFalse(self.responses().is_breached)
        self.assertEqual(self.watch(68.01), (1, 0))
        owner, manager = (self.seller, "crm.lead", self.lead.id), (self.manager, "crm.lead", self.lead.id)
        self.assertEqual(self.alarms(), [owner])
        self.assertTrue(self.responses().is_breached)
        self.assertEqual(self.watch(69), (0, 0))
        self.assertEqual(self.watch(70.5), (1, 0))
        self.assertEqual(self.alarms(), [owner, manager])
        self.assertEqual(self.responses().escalated_at, self.hours_later(70.5))
        self.assertEqual(self.watch(100), (0, 0))

    def test_the_alarm_goes_with_the_answer_and_the_delay_stays(self):
        self.mail_in()
        self.watch(80)
        self.assertEqual(len(self.alarms()), 2)
        self.mail_out(at=self.hours_later(81))
        self.assertFalse(self.alarms())
        self.assertFalse(self.lead.activity_ids)
        self.assertTrue(self.responses().is_breached)

    def test_what_nobody_is_in_charge_of_is_told_to_the_department_manager(self):
        self.lead.user_id = False
        self.customer.write({"user_id": False, "sync_department_id": self.sales.id})
        self.mail_in()
        self.assertFalse(self.responses().user_id)
        self.watch(68.01)
        self.assertEqual([user for user, _model, _id in self.alarms()], [self.manager])
        self.watch(71)
        self.assertEqual(len(self.alarms()), 1, "the manager knows already")

    def test_who_may_not_read_the_document_is_told_on_the_customer(self):
        self.lead.user_id = self.agent
        self.mail_in()
        self.watch(68.01)
        self.assertEqual(self.alarms(), [(self.agent, "res.partner", self.customer.id)])

    def test_who_may_not_read_anything_is_told_in_his_inbox(self):
        lead = self.env["crm.lead"].with_user(self.env.ref("base.public_user")).sudo().create({"name": "Form"})
        lead.user_id = self.agent
        self.settle()
        response = self.env["crm.sync.response"].search([("lead_id", "=", lead.id)])
        self.env["crm.sync.response"].sudo()._tell([(response.sudo(), self.agent)])
        self.assertFalse(response.activity_ids)
        notice = self.env["mail.message"].search(
            [("partner_ids", "in", self.agent.partner_id.ids)], order="id desc", limit=1
        )
        self.assertIn("waits for an answer", notice.subject)

    def test_instead_of_an_archived_owner_the_manager_is_told_at_once(self):
        user = new_test_user(self.env, "t_leaving", "base.group_user")
        self.mail_in()
        self.responses().sudo()._hand_over(user)
        user.active = False
        for hours in (68.01, 71):
            self.watch(hours)
            self.assertEqual([told for told, _model, _id in self.alarms()], [self.manager])

    def test_fifty_late_answers_are_told_with_as_many_statements_as_one_but_for_the_activities(self):
        counted = []
        for number in (1, 50):
            for _copy in range(number):
                self.mail_in(self.lead.copy())
            before = self.env.cr.sql_log_count
            self.watch(68.01)
            counted.append(self.env.cr.sql_log_count - before)
        self.assertLess(counted[1], counted[0] + 100, counted)

    def test_the_scheduled_job_marks_and_tells(self):
        self.mail_in(at=self.env.cr.now().replace(microsecond=0) - timedelta(days=20))
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref("crm_sync_measures.cron_watch_responses").method_direct_trigger(), True)
        self.assertTrue(self.responses().is_breached)

    def test_two_messages_of_the_same_moment_become_one_clock(self):
        first, second = self.mail_in(), self.mail_in(at=self.hours_later(0.001))
        # As if the second had come in a transaction that did not see the first.
        self.env.cr.execute(
            """INSERT INTO crm_sync_response (res_model, res_id, lead_id, partner_id, commercial_partner_id, kind, channel,
                      company_id, priority, started_at, state, start_source, start_id)
               SELECT res_model, res_id, lead_id, partner_id, commercial_partner_id, kind, channel,
                      company_id, priority, %s, state, start_source, %s FROM crm_sync_response WHERE start_id = %s""",
            [second.date, second.id, first.id],
        )
        self.assertEqual(len(self.responses(state="waiting")), 2)
        with freeze_time(self.hours_later(0.2)):
            self.env["crm.sync.response"].sudo()._look_again()
        self.assertEqual(self.responses(state="waiting").start_message_id, first)

    def test_the_countdown_runs_in_working_hours_only(self):
        self.mail_in()
        response = self.responses()
        for hours, left, starts, stops in (
            (0, 4, 0, 1),  # Friday 16:00
            (0.5, 3.5, 0, 0.5),
            (2, 3, 63, 71),  # Friday 18:00: continues on Monday at 9:00
            (66, 2, 0, 7),  # Monday 10:00
            (70, -2, 0, 3),
        ):
            with freeze_time(self.hours_later(hours)):
                response.invalidate_recordset()
                self.assertEqual(
                    response.countdown,
                    {"left": left * 3600, "late": left < 0, "starts_in": starts * 3600, "stops_in": stops * 3600},
                )
                self.assertEqual(response.is_overdue, left < 0)
                found = response.search([("is_overdue", "=", True), ("id", "=", response.id)])
                self.assertEqual(bool(found), left < 0)
        self.assertEqual(FRIDAY, response.started_at)
