from odoo.exceptions import AccessError, UserError

from .improvement_common import ImprovementCase


class TestImprovementSources(ImprovementCase):
    """From a signal, a row of the Pareto chart, a cause or a case, in one click; and back to who asked for it."""

    def case(self, **values):
        return self.env["crm.sync.case"].create(
            {
                "name": "Lens scratched",
                "kind": "complaint",
                "partner_id": self.contact.id,
                "department_id": self.service.id,
                "cause_id": self.env.ref("crm_sync_measures.case_cause_product_defect").id,
                **values,
            }
        )

    def opened(self, answer):
        return self.Improvement.browse(answer["res_id"])

    def test_a_signal_becomes_an_action_once_and_the_second_click_opens_it(self):
        kpi = self.kpi()
        signal = self.signal(kpi)
        planned = self.opened(signal.with_user(self.head).action_improve())
        self.assertEqual((planned.kpi_id, planned.signal_id, planned.scope_key), (kpi, signal, "company"))
        self.assertEqual((planned.department_id, planned.owner_id), (self.service, self.head))
        self.assertEqual(planned.problem, signal.text)
        self.assertEqual(self.opened(signal.with_user(self.manager).action_improve()), planned)
        self.assertTrue(signal.has_improvement)

    def test_a_signal_of_a_marketing_source_is_improved_whatever_the_source_is_called(self):
        source, fair = self.env["utm.source"].create([{"name": "Facebook & Co (t)"}, {"name": "广交会 t"}])
        kpi, key, other = self.share(scope_source=True), f"source:{source.id}", f"source:{fair.id}"
        self.months(kpi, [(10, 40)] * 6, scope=key)
        self.months(kpi, [(20, 40)] * 6, scope=other)
        signal = self.signal(kpi, scope_kind="source", scope_key=key, scope_name="Facebook & Co (t)")
        planned = self.opened(signal.with_user(self.head).action_improve())
        self.assertEqual((planned.scope_key, planned.scope_name), (key, "Facebook & Co (t)"))
        self.assertEqual(planned.scope_ref, source)
        planned.write({"compare_ref": f"utm.source,{fair.id}", "due_on": "2026-07-20"})
        self.assertEqual((planned.compare_scope_key, planned.compare_scope_name), (other, "广交会 t"))
        source.name = "Meta (t)"
        planned.action_start()
        self.assertEqual([one["value"] for one in planned.baseline_values], [25] * 6)

    def test_a_signal_in_the_baseline_is_told_as_a_caution(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 40, 32))
        planned = self.opened(self.signal(kpi).with_user(self.head).action_improve())
        planned.write({"due_on": "2026-07-20"})
        planned.action_start()
        planned.action_done()
        self.travel("2027-02-05 12:00:00")
        self.months(kpi, (25, 24, 26, 23, 25, 24), first=(2026, 8))
        planned.action_check()
        self.assertEqual(planned.outcome, "effective")
        self.assertIn("may be a return to normal", planned.verdict_text)

    def test_users_and_auditors_plan_nothing(self):
        signal, case = self.signal(self.kpi()), self.case()
        for user in (self.agent, self.auditor):
            for document in (case, case.cause_id, signal):
                with self.assertRaises(AccessError):
                    document.with_user(user).action_improve()
            with self.assertRaises(AccessError):
                self.Improvement.with_user(user).action_improve_row([("id", "=", case.id)], "Defect")

    def test_a_case_that_is_wanted_as_an_improvement_is_taken_up_with_what_colleagues_said(self):
        case = self.case(description="<p>Li Na is angry</p>")
        case.action_make_improvement("Wrap each lens by itself")
        planned = self.opened(case.with_user(self.head).action_improve())
        self.assertEqual((planned.case_ids, planned.cause_id), (case, case.cause_id))
        self.assertEqual((planned.name, planned.problem), ("Lens scratched", "Wrap each lens by itself"))
        self.assertEqual(case.improvement_ids, planned)
        self.assertEqual(self.opened(case.with_user(self.head).action_improve()), planned, "the second click opens it")

    def test_several_cases_become_one_action(self):
        cases = self.case() | self.case(name="Lens scratched again")
        planned = self.opened(cases.with_user(self.head).action_improve())
        self.assertEqual(planned.case_count, 2)
        company, _user = self.other_company()
        foreign = self.env["crm.sync.case"].create({"name": "Other", "company_id": company.id})
        with self.assertRaisesRegex(UserError, "of one company"):
            (cases | foreign).action_improve()

    def test_a_row_of_the_pareto_chart_links_its_cases_and_cause(self):
        cases = self.case() | self.case() | self.case()
        told = self.env["crm.sync.case.report"].with_user(self.head).pareto([("id", "in", cases.ids)], "cause_id")
        bar = told["bars"][0]
        planned = self.opened(self.Improvement.with_user(self.head).action_improve_row(bar["domain"], bar["name"]))
        self.assertEqual((planned.case_ids, planned.cause_id), (cases, cases.cause_id))
        self.assertEqual(planned.name, f"Fewer cases: {bar['name']}")
        self.assertIn("3 cases between", planned.problem)
        for domain, name in (
            ("x", "Defect"),
            ([], ""),
            ([], 7),
            ([("id", "=", 0)], "Defect"),
            (["junk"], "Defect"),
            ([("no_such", "=", 1)], "Defect"),
        ):
            with self.assertRaises(UserError):
                self.Improvement.with_user(self.head).action_improve_row(domain, name)

    def test_who_sees_a_case_of_another_department_plans_for_his_own(self):
        case = self.case(department_id=self.sales.id, user_id=self.head.id)
        planned = self.opened(case.with_user(self.head).action_improve())
        self.assertEqual((planned.case_ids, planned.department_id), (case, self.service))
        other = self.case(department_id=self.sales.id)
        self.assertEqual(self.opened(other.with_user(self.manager).action_improve()).department_id, self.sales)

    def test_a_cause_becomes_an_action(self):
        cause = self.env.ref("crm_sync_measures.case_cause_product_defect")
        planned = self.opened(cause.with_user(self.head).action_improve())
        self.assertEqual((planned.cause_id, planned.department_id), (cause, self.service))

    def test_who_cannot_see_a_case_cannot_link_it_and_does_not_see_it_linked(self):
        hidden = self.case(department_id=self.sales.id, user_id=self.seller.id)
        with self.assertRaisesRegex(AccessError, "you cannot link it"):
            self.action(case_ids=[(6, 0, hidden.ids)])
        action = self.action(user=self.manager, case_ids=[(6, 0, hidden.ids)])
        self.env.invalidate_all()
        self.assertEqual(action.with_user(self.head).case_count, 0)
        action.with_user(self.head).write({"case_ids": [(4, self.case().id)]})
        self.env.invalidate_all()
        self.assertIn(hidden, action.sudo().case_ids, "what a colleague has linked stays")

    def test_of_who_is_forgotten_the_words_go_here_too(self):
        case = self.case(name="Li Na's lens")
        case.action_make_improvement("Li Na says: wrap it")
        planned = self.opened(case.with_user(self.head).action_improve())
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.assertNotIn("Li Na", f"{planned.name} {planned.problem}")

    def test_you_said_we_did_opens_for_the_suggestion_that_led_to_it(self):
        suggestion = self.case(kind="suggestion", cause_id=False, name="Wrap them")
        action = self.action(case_ids=[(6, 0, suggestion.ids)])
        opened = action.action_tell()
        self.assertEqual(
            (opened["res_model"], opened["context"]["default_case_id"]), ("crm.sync.case.said", suggestion.id)
        )
        with self.assertRaisesRegex(UserError, "No customer suggestion"):
            self.action().action_tell()
