"""The examples in the docstrings of the business rules are true."""

import doctest
import importlib
import pkgutil
import sys

import pytest


def _rules():
    import rules

    return sorted(module.name for module in pkgutil.walk_packages(rules.__path__, "rules."))


@pytest.mark.parametrize("name", _rules())
def test_examples_of(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_rules_import_no_odoo():
    for name in _rules():
        importlib.import_module(name)
        own = [value for value in vars(sys.modules[name]).values() if getattr(value, "__module__", "")]
        assert not [value for value in own if value.__module__.startswith("odoo")], name
