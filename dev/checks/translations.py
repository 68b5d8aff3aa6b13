"""The committed translations against the terms the addon has now."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from .. import python_env
from ..paths import ADDON, ADDON_DIR, DEV

FOLDER = ADDON_DIR / "i18n"
POT = FOLDER / f"{ADDON}.pot"
PO = FOLDER / "zh_CN.po"
_DATED = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version): .*$', re.MULTILINE)


def template(exported: Path) -> list[str]:
    """Whether the committed template holds exactly the addon's terms."""
    if not POT.exists():
        return [f"i18n/{POT.name} is not there: run bin/lint --fix"]
    if _without_dates(exported) != _without_dates(POT):
        return [f"i18n/{POT.name} is stale: run bin/lint --fix", *_differences(exported)]
    return []


def chinese(exported: Path) -> list[str]:
    """Whether every term has its Chinese, with the same placeholders, and really is Chinese."""
    if not PO.exists():
        return ["i18n/zh_CN.po is not there: run bin/lint --fix, then translate"]
    return _catalogue("check", exported)


def fix(exported: Path) -> None:
    """Writes the template, and adds new terms to the Chinese catalogue without losing a translation."""
    FOLDER.mkdir(exist_ok=True)
    if not POT.exists() or _without_dates(exported) != _without_dates(POT):
        POT.write_bytes(exported.read_bytes())
    _catalogue("merge", exported)


def _differences(exported: Path) -> list[str]:
    return _catalogue("diff", exported)


def _catalogue(action: str, exported: Path) -> list[str]:
    committed = POT if action == "diff" else PO
    script = DEV / "inside" / "catalogue.py"
    command = [python_env.python(), script, action, exported, committed, DEV / "same-in-chinese.txt"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines()


def _without_dates(file: Path) -> str:
    return _DATED.sub("", file.read_text())
