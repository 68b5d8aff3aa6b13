"""The template databases: everything the addon depends on, installed once; ``plain``, and ``demo`` on top of it."""

from __future__ import annotations

from . import databases, odoo_run, odoo_tree
from .paths import DEV, digest, manifest
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
    name = f"crm_sync_tpl_{kind}_{key()}"
    if not databases.exists(name):
        building = f"{name}_new"
        databases.drop(building)
        if kind == "plain":
            _build_plain(building)
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
