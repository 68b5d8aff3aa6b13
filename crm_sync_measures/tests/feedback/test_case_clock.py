from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .case_clock_common import CaseClockCase


class TestCaseClock(CaseClockCase):
    """Three clocks of a case: what starts, stops and pauses them, and what they show."""

    def test_a_new_case_has_three_clocks_in_the_hours_of_its_department(self):
        case = self.open_case()
        # 1 hour on Friday, the rest from Monday 9:00 on; 16 hours are full on Tuesday at 16:00.
        due = {clock.kind: clock.due_at for clock in case.clock_ids}
        self.assertEqual(due, {"acknowledge": self.later(66), "answer": self.later(68), "resolve": self.later(24 * 4)})
        self.assertEqual(set(self.states(case).values()), {"running"})
        self.assertEqual((case.deadline, case.clock_state, case.is_breached), (self.later(66), "on_time", False))

    def test_an_acknowledgement_in_time_leaves_the_answer_as_the_next_deadline(self):
        case = self.open_case()
        self.do(0.5, case.action_acknowledge)
        clock = self.clock(case, "acknowledge")
        self.assertEqual((clock.state, clock.stopped_at, clock.consumed_seconds), ("met", self.later(0.5), 1800))
        self.assertEqual(case.deadline, self.later(68))

    def test_an_answer_by_a_person_acknowledges_too_and_a_note_does_not(self):
        case = self.open_case().with_user(self.agent)
        self.do(0.1, case.message_post, body="We look into it", subtype_xmlid="mail.mt_note")
        self.assertEqual(self.states(case)["answer"], "running")
        self.do(
            0.5,
            case.message_post,
            body="It is the fuse",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
        )
        self.assertEqual(self.states(case), {"acknowledge": "met", "answer": "met", "resolve": "running"})

    def test_waiting_for_the_customer_over_the_weekend_costs_no_time(self):
        case = self.open_case()
        self.do(0.5, case.action_wait, "customer", "Which fuse?")
        clock = self.clock(case, "resolve")
        self.assertEqual((clock.state, clock.consumed_seconds, clock.due_at), ("paused", 1800, False))
        self.assertEqual((case.deadline, case.clock_state), (False, "paused"))
        # On Tuesday at 12:00 it goes on: 15.5 hours are left, until Thursday at 11:30.
        self.do(24 * 4 - 4, case.action_propose, "A new lamp")
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.due_at, self.later(24 * 5 + 19.5))

    def test_what_was_late_once_stays_red_when_it_is_done(self):
        case = self.open_case()
        self.do(66.5, case.action_acknowledge)
        clock = self.clock(case, "acknowledge")
        self.assertEqual((clock.state, clock.breached_at), ("breached_done", self.later(66)))
        self.assertEqual((case.clock_state, case.is_breached, case.deadline), ("breached", True, self.later(68)))

    def test_closing_stops_all_clocks_and_reopening_starts_a_new_one_to_resolve(self):
        case = self.open_case(cause_id=self.cause.id)
        self.do(0.2, case.action_acknowledge)
        self.do(0.5, case.action_close, "upheld", "A new lamp was sent")
        self.assertEqual(self.states(case), {"acknowledge": "met", "answer": "met", "resolve": "met"})
        self.assertEqual((case.deadline, case.clock_state), (False, False))
        self.do(65, case.action_reopen, "It flickers again")
        self.assertEqual(case.cycle, 2)
        self.assertEqual(self.states(case), {"resolve": "running"})
        self.assertEqual(self.clock(case, "resolve", 2).due_at, self.later(24 * 4 + 1))

    def test_a_case_that_was_late_in_its_first_cycle_was_late_and_is_not_red_in_its_second(self):
        case = self.open_case(cause_id=self.cause.id)
        self.do(66.5, case.action_acknowledge)
        self.do(67, case.action_close, "upheld", "A new lamp was sent")
        self.do(67.5, case.action_reopen, "It flickers again")
        self.assertEqual((case.clock_state, case.is_breached), ("on_time", True))

    def test_a_merged_case_counts_for_nobody(self):
        case, master = self.open_case(), self.open_case()
        self.do(70, case.action_merge, master)
        self.assertEqual(set(self.states(case).values()), {"cancelled"})
        self.assertEqual(self.states(master)["resolve"], "running")

    def test_the_same_event_twice_is_as_once(self):
        case = self.open_case()
        clocks = self.env["crm.sync.case.clock"]
        for _twice in range(2):
            clocks._on_event(case, "opened", self.later(0))
            clocks._on_event(case, "waiting", self.later(0.5))
        self.assertEqual(len(case.clock_ids), 3)
        clocks._on_event(case, "waiting", self.later(65.5))
        self.assertEqual(self.clock(case, "resolve").consumed_seconds, 1800)

    def test_an_event_that_is_told_late_gives_no_time_back(self):
        case = self.open_case()
        clocks = self.env["crm.sync.case.clock"]
        clocks._on_event(case, "waiting", self.later(0.5))
        clocks._on_event(case, "resumed", self.later(65))
        clocks._on_event(case, "resolved", self.later(64))
        clock = self.clock(case, "resolve")
        self.assertEqual((clock.state, clock.consumed_seconds, clock.stopped_at), ("met", 1800, self.later(65)))

    def test_without_hours_there_is_no_deadline_and_nothing_breaks(self):
        self.service.resource_calendar_id = self.new_calendar("Never", "", 0, 0)
        case = self.open_case()
        self.assertEqual(set(self.states(case).values()), {"none"})
        self.assertEqual((case.deadline, case.clock_state), (False, False))
        self.assertEqual(self.watch(24 * 400), (0, 0))
        self.do(24 * 400, case.action_acknowledge)
        self.assertEqual(self.states(case)["acknowledge"], "none")
        self.assertFalse(case.is_breached)

    def test_a_target_of_0_hours_is_no_deadline(self):
        self.policies.create({"kind": "suggestion", "resolve_hours": 0})
        case = self.open_case(kind="suggestion")
        self.assertEqual(self.states(case), {"acknowledge": "running", "answer": "running", "resolve": "none"})

    def test_without_any_policy_nothing_is_due(self):
        self.policies.search([]).unlink()
        self.assertEqual(set(self.states(self.open_case()).values()), {"none"})

    def test_fifty_cases_cost_the_statements_of_one(self):
        counted = []
        for number in (1, 50):
            cases = self.env["crm.sync.case"].browse()
            for _case in range(number):
                cases |= self.open_case()
            clocks = self.env["crm.sync.case.clock"]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            clocks._on_event(cases, "waiting", self.later(0.2))
            clocks._on_event(cases, "resumed", self.later(65))
            clocks._on_event(cases, "resolved", self.later(65.5))
            self.env.flush_all()
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counted)), 1, counted)

    def test_clocks_are_written_by_nobody(self):
        case = self.open_case()
        for user in (self.manager, self.agent):
            clock = case.clock_ids[:1].with_user(user)
            for change in (
                lambda clock=clock: clock.write({"state": "met"}),
                lambda clock=clock: clock.unlink(),
                lambda clock=clock: clock.create({"case_id": case.id, "kind": "answer", "cycle": 7}),
            ):
                with self.assertRaises(AccessError):
                    change()

    def test_who_may_read_the_case_reads_its_clocks_and_nobody_else(self):
        case = self.open_case()
        seen = lambda user: len(  # noqa: E731
            self.env["crm.sync.case.clock"].with_user(user).search([("case_id", "=", case.id)])
        )
        self.assertEqual([seen(user) for user in (self.agent, self.head, self.manager, self.auditor)], [3, 3, 3, 3])
        self.assertEqual(seen(self.colleague), 0)
        company, other = self.other_company()
        clocks = self.env["crm.sync.case.clock"].with_user(other).with_context(allowed_company_ids=company.ids)
        self.assertFalse(clocks.search_count([]))

    def test_a_case_and_its_clocks_are_read_on_their_forms_by_who_may(self):
        case = self.open_case()
        for user in (self.agent, self.manager, self.auditor):
            with self.at(1):
                countdown = Form(case.with_user(user)).countdown
            self.assertEqual((countdown["state"], countdown["late"]), ("running", False))
            values = case.clock_ids[:1].with_user(user).read()
            self.assertEqual(values[0]["kind"], "acknowledge")

    def test_the_time_used_up_is_shown_until_now(self):
        clock = self.clock(self.open_case(), "resolve")
        with self.at(66):
            self.assertEqual((clock.consumed_hours, clock.target_hours), (2, 16))

    def test_overdue_is_what_is_late_at_this_very_moment(self):
        case = self.open_case()
        found = lambda: self.env["crm.sync.case"].search([("is_overdue", "=", True), ("id", "=", case.id)])  # noqa: E731
        with self.at(66):
            self.assertFalse(found() or case.is_overdue)
        case.invalidate_recordset(["is_overdue"])
        with self.at(66.01):
            self.assertTrue(found() and case.is_overdue)

    def test_a_hundred_random_lives_of_cases_are_counted_as_odoo_counts_working_hours(self):
        """What is stored agrees with Odoo's own calendars, whatever happened."""
        holiday = {"name": "Off", "calendar_id": self.nine_to_five.id}
        self.env["resource.calendar.leaves"].create(
            {**holiday, "date_from": self.later(24 * 5), "date_to": self.later(24 * 6)}
        )
        clocks = self.env["crm.sync.case.clock"]
        for seed in range(100):
            start, pause, resume, stop = sorted(seed * step % 211 for step in (7, 31, 53, 97))
            case = self.env["crm.sync.case"].create(
                {"name": "Random", "partner_id": self.contact.id, "department_id": self.service.id}
            )
            case.clock_ids.sudo().unlink()
            for event, hours in (("opened", start), ("waiting", pause), ("resumed", resume), ("resolved", stop)):
                clocks._on_event(case, event, self.later(hours))
            count = self.nine_to_five.get_work_hours_count
            first = count(self.later(start), self.later(pause))
            worked = first + count(self.later(resume), self.later(stop))
            clock = self.clock(case, "resolve")
            self.assertAlmostEqual(clock.consumed_seconds / 3600, worked, 3)
            # It is late from the second on after the last of its 16 hours, be that a working hour or not.
            before = max(resume, stop - 1 / 3600)
            is_late = first + count(self.later(resume), self.later(before)) >= 16
            self.assertEqual(clock.state, "breached_done" if is_late else "met", (seed, worked))


