from odoo.tests import new_test_user

from .case_clock_common import CaseClockCase


class TestCaseClockWatch(CaseClockCase):
    """Who is told of a deadline, and how often."""

    def told(self, case):
        activities = case.sudo().clock_ids.activity_ids
        return [(activity.user_id, activity.summary.split(":")[0]) for activity in activities.sorted("id")]

    def test_the_owner_is_warned_at_75_percent_once(self):
        case = self.open_case()
        # 1.5 of 2 hours to acknowledge are full on Monday at 9:30.
        self.assertEqual(self.watch(65.4), (0, 0))
        self.assertEqual(self.watch(65.5), (1, 0))
        self.assertEqual(self.told(case), [(self.agent, "Due soon")])
        self.assertEqual(case.clock_state, "warning")
        self.assertEqual(self.watch(65.6), (0, 0))

    def test_then_owner_and_department_manager_are_told_that_it_is_late_and_after_4_hours_the_managers(self):
        self.policy.write({"answer_hours": 0, "resolve_hours": 0, "warn_percent": 0})
        case = self.open_case()
        self.assertEqual(self.watch(66), (0, 0), "at its very second it is in time")
        self.assertEqual(self.watch(66.01), (1, 0))
        late = [(self.agent, "Too late"), (self.head, "Too late")]
        self.assertEqual(self.told(case), late)
        self.assertTrue(case.is_breached)
        self.assertEqual(self.watch(69.9), (0, 0))
        self.assertEqual(self.watch(70.1), (1, 0))
        managers = {user for user, _word in self.told(case)[2:]}
        self.assertIn(self.manager, managers)
        self.assertFalse(managers & {self.agent, self.head})
        self.assertEqual(self.watch(24 * 30), (0, 0))

    def test_what_is_late_when_it_is_first_seen_is_not_warned_of(self):
        case = self.open_case()
        self.watch(66.1)
        acknowledge = self.clock(case, "acknowledge")
        self.assertEqual([activity.summary.split(":")[0] for activity in acknowledge.activity_ids], ["Too late"] * 2)

    def test_the_activity_goes_when_it_is_done_and_late_stays_late(self):
        case = self.open_case()
        self.watch(66.1)
        self.do(66.2, case.action_acknowledge)
        self.assertFalse(self.clock(case, "acknowledge").activity_ids)
        self.assertEqual(case.clock_state, "breached")

    def test_nobody_is_told_while_we_wait_and_the_warning_is_not_forgotten(self):
        self.policy.write({"acknowledge_hours": 0, "answer_hours": 0, "resolve_hours": 2})
        case = self.open_case()
        self.do(65.8, case.action_wait, "customer")
        self.assertEqual(self.watch(80), (0, 0))
        self.assertFalse(self.told(case))
        # Tuesday 9:00; 0.2 hours are left.
        self.do(89, case.action_move, self.env.ref("crm_sync_measures.case_stage_investigating"))
        self.assertEqual(self.watch(89.01), (1, 0))
        self.assertEqual(self.told(case), [(self.agent, "Due soon")])

    def test_a_case_of_nobody_is_told_to_the_department_manager(self):
        case = self.open_case(user_id=False)
        self.watch(65.5)
        self.assertEqual(self.told(case), [(self.head, "Due soon")])

    def test_where_there_is_no_department_manager_the_managers_are_told(self):
        self.service.manager_id = False
        case = self.open_case(user_id=False)
        self.watch(65.5)
        self.assertIn((self.manager, "Due soon"), self.told(case))

    def test_an_owner_who_may_not_read_the_case_is_told_in_his_inbox(self):
        outsider = new_test_user(self.env, "t_no_role", "base.group_user", email="no.role@example.com")
        case = self.open_case(user_id=False)
        self.env.cr.execute("UPDATE crm_sync_case SET user_id = %s WHERE id = %s", [outsider.id, case.id])
        self.env.invalidate_all()
        self.watch(65.5)
        self.assertFalse(self.told(case))
        message = self.env["mail.message"].search([("partner_ids", "in", outsider.partner_id.ids)], limit=1)
        self.assertIn("Lamp flickers", message.subject)

    def test_fifty_late_cases_cost_the_statements_of_one(self):
        self.policy.write({"answer_hours": 0, "resolve_hours": 0})
        counted = []
        for number in (1, 50):
            for _case in range(number):
                self.open_case()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.watch(66.1), (number, 0))
            counted.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counted[1], counted[0] + 5, counted)

    def test_the_scheduled_job_runs(self):
        case = self.open_case(-24 * 60)
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref("crm_sync_measures.cron_case_clocks").method_direct_trigger(), True)
        self.assertTrue(case.is_breached)


