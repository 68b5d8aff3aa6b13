"""Settings for every test, below the addon and below ``tests``."""

import os
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
# The business rules import neither Odoo nor the addon around them: tests/unit does `import rules`.
sys.path.insert(0, str(ROOT / "crm_sync_measures"))


def pytest_configure(config):
    if config.pluginmanager.has_plugin("odoo"):
        from odoo.tests.common import BaseCase

        # Odoo tags test classes below odoo.addons only; without these, pytest-odoo cannot collect those in tests/.
        BaseCase.test_tags = {"standard", "at_install"}
        BaseCase.test_module = "crm_sync_measures"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """CI skips no browser test: without Chromium, or what drives it, such a test fails there."""
    report = yield
    reason = str(report.longrepr)
    if (
        report.skipped
        and os.environ.get("CI")
        and re.search(r"chrom|websocket-client|--odoo-http", reason, re.IGNORECASE)
    ):
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not accept: {reason}"
    return report
