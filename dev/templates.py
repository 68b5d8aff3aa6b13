"""The template databases: everything the addon depends on, installed once.

``demo`` is ``plain`` with Odoo's demo data; ``bridged`` is it with what the bridges of the addon depend on.
"""

from __future__ import annotations

from . import databases, odoo_run, odoo_tree
from .paths import ADDON, BRIDGES, DEV, digest, manifest
from .steps import step

LANGUAGE = "zh_CN"
_REVISION = 2
_OFFLINE = "offline.py"


def key() -> str:
    """Changes with Odoo, its requirements and the addon's dependencies; everything built on templates carries it."""
    return digest(
        _REVISION, sorted(manifest()["depends"]), odoo_tree.key(), DEV / "requirements.in", DEV / "inside" / _OFFLINE
    )


def ensure(kind: str) -> str:
    """The name of the template ``plain`` or ``demo``, which exists afterwards. The caller holds the set-up lock."""
    # What the bridges need changes nothing in the other templates: only their own has it in its name.
    version = digest(_bridged_modules(), length=6) if kind == "bridged" else ""
    name = f"crm_sync_tpl_{kind}{version}_{key()}"
    if not databases.exists(name):
        building = f"{name}_new"
        databases.drop(building)
        if kind == "plain":
            _build_plain(building)
        elif kind == "bridged":
            _build_bridged(ensure("plain"), building)
        else:
            _build_demo(ensure("plain"), building)
        databases.publish(building, name)
    return name


def drop_unused(keys: set[str]) -> None:
    """Drops the templates that have none of these keys, and what a killed build left."""
    for name in databases.named("^crm_sync_tpl_"):
        if name.rsplit("_", 1)[-1] not in keys:
            databases.drop(name)


def _build_plain(database: str) -> None:
    modules = ",".join(sorted(manifest()["depends"]))
    with step(f"Installing the modules the addon extends ({modules})", "1 to 2 min, once"):
        databases.ask(f"create database \"{database}\" encoding 'UTF8' template template0")
        # The first language is the default of all users and customers; with the second alone it would be Chinese.
        command = ("server", "-i", modules, f"--load-language=en_US,{LANGUAGE}", "--stop-after-init", "--no-http")
        odoo_run.odoo(database, *command, what="install the dependencies")
        odoo_run.inside(database, _OFFLINE, "go offline")


def _build_demo(plain: str, database: str) -> None:
    with step("Adding Odoo's demo data", "30 s, once"):
        databases.clone(plain, database)
        odoo_run.odoo(database, "module", "force-demo", "-d", database, what="demo data")
        odoo_run.inside(database, _OFFLINE, "go offline")


def _bridged_modules() -> list[str]:
    return sorted({name for bridge in BRIDGES for name in manifest(bridge)["depends"]} - {ADDON, *BRIDGES})


def _build_bridged(plain: str, database: str) -> None:
    modules = ",".join(_bridged_modules())
    with step(f"Installing the modules that the bridges lead to ({modules})", "1 min, once"):
        databases.clone(plain, database)
        command = ("server", "-i", modules, "--stop-after-init", "--no-http")
        odoo_run.odoo(database, *command, what="install what the bridges need")
        odoo_run.inside(database, _OFFLINE, "go offline")
