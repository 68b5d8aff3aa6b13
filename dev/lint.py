"""``bin/lint``: the static checks, side by side, with one line each."""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import time
from collections.abc import Callable, Collection

from . import databases, environment, templates
from .checks import house, installed, sources, translations
from .paths import ADDON, BRIDGES, setup_lock
from .steps import Failure, say

_SHOWN = 25
Findings = dict[str, list[str]]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/lint", description="The static checks.")
    parser.add_argument(
        "--fix",
        action="store_true",
        help="format the code, write the translation template, merge the Chinese catalogue",
    )
    parser.add_argument("--quick", action="store_true", help="only the checks that need no database, and not pylint")
    options = parser.parse_args(arguments)
    if options.quick:
        environment.tree_only()
        if options.fix:
            sources.fix_format()
        return _report(_side_by_side(_quick_checks()))
    with environment.ready():
        with setup_lock():
            templates.ensure("plain")
            templates.ensure("demo")
            templates.ensure("bridged")
        if options.fix:
            sources.fix_format()
        checks = [*_database_checks(fix=options.fix), *_slow_checks(), *_quick_checks()]
        return _report(_side_by_side(checks))


Check = tuple[str, Callable[[], list[str] | Findings]]


def _quick_checks() -> list[Check]:
    return [
        ("ruff", sources.ruff),
        ("ruff format", sources.ruff_format),
        ("OCA hooks", sources.oca_hooks),
        ("licences", sources.licences),
        ("house rules", house.every_rule),
    ]


def _slow_checks() -> list[Check]:
    return [("pylint-odoo", sources.pylint_odoo), ("Odoo's pylint plugins", sources.odoo_pylint)]


def _database_checks(*, fix: bool) -> list[Check]:
    def alone() -> Findings:
        return _on_database("plain", [ADDON], "", fix=fix)

    def bridged() -> Findings:
        return _on_database("bridged", BRIDGES, " of the bridges", fix=fix)

    def demo() -> list[str]:
        with databases.run_name("lint_demo") as database:
            return installed.install_log(templates.ensure("demo"), database)

    return [("alone", alone), ("with its bridges", bridged), ("install log with demo data", demo)]


def _on_database(kind: str, addons: Collection[str], whose: str, *, fix: bool) -> Findings:
    """The findings about some addons on a copy of a template, by check; nothing further when the installation failed."""
    with databases.run_name(f"lint_{kind}") as database:
        found = {f"install log{whose}": installed.install_log(templates.ensure(kind), database, addons)}
        if installed.not_installed(database, addons):
            return found
        installed.export_templates(database, addons)
        found[f"Odoo's test_lint{whose}"] = installed.odoo_lint(database, addons)
    for addon in addons if fix else ():
        translations.fix(addon)
    found[f"translation template{whose}"] = [line for addon in addons for line in translations.template(addon)]
    found[f"Chinese translation{whose}"] = [line for addon in addons for line in translations.chinese(addon)]
    return found


def _side_by_side(checks: list[Check]) -> Findings:
    """Runs the checks two at a time and says the outcome of each as it ends."""
    found: Findings = {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(3, os.cpu_count() or 2)) as pool:
        waiting = {pool.submit(_timed, check): name for name, check in checks}
        for future in concurrent.futures.as_completed(waiting):
            result, seconds = future.result()
            for name, findings in (result if isinstance(result, dict) else {waiting[future]: result}).items():
                found[name] = findings
                say(f"{'FAILED' if findings else 'ok    '}  {name}" + f" ({seconds:.1f} s)")
    return found


def _timed(check: Callable) -> tuple[list[str] | Findings, float]:
    began = time.monotonic()
    try:
        result = check()
    except Failure as failure:
        result = [str(failure)]
    return result, time.monotonic() - began


def _report(found: Findings) -> int:
    failed = {name: findings for name, findings in found.items() if findings}
    for name, findings in failed.items():
        print(f"\n{name}: {len(findings)} findings")
        for finding in findings[:_SHOWN]:
            print(f"  {finding}")
        if len(findings) > _SHOWN:
            print(f"  ... and {len(findings) - _SHOWN} more")
    print(
        f"\nlint: {len(found) - len(failed)} checks clean, {len(failed)} failed"
        + (": " + ", ".join(failed) if failed else "")
    )
    return 1 if failed else 0
