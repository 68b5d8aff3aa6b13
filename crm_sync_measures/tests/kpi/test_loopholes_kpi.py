from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..report.report_common import ReportCase
from .control_common import ControlCase
from .own_common import OwnKpiCase


@tagged("post_install", "-at_install")
class TestLoopholesHistory(OwnKpiCase):
    """Everybody reads the history of a KPI: in it is nothing that not everybody may know."""

    def said(self, kpi):
        return " ".join(kpi.message_ids.mapped("body"))

    def test_the_target_of_a_person_is_not_told_to_his_colleagues(self):
        kpi = self.turnover()
        self.target(kpi, 77_123, note="Is on sick leave", scope_key=f"person:{self.seller.id}")
        self.target(kpi, 88_456)
        said = self.said(kpi.with_user(self.colleague))
        self.assertIn("88,456", said)
        for word in ("77,123", "sick leave", self.seller.name):
            self.assertNotIn(word, said)

    def test_a_target_is_not_told_to_another_company_with_which_the_kpi_is_shared(self):
        _company, other = self.other_company()
        kpi = self.turnover(company_id=False)
        self.target(kpi, 77_123)
        self.assertNotIn("77,123", self.said(kpi.with_user(other)))
        self.assertIn("Target set", self.said(kpi.with_user(other)))


@tagged("post_install", "-at_install")
class TestLoopholesNotice(ControlCase):
    """Whoever may post on a KPI reads its activities, and whoever reads the KPI its history."""

    def test_the_signal_of_a_person_is_told_to_nobody_by_its_activity(self):
        self.company.sync_kpi_watched = "all"
        self.steady()
        self.month("2025-03-01", 200)
        signal = self.signals(scope_key=f"person:{self.agent.id}")
        activity = signal.activity_id
        self.assertEqual(activity.user_id, self.manager)
        self.assertNotIn("2025-03", activity.note)
        self.assertNotIn(self.agent.name, f"{activity.summary} {activity.note}")
        signal.with_user(self.manager).action_confirm("His mother is ill")
        self.assertEqual(signal.comment, "His mother is ill")
        self.assertFalse(activity.active)
        self.assertNotIn("mother", " ".join(self.kpi.message_ids.mapped("body")))

    def test_the_signal_of_a_department_is_told_as_it_is(self):
        self.steady()
        self.month("2025-03-01", 200)
        signal = self.signals(scope_key=f"department:{self.service.id}")
        self.assertIn("200", signal.activity_id.note)
        self.assertIn(self.service.name, signal.activity_id.summary)


