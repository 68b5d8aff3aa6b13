"""Databases with the addon installed, kept in step with the working tree.

===========  ==========  ===========================================================
kind         template    use
===========  ==========  ===========================================================
``demo``     demo        ``bin/demo``; shared by nobody, keeps what its user does
``clean``    plain       ``bin/demo --no-demo``
``test``     plain       Odoo tests run in copies of it; the addon has no demo data
``system``   demo        whole-system tests run servers on copies of it
===========  ==========  ===========================================================
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

from . import databases, odoo_run, templates
from .paths import ADDON, ADDON_DIR, CI, ROOT, STATE, digest, tree_digest
from .steps import Failure, say, step, together

_TEMPLATE = {"demo": "demo", "clean": "plain", "test": "plain", "system": "demo"}
# Read by the running process, not kept in the database: a change there needs no update.
_NOT_IN_DATABASE = ("tests", "static", "rules", "controllers", "i18n")
_BUNDLES = {
    True: "web.assets_web web.assets_web_print web.assets_backend_lazy web.assets_frontend web.assets_frontend_lazy"
    " web.assets_frontend_minimal web.assets_emoji web.assets_tests web.assets_unit_tests_setup",
    False: "web.assets_web web.assets_frontend web.assets_frontend_lazy web.assets_frontend_minimal",
}


def name(kind: str) -> str:
    """Demo databases have plain names; the others are made anew with each template and belong to one checkout."""
    return f"crm_sync_{kind}" if kind in ("demo", "clean") else f"crm_sync_{kind}_{digest(templates.key(), ROOT)}"


def ensure(kind: str, *, fresh: bool = False, bake: bool = False, reuse: bool = False) -> str:
    """The name of the database, which is up to date with the working tree. The caller holds the set-up lock.

    Changed files lead to an update of the addon, in seconds. It is made anew when the template changed, when
    ``fresh`` is asked for, and always in CI unless ``reuse`` says that this run made it already. ``bake`` also
    generates the bundles of the web client.
    """
    database = name(kind)
    wanted = {
        "template": templates.key(),
        "checkout": str(ROOT),
        "addon": tree_digest(ADDON_DIR, without=_NOT_IN_DATABASE),
        "i18n": tree_digest(ADDON_DIR, only=("i18n",)),
    }
    known = _state(database)
    anew = fresh or (CI and not reuse) or known.get("template") != wanted["template"] or not databases.exists(database)
    if not anew and {**known, **wanted} != known:
        anew = not _update(database, overwrite=known["i18n"] != wanted["i18n"])
    if anew:
        _install(kind, database)
        known = {}
    state = {**known, **wanted}
    _keep(database, state)
    if bake:
        _bake(kind, database, state)
    return database


def ensure_together(kinds: list[str], **options: bool) -> None:
    """The same for several databases at once."""
    if kinds:
        templates.ensure("plain")  # all are built on it
    together(*(functools.partial(ensure, kind, **options) for kind in kinds))


def drop_old() -> None:
    """Drops databases of checkouts that are gone, and those that this checkout has outgrown; then unused templates."""
    used = {templates.key()}
    for file in STATE.glob("crm_sync_*.json"):
        state = _state(file.stem)
        checkout, template = state.get("checkout", ""), state.get("template", "")
        if file.stem in ("crm_sync_demo", "crm_sync_clean"):
            continue
        if not Path(checkout).exists() or (checkout == str(ROOT) and template != templates.key()):
            databases.drop(file.stem)
        else:
            used.add(template)
    templates.drop_unused(used)


def _install(kind: str, database: str) -> None:
    template = templates.ensure(_TEMPLATE[kind])
    building = f"{database}_new"
    with step(f"Installing {ADDON} ({kind} database)", "10 to 40 s"):
        databases.clone(template, building)
        odoo_run.odoo(building, "server", "-i", ADDON, "--stop-after-init", "--no-http", what="install the addon")
        _check_installed(building)
        databases.publish(building, database)


def _update(database: str, *, overwrite: bool) -> bool:
    """Whether the update worked; when not, the database is made anew."""
    (STATE / f"{database}.json").unlink(missing_ok=True)  # killed in the middle: made anew
    options = ("--i18n-overwrite",) if overwrite else ()
    try:
        with step(f"Updating {ADDON} ({database})", "8 s"):
            command = ("server", "-u", ADDON, *options, "--stop-after-init", "--no-http")
            odoo_run.odoo(database, *command, what="update the addon")
            _check_installed(database)
    except Failure as failure:
        say(f"The update failed, so the database is made anew ({failure})")
        return False
    return True


def _check_installed(database: str) -> None:
    state = databases.ask(f"select state from ir_module_module where name = '{ADDON}'", database)
    if state != [["installed"]]:
        raise Failure(f"Odoo did not install {ADDON} (its state is {state}); see the log in the cache folder.")


def _bake(kind: str, database: str, state: dict) -> None:
    wanted = digest(tree_digest(ADDON_DIR, only=("static", "__manifest__.py")), templates.key(), "1")
    if state.get("assets") != wanted:
        bake(database, for_tests=kind in ("test", "system"))
        _keep(database, {**state, "assets": wanted})


def bake(database: str, *, for_tests: bool = True) -> None:
    """Generates the bundles of the web client, and fails when a style does not compile."""
    with step("Generating the web client's bundles", "15 s"):
        printed = odoo_run.inside(database, "bake_assets.py", "bake assets", tolerant=True, BUNDLES=_BUNDLES[for_tests])
    lines = printed.splitlines()
    if "BAKED" not in lines:
        problem = next((line for line in lines if line.startswith("STYLE ERROR")), "see the log in the cache folder")
        raise Failure(f"The web client's bundles cannot be generated: {problem}.")


def _state(database: str) -> dict:
    file = STATE / f"{database}.json"
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {}


def _keep(database: str, state: dict) -> None:
    file = STATE / f"{database}.json"
    file.with_suffix(".new").write_text(json.dumps(state))
    file.with_suffix(".new").rename(file)
