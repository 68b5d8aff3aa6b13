from odoo.tests import HttpCase, tagged

#: The name under which the web client's test runner knows the suite "@crm_sync_measures": a 32-bit
#: hash of the name, computed as in ``web.tests.test_js`` (importing that would run its tests here).
SUITE = "@crm_sync_measures"


def suite_id(name):
    number = 0
    for char in name:
        number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
    return f"{number:08x}"


@tagged("post_install", "-at_install")
class TestComponents(HttpCase):
    """The components of the web client, by their own unit tests in a real browser."""

    def test_the_unit_tests_of_the_components_pass(self):
        told = []

        def is_the_end(message):
            """Which test failed is told before the runner gives up: kept, for the failure to say it."""
            told.append(message)
            return "[HOOT]" not in message

        try:
            self.browser_js(
                f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite_id(SUITE)}",
                "",
                "",
                login="admin",
                timeout=600,
                success_signal="[HOOT] Test suite succeeded",
                error_checker=is_the_end,
            )
        except AssertionError as failure:
            self.fail("\n".join([str(failure), *told]))