@tagged("post_install", "-at_install")
class TestLoopholesFigures(ReportCase):
    """Nobody reads a figure of a person or company that is not his by a detour."""

    def test_who_is_a_power_user_is_told_to_himself_and_his_managers_only(self):
        value = self.measured(self.complaints, "2026-03-01", 3.0)
        counted = [self.agent.id, self.seller.id, self.colleague.id]
        for user, known in (
            (self.agent, [self.agent.id]),
            (self.head, [self.agent.id]),
            (self.manager, counted),
            (self.auditor, counted),
        ):
            with self.subTest(user.login):
                action = value.with_user(user)._action_list("res.users", counted)
                self.assertEqual(action["domain"], [("id", "in", known)])
        with self.assertRaises(AccessError):
            value.with_user(self.agent)._action_list("res.users", [self.seller.id])

    def test_colleagues_in_a_drift_are_told_to_managers_and_auditors_only(self):
        period = self.measured(self.complaints, "2026-03-01", 3.0).period_id
        drift = self.env["crm.sync.kpi.drift"].create(
            {"period_id": period.id, "revision": 1, "found_at": "2026-04-10 10:00:00", "line_count": 2}
        )
        lines = self.env["crm.sync.kpi.drift.line"].create(
            [
                {"drift_id": drift.id, "res_model": model, "res_id": number, "change": "gone"}
                for model, number in (("res.users", self.seller.id), ("res.partner", self.customer.id))
            ]
        )
        for user, models in (
            (self.head, ["res.partner"]),
            (self.manager, ["res.partner", "res.users"]),
            (self.auditor, ["res.partner", "res.users"]),
        ):
            found = lines.with_user(user).search([("id", "in", lines.ids)])
            self.assertEqual(sorted(found.mapped("res_model")), models, user.login)

    def test_what_another_companys_own_kpi_counts_is_not_read(self):
        company, other = self.other_company()
        theirs, ours = self.env["crm.sync.kpi.definition"].create(
            [
                {
                    "definition_hash": "t_theirs",
                    "text": "Takeover of Rival Ltd.",
                    "first_used_at": "2026-01-01 10:00:00",
                },
                {"definition_hash": "t_ours", "text": "Orders", "first_used_at": "2026-01-01 10:00:00"},
            ]
        )
        value = self.measured(self.complaints, "2026-03-01", 3.0, definition_id=ours.id)
        self.measured(self.complaints, "2026-03-01", 4.0, company=company, definition_id=theirs.id)
        for user in (self.agent, self.manager, self.auditor):
            found = theirs.with_user(user).search([("id", "in", (theirs | ours).ids)])
            self.assertEqual(found.ids, ours.ids, user.login)
            self.assertEqual(value.with_user(user).definition_text, "Orders")
        self.assertTrue(theirs.with_user(other).has_access("read"))

    def test_no_dialog_tells_the_figures_of_another_company(self):
        company, _other = self.other_company()
        period = self.measured(self.complaints, "2026-03-01", 3.0, company=company).period_id
        dialog = (
            self.env["crm.sync.kpi.revise"]
            .with_user(self.manager)
            .create({"period_id": period.id, "reason": "Curious"})
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialog.read(["period_id", "live_text"])
        drift = self.env["crm.sync.kpi.drift"].create(
            {
                "period_id": period.id,
                "revision": 1,
                "found_at": "2026-04-10 10:00:00",
                "closed_value": 3,
                "live_value": 5,
            }
        )
        dialog = (
            self.env["crm.sync.kpi.drift.decide"]
            .with_user(self.manager)
            .create({"drift_id": drift.id, "reason": "Curious"})
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialog.read(["drift_id", "closed_text", "live_text"])

    def test_the_dialog_of_documents_names_no_figure_that_is_not_ones_own(self):
        value = self.measured(self.complaints, "2026-03-01", 3.0, f"person:{self.seller.id}", scope_name="Sam")
        Dialog = self.env["crm.sync.kpi.documents"]
        with self.assertRaises(AccessError):
            Dialog.with_user(self.agent).create({"value_id": value.id})
        self.assertTrue(Dialog.with_user(self.seller).create({"value_id": value.id}))

    def test_the_year_of_another_company_is_not_told_by_dividing_a_target(self):
        company, _other = self.other_company()
        for month in range(1, 13):
            self.measured(self.complaints, f"2025-{month:02d}-01", month * 10.0, company=company)
        phase = (
            self.env["crm.sync.kpi.phase"]
            .with_user(self.manager)
            .create(
                {
                    "kpi_id": self.complaints.id,
                    "company_id": company.id,
                    "year": 2026,
                    "total": 780,
                    "method": "last_year",
                }
            )
        )
        self.assertFalse(phase.line_ids)


@tagged("post_install", "-at_install")
class TestLoopholesKept(OwnKpiCase):
    """What the addon keeps, nobody writes, whatever he calls it."""

    def test_nobody_passes_his_own_kpi_off_as_built_in_by_a_default(self):
        Kpi = self.Kpi.with_user(self.manager).with_context(default_kind="builtin")
        self.assertEqual(Kpi.create({"name": "Forged", "code": "own_forged_kind"}).kind, "custom")

    def test_nobody_calls_off_the_watch_over_final_figures(self):
        kpi = self.kpi(started=False)
        for values in ({"drift_watched_at": "2026-03-13"}, {"definition_hash": "0" * 64}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "kept by the KPI itself"):
                kpi.write(values)

    def test_a_draft_writes_no_zero_over_a_final_figure(self):
        self.ordered("2026-02-03 08:00:00")
        kpi = self.kpi()
        self.measure(kpi)
        final = self.values(kpi, period_start="2026-02-01")
        self.assertEqual((final.state, final.value), ("closed", 1))
        kpi.action_redefine()
        with self.assertRaises(UserError):
            final.period_id.with_user(self.manager).action_revise("Does not look good")
        self.assertEqual(self.values(kpi, period_start="2026-02-01"), final)

    def test_who_reads_all_of_a_kpi_need_not_read_drifts(self):
        kpi = self.kpi(started=False)
        self.assertEqual(kpi.with_user(self.seller).read(["drift_count"])[0]["drift_count"], 0)

    def test_a_target_is_asked_for_with_what_is_none_and_says_so(self):
        kpi = self.kpi(started=False).with_user(self.seller)
        for company, scope in ((None, "company"), ("1", "company"), (True, "company"), (self.company.id, ["company"])):
            with self.subTest(company=company, scope=scope), self.assertRaises(UserError):
                kpi.target_at(company, scope)

    def test_a_condition_looks_at_no_documents_of_another_company(self):
        company, _other = self.other_company()
        lead = self.env["crm.lead"].create(
            {
                "name": "Theirs",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": company.id,
                "user_id": False,
                "team_id": False,
                "expected_revenue": 5000,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE res_partner SET create_date = '2026-02-05' WHERE id = %s", self.customer.id))
        for number, condition in enumerate(
            (
                ("opportunity_ids.expected_revenue", ">", 1000),
                ("opportunity_ids", "any", [("expected_revenue", ">", 1000)]),
            )
        ):
            with self.subTest(condition):
                lead.company_id = company
                kpi = self.kpi(
                    code=f"own_partners_{number}",
                    started=False,
                    custom_model_id=self.model("res.partner"),
                    custom_date_field_id=self.field("res.partner", "create_date"),
                    custom_domain=repr([("id", "=", self.customer.id), condition]),
                )
                self.assertEqual(kpi.kpi_preview()["count"], 0)
                lead.company_id = self.company
                self.assertEqual(kpi.kpi_preview()["count"], 1)
