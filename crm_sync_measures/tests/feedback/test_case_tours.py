from odoo.tests import HttpCase, tagged

from .case_core_common import CaseCase


@tagged("post_install", "-at_install")
class TestCaseTours(CaseCase, HttpCase):
    """A complaint from the team page to its end, in Chromium, in English and in Chinese, with an agent's rights only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        cls.agent.password = cls.agent.login
        cls.cause = cls.env["crm.sync.case.cause"].create({"name": "Tour cause"})
        for lang in ("en_US", "zh_CN"):
            cls.stage("assessed").with_context(lang=lang).name = "Tour assessed"
            cls.cause.with_context(lang=lang).name = "Tour cause"
        cls.env["crm.sync.case.budget"].create(
            {
                "department_id": cls.service.id,
                "date_from": "2026-01-01",
                "date_to": "2036-01-01",
                "limit_points": 100,
                "limit_amount": 100,
            }
        )

    def test_an_agent_takes_a_complaint_from_the_team_page_to_its_end(self):
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                case = self.case(self.head, name="The tour lens is scratched")
                self.agent.lang = lang
                self.start_tour("/odoo/case-team", "crm_sync_case", login=self.agent.login)
                self.assertEqual((case.step, case.decision, case.cause_id), ("closed", "upheld", self.cause))
                self.assertEqual(case.compensation_ids.mapped("state"), ["granted"])
                self.assertEqual(set(case.clock_ids.mapped("state")), {"met"})
                self.assertEqual(
                    [kind for kind in self.history(case) if kind in ("acknowledged", "moved", "proposed", "accepted")],
                    ["acknowledged", "moved", "moved", "proposed", "accepted"],
                )
