from freezegun import freeze_time
from odoo.tests import tagged

from ..activity.promise_common import PromiseCase
from ..feedback.case_core_common import CaseCase
from ..loyalty.common import LoyaltyCase
from .report_common import ReportCase

LINES = (
    "kpi_sync_complaints",
    "kpi_sync_promises_broken",
    "kpi_sync_nps",
    "kpi_sync_points_issued",
    "kpi_sync_signals",
)


class DigestMixin:
    """The lines of the periodic mail that one reader gets, for the last 24 hours, 7 and 30 days."""

    def lines(self, user, **values):
        digest = self.env["digest.digest"].create({"name": "The week", **dict.fromkeys(LINES, True), **values})
        told = digest._compute_kpis(self.company, user)
        return {
            line["kpi_name"]: [line[f"kpi_col{number}"]["value"] for number in (1, 2, 3)]
            for line in told
            if line["kpi_name"].startswith("kpi_sync_")
        }


@tagged("post_install", "-at_install")
class TestDigest(DigestMixin, ReportCase):
    """Friday 10 April 2026."""

    def setUp(self):
        super().setUp()
        self.travel("2026-04-10 09:00:00")

    def test_who_has_no_role_gets_none_of_the_lines(self):
        self.assertEqual(self.lines(self.employee), {})

    def test_without_a_final_score_there_is_no_line_as_0_would_be_one(self):
        nps = self.env.ref("crm_sync_measures.kpi_nps")
        self.measured(nps, "2026-03-01", 41.0, state="running")
        self.assertNotIn("kpi_sync_nps", self.lines(self.manager))
        self.measured(nps, "2026-01-01", 38.5)
        self.assertEqual(self.lines(self.manager)["kpi_sync_nps"], ["38.50", "38.50", "38.50"])

    def test_the_score_is_the_companys_own_and_the_last_final_one(self):
        nps = self.env.ref("crm_sync_measures.kpi_nps")
        company, _other = self.other_company()
        self.measured(nps, "2026-02-01", 38.0)
        self.measured(nps, "2026-03-01", 41.0)
        self.measured(nps, "2026-03-01", -50.0, company=company)
        self.assertEqual(self.lines(self.manager)["kpi_sync_nps"], ["41.00", "41.00", "41.00"])

    def test_every_line_leads_to_a_screen(self):
        digest = self.env["digest.digest"].create({"name": "The week"})
        actions = digest._compute_kpis_actions(self.company, self.manager)
        root = self.env.ref("crm_sync_measures.menu_root")
        for name in LINES:
            xmlid, _mark, menu = actions[name].partition("?menu_id=")
            self.assertTrue(self.env.ref(xmlid), name)
            self.assertEqual(menu, str(root.id))

    def test_the_mail_is_written_with_them(self):
        nps = self.env.ref("crm_sync_measures.kpi_nps")
        # The mail compares with what was known 30 days before.
        self.measured(nps, "2026-02-01", 38.0)
        self.measured(nps, "2026-03-01", 41.0)
        self.manager.lang = "en_US"
        digest = self.env["digest.digest"].create({"name": "The week", **dict.fromkeys(LINES, True)})
        digest._action_send_to_user(self.manager)
        mail = self.env["mail.mail"].search([("subject", "like", "The week")], order="id desc", limit=1)
        self.assertIn("Broken Promises", mail.body_html)
        self.assertIn("41.00", mail.body_html)


@tagged("post_install", "-at_install")
class TestDigestCases(DigestMixin, CaseCase):
    def test_a_complaint_of_three_days_ago_stood_open_yesterday_and_not_last_week(self):
        self.case()
        self.case(kind="question")
        with freeze_time("2026-03-05 09:00:00"):
            self.assertEqual(self.lines(self.manager)["kpi_sync_complaints"], [1, 1, 1])
            digest = self.env["digest.digest"].create({"name": "The week", "kpi_sync_complaints": True})
            [line] = [
                one for one in digest._compute_kpis(self.company, self.manager) if "complaints" in one["kpi_name"]
            ]
            self.assertEqual([line[f"kpi_col{number}"]["margin"] for number in (1, 2, 3)], [0.0, 0.0, 0.0])

    def test_what_was_closed_meanwhile_is_not_told(self):
        self.closed()
        with freeze_time("2026-03-05 09:00:00"):
            self.assertEqual(self.lines(self.manager)["kpi_sync_complaints"], [0, 0, 0])


@tagged("post_install", "-at_install")
class TestDigestPromises(DigestMixin, PromiseCase):
    def test_a_promise_broken_two_days_ago_is_told_of_the_week_and_not_of_yesterday(self):
        with freeze_time("2026-03-02 09:00:00"):
            promise = self.promise(due_at="2026-03-06 15:00:00")
            promise.sudo()._record({"state": "broken", "broken_at": "2026-03-06 15:00:00"})
        with freeze_time("2026-03-09 09:00:00"):
            self.assertEqual(self.lines(self.manager)["kpi_sync_promises_broken"], [0, 1, 1])
            self.assertEqual(self.lines(self.agent)["kpi_sync_promises_broken"], [0, 0, 0], "a seller's promise")


@tagged("post_install", "-at_install")
class TestDigestPoints(DigestMixin, LoyaltyCase):
    def test_an_order_of_100_has_issued_100_points(self):
        self.startPatcher(freeze_time("2026-03-09 09:00:00"))
        self.confirmed(1)
        self.env.flush_all()
        with freeze_time("2026-03-09 10:00:00"):
            self.assertEqual(self.lines(self.manager)["kpi_sync_points_issued"], ["100.00", "100.00", "100.00"])
