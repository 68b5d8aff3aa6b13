from odoo.tests import Form, tagged

from .improvement_common import ImprovementCase


class TestImprovementTasks(ImprovementCase):
    """Tasks are activities, and the job reminds of a check, once."""

    def begun_action(self, **values):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        return self.begun(kpi, **values)

    def test_the_usual_tasks_are_due_before_the_change_is_and_never_yesterday(self):
        action = self.begun_action(due_on="2026-07-20")
        self.assertEqual(
            sorted((str(task.date_deadline), task.user_id) for task in action.activity_ids),
            [("2026-07-10", self.agent), ("2026-07-13", self.agent), ("2026-07-20", self.agent)],
        )
        self.assertEqual((action.task_count, action.task_done_count, action.task_progress), (3, 0, 0))
        action.activity_ids[0].action_done()
        self.env.invalidate_all()
        self.assertEqual((action.task_count, action.task_done_count, action.task_progress), (3, 1, 33))

    def test_who_wants_no_tasks_has_none(self):
        self.assertFalse(self.begun_action(has_usual_tasks=False).activity_ids)

    def test_the_owner_is_reminded_once_when_the_check_is_due_and_not_before(self):
        action = self.begun_action(has_usual_tasks=False)
        action.action_done()
        for moment, count in (("2027-02-03 06:00:00", 0), ("2027-02-04 06:00:00", 1), ("2027-02-05 06:00:00", 1)):
            self.travel(moment)
            self.Improvement._cron_remind()
            self.env.invalidate_all()
            self.assertEqual(len(action.activity_ids), count, moment)
        self.assertEqual(action.activity_ids.user_id, self.agent)
        self.assertEqual((action.phase, action.outcome), ("check", False), "the job decides nothing")
        self.assertEqual(action.task_count, 0, "a reminder is no task")

    def test_what_is_checked_is_not_reminded_of(self):
        action = self.begun_action(has_usual_tasks=False)
        action.action_done()
        self.travel("2027-02-04 06:00:00")
        self.Improvement._cron_remind()
        self.months(action.kpi_id, (25, 24, 26, 23, 25, 24), first=(2026, 8))
        action.action_check()
        self.assertFalse(action.activity_ids)

    def adopted(self, **values):
        """Adopted in February 2027 with the six values from August on; its KPI counts all the while as it counts now."""
        self.travel(self.NOW)
        kpi = self.kpi(**values)
        counted = {"definition": kpi.definition_hash}
        self.months(kpi, (31, 34, 32, 30, 33, 32), **counted)
        action = self.placed(kpi, expected_change=-5, has_usual_tasks=False)
        self.travel("2027-02-05 12:00:00")
        self.months(kpi, (25, 24, 26, 23, 25, 24), first=(2026, 8), **counted)
        action.action_check()
        action.action_adopt()
        self.assertEqual((action.act, action.outcome, action.is_rebased), ("adopt", "effective", False))
        return action, counted

    def remind(self):
        """The job of two days, since whoever is reminded twice is not reminded."""
        for _day in range(2):
            self.Improvement._cron_remind()
        self.env.invalidate_all()

    def test_at_the_twelfth_value_since_the_change_its_owner_is_reminded_once_of_the_limits(self):
        action, counted = self.adopted()
        self.months(action.kpi_id, (25, 24, 26, 23, 25), first=(2027, 2), **counted)
        self.travel("2027-07-05 06:00:00")
        self.remind()
        self.assertFalse(action.activity_ids, "of 11 values nobody tells a change from chance")
        self.months(action.kpi_id, (24,), first=(2027, 7), **counted)
        self.travel("2027-08-05 06:00:00")
        self.remind()
        [activity] = action.activity_ids
        self.assertEqual((activity.user_id, str(activity.date_deadline)), (self.agent, "2027-08-05"))
        self.assertEqual(activity.activity_type_id.name, "Re-Base the Limits")
        self.assertEqual((action.is_rebased, action.task_count), (False, 0), "a reminder, and people decide")
        activity.action_done()
        self.remind()
        self.assertFalse(action.activity_ids, "who has seen it is not told again")

    def test_limits_that_were_re_based_are_reminded_of_no_more(self):
        action, counted = self.adopted()
        self.months(action.kpi_id, (25, 24, 26, 23, 25, 24), first=(2027, 2), **counted)
        self.remind()
        self.assertEqual(len(action.activity_ids), 1)
        action.with_user(self.head).action_rebase()
        self.env.invalidate_all()
        baseline = self.env["crm.sync.kpi.baseline"].search(
            [("kpi_id", "=", action.kpi_id.id), ("scope_key", "=", "company"), ("state", "=", "active")]
        )
        self.assertEqual((action.is_rebased, baseline.count), (True, 12))
        self.assertFalse(action.activity_ids)

    def test_nobody_is_reminded_of_limits_that_cannot_be_made(self):
        for values, after in (
            ({"is_seasonal": True}, (25, 24, 26, 23, 25, 24)),
            ({}, (None, 24, 26, 23, 25, 24)),
        ):
            action, counted = self.adopted(**values)
            self.months(action.kpi_id, after, first=(2027, 2), **counted)
            self.remind()
            self.assertFalse(action.activity_ids, values)

    def test_what_was_not_proven_is_adopted_without_new_limits_and_without_a_reminder(self):
        kpi = self.kpi()
        counted = {"definition": kpi.definition_hash}
        self.months(kpi, (31, 34, 32, 30, 33, 32), **counted)
        action = self.placed(kpi, expected_change=-5, has_usual_tasks=False)
        self.travel("2027-08-05 12:00:00")
        self.months(kpi, (32, 31, 33, 30, 34, 31) * 2, first=(2026, 8), **counted)
        action.action_check()
        action.action_adopt(reason="They like it")
        self.remind()
        self.assertFalse(action.activity_ids)

    def test_a_month_of_checks_costs_as_many_queries_as_one(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        actions = self.Improvement.browse()
        for _number in range(20):
            actions |= self.begun(kpi, has_usual_tasks=False)
        names = ["name", "phase", "is_late", "task_progress", "effect_text", "case_count", "can_work"]
        counts = []
        for some in (actions[:1], actions):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)


