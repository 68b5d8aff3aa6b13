"""The wheels of the addon and its bridges, as they go to other people's Odoo."""

from __future__ import annotations

import ast
import os
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
ADDON = "crm_sync_measures"
BRIDGES = sorted(path.parent.name for path in ROOT.glob(f"{ADDON}_*/__manifest__.py"))


def manifest(name: str) -> dict:
    return ast.literal_eval((ROOT / name / "__manifest__.py").read_text())


def build(name: str, target: Path) -> Path:
    """Builds the wheel of one addon, by what its ``pyproject.toml`` asks for."""
    from whool.buildapi import build_wheel

    before = Path.cwd()
    os.chdir(ROOT / name)
    try:
        return target / build_wheel(str(target))
    finally:
        os.chdir(before)


def unpack(wheel: Path, site: Path) -> None:
    """Puts a wheel where Python finds it, as an installation does: it holds no code that is run for that."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
