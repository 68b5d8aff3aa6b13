"""Settings for every test, below the addon and below ``tests``."""

import gc
import os
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
# The business rules import neither Odoo nor the addon around them: tests/unit does `import rules`.
sys.path.insert(0, str(ROOT / "crm_sync_measures"))


def pytest_configure(config):
    # Odoo's registry is large and stays: looking through it for garbage all the time is a tenth of the processor's time.
    gc.set_threshold(100_000, 50, 50)
    if config.pluginmanager.has_plugin("odoo"):
        from odoo.tests.common import BaseCase

        # Odoo tags test classes below odoo.addons only; without these, pytest-odoo cannot collect those in tests/.
        BaseCase.test_tags = {"standard", "at_install"}
        BaseCase.test_module = "crm_sync_measures"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from dev.workers import FromBothEnds

    return FromBothEnds(config, log)


#: Two workers take files from both ends. What takes long is at one end, so that where they meet files are short.
LONG = ("tests/browser/", "tests/fault/", "tests/scenario/")


def pytest_collection_modifyitems(items):
    if os.environ.get("PYTEST_XDIST_WORKER"):
        items.sort(
            key=lambda item: next((at for at, folder in enumerate(LONG, 1) if item.nodeid.startswith(folder)), 0)
        )


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