class TestCasePolicy(CaseClockCase):
    """Which targets hold, and that open cases follow them."""

    def test_the_line_that_says_most_holds(self):
        self.policies.create(
            [
                {"kind": "complaint", "resolve_hours": 12},
                {"kind": "complaint", "priority": "3", "resolve_hours": 2},
                {"department_id": self.sales.id, "resolve_hours": 6},
            ]
        )
        hours = lambda **values: self.clock(self.open_case(**values), "resolve").target_hours  # noqa: E731
        self.assertEqual(hours(kind="question"), 16)
        self.assertEqual(hours(), 12)
        self.assertEqual(hours(is_safety=True), 2)
        self.assertEqual(hours(kind="question", department_id=self.sales.id, user_id=self.seller.id), 6)

    def test_more_urgent_means_a_nearer_deadline_and_keeps_the_time_used_up(self):
        self.policies.create({"priority": "3", "resolve_hours": 4})
        case = self.open_case()
        # 1 hour on Friday and 2 on Monday are used up: 1 of 4 is left.
        self.do(67, case.write, {"is_safety": True})
        clock = self.clock(case, "resolve")
        self.assertEqual((clock.consumed_seconds, clock.target_hours), (3 * 3600, 4))
        self.assertEqual(clock.due_at, self.later(68))

    def test_who_has_used_up_more_than_the_new_target_is_late_from_then_on_and_for_good(self):
        self.policies.create({"priority": "3", "resolve_hours": 1})
        case = self.open_case()
        self.do(67, case.write, {"is_safety": True})
        self.watch(67.1)
        clock = self.clock(case, "resolve")
        self.assertEqual((clock.state, clock.breached_at), ("breached_open", self.later(67)))
        self.do(67.2, case.write, {"is_safety": False})
        self.assertEqual((clock.state, clock.due_at), ("breached_open", self.later(24 * 4)))

    def test_a_case_that_waits_and_turns_out_to_be_something_else_runs_on_to_the_targets_of_that(self):
        self.policies.create({"kind": "suggestion", "resolve_hours": 4})
        case = self.open_case()
        self.do(0.5, case.action_wait, "customer", "Which fuse?")
        self.do(65, case.write, {"kind": "suggestion"})
        clock = self.clock(case, "resolve")
        self.assertEqual((case.step, clock.state, clock.target_hours), ("new", "running", 4))
        self.assertEqual((clock.consumed_seconds, clock.due_at), (1800, self.later(68.5)))
        self.assertEqual((case.deadline, case.clock_state), (self.later(68.5), "on_time"))

    def test_another_department_counts_its_own_hours_from_then_on(self):
        self.sales.resource_calendar_id = self.new_calendar("Nights", "0123456", 0, 24)
        case = self.open_case()
        self.do(65.5, case.write, {"department_id": self.sales.id})
        clock = self.clock(case, "resolve")
        # 1.5 hours in the service; 14.5 hours round the clock.
        self.assertEqual((clock.consumed_seconds, clock.department_id), (5400, self.sales))
        self.assertEqual(clock.due_at, self.later(80))

    def test_a_new_target_plans_open_cases_anew_and_leaves_those_that_are_done(self):
        case, done = self.open_case(), self.open_case()
        self.do(0.5, done.action_acknowledge)
        with self.at(65):
            self.policy.write({"acknowledge_hours": 3, "resolve_hours": 24})
            self.settle()
        self.assertEqual(self.clock(case, "acknowledge").due_at, self.later(67))
        self.assertEqual(self.clock(case, "resolve").target_hours, 24)
        self.assertEqual(self.clock(done, "acknowledge").target_hours, 2)
        self.assertEqual(case.deadline, self.later(67))

    def test_a_deleted_target_holds_no_more(self):
        case = self.open_case()
        with self.at(0.5):
            self.policy.unlink()
            self.settle()
        self.assertEqual(set(self.states(case).values()), {"none"})

    def test_a_calendar_that_changes_counts_anew_from_then_on(self):
        case = self.open_case()
        clock = self.clock(case, "resolve")
        with self.at(66):
            # From now on until 21:00; the 2 hours so far were worked in the old ones.
            self.nine_to_five.attendance_ids.write({"hour_to": 21})
            self.settle()
        self.assertEqual(clock.consumed_seconds, 2 * 3600)
        # 14 hours are left: 11 on Monday until 21:00, 3 on Tuesday.
        self.assertEqual(clock.due_at, self.later(24 * 3 + 20))

    def test_a_day_off_moves_the_deadline_and_takes_back_no_time(self):
        case = self.open_case()
        clock = self.clock(case, "resolve")
        values = {"name": "Off", "calendar_id": self.nine_to_five.id}
        with self.at(66):
            # All of Friday, written down on Monday, and all of Tuesday.
            leaves = self.env["resource.calendar.leaves"].create(
                [
                    {**values, "date_from": self.later(-15), "date_to": self.later(8)},
                    {**values, "date_from": self.later(24 * 3 + 8), "date_to": self.later(24 * 4 + 7)},
                ]
            )
            self.settle()
        self.assertEqual((clock.consumed_seconds, clock.due_at), (2 * 3600, self.later(24 * 5)))
        with self.at(67):
            leaves.unlink()
            self.settle()
        self.assertEqual((clock.consumed_seconds, clock.due_at), (3 * 3600, self.later(24 * 4)))

    def test_a_day_off_of_one_colleague_moves_nothing(self):
        case = self.open_case()
        resource = self.env["resource.resource"].create({"name": "Agent", "calendar_id": self.nine_to_five.id})
        with self.at(0.5):
            self.env["resource.calendar.leaves"].create(
                {"name": "Ill", "resource_id": resource.id, "date_from": self.later(60), "date_to": self.later(90)}
            )
            self.settle()
        clock = self.clock(case, "resolve")
        self.assertEqual((clock.running_since, clock.due_at), (self.later(0), self.later(24 * 4)))

    def test_other_hours_of_the_department_and_of_the_company_count_from_then_on(self):
        always = self.new_calendar("Always", "0123456", 0, 24)
        case, nobodys = self.open_case(), self.open_case(department_id=False, user_id=False)
        with self.at(1):
            self.service.resource_calendar_id = always
            self.company.resource_calendar_id = always
            self.settle()
        for one in (case, nobodys):
            clock = self.clock(one, "resolve")
            self.assertEqual(clock.due_at, self.later(1) + (self.later(16) - self.later(clock.consumed_seconds / 3600)))

    def test_many_open_cases_are_planned_anew_by_the_job(self):
        cases = self.env["crm.sync.case"].browse()
        for _number in range(4):
            cases |= self.open_case()
        patched = "odoo.addons.crm_sync_measures.models.feedback.crm_sync_case_clock_event._AT_ONCE"
        with self.at(0.5), patch(patched, 5):
            self.policy.resolve_hours = 24
            self.settle()
        self.assertEqual(set(cases.clock_ids.sudo().mapped("is_stale")), {True})
        self.watch(0.6)
        self.assertEqual({self.clock(case, "resolve").target_hours for case in cases}, {24})
        self.assertEqual(set(cases.clock_ids.sudo().mapped("is_stale")), {False})

    def test_a_warning_percentage_and_hours_out_of_range_are_refused(self):
        for values in ({"warn_percent": 101}, {"answer_hours": -1}, {"autoclose_days": -2}):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.policy.write(values)
                self.env.flush_all()

    def test_a_manager_of_one_company_decides_nothing_for_another(self):
        company, _user = self.other_company()
        policy = self.policies.create({"company_id": company.id})
        with self.assertRaises(AccessError):
            policy.with_user(self.manager).write({"resolve_hours": 1})
        with self.assertRaises(AccessError):
            self.policy.with_user(self.manager).write({"company_id": company.id})

    def test_the_settings_are_opened_and_the_targets_are_listed(self):
        self.assertEqual(Form(self.env["res.config.settings"]).sync_case_notice_days, 3)
        self.assertEqual(self.policy.display_name, "All cases")
