from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import HOOTCommon


@tagged("post_install", "-at_install")
class TestComponents(HOOTCommon, HttpCase):
    """The components of the web client, by their own unit tests in a real browser."""

    def test_the_unit_tests_of_the_components_pass(self):
        suite = self._generate_hash("@crm_sync_measures")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