@tagged("post_install", "-at_install")
class TestImprovementScreens(ImprovementCase):
    def test_the_form_plans_and_the_dialog_decides(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        form = Form(self.Improvement.with_user(self.head))
        form.name = "Answer on the day it comes in"
        form.kpi_id = kpi
        form.due_on = "2026-07-20"
        form.expected_change = -5
        action = form.save()
        self.assertEqual(
            (action.department_id, action.owner_id, action.scope_key), (self.service, self.head, "company")
        )
        action.action_start()
        opened = action.with_context(default_act="abandon").action_decide()
        dialog = Form(self.env[opened["res_model"]].with_user(self.head).with_context(**opened["context"]))
        dialog.reason = "No time"
        dialog.lesson = "Ask for time first"
        dialog.save().action_apply()
        self.assertEqual((action.phase, action.reason, action.lesson), ("over", "No time", "Ask for time first"))
        lessons = self.env.ref("crm_sync_measures.crm_sync_improvement_action_lessons")
        self.assertIn(action, self.Improvement.search([("id", "=", action.id), ("phase", "=", "over")]))
        self.assertTrue(lessons.help)

    def test_late_ones_are_found(self):
        late, early = self.action(due_on="2026-07-09"), self.action(due_on="2026-07-10")
        found = self.Improvement.search([("is_late", "=", True), ("id", "in", (late | early).ids)])
        self.assertEqual(found, late)
        found = self.Improvement.search([("is_late", "=", False), ("id", "in", (late | early).ids)])
        self.assertEqual(found, early)

    def test_a_kpi_leads_to_its_actions(self):
        kpi = self.kpi()
        action = self.action(kpi)
        self.assertEqual(kpi.with_user(self.head).improvement_count, 1)
        self.assertEqual(kpi.with_user(self.colleague).improvement_count, 0)
        self.assertEqual(self.Improvement.search(kpi.action_open_improvements()["domain"]), action)
