"""The databases: Odoo with the data, and the same with the addon on top. Made once, kept until something changes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from dev import databases, odoo_run, python_env, templates
from dev.addon_dbs import _check_installed, _keep, _state
from dev.paths import ADDON, ADDON_DIR, CACHE, ROOT, digest, setup_lock, tree_digest
from dev.steps import Failure, step

HERE = Path(__file__).parent
_DATA = (HERE / "generate.py", *sorted((HERE / "data").glob("*.sql")))
_NOT_IN_DATABASE = ("tests", "static", "i18n", "rules")


def ensure(customers: int) -> tuple[str, str]:
    """The names of the database without the addon and of the one with it."""
    with setup_lock():
        template = templates.ensure("plain")
    with _lock():
        native, ours = names(customers)
        wanted = {"template": templates.key(), "checkout": str(ROOT), "data": digest(*_DATA)}
        _ensure(native, wanted, lambda database: _build_native(template, database, customers))
        wanted["addon"] = tree_digest(ADDON_DIR, without=_NOT_IN_DATABASE)
        _ensure(ours, wanted, lambda database: _build_ours(native, database, customers))
    return native, ours


def names(customers: int) -> tuple[str, str]:
    key = digest(templates.key(), ROOT)
    return f"crm_sync_bench_{customers}_native_{key}", f"crm_sync_bench_{customers}_{key}"


def install_seconds(database: str) -> float:
    """How long the addon took to install on the data."""
    return _state(database)["install_seconds"]


def install_seconds_on(partners: int) -> float:
    """How long the addon takes to install where there are so many contacts, and no documents."""
    with setup_lock():
        template = templates.ensure("plain")
    with (
        databases.run_name("partners") as database,
        step(f"Installing {ADDON} on {partners:,} contacts", "1 to 10 min"),
    ):
        databases.clone(template, database)
        # 40 contacts for 100 customers.
        inside(database, "bench.generate", partners * 10 // 14, "--partners")
        databases.ask("vacuum analyze", database)
        return _install(database)


def _install(database: str) -> float:
    began = time.monotonic()
    odoo_run.odoo(database, "server", "-i", ADDON, "--stop-after-init", "--no-http", what="install the addon")
    return time.monotonic() - began


def drop(customers: int) -> None:
    for name in names(customers):
        databases.drop(name)


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """One builder at a time; unlike the set-up lock, others need not wait for it."""
    with open(CACHE / "bench.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ensure(database: str, wanted: dict, build) -> None:
    known = _state(database)
    if databases.exists(database) and {**known, **wanted} == known:
        return
    building = f"{database}_new"
    found = build(building) or {}
    databases.publish(building, database)
    _keep(database, {**wanted, **found})


def _build_native(template: str, database: str, customers: int) -> None:
    with step(f"Filling a database with {customers:,} customers", "20 s for 10,000, 4 min for 100,000"):
        databases.clone(template, database)
        inside(database, "bench.generate", customers)
        databases.ask("vacuum analyze", database)


def _build_ours(native: str, database: str, customers: int) -> dict:
    with step(f"Installing {ADDON} on {customers:,} customers", "20 s for 10,000, 1 min for 100,000"):
        databases.clone(native, database)
        seconds = _install(database)
        _check_installed(database)
        inside(database, "bench.generate", customers, "--journal")
        databases.ask("vacuum analyze", database)
    return {"install_seconds": seconds}


def inside(database: str, module: str, *arguments: object) -> str:
    """Runs a module of this package in Odoo's Python; returns what it printed, its progress goes to the terminal."""
    command = [python_env.python(), "-m", module, odoo_run.config(database), *arguments]
    env = odoo_run.environment()
    env["PYTHONPATH"] = f"{env['PYTHONPATH']}{os.pathsep}{ROOT}"
    done = subprocess.run([str(part) for part in command], env=env, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Failure(f"{module} failed on {database}; its error is above.")
    return done.stdout


def result_of(database: str, module: str, *arguments: object) -> object:
    """What the module printed, as JSON."""
    return json.loads(inside(database, module, *arguments))
