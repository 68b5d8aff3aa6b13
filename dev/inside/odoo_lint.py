# Run in Odoo's shell on a database with the addon: the tests of Odoo's module test_lint, pointed at some addons alone.
# The module itself need not be installed.
import importlib
import os
import unittest
from unittest.mock import patch

from odoo.modules import Manifest
from odoo.tests.result import OdooTestResult
from odoo.tests.suite import OdooSuite

ADDONS = os.environ["ADDONS"].split()
# Left out: eslint (needs node modules), the tests of the pylint plugins themselves, and pylint (runs by itself).
SUBJECTS = (
    "docstring", "dunderinit", "i18n", "index", "jstranslate", "l10n", "manifests", "markers", "naming",
    "onchange_domains", "orm_import", "override_signatures", "routes", "test_holes",
)

modules = [importlib.import_module(f"odoo.addons.test_lint.tests.test_{subject}") for subject in SUBJECTS]
for module in modules:
    for name in ("MODULES_TO_LINT", "MODULES_TO_LINT_ONLY_PUBLIC_METHODS"):
        if hasattr(module, name):
            setattr(module, name, tuple(ADDONS))
classes = [
    value for module in modules for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, unittest.TestCase) and value.__module__ == module.__name__
]
suite = OdooSuite(test for cls in classes for test in unittest.defaultTestLoader.loadTestsFromTestCase(cls))
own = [Manifest.for_addon(addon) for addon in ADDONS]
result = OdooTestResult()
env.cr.rollback()
with patch.object(Manifest, "all_addon_manifests", staticmethod(lambda: own)):
    suite.run(result)
print(f"LINT TESTS: {result.testsRun} run, {result.failures_count} failed, {result.errors_count} errors")
