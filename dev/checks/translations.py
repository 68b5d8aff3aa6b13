"""The committed translations of an addon against the terms it has now."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from .. import python_env
from ..paths import CACHE, DEV, ROOT

_DATED = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version): .*$', re.MULTILINE)


def exported(addon: str) -> Path:
    """Where the template stands that Odoo writes of the terms of today."""
    return CACHE / f"{addon}.pot"


def template(addon: str) -> list[str]:
    """Whether the committed template holds exactly the addon's terms."""
    pot = _pot(addon)
    if not pot.exists():
        return [f"{addon}/i18n/{pot.name} is not there: run bin/lint --fix"]
    if _without_dates(exported(addon)) != _without_dates(pot):
        return [f"{addon}/i18n/{pot.name} is stale: run bin/lint --fix", *_catalogue("diff", addon, pot)]
    return []


def chinese(addon: str) -> list[str]:
    """Whether every term has its Chinese, with the same placeholders, and really is Chinese."""
    if not _po(addon).exists():
        return [f"{addon}/i18n/zh_CN.po is not there: run bin/lint --fix, then translate"]
    return [f"{addon}: {finding}" for finding in _catalogue("check", addon, _po(addon))]


def fix(addon: str) -> None:
    """Writes the template, and adds new terms to the Chinese catalogue without losing a translation."""
    pot = _pot(addon)
    pot.parent.mkdir(exist_ok=True)
    if not pot.exists() or _without_dates(exported(addon)) != _without_dates(pot):
        pot.write_bytes(exported(addon).read_bytes())
    _catalogue("merge", addon, _po(addon))


def _pot(addon: str) -> Path:
    return ROOT / addon / "i18n" / f"{addon}.pot"


def _po(addon: str) -> Path:
    return ROOT / addon / "i18n" / "zh_CN.po"


def _catalogue(action: str, addon: str, committed: Path) -> list[str]:
    script = DEV / "inside" / "catalogue.py"
    command = [python_env.python(), script, action, exported(addon), committed, DEV / "same-in-chinese.txt"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines()


def _without_dates(file: Path) -> str:
    return _DATED.sub("", file.read_text())
