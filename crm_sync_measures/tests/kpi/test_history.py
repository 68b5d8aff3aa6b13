from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import NOW, KpiCase

OCTOBER, NOVEMBER = "2025-10-01", "2025-11-01"


@tagged("post_install", "-at_install")
class TestHistory(KpiCase):
    """Ten minutes in October are reported, and final."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call("2025-07-10 02:00:00", minutes=4)
        cls.october_call = cls.call("2025-10-10 02:00:00", minutes=10)
        cls.call("2025-11-05 02:00:00", minutes=7)
        cls.env["crm.sync.kpi.snapshot"]._refresh(cls.kpi, NOW)

    # ---------------------------------------------------------------- final

    def test_a_call_entered_late_changes_november_and_not_october(self):
        self.call("2025-10-11 02:00:00", minutes=50)
        self.call("2025-11-11 02:00:00", minutes=3)
        self.measure()
        self.assertEqual((self.value(OCTOBER).value, self.value(NOVEMBER).value), (10, 10))

    def test_nobody_changes_or_deletes_a_figure(self):
        october = self.value(OCTOBER)
        for user in (self.env.user, self.manager):
            with self.assertRaises(UserError):  # or AccessError, which is one
                october.with_user(user).write({"value": 99})
            with self.assertRaises(UserError):  # or AccessError, which is one
                october.with_user(user).unlink()
            with self.assertRaises(UserError):  # or AccessError, which is one
                october.period_id.with_user(user).write({"state": "running"})
        with self.assertRaises(UserError):
            self.env["crm.sync.kpi.value"].create({"kpi_id": self.kpi.id})
        with self.assertRaises(UserError):
            october.period_id.sudo().evidence_ids.unlink()

    def test_a_department_keeps_the_name_it_had(self):
        key = f"department:{self.service.id}"
        name = self.value(OCTOBER, key).scope_name
        self.service.name = "Care of Customers"
        self.measure()
        self.assertEqual(self.value(OCTOBER, key).scope_name, name)
        self.assertEqual(self.value(NOVEMBER, key).scope_name, "Care of Customers")

    # ---------------------------------------------------------------- revision

    def test_a_revision_keeps_what_was_reported(self):
        self.call("2025-10-11 02:00:00", minutes=50)
        period = self.value(OCTOBER).period_id
        self.assertEqual(period.with_user(self.manager).action_revise("Two calls were entered late"), 2)
        first, now = self.value(OCTOBER, revision=1), self.value(OCTOBER)
        self.assertEqual((first.value, first.is_first, first.is_current), (10, True, False))
        self.assertEqual((now.value, now.revision, now.source, now.state), (60, 2, "revision", "closed"))
        self.assertEqual((now.reason, now.revised_by_id), ("Two calls were entered late", self.manager))
        series = {known: self.kpi.kpi_series(known=known, limit=2)[0]["value"] for known in ("reported", "now")}
        self.assertEqual(series, {"reported": 10, "now": 60})

    def test_a_scope_whose_documents_are_gone_has_0_in_the_revision(self):
        self.call("2025-10-11 02:00:00", minutes=50, user=self.seller)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE crm_sync_touch SET user_id = %s WHERE id = %s", self.seller.id, self.october_call.id)
        )
        self.value(OCTOBER).period_id.with_user(self.manager).action_revise("It was the seller")
        self.assertEqual(self.value(OCTOBER, f"person:{self.agent.id}").value, 0)
        self.assertEqual(self.value(OCTOBER, f"person:{self.agent.id}").scope_name, self.agent.name)
        self.assertEqual(self.value(OCTOBER, f"person:{self.seller.id}").value, 60)

    def test_only_managers_revise_and_they_say_why(self):
        period = self.value(OCTOBER).period_id
        for user in (self.agent, self.head, self.auditor):
            with self.assertRaises(AccessError):
                period.with_user(user).action_revise("I do not like it")
        for reason in ("", "  ", None, 5, "x" * 501):
            with self.assertRaises(UserError):
                period.with_user(self.manager).action_revise(reason)
        with self.assertRaisesRegex(UserError, "in progress"):
            self.value(NOVEMBER).period_id.with_user(self.manager).action_revise("Too early")

    def test_the_dialog_shows_what_is_written_and_what_it_would_be(self):
        self.call("2025-10-11 02:00:00", minutes=50)
        dialog = (
            self.env["crm.sync.kpi.revise"]
            .with_user(self.manager)
            .create({"period_id": self.value(OCTOBER).period_id.id, "reason": "Entered late"})
        )
        self.assertEqual((dialog.reported_text, dialog.live_text), ("10", "60"))
        dialog.action_apply()
        self.assertEqual(self.value(OCTOBER).value, 60)

    # ---------------------------------------------------------------- evidence

    def test_a_figure_is_had_again_from_its_evidence_whatever_became_of_the_documents(self):
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE crm_sync_touch SET minutes = 99 WHERE id = %s", self.october_call.id))
        for key in ("company", f"department:{self.service.id}", f"person:{self.agent.id}", "channel:call"):
            october = self.value(OCTOBER, key)
            self.assertEqual(october._reproduce(), (10.0, 1.0, 1, 10.0))
            notice = october.with_user(self.auditor).action_reproduce()
            self.assertEqual(notice["params"]["type"], "success")
        with self.assertRaisesRegex(UserError, "no evidence yet"):
            self.value(NOVEMBER).action_reproduce()

    def test_the_documents_of_a_final_and_of_a_running_month_open_as_lists(self):
        action = self.value(OCTOBER).with_user(self.manager).action_documents()
        self.assertEqual(
            (action["res_model"], action["domain"]), ("crm.sync.touch", [("id", "in", self.october_call.ids)])
        )
        action = self.value(NOVEMBER, f"person:{self.agent.id}").action_documents()
        self.assertEqual(len(action["domain"][0][2]), 1)
        with self.assertRaisesRegex(UserError, "No document"):
            self.value("2025-08-01").action_documents()

    # ---------------------------------------------------------------- reading

    def test_figures_of_persons_are_for_themselves_their_head_and_managers(self):
        self.call("2025-11-06 02:00:00", user=self.seller)
        self.measure()
        seen = {
            user.login: set(
                self.env["crm.sync.kpi.value"]
                .with_user(user)
                .search([("kpi_id", "=", self.kpi.id), ("scope_kind", "=", "person")])
                .mapped("user_id.login")
            )
            for user in (self.agent, self.seller, self.colleague, self.head, self.manager, self.auditor)
        }
        everybody = {"t_agent", "t_seller"}
        self.assertEqual(
            seen,
            {
                "t_agent": {"t_agent"},
                "t_seller": {"t_seller"},
                "t_colleague": set(),
                "t_head": {"t_agent"},
                "t_manager": everybody,
                "t_auditor": everybody,
            },
        )
        company = self.value(NOVEMBER).with_user(self.colleague)
        self.assertEqual((company.value, company.value_text), (17, "17"))

    def test_another_company_reads_nothing(self):
        company, user = self.other_company()
        Values = self.env["crm.sync.kpi.value"].with_user(user).with_context(allowed_company_ids=company.ids)
        self.assertFalse(Values.search([("kpi_id", "=", self.kpi.id)]))
        with self.assertRaises(AccessError):
            self.kpi.with_user(user).with_context(allowed_company_ids=company.ids).kpi_series()

    def test_the_series_reads_oldest_first_and_refuses_nonsense(self):
        series = self.kpi.with_user(self.agent).kpi_series(limit=2)
        self.assertEqual(
            [(point["label"], point["value"], point["state"]) for point in series],
            [("2025-10", 10, "closed"), ("2025-11", 7, "running")],
        )
        for arguments in (
            {"scope_key": "team"},
            {"scope_key": "team:1 OR 1=1"},
            {"scope_key": ["company"]},
            {"known": "later"},
            {"limit": 0},
            {"limit": True},
            {"limit": 5000},
            {"company_id": "1"},
        ):
            with self.assertRaises(UserError):
                self.kpi.with_user(self.agent).kpi_series(**arguments)

    def test_the_list_of_kpis_shows_the_last_final_figure_without_a_query_for_each(self):
        kpis = self.kpi
        for number in range(5):
            kpis |= self.new_kpi(f"t_more_{number}", backfill_months=1)
        self.measure(kpis)
        self.assertEqual(self.kpi.last_value_text, "10")
        counts = []
        for some in (kpis, kpis[:1], kpis):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.agent).mapped("last_value_text")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], "the first time, access rights are read too")

    def test_only_managers_measure_out_of_turn(self):
        with self.assertRaises(AccessError):
            self.kpi.with_user(self.agent).action_refresh()
        self.assertTrue(self.kpi.with_user(self.manager).action_refresh())
