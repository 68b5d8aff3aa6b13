"""Checks that read the files only: ruff, pylint-odoo, OCA's hooks, Odoo's pylint plugins, licences."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

from .. import odoo_run, odoo_tree, python_env
from ..paths import ADDONS, ROOT

# Rules for modules published by OCA; ours has its README at the root of the repository.
_OCA_ONLY = "manifest-required-author,missing-readme"
# One model per file and room: classes of one model in several files are meant.
_NOT_OURS = "consider-merging-classes-inherited"
_OWN_PYTHON = ("dev", "tests", "bench", "conftest.py")
_ODOO_CHECKERS = ("sql_injection", "gettext", "unlink_override")
_ODOO_MESSAGES = (
    "sql-injection,gettext-variable,gettext-placeholders,gettext-repr,missing-gettext,raise-unlink-override"
)
_LICENCES = {"LGPL-3"}


def _tool(name: str, *arguments: object, env: dict[str, str] | None = None) -> list[str]:
    """The output of a program, when it found something."""
    command = [str(python_env.tool(name)), *map(str, arguments)]
    env = {**os.environ, **(env or {}), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines() or ["(no output)"] if done.returncode else []


def _python_folders() -> list[str]:
    return [*ADDONS, *(name for name in _OWN_PYTHON if (ROOT / name).exists())]


def ruff() -> list[str]:
    return _tool("ruff", "check", "--no-cache", "-q", "--output-format=concise", *_python_folders())


def ruff_format() -> list[str]:
    return _tool("ruff", "format", "--no-cache", "--check", "-q", "--output-format=concise", *_python_folders())


def fix_format() -> None:
    _tool("ruff", "check", "--no-cache", "-q", "--fix", *_python_folders())
    _tool("ruff", "format", "--no-cache", "-q", *_python_folders())


def pylint_odoo() -> list[str]:
    enabled = ("--load-plugins=pylint_odoo", "--disable=all", "--enable=odoolint", f"--disable={_OCA_ONLY},{_NOT_OURS}")
    found = _pylint(*enabled, "--valid-odoo-versions=19.0", path=())
    # What a test writes into a chatter is no text of the product.
    return [line for line in found if "translation-required" not in line or "/tests/" not in line]


def odoo_pylint() -> list[str]:
    """Odoo's own plugins; a run apart, since pylint-odoo has messages of the same names."""
    plugins = ",".join(f"_odoo_checker_{name}" for name in _ODOO_CHECKERS)
    folder = next(path for path in odoo_tree.addons_path() if (path / "test_lint").exists()) / "test_lint" / "tests"
    # A comment may switch off a rule that only pylint-odoo knows.
    disabled = "--disable=all,unknown-option-value"
    return _pylint(disabled, f"--load-plugins={plugins}", f"--enable={_ODOO_MESSAGES}", path=(folder,))


def _pylint(*options: str, path: tuple[Path, ...]) -> list[str]:
    # Through -m: with the tree on PYTHONPATH, the addon is found as the plain folder it is.
    env = {
        **odoo_run.environment(),
        "PYTHONPATH": os.pathsep.join(map(str, [*path, odoo_tree.path()])),
        "PYLINTHOME": "/dev/null",
    }
    found = _tool("pylint", *options, "--score=n", "--reports=n", "--persistent=n", *ADDONS, env=env)
    return [line for line in found if not line.startswith("***")]


def oca_hooks() -> list[str]:
    folders = [ROOT / name for name in ADDONS]
    found = _tool("oca-checks-odoo-module", "--disable=xml-header-wrong,prefer-readme-rst", *folders)
    catalogues = sorted(file for folder in folders for file in (folder / "i18n").glob("*.po*"))
    return found + (_tool("oca-checks-po", "--disable=po-pretty-format", *catalogues) if catalogues else [])


def licences() -> list[str]:
    """Every module the addon and its bridges build on is LGPL, by the manifests of the whole closure."""
    findings, seen, waiting = [], set(), list(ADDONS)
    folders = [ROOT, *odoo_tree.addons_path()]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        file = next(
            (folder / name / "__manifest__.py" for folder in folders if (folder / name / "__manifest__.py").exists()),
            None,
        )
        if not file:
            findings.append(f"{name}: a dependency that is not in Odoo Community")
            continue
        manifest = ast.literal_eval(file.read_text())
        waiting += manifest.get("depends", ["base"] if name != "base" else [])
        licence = manifest.get("license", "LGPL-3")
        if licence not in _LICENCES:
            findings.append(f"{name}: licence {licence}, wanted {' or '.join(sorted(_LICENCES))}")
    return findings
