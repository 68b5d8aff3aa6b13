from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from .control_common import ControlCase


@tagged("post_install", "-at_install")
class TestSignal(ControlCase):
    # ---------------------------------------------------------------- control charts

    def test_a_month_beyond_the_limit_is_a_signal_with_its_rule_in_words(self):
        self.steady()
        self.month("2025-03-01", 200)
        signal = self.signals()
        self.assertEqual((signal.rule, signal.is_favourable, signal.state), ("beyond", True, "new"))
        self.assertEqual((signal.value, signal.owner_id), (200, self.manager))
        self.assertAlmostEqual(signal.limit_value, 163.19, 2)
        self.assertIn("above the upper control limit", signal.text)
        self.assertIn("2025-03", signal.text)
        self.assertEqual(signal.value_id, self.value("2025-03-01"))

    def test_measuring_again_makes_no_second_signal_and_no_second_notice(self):
        self.steady()
        values = self.month("2025-03-01", 200)
        self.kpi._find_signals(values | self.value("2025-03-01"))
        self.month("2025-03-01")
        self.assertEqual(len(self.signals()), 1)
        self.assertEqual(len(self.kpi.activity_ids), 2)  # one for the company, one for the department

    def test_what_is_good_news_depends_on_the_direction(self):
        kpi = self.new_kpi("t_waiting", direction="lower")
        self.steady(kpi=kpi)
        self.month("2025-03-01", 200, kpi)
        self.month("2025-04-01", 10, kpi)
        self.assertEqual(self.signals(kpi=kpi).mapped("is_favourable"), [False, True])
        self.assertIn("below the lower control limit", self.signals(kpi=kpi)[-1].text)

    def test_the_eighth_month_on_one_side_is_a_signal_and_the_ninth_none(self):
        self.steady()
        # February 2025 was above the centre line already.
        for month in range(3, 13):
            self.month(f"2025-{month:02d}-01", 125)
        signal = self.signals()
        self.assertEqual(signal.mapped("rule"), ["run8"])
        self.assertEqual((str(signal.run_start), str(signal.period_start)), ("2025-02-01", "2025-09-01"))
        self.assertIn("Eight figures in a row, 2025-02 to 2025-09", signal.text)

    def test_missed_months_are_judged_one_by_one_when_they_are_made_up_for(self):
        self.steady()
        self.history("2025-03", [200, 110, 5])
        self.month("2025-05-01")
        self.assertEqual([str(day) for day in self.signals().mapped("period_start")], ["2025-03-01", "2025-05-01"])

    def test_backfilled_history_alarms_nobody(self):
        self.kpi.backfill_months = 36
        self.history("2022-03", [900] + [100, 120] * 17 + [100])
        self.measure(now=Datetime.to_datetime("2025-03-10 10:00:00"))
        self.assertTrue(self.baseline())
        self.assertFalse(self.env["crm.sync.kpi.signal"].search([("kpi_id", "=", self.kpi.id)]))

    def test_a_rule_that_is_switched_off_finds_nothing(self):
        self.company.sync_kpi_rule_beyond = False
        self.steady()
        self.month("2025-03-01", 200)
        self.assertFalse(self.signals())
        self.company.sync_kpi_rule_beyond = True
        self.month("2025-04-01", 200)
        self.assertEqual(self.signals().mapped("rule"), ["beyond"])

    def test_rules_that_are_off_at_first_can_be_switched_on(self):
        self.company.sync_kpi_rule_two_of_three = True
        self.steady()
        self.month("2025-03-01", 148)
        self.month("2025-04-01", 148)
        self.assertEqual(self.signals().mapped("rule"), ["two_of_three"])
        self.assertIn("two sigma", self.signals().text)

    def test_persons_are_not_watched_unless_the_company_says_so(self):
        self.steady()
        self.month("2025-03-01", 200)
        scopes = lambda: set(  # noqa: E731
            self.env["crm.sync.kpi.signal"].search([("kpi_id", "=", self.kpi.id)]).mapped("scope_kind")
        )
        self.assertEqual(scopes(), {"company", "department"})
        self.company.sync_kpi_watched = "all"
        # What is watched from now on gets its baseline first, and is judged by it from then on.
        self.month("2025-04-01", 110)
        self.assertEqual(scopes(), {"company", "department"})
        self.month("2025-05-01", 900)
        self.assertEqual(scopes(), {"company", "department", "person", "channel"})

    def test_judging_more_scopes_asks_no_more_questions(self):
        self.company.sync_kpi_watched = "all"
        self.steady()
        self.month("2025-03-01", 110)
        values = self.env["crm.sync.kpi.value"].search(
            [("kpi_id", "=", self.kpi.id), ("period_start", "=", "2025-03-01"), ("is_current", "=", True)]
        )
        company = values.filtered(lambda value: value.scope_key == "company")
        self.assertGreaterEqual(len(values), 4)

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.kpi._signals_of(some)
            return self.env.cr.sql_log_count - before

        queries(values)
        self.assertLessEqual(queries(values), queries(company) + 1)

    # ---------------------------------------------------------------- thresholds and pace

    def test_a_threshold_is_told_when_it_is_passed_and_not_in_every_month_after_it(self):
        kpi = self.new_kpi("t_floor", backfill_months=2, owner_id=self.manager.id)
        self.history("2025-01", [100, 100])
        self.measure(kpi, Datetime.to_datetime("2025-03-10 10:00:00"))
        kpi.write({"has_warning": True, "warning_value": 80, "has_critical": True, "critical_value": 50})
        for day, minutes in (
            ("2025-03-01", 70),
            ("2025-04-01", 75),
            ("2025-05-01", 40),
            ("2025-06-01", 90),
            ("2025-07-01", 60),
        ):
            self.month(day, minutes, kpi)
        found = [(str(signal.period_start), signal.rule) for signal in self.signals(kpi=kpi)]
        self.assertEqual(found, [("2025-03-01", "warning"), ("2025-05-01", "critical"), ("2025-07-01", "warning")])
        self.assertFalse(any(self.signals(kpi=kpi).mapped("is_favourable")))
        self.assertIn("past the critical threshold of 50", self.signals("critical", kpi).text)

    def test_of_fewer_than_five_documents_a_ratio_passes_no_threshold(self):
        kpi = self.new_kpi("t_mean", additivity="ratio", backfill_months=2, owner_id=self.manager.id)
        self.history("2025-01", [100, 100])
        self.measure(kpi, Datetime.to_datetime("2025-03-10 10:00:00"))
        kpi.write({"has_critical": True, "critical_value": 50})
        for month, calls in (("2025-03", 4), ("2025-04", 5)):
            for day in range(1, calls):
                self.call(f"{month}-{day:02} 02:00:00", minutes=10)
            self.month(f"{month}-01", 10, kpi)
        self.assertEqual([str(signal.period_start) for signal in self.signals("critical", kpi)], ["2025-04-01"])

    def test_a_month_in_progress_that_is_behind_its_target_is_told_once(self):
        kpi = self.new_kpi("t_pace", backfill_months=2, owner_id=self.manager.id)
        self.env["crm.sync.kpi.target"].create(
            {
                "kpi_id": kpi.id,
                "company_id": self.company.id,
                "date_from": "2025-11-01",
                "date_to": "2025-11-30",
                "value": 1000,
            }
        )
        self.call("2025-11-03 02:00:00", minutes=10)
        self.measure(kpi)
        self.measure(kpi)
        signal = self.signals(kpi=kpi)
        self.assertEqual((signal.mapped("rule"), signal.is_favourable), (["pace"], False))
        self.assertEqual((signal.value, signal.limit_value), (10, 1000))
        self.assertIn("behind", signal.text)

    # ---------------------------------------------------------------- what was told of a period in progress

    def behind(self):
        """Of November 2025 1000 minutes are wanted; by 11 November there are 10."""
        kpi = self.new_kpi("t_pace", backfill_months=2, owner_id=self.manager.id)
        self.env["crm.sync.kpi.target"].create(
            {
                "kpi_id": kpi.id,
                "company_id": self.company.id,
                "date_from": "2025-11-01",
                "date_to": "2025-11-30",
                "value": 1000,
            }
        )
        self.call("2025-11-03 02:00:00", minutes=10)
        self.measure(kpi)
        return kpi

    def test_a_month_that_was_behind_is_no_news_any_more_when_it_is_final(self):
        kpi = self.behind()
        signal = self.signals(kpi=kpi)
        activity = signal.activity_id
        self.measure(kpi, Datetime.to_datetime("2025-12-03 15:59:00"))
        self.assertEqual((signal.state, activity.user_id), ("new", self.manager), "three days are left to put it right")
        for _hour in range(2):
            self.measure(kpi, Datetime.to_datetime("2025-12-10 10:00:00"))
        self.assertEqual(
            (signal.state, signal.text), ("ended", "2025-11 is behind: 10 so far, with a target of 1,000.")
        )
        self.assertTrue(signal.ended_at)
        self.assertFalse(activity.exists(), "nobody is asked to do something about it")
        self.assertFalse(signal.with_user(self.manager).can_confirm)
        for confirm in (signal.action_open_confirm, lambda: signal.action_confirm("Too late")):
            with self.assertRaisesRegex(UserError, "is final"):
                confirm()

    def test_what_was_confirmed_in_time_stays_confirmed(self):
        kpi = self.behind()
        self.signals(kpi=kpi).with_user(self.manager).action_confirm("The fair is on the 20th")
        self.measure(kpi, Datetime.to_datetime("2025-12-10 10:00:00"))
        self.assertEqual(self.signals(kpi=kpi).state, "acknowledged")

    def test_a_threshold_of_a_running_month_is_over_only_where_the_final_figure_has_not_passed_it(self):
        for minutes, state in ((0, "ended"), (300, "new")):
            kpi = self.new_kpi(f"t_ceiling_{state}", direction="lower", backfill_months=2, owner_id=self.manager.id)
            kpi.write({"has_warning": True, "warning_value": 100})
            call = self.call("2025-11-03 02:00:00", minutes=300)
            self.measure(kpi)
            signal = self.signals(kpi=kpi)
            self.assertEqual((signal.rule, signal.state), ("warning", "new"))
            self.env.cr.execute("UPDATE crm_sync_touch SET minutes = %s WHERE id = %s", (minutes, call.id))
            self.measure(kpi, Datetime.to_datetime("2025-12-10 10:00:00"))
            self.assertEqual(signal.state, state)
            self.env.cr.execute("UPDATE crm_sync_touch SET minutes = 0 WHERE id = %s", (call.id,))

    # ---------------------------------------------------------------- the owner

    def test_the_owner_gets_one_activity_for_each_signal_in_his_language(self):
        self.steady()
        self.month("2025-03-01", 200)
        signal = self.signals()
        self.assertEqual(signal.activity_id.user_id, self.manager)
        self.assertIn("Favourable signal: Beyond a Control Limit", signal.activity_id.summary)
        self.assertEqual((signal.activity_id.res_model, signal.activity_id.res_id), ("crm.sync.kpi", self.kpi.id))

    def test_without_an_owner_who_works_here_the_signal_waits_in_the_list(self):
        self.kpi.owner_id = False
        self.steady()
        self.month("2025-03-01", 200)
        self.assertEqual((self.signals().state, len(self.kpi.activity_ids)), ("new", 0))
        _company, stranger = self.other_company()
        self.kpi.owner_id = stranger
        self.month("2025-04-01", 200)
        self.assertEqual((len(self.signals()), len(self.kpi.activity_ids)), (2, 0))

    def test_the_owner_confirms_with_a_comment_and_his_activity_is_done(self):
        self.kpi.owner_id = self.agent
        self.steady()
        self.month("2025-03-01", 200)
        signal = self.signals().with_user(self.agent)
        activity = signal.sudo().activity_id
        for comment in ("", "  ", None, 7, "x" * 2001):
            with self.assertRaises(UserError):
                signal.action_confirm(comment)
        signal.action_confirm("The fair of March; nothing to do")
        self.assertEqual((signal.state, signal.acknowledged_by_id), ("acknowledged", self.agent))
        self.assertEqual(signal.comment, "The fair of March; nothing to do")
        self.assertFalse(activity.active)
        with self.assertRaisesRegex(UserError, "already"):
            signal.action_confirm("Again")

    def test_only_the_owner_or_a_manager_confirms(self):
        self.kpi.owner_id = self.agent
        self.steady()
        self.month("2025-03-01", 200)
        self.month("2025-04-01", 5)
        first, second = self.signals()
        for user in (self.seller, self.auditor):
            self.assertFalse(first.with_user(user).can_confirm)
            with self.assertRaises(AccessError):
                first.with_user(user).action_confirm("Mine")
        first.with_user(self.manager).action_confirm("Seen")
        second.with_user(self.agent).action_confirm("Power cut")
        self.assertEqual((first | second).mapped("acknowledged_by_id"), self.manager | self.agent)

    def test_several_signals_of_one_cause_are_confirmed_in_one_dialog(self):
        self.steady()
        self.month("2025-03-01", 200)
        signals = self.env["crm.sync.kpi.signal"].search([("kpi_id", "=", self.kpi.id)]).with_user(self.manager)
        self.assertEqual(len(signals), 2)
        action = signals.action_open_confirm()
        dialog = (
            self.env["crm.sync.kpi.signal.confirm"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"comment": "The fair"})
        )
        dialog.action_apply()
        self.assertEqual(set(signals.mapped("state")), {"acknowledged"})
        with self.assertRaises(UserError):
            signals.action_open_confirm()

    def test_an_activity_that_is_done_with_a_word_confirms_its_signal_and_one_without_does_not(self):
        self.steady()
        self.month("2025-03-01", 200)
        self.month("2025-04-01", 5)
        first, second = self.signals()
        first.activity_id.with_user(self.manager).action_feedback(feedback="The fair of March")
        second.activity_id.with_user(self.manager).action_done()
        self.assertEqual((first.state, first.comment), ("acknowledged", "The fair of March"))
        self.assertEqual(first.acknowledged_by_id, self.manager)
        self.assertEqual(second.state, "new")

    # ---------------------------------------------------------------- who

    def test_nobody_enters_changes_or_deletes_a_signal(self):
        self.steady()
        self.month("2025-03-01", 200)
        signal = self.signals()
        with self.assertRaises(UserError):
            signal.write({"is_favourable": False})
        with self.assertRaises(UserError):
            signal.copy()
        with self.assertRaises(UserError):
            signal.unlink()
        with self.assertRaises(UserError):
            signal.with_user(self.manager).write({"state": "acknowledged"})

    def test_nobody_of_another_company_sees_a_signal(self):
        company, other = self.other_company()
        self.steady()
        self.month("2025-03-01", 200)
        Signal = self.env["crm.sync.kpi.signal"].with_user(other).with_context(allowed_company_ids=company.ids)
        self.assertFalse(Signal.search([("kpi_id", "=", self.kpi.id)]))
        with self.assertRaises(AccessError):
            Signal.browse(self.signals().ids).action_confirm("Mine")

    def test_the_signal_of_a_person_is_read_by_him_and_by_who_is_told_of_it(self):
        self.company.sync_kpi_watched = "all"
        self.kpi.owner_id = self.colleague
        self.steady()
        self.month("2025-03-01", 200)
        signal = self.signals(scope_key=f"person:{self.agent.id}")
        readers = {
            user.login
            for user in (self.agent, self.head, self.manager, self.auditor, self.seller, self.colleague)
            if signal.with_user(user).search_count([("id", "=", signal.id)])
        }
        self.assertEqual(readers, {"t_agent", "t_head", "t_manager", "t_auditor", "t_colleague"})
