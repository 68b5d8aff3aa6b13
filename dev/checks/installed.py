"""Checks on databases where the addon was just installed: the log, Odoo's lint, the translation template."""

from __future__ import annotations

import re
from pathlib import Path

from .. import databases, odoo_run, templates
from ..paths import ADDON, CACHE
from ..steps import Failure

_NOISE = re.compile(r" (WARNING|ERROR|CRITICAL) ")


def install_log(template: str, database: str) -> list[str]:
    """Installs the addon on a copy of a template; what the log warns of."""
    databases.clone(template, database)
    command = ("server", "-i", ADDON, "--stop-after-init", "--no-http")
    text = odoo_run.odoo(database, *command, what="install for lint", tolerant=True)
    state = databases.ask(f"select state from ir_module_module where name = '{ADDON}'", database)
    findings = [line for line in text.splitlines() if _NOISE.search(line)]
    if state != [["installed"]]:
        findings += [line for line in text.splitlines() if " INFO " not in line][-15:] or ["the addon is not installed"]
    return findings


def odoo_lint(database: str) -> list[str]:
    """Odoo's own lint tests, pointed at the addon."""
    text = odoo_run.inside(database, "odoo_lint.py", "odoo lint", tolerant=True, ADDON=ADDON)
    done = "LINT TESTS:" in text
    findings = [line for line in text.splitlines() if not line.startswith("LINT TESTS:")]
    return findings if done else [*findings, "Odoo's lint tests did not run to their end"]


def export_template(database: str) -> Path:
    """The addon's translation template, as it should be in ``i18n``."""
    target = CACHE / f"{ADDON}.pot"
    target.unlink(missing_ok=True)
    odoo_run.odoo(database, "i18n", "export", "-l", "pot", "-o", target, what="export the terms", last=(ADDON,))
    if not target.exists():
        raise Failure("Odoo exported no terms; see the log in the cache folder.")
    return target


def on_plain(database: str) -> dict[str, list[str]]:
    """The findings on a database without demo data, by check; nothing further when the installation failed."""
    found = {"install log": install_log(templates.ensure("plain"), database)}
    installed = databases.ask(
        f"select 1 from ir_module_module where name = '{ADDON}' and state = 'installed'", database
    )
    if installed:
        export_template(database)
        found["Odoo's test_lint"] = odoo_lint(database)
    return found
