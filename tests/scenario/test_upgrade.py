"""A database of an earlier state, with a year of data, is updated to today's: nothing is lost, the ledger is not rewritten, and the
rooms that are new work."""

import subprocess

import pytest

from dev import databases, odoo_run, odoo_tree
from dev.paths import CI, ROOT, manifest

#: Version 19.0.1.0.0 before it had figures, improvements, campaigns and reports.
EARLIER = "097d2d6"
#: What an update must leave as it is: not even the place of a row may change.
LEDGER = ("entry", "allocation", "anchor", "lot", "arrears")
#: May grow: new rooms bring jobs of their own.
GROWING = {"crm_sync_job"}
NEW_ROOMS = """
env["crm.sync.kpi.snapshot"]._cron_snapshot()
print("VALUES", env["crm.sync.kpi.value"].search_count([]) > 100)
print("FINAL", env["crm.sync.kpi.period"].search_count([("state", "=", "closed")]) > 10)
env["crm.sync.loyalty.check"]._cron_check()
print("FINDINGS", env["crm.sync.loyalty.check"].search([], limit=1, order="id desc").finding_ids.mapped("detail"))
admin = env.ref("base.user_admin")
admin.group_ids = [(4, env.ref("crm_sync_measures.group_manager").id)]
reader = env(user=admin.id)
page = reader["crm.sync.report.page"].create({"report": "sales", "period_kind": "month", "company_id": env.company.id})
print("REPORT", "<table" in page.body and "alert-warning" not in page.body)
print("OVERVIEW", bool(reader["crm.sync.overview"].overview_data()["sections"]))
env["utm.campaign"].create({"name": "Autumn"})
print("JOBS", env["crm.sync.job"].search([]).filtered(lambda job: not job.cron_id.active).mapped("code"))
"""


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """The folder with the addon as it was."""
    if subprocess.run(
        ["git", "-C", ROOT, "cat-file", "-e", f"{EARLIER}^{{commit}}"], capture_output=True, check=False
    ).returncode:
        reason = f"this checkout has no history, or not so far back as {EARLIER}"
        pytest.fail(f"{reason}: CI wants it (git fetch --unshallow)") if CI else pytest.skip(reason)
    folder = tmp_path_factory.mktemp("earlier")
    packed = subprocess.run(
        ["git", "-C", ROOT, "archive", EARLIER, "crm_sync_measures"], capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return folder


@pytest.fixture(scope="module")
def updated(earlier, bare_copy):
    """(database, what stood in it before the update, the log of the update)"""
    with bare_copy("upgrade") as database:
        addons = ",".join(map(str, [*odoo_tree.addons_path(), earlier]))
        once = ("--stop-after-init", "--no-http")
        installing = ("server", f"--addons-path={addons}", "-i", "crm_sync_measures", *once)
        odoo_run.odoo(database, *installing, what="install the earlier addon")
        before = _facts(database)
        log = odoo_run.odoo(database, "server", "-u", "crm_sync_measures", *once, what="update to today")
        yield database, before, log


def _tables(database):
    return [name for [name] in databases.ask(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'crm\\_sync\\_%' ORDER BY 1", database
    )]  # fmt: skip


def _facts(database):
    """``{table: number of rows}``, and for the ledger where each row stands and who wrote it."""
    counts = (f"SELECT '{table}', count(*)::text FROM {table}" for table in _tables(database))
    places = (
        f"SELECT 'place of {name}', md5(string_agg(concat(id, ':', ctid, ':', xmin), ',' ORDER BY id))"
        f" FROM crm_sync_loyalty_{name}"
        for name in LEDGER
    )
    return dict(databases.ask_all([*counts, *places], database))


def test_nothing_is_lost_and_the_ledger_is_not_rewritten(updated):
    database, before, _log = updated
    assert int(before["crm_sync_loyalty_entry"]) > 10 and int(before["crm_sync_case"]) > 10
    after = _facts(database)
    changed = {name: (rows, after.get(name)) for name, rows in before.items() if after.get(name) != rows}
    assert set(changed) <= GROWING, changed


def test_the_update_warns_of_nothing(updated):
    _database, _before, log = updated
    assert [line for line in log.splitlines() if " WARNING " in line] == []


def test_new_rooms_work_on_old_data(updated, tmp_path):
    database, _before, _log = updated
    script = tmp_path / "rooms.py"
    script.write_text(NEW_ROOMS)
    printed = odoo_run.inside(database, str(script), "new rooms")
    for line in ("VALUES True", "FINAL True", "FINDINGS []", "REPORT True", "OVERVIEW True", "JOBS []"):
        assert line in printed, printed


def test_scripts_of_migrations_are_of_versions_up_to_todays():
    """A script of a later version would never run, and one with another name neither."""
    version = [int(part) for part in manifest()["version"].split(".")]
    for file in (ROOT / "crm_sync_measures" / "migrations").glob("*/*.py"):
        assert [int(part) for part in file.parent.name.split(".")] <= version, file
        assert file.name.startswith(("pre-", "post-", "end-")), file
