from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import SyncCase


@tagged("post_install", "-at_install")
class TestTours(SyncCase, HttpCase):
    """The first flows a user tries, in Chromium, in English and in Chinese, with that user's rights only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        for user in (cls.seller, cls.agent, cls.manager):
            user.password = user.login
        cls.customer.name = "Tour Optics"
        cls.env["crm.lead"].with_user(cls.seller).create(
            {
                "name": "Lenses for the tour",
                "type": "opportunity",
                "partner_id": cls.contact.id,
                "user_id": cls.seller.id,
            }
        )
        cls.env.cr.precommit.run()

    def in_both_languages(self, tour, user, url="/odoo"):
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                user.lang = lang
                self.start_tour(url, tour, login=user.login)

    def test_a_seller_opens_a_customer_and_logs_a_contact(self):
        self.in_both_languages("crm_sync_core_seller", self.seller)
        touches = self.env["crm.sync.touch"].search([("subject", "=", "Showed the new frames")])
        self.assertEqual(touches.mapped("channel"), ["visit", "visit"])
        self.assertEqual(touches.partner_id, self.customer)

    def test_an_agent_sees_that_sales_was_there_and_not_what_for(self):
        self.in_both_languages("crm_sync_core_agent", self.agent, f"/odoo/{self.customer.id}/customer-360")

    def test_a_manager_runs_scheduled_work(self):
        self.in_both_languages("crm_sync_core_manager", self.manager, "/odoo/customer-sync-jobs")

    def test_the_guided_tours_of_staff_lead_to_their_end(self):
        """Steps of what a colleague may not open would stop him there."""
        for tour, user in (("seller", self.seller), ("agent", self.agent), ("manager", self.manager)):
            self.in_both_languages(f"crm_sync_tour_{tour}", user, "/odoo/sync-overview")

    def test_everybody_is_offered_the_guided_tours_whose_screens_he_may_open(self):
        action = self.env.ref("crm_sync_measures.crm_sync_tour_action")
        for user, count in ((self.seller, 2), (self.agent, 2), (self.manager, 3)):
            domain = safe_eval(action.domain, {"uid": user.id})
            self.assertEqual(self.env["web_tour.tour"].with_user(user).search_count(domain), count, user.login)

    def test_a_guided_tour_begins_only_when_asked_for_and_leads_on_to_no_other(self):
        self.seller.tour_enabled = True
        offered = self.env["web_tour.tour"].with_user(self.seller).get_current_tour()
        self.assertNotIn("crm_sync_tour", str(offered))
        self.assertFalse(self.env["web_tour.tour"].with_user(self.seller).consume("crm_sync_tour_seller"))
        self.assertFalse(self.seller.tour_enabled)
