"""The wheels are installed into a clean Odoo, beside none of this checkout: addon and bridges work from there."""

import re
import subprocess

import pytest
from wheels import ADDON, BRIDGES, build, manifest, unpack

from dev import databases, odoo_run, odoo_tree, python_env

#: The modules of Odoo that the bridges come with.
APPS = sorted({module for name in BRIDGES for module in manifest(name)["depends"]} - {ADDON, *BRIDGES})
PROBE = f"""
import odoo.addons.{ADDON} as addon
print("FROM", addon.__file__)
print("PAGE", env["res.partner"].create({{"name": "Wheel"}}).sync_customer_page()["entity"]["name"])
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder as Python's ``site-packages``, with the wheels of the addon and its bridges in it."""
    folder = tmp_path_factory.mktemp("site")
    for name in (ADDON, *BRIDGES):
        unpack(build(name, tmp_path_factory.mktemp("wheels")), folder)
    return folder


@pytest.fixture(scope="module")
def database(bare_copy):
    with bare_copy("wheel") as database:
        yield database


def odoo(database, site, *arguments, said=None):
    """Runs Odoo with the wheels and without this checkout; what it logged and printed."""
    config = odoo_run.config(database, addons_path=",".join(map(str, odoo_tree.addons_path())))
    done = subprocess.run(
        [python_env.python(), "-m", "odoo", *arguments, "-c", config],
        cwd=site,
        env={**odoo_run.environment(), "PYTHONPATH": f"{odoo_tree.path()}:{site}"},
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def test_addon_and_bridges_install_from_their_wheels_without_a_warning(database, site):
    log = odoo(
        database, site, "server", "-i", ",".join([ADDON, *APPS]), "--without-demo", "--stop-after-init", "--no-http"
    )
    assert [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL) ", line)] == []
    states = databases.ask(
        f"SELECT name, state FROM ir_module_module WHERE name LIKE '{ADDON}%' ORDER BY name", database
    )
    assert states == [[name, "installed"] for name in sorted((ADDON, *BRIDGES))]

    printed = odoo(database, site, "shell", "--no-http", "--log-level=warn", said=PROBE)
    assert f"FROM {site}" in printed, "not from this checkout"
    assert "PAGE Wheel" in printed
    assert databases.ask("SELECT count(*) > 0 FROM ir_ui_menu WHERE web_icon LIKE 'crm_sync_measures,%'", database) == [
        ["t"]
    ]
