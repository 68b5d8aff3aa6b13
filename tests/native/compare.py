"""Runs Odoo's own tests without and with the addon, and shows what the addon breaks.

usage: python tests/native/compare.py [--tags crm,sale_crm,...] [--with pos_loyalty,website_sale_loyalty] [--no-browser]

Both databases are without demo data and equal but for the addon. All tests run after the installation, also those
that Odoo runs while a module is installed, since only then is the addon there; some of these fail without it too,
because of modules that came later. So the outcome is the difference: a test that fails with the addon and passes
without it. Exit code 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parents[2]))

from dev import addon_dbs, browser, databases, environment, odoo_run, odoo_tree, python_env, templates
from dev.paths import LOGS, setup_lock
from dev.steps import Failure, run, say, step, together

MODULES = "crm,sale_crm,loyalty,sale_loyalty,survey,survey_crm"
Outcomes = dict[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tags", default=MODULES, help=f"the modules whose tests to run (default: {MODULES})")
    parser.add_argument("--with", dest="more", default="", help="modules to install in both first; their tests run too")
    parser.add_argument("--no-browser", action="store_true", help="without tours and requests")
    options = parser.parse_args()
    more = [module for module in options.more.split(",") if module]
    tags = [module for module in options.tags.replace("/", "").split(",") if module]
    folders = list(filter(None, map(_tests_of, [*more, *tags])))
    if not folders:
        raise Failure(f"Odoo has no tests of {options.tags}.")
    with environment.ready():
        with setup_lock():
            http = not options.no_browser and browser.ensure()
            base = addon_dbs.ensure("test", bake=http)
        with (
            databases.private_copy(templates.ensure("plain"), "native_without") as without,
            databases.private_copy(base, "native_with") as with_addon,
        ):
            if more:
                with step(f"Installing {options.more} in both", "3 min"):
                    together(*[partial(_install, database, options.more) for database in (without, with_addon)])
            if http:
                addon_dbs.bake(without)
            before: Outcomes = {}
            after: Outcomes = {}
            with step("Running Odoo's own tests without and with the addon", "5 min"):
                together(
                    lambda: before.update(_outcomes(without, folders, http=http)),
                    lambda: after.update(_outcomes(with_addon, folders, http=http)),
                )
    return _report(before, after)


def _install(database: str, modules: str) -> None:
    command = ("server", "-i", modules, "--stop-after-init", "--no-http")
    odoo_run.odoo(database, *command, what="install more modules")


def _tests_of(module: str) -> Path | None:
    folders = (addons / module / "tests" for addons in odoo_tree.addons_path())
    return next((folder for folder in folders if folder.exists()), None)


def _outcomes(database: str, folders: list[Path], *, http: bool) -> Outcomes:
    """The outcome of each test: passed, failed, error or skipped."""
    result = LOGS / f"{database}.xml"
    config = odoo_run.config(database, limit_memory_hard=0)
    command = [python_env.python(), "-m", "pytest", "-c", "/dev/null", "-p", "no:cacheprovider", "-q", "-W", "ignore"]
    command += [f"--odoo-config={config}", f"--junitxml={result}", *(["--odoo-http"] if http else []), *folders]
    try:
        log = LOGS / f"{database}-pytest.log"
        run(command, log=log, failure="", quiet=True, env=odoo_run.environment(), cwd=folders[0])
    except Failure:  # tests failed; which ones is in the result
        if not result.exists():
            raise Failure(f"pytest did not come to an end; see {log}.") from None
    return {
        f"{case.get('classname')}.{case.get('name')}": next(
            (child.tag.replace("failure", "failed") for child in case if child.tag in ("failure", "error", "skipped")),
            "passed",
        )
        for case in ElementTree.parse(result).iter("testcase")
    }


def _report(before: Outcomes, after: Outcomes) -> int:
    for title, outcomes in (("without the addon", before), ("with the addon", after)):
        counts = Counter(outcomes.values())
        say(
            f"{title}: {len(outcomes)} tests, "
            + ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
        )
    bad = ("failed", "error")
    broken = sorted(name for name, outcome in after.items() if outcome in bad and before.get(name) not in bad)
    missing = sorted(set(before) - set(after))
    mended = sorted(name for name, outcome in before.items() if outcome in bad and after.get(name) not in (*bad, None))
    for title, names in (
        ("broken by the addon", broken),
        ("not run with the addon", missing),
        ("only fails without", mended),
    ):
        print(f"\n{title}: {len(names)}", *(f"  {name}" for name in names), sep="\n")
    return 1 if broken or missing else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"\n{failure}")
