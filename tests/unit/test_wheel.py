"""The wheels that go to other people's Odoo hold the whole addon, and nothing else."""

import subprocess
import zipfile
from email.parser import Parser

import pytest
from wheels import ADDON, BRIDGES, ROOT, build

NAMES = [ADDON, *BRIDGES]


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def wheel(name, tmp_path_factory):
    return zipfile.ZipFile(build(name, tmp_path_factory.mktemp("wheel")))


@pytest.fixture(scope="module")
def packed(name, wheel):
    """The names of the files in the wheel, below the addon."""
    prefix = f"odoo/addons/{name}/"
    return {file.removeprefix(prefix) for file in wheel.namelist() if file.startswith(prefix)}


def test_every_committed_file_of_the_addon_is_in_the_wheel(name, packed):
    folder = ROOT / name
    command = ["git", "ls-files", "."]
    listed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()
    there = {file for file in listed if (folder / file).exists()} - {"pyproject.toml"}
    assert there - packed == set()


def test_what_the_manifest_and_the_screens_need_is_in_it(name, packed):
    for folder in ("data", "demo", "i18n", "report", "security", "static", "views", "wizard"):
        if any((ROOT / name / folder).rglob("*.*")):
            assert any(file.startswith(f"{folder}/") for file in packed), folder


def test_nothing_else_is_in_it(name, wheel, packed):
    outside = [
        file for file in wheel.namelist() if not file.startswith((f"odoo/addons/{name}/", f"odoo_addon_{name}-"))
    ]
    assert outside == []
    assert [file for file in packed if "__pycache__" in file or file.endswith((".pyc", ".orig", ".rej", "~"))] == []


def test_it_asks_for_odoo_19_and_a_bridge_for_the_addon(name, wheel):
    [about] = [file for file in wheel.namelist() if file.endswith(".dist-info/METADATA")]
    asked = Parser().parsestr(wheel.read(about).decode()).get_all("Requires-Dist")
    assert any(one.startswith("odoo") and "19.0" in one for one in asked)
    assert any(one.replace("_", "-").startswith("odoo-addon-crm-sync-measures") for one in asked) == (name != ADDON)
