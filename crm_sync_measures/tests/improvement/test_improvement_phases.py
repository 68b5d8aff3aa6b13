from odoo.exceptions import AccessError, UserError

from .improvement_common import ImprovementCase


class TestImprovementPhases(ImprovementCase):
    """Plan, Do, Check, Act: who does what when, and what stays as it was."""

    def test_the_baseline_is_the_last_six_final_months_and_stays_when_one_is_revised(self):
        kpi = self.kpi()
        self.months(kpi, (99, 31, 34, 32, 30, 33, 32), first=(2025, 12))
        action = self.begun(kpi)
        self.assertEqual((str(action.baseline_first), str(action.baseline_last)), ("2026-01-01", "2026-06-30"))
        self.assertEqual([one["value"] for one in action.baseline_values], [31, 34, 32, 30, 33, 32])
        self.env.cr.execute("UPDATE crm_sync_kpi_value SET value = 20 WHERE kpi_id = %s", [kpi.id])
        self.env.invalidate_all()
        self.assertEqual([one["value"] for one in action.baseline_values], [31, 34, 32, 30, 33, 32])
        self.assertEqual(action.phase, "do")

    def test_what_is_compared_stays_once_it_is_frozen_and_so_do_phase_and_verdict(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.begun(kpi)
        for values in (
            {"kpi_id": self.kpi().id},
            {"window_count": 3},
            {"scope_key": f"department:{self.service.id}"},
            {"scope_ref": f"crm.sync.department,{self.service.id}"},
            {"expected_change": -3},
            {"baseline_until": "2026-03-31"},
        ):
            with self.assertRaisesRegex(UserError, "when the baseline was frozen"):
                action.write(values)
        for values in (
            {"phase": "over"},
            {"outcome": "effective"},
            {"outcome": False},
            {"effect": -9},
            {"baseline_values": []},
            {"closed_at": "2026-07-10"},
            {"act": "adopt"},
            {"signal_id": 1},
        ):
            for user in (self.head, self.manager, self.env.ref("base.user_root")):
                with self.assertRaisesRegex(UserError, "kept by the action itself"):
                    action.with_user(user).sudo().write(values)
        action.write({"window_count": 6, "kpi_id": kpi.id, "name": "Answer the same day"})
        self.assertEqual(action.name, "Answer the same day")

    def test_nobody_creates_one_that_is_over_not_by_defaults_either(self):
        for values in ({"phase": "over"}, {"outcome": "effective"}, {"effect": 3}):
            with self.assertRaisesRegex(UserError, "kept by the action itself"):
                self.action(**values)
        action = self.Improvement.with_user(self.head).with_context(
            default_phase="over", default_outcome="effective", default_name="From a button"
        )
        made = action.create({"owner_id": self.agent.id, "department_id": self.service.id})
        self.assertEqual((made.name, made.phase, made.outcome), ("From a button", "plan", False))

    def test_work_begins_with_a_kpi_a_day_and_values_to_compare_with(self):
        with self.assertRaisesRegex(UserError, "KPI: without it nobody can tell"):
            self.action().action_start()
        kpi = self.kpi()
        with self.assertRaisesRegex(UserError, "In Place By: without it"):
            self.action(kpi, due_on=False).action_start()
        self.months(kpi, (None, 31), first=(2026, 5))
        with self.assertRaisesRegex(UserError, "later there would be nothing to compare with"):
            self.action(kpi).action_start()
        self.months(kpi, (33,), first=(2026, 4))
        self.assertEqual(self.begun(kpi).phase, "do")

    def test_a_bad_month_can_be_left_out_of_the_baseline(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 80))
        action = self.begun(kpi, baseline_until="2026-05-31", window_count=5)
        self.assertEqual([one["value"] for one in action.baseline_values], [31, 34, 32, 30, 33])

    def test_less_hours_are_hoped_for_with_a_minus(self):
        with self.assertRaisesRegex(UserError, "enter it with a minus"):
            self.action(self.kpi(), expected_change=5)
        with self.assertRaisesRegex(UserError, "more is better"):
            self.action(self.share(), expected_change=-5)
        self.assertTrue(self.action(self.kpi(direction="range"), expected_change=5))

    def test_it_is_measured_from_the_first_whole_month_after_the_change(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.placed(kpi)
        self.assertEqual((str(action.after_first), str(action.after_last)), ("2026-08-01", "2027-01-31"))
        self.assertEqual(str(action.check_on), "2027-02-04", "three days after its end a month is final")
        self.assertEqual((action.phase, str(action.done_at)), ("check", "2026-07-10 12:00:00"))

    def test_a_change_is_in_place_neither_tomorrow_nor_within_the_baseline(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.begun(kpi)
        for day, sentence in (
            ("2026-07-11", "yet to come"),
            ("2026-06-30", "in the baseline"),
            ("soon", "Give a day like"),
            (7, "Give a day like"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                action.action_done(day)
        action.action_done("2026-07-01")
        self.assertEqual(str(action.after_first), "2026-07-01")
        action.action_undo_done()
        self.assertEqual((action.phase, action.after_first, action.done_at), ("do", False, False))

    def test_the_owner_works_on_it_and_the_manager_of_the_department_decides(self):
        action = self.proven()
        self.assertEqual(action.phase, "act")
        owners = action.with_user(self.agent)
        self.assertTrue(owners.can_work)
        self.assertFalse(owners.can_change)
        for act in ("adopt", "adapt", "abandon"):
            with self.assertRaises(AccessError):
                getattr(owners, f"action_{act}")("Because", "We know now")
        for user in (self.auditor, self.seller):
            with self.assertRaises(AccessError):
                action.with_user(user).action_check()
        action.with_user(self.head).action_adopt()
        self.assertEqual((action.phase, action.act, action.closed_by_id), ("over", "adopt", self.head))

    def test_an_owner_begins_reports_and_checks_his_own_and_writes_nothing(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.action(kpi).with_user(self.agent)
        with self.assertRaises(AccessError):
            action.write({"name": "Mine"})
        action.action_start()
        action.action_done()
        action.action_check()
        self.assertEqual((action.phase, action.outcome), ("check", "no_data"))
        self.assertEqual(action.checked_by_id, self.agent)

    def test_phases_follow_each_other(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.action(kpi)
        for step in ("action_done", "action_undo_done", "action_check"):
            with self.assertRaisesRegex(UserError, "is in “1. Plan”"):
                getattr(action, step)()
        with self.assertRaisesRegex(UserError, "What is only planned is deleted"):
            action.action_abandon("No time")
        action.action_start()
        with self.assertRaisesRegex(UserError, "has begun already"):
            action.action_start()
        action.action_abandon("No time")
        self.assertEqual((action.phase, action.act, action.outcome), ("over", "abandon", False))
        with self.assertRaisesRegex(UserError, "is over and does not change"):
            action.write({"name": "Other"})
        action.write({"lesson": "Ask for time first"})
        self.assertEqual(action.lesson, "Ask for time first")

    def test_what_has_begun_is_not_deleted(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        planned, begun = self.action(kpi), self.begun(kpi)
        planned.unlink()
        for user in (self.head, self.manager):
            with self.assertRaisesRegex(UserError, "is not deleted"):
                begun.with_user(user).unlink()

    def test_a_copy_is_planned_anew_without_figures(self):
        copy = self.proven().copy()
        self.assertEqual(copy.name, "Answer on the day it comes in (copy)")
        self.assertFalse(copy.baseline_values or copy.outcome or copy.done_at or copy.after_values)
        self.assertEqual(copy.phase, "plan")
