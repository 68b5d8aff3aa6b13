"""``bin/test``: pytest on everything, or on a part, with only what the selected tests need."""

from __future__ import annotations

import ast
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from . import addon_dbs, browser, databases, environment, odoo_run, pdf, python_env
from .paths import ADDON_DIR, CACHE, ROOT, setup_lock
from .steps import say, tied

_EVERYTHING = (ADDON_DIR / "tests", ROOT / "tests")
#: Seconds that pytest gets after Ctrl-C, to tell what it has and to stop its workers and servers.
_PATIENCE = 60
_SIDE_BY_SIDE = ["-n", "2"]
_SYSTEM_FIXTURES = {"server", "system_copy", "client_for", "browser", "page_for"}
_PLAIN_FIXTURES = {"plain_copy", "apps_copy", "bare_copy"}
_BROWSER_NAMES = {"browser", "page_for", "start_tour", "browser_js"}
_PDF_NAME = "get_wkhtmltopdf_state"
_HELP = """usage: bin/test [--fresh] [PATH ...] [pytest options]

Runs crm_sync_measures/tests and tests in two workers side by side; in one, what paths and options of pytest select, like
-k, -x, --durations=20 (with -n 2 that too in two).
  --fresh   make the test databases anew instead of updating them
"""


def main(arguments: list[str]) -> int:
    if "--help" in arguments or "-h" in arguments:
        print(_HELP)
        return 0
    fresh = "--fresh" in arguments
    arguments = [argument for argument in arguments if argument != "--fresh"]
    options = arguments or _SIDE_BY_SIDE
    paths = [Path(argument.partition("::")[0]) for argument in arguments if _is_path(argument)]
    if not paths:
        paths = [path for path in _EVERYTHING if path.exists()]
        arguments = [*map(str, paths), *options]
    needs = _Needs(paths, narrowed=any(argument.startswith(("-k", "-m")) for argument in arguments))
    if not needs.database:
        environment.python_only()
        # The plugin imports Odoo, so it is off; Odoo's tree need not even be there.
        return _pytest(["-p", "no:odoo", *arguments], {"PYTHONPATH": ""})
    return _with_databases(needs, arguments, fresh=fresh)


def _is_path(argument: str) -> bool:
    return not argument.startswith("-") and Path(argument.partition("::")[0]).exists()


class _Needs:
    """What the tests below some paths need, by what their sources mention."""

    def __init__(self, paths: list[Path], *, narrowed: bool):
        mentioned = set().union(*(_mentions(file) for path in paths for file in _test_files(path)))
        in_addon = any(path.resolve().is_relative_to(ADDON_DIR) for path in paths)
        self.odoo = in_addon or "import odoo" in mentioned
        self.system = bool(mentioned & _SYSTEM_FIXTURES)
        self.browser = bool(mentioned & _BROWSER_NAMES)
        # With -k few of them will run: what they need beyond the test database, they make when they want it.
        self.system_now = self.system and not narrowed
        self.plain_now = bool(mentioned & _PLAIN_FIXTURES) and not narrowed
        self.bake = self.browser and not narrowed
        self.pdf = _PDF_NAME in mentioned
        self.database = self.odoo or self.system or bool(mentioned & _PLAIN_FIXTURES)


def _test_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("test_*.py"))


def _mentions(file: Path) -> set[str]:
    """The parameters and methods a test file uses, and whether it imports Odoo."""
    try:
        nodes = list(ast.walk(ast.parse(file.read_text(errors="replace"))))
    except SyntaxError:
        return set()  # pytest will say it
    names = {node.arg for node in nodes if isinstance(node, ast.arg)}
    names |= {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in ("start_tour", "browser_js", _PDF_NAME)
    }
    imported = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    imported += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return names | ({"import odoo"} if any(name.split(".")[0] == "odoo" for name in imported) else set())


def _with_databases(needs: _Needs, arguments: list[str], *, fresh: bool) -> int:
    with environment.ready(), contextlib.ExitStack() as stack:
        env = {}
        with setup_lock():
            with_browser = needs.browser and browser.ensure()
            env["CRM_SYNC_CHROMIUM"] = browser.find() if with_browser else ""
            if needs.pdf:
                pdf.ensure()
            kinds = ["system"] * needs.system_now + ["test"] * (needs.odoo or needs.plain_now)
            addon_dbs.ensure_together(kinds, fresh=fresh, bake=with_browser and needs.bake)
            if needs.odoo:
                database = stack.enter_context(databases.private_copy(addon_dbs.name("test"), "test"))
                # Odoo limits the memory of its process; Chromium, started from there, would not come up.
                config = odoo_run.config(database, limit_memory_hard=0)
                options = [f"--odoo-config={config}", "--odoo-http"]
            else:
                options = ["-p", "no:odoo"]
            addon_dbs.drop_old()
        return _pytest([*options, *arguments], {**odoo_run.environment(), **env})


def _pytest(arguments: list[str], env: dict[str, str]) -> int:
    """Runs pytest in the foreground; its closing summary is the last thing printed, its exit code is ours."""
    command = [python_env.python(), "-m", "pytest", f"--rootdir={ROOT}", "-rsfE", *arguments]
    say("Running the tests ...")
    env = {**os.environ, "CRM_SYNC_CACHE": str(CACHE), "CRM_SYNC_LAUNCHER": sys.executable, **env}
    with subprocess.Popen(tied(command), env=env) as tests:
        try:
            return tests.wait()
        except KeyboardInterrupt as interrupt:
            # Ctrl-C reaches pytest too; a signal to us (`kill`) does not.
            if interrupt.args:
                tests.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                tests.wait(timeout=_PATIENCE)
            tests.kill()
            return 130
