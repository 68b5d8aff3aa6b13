from odoo.tests import HttpCase, tagged

from .common import LoyaltyCase


@tagged("post_install", "-at_install")
class TestTours(LoyaltyCase, HttpCase):
    """A salesperson asks why a balance is what it is, in Chromium, in English and in Chinese."""

    def test_a_balance_is_explained_from_the_customers_page(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        self.seller.password = self.seller.login
        self.confirmed(2)
        self.redeemed()
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                self.seller.lang = lang
                self.start_tour(
                    f"/odoo/{self.customer.id}/customer-360", "crm_sync_loyalty_explain", login=self.seller.login
                )