class TestCaseSilence(CaseClockCase):
    """A case that waits for the customer is closed after 14 days, and he is told 3 days before."""

    def silence(self, hours):
        with self.at(hours):
            due = [("silence_at", "<=", self.later(hours)), ("partner_id", "=", self.contact.id)]
            cases = self.env["crm.sync.case"].search(due)
            for case in cases:
                case._end_silence()
            self.settle()
        return cases

    def said(self, case):
        """What the customer was written, newest first."""
        return case.message_ids.filtered(lambda message: message.subtype_id == self.env.ref("mail.mt_comment"))

    def waiting(self, **values):
        case = self.open_case(**values)
        self.do(0.5, case.action_wait, "customer", "Which fuse?")
        return case

    def test_he_is_told_after_11_days_and_it_is_closed_after_14(self):
        case = self.waiting()
        self.assertEqual(case.silence_at, self.later(24 * 11 + 0.5))
        self.assertFalse(self.silence(24 * 11))
        self.assertEqual(self.silence(24 * 11 + 1), case)
        self.assertEqual(case.step, "waiting_customer")
        self.assertIn("12/04/2026", self.said(case)[:1].body)
        self.assertFalse(self.silence(24 * 13))
        # He always has three days from the notice on.
        self.assertEqual(self.silence(24 * 14 + 1.1), case)
        self.assertEqual((case.step, case.is_open), ("closed", False))
        self.assertFalse(case.silence_at)
        self.assertEqual(self.states(case)["resolve"], "met")

    def test_his_word_begins_the_days_anew(self):
        case = self.waiting()
        self.silence(24 * 11 + 1)
        self.do(
            24 * 12,
            case.message_post,
            body="I will look",
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(case.silence_at, "it is our turn")
        self.do(24 * 12 + 1, case.action_wait, "customer", "And?")
        self.assertEqual(case.silence_at, self.later(24 * 23 + 1))

    def test_waiting_for_a_third_party_closes_nothing(self):
        case = self.open_case()
        self.do(0.5, case.action_wait, "third")
        self.assertFalse(case.silence_at)

    def test_who_cannot_be_written_to_is_not_closed_and_the_owner_is_told(self):
        self.contact.email = False
        case = self.waiting()
        self.silence(24 * 11 + 1)
        self.assertFalse(case.silence_at)
        self.assertEqual(case.sudo().activity_ids.user_id, self.agent)
        self.assertFalse(self.silence(24 * 100))
        self.assertTrue(case.is_open)

    def test_a_policy_of_0_days_keeps_them_open_and_a_new_one_holds_for_those_that_wait(self):
        self.policy.autoclose_days = 0
        case = self.waiting()
        self.assertFalse(case.silence_at)
        self.policy.autoclose_days = 20
        self.assertEqual(case.silence_at, self.later(24 * 17 + 0.5))
        self.company.sync_case_notice_days = 5
        self.assertEqual(case.silence_at, self.later(24 * 15 + 0.5))

    def test_the_customer_is_told_in_his_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.contact.lang = "zh_CN"
        case = self.waiting()
        self.silence(24 * 11 + 1)
        self.assertIn("2026", self.said(case)[:1].body)
        self.assertEqual(case.lang, "zh_CN")

    def test_the_scheduled_job_runs_and_a_second_time_does_nothing(self):
        case = self.open_case(-24 * 60)
        self.do(-24 * 59, case.action_wait, "customer")
        cron = self.env.ref("crm_sync_measures.cron_case_silence")
        with self.enter_registry_test_mode():
            for _twice in range(2):
                self.assertIs(cron.method_direct_trigger(), True)
        self.assertTrue(case.silence_told_at)
        self.assertTrue(case.is_open)
