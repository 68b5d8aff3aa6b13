"""The wheel that goes to other people's Odoo holds the whole addon."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDON = ROOT / "crm_sync_measures"


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The names of the files in the wheel, below the addon."""
    from whool.buildapi import build_wheel

    target = tmp_path_factory.mktemp("wheel")
    before = Path.cwd()
    os.chdir(ADDON)
    try:
        wheel = target / build_wheel(str(target))
    finally:
        os.chdir(before)
    prefix = "odoo/addons/crm_sync_measures/"
    return {name.removeprefix(prefix) for name in zipfile.ZipFile(wheel).namelist() if name.startswith(prefix)}


def test_every_committed_file_of_the_addon_is_in_the_wheel(packed):
    listed = subprocess.run(
        ["git", "ls-files", "."], cwd=ADDON, capture_output=True, text=True, check=True
    ).stdout.split()
    there = {name for name in listed if (ADDON / name).exists()} - {"pyproject.toml"}
    assert there - packed == set()


def test_the_wheel_holds_static_files_views_and_translations(packed):
    for folder in ("static", "views", "i18n"):
        if any((ADDON / folder).rglob("*.*")):
            assert any(name.startswith(f"{folder}/") for name in packed), folder
