"""The examples in the docstrings of the business rules are true."""

import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest


def _rules():
    import rules

    return sorted(module.name for module in pkgutil.walk_packages(rules.__path__, "rules."))


@pytest.mark.parametrize("name", _rules())
def test_examples_of(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_the_rules_run_where_there_is_no_odoo():
    code = "import sys, importlib; [importlib.import_module(name) for name in sys.argv[1:]]; sys.exit('odoo' in sys.modules)"
    folder = importlib.import_module("rules").__path__[0]
    env = {"PYTHONPATH": str(Path(folder).parent), "PATH": os.environ["PATH"]}
    assert subprocess.run([sys.executable, "-c", code, *_rules()], env=env, check=False).returncode == 0
