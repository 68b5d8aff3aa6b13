from odoo.tests import HttpCase, tagged

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
