"""Checks on databases where the addons were just installed: the log, Odoo's lint, the translation templates."""

from __future__ import annotations

import re
from collections.abc import Collection

from .. import databases, odoo_run
from ..paths import ADDON, CACHE
from ..steps import Failure

_NOISE = re.compile(r" (WARNING|ERROR|CRITICAL) ")


def install_log(template: str, database: str, wanted: Collection[str] = (ADDON,)) -> list[str]:
    """Installs the addon on a copy of a template; what the log warns of, and which of the ``wanted`` are not there then."""
    databases.clone(template, database)
    command = ("server", "-i", ADDON, "--stop-after-init", "--no-http")
    text = odoo_run.odoo(database, *command, what="install for lint", tolerant=True)
    findings = [line for line in text.splitlines() if _NOISE.search(line)]
    missing = not_installed(database, wanted)
    if missing:
        findings += [line for line in text.splitlines() if " INFO " not in line][-15:]
        findings.append(f"not installed: {', '.join(missing)}")
    return findings


def not_installed(database: str, wanted: Collection[str]) -> list[str]:
    rows = databases.ask("select name from ir_module_module where state = 'installed'", database)
    return sorted({*wanted} - {name for [name] in rows})


def odoo_lint(database: str, addons: Collection[str]) -> list[str]:
    """Odoo's own lint tests, pointed at these addons."""
    text = odoo_run.inside(database, "odoo_lint.py", "odoo lint", tolerant=True, ADDONS=" ".join(addons))
    done = "LINT TESTS:" in text
    findings = [line for line in text.splitlines() if not line.startswith("LINT TESTS:")]
    return findings if done else [*findings, "Odoo's lint tests did not run to their end"]


def export_templates(database: str, addons: Collection[str]) -> None:
    """Writes the translation templates of these addons, as they should be in their ``i18n``, to the cache folder."""
    printed = odoo_run.inside(
        database, "export_terms.py", "export the terms", ADDONS=" ".join(addons), FOLDER=str(CACHE)
    )
    if "EXPORTED" not in printed:
        raise Failure("Odoo exported no terms; see the log in the cache folder.")
