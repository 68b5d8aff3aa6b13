from odoo.tests import HttpCase, tagged

from ..common import SyncCase


@tagged("post_install", "-at_install")
class TestCaseTours(SyncCase, HttpCase):
    """A complaint from the team page to its end, in Chromium, in English and in Chinese, with an agent's rights only."""

    # Wide enough for all stages in the status bar.
    browser_size = "2560x1200"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        cls.agent.password = cls.agent.login
        cls.cause = cls.env["crm.sync.case.cause"].create({"name": "Tour cause"})
        for lang in ("en_US", "zh_CN"):
            cls.env.ref("crm_sync_measures.case_stage_assessed").with_context(lang=lang).name = "Tour assessed"
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
                case = self.env["crm.sync.case"].create(
                    {
                        "name": "The tour lens is scratched",
                        "partner_id": self.contact.id,
                        "department_id": self.service.id,
                    }
                )
                self.agent.lang = lang
                self.start_tour("/odoo/case-team", "crm_sync_case", login=self.agent.login)
                self.assertEqual((case.step, case.decision, case.cause_id), ("closed", "upheld", self.cause))
                self.assertEqual(case.compensation_ids.mapped("state"), ["granted"])
                self.assertEqual(set(case.clock_ids.mapped("state")), {"met"})
                kinds = case.event_ids.sorted("id").mapped("kind")
                kinds = [kind for kind in kinds if kind in ("acknowledged", "moved", "proposed", "accepted")]
                self.assertEqual(kinds, ["acknowledged", "moved", "moved", "proposed", "accepted"])
