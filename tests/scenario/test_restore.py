"""A dump of the database, restored under another name: the same rows, the same protection, and the addon works."""

import subprocess

import pytest
from system import System

from dev import databases

#: What the addon has in the database itself, as PostgreSQL writes it down.
STRUCTURE = """
SELECT 'index', concat(indexrelid::regclass, ' ', indisunique, ' ', indisvalid) FROM pg_index WHERE indexrelid::regclass::text LIKE 'crm\\_sync%'
UNION ALL SELECT 'constraint', concat(conrelid::regclass, ' ', conname, ' ', contype) FROM pg_constraint
           WHERE conrelid::regclass::text LIKE 'crm\\_sync%'
UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'crm\\_sync%'
UNION ALL SELECT 'function', pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'crm\\_sync%' AND prokind != 'a'
UNION ALL SELECT 'aggregate', oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'crm\\_sync%' AND prokind = 'a'
UNION ALL SELECT 'view', concat(relname, pg_get_viewdef(oid)) FROM pg_class WHERE relkind = 'v' AND relname LIKE 'crm\\_sync%'
UNION ALL SELECT 'sequence', concat(sequencename, ' ', last_value) FROM pg_sequences WHERE sequencename LIKE 'crm\\_sync%'
UNION ALL SELECT 'generated', concat(attrelid::regclass, '.', attname) FROM pg_attribute WHERE attgenerated != ''
 ORDER BY 1, 2
"""
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND (relname LIKE 'crm\\_sync%' OR relname = 'loyalty_card') ORDER BY 1"
CHECK = """
check = env["crm.sync.loyalty.check"]
check._cron_check()
last = check.search([], limit=1, order="id desc")
print("CHECK", last.state, last.finding_ids.mapped("detail"))
env["crm.sync.loyalty.anchor"]._cron_anchor()
card = env["loyalty.card"].search([("points", ">", 5), ("program_id.program_type", "=", "loyalty")], limit=1)
print("ADJUSTED", card.sync_adjust(1, "goodwill", "After the restore", "restore:1")["state"])
"""


@pytest.fixture(scope="module")
def restored(system_copy, tmp_path_factory):
    """(the database that was dumped, the one made of the dump)"""
    dump = tmp_path_factory.mktemp("dump") / "database.dump"
    with system_copy("dumped") as original, databases.run_name("restored") as name:
        subprocess.run(["pg_dump", "--format=custom", "--no-owner", f"--file={dump}", original], check=True)
        databases.ask(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'unicode'")
        subprocess.run(["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={name}", dump], check=True)
        databases._copy_filestore(original, name)
        yield original, name


def test_every_row_and_every_rule_of_the_database_is_there(restored):
    original, copy = restored
    assert databases.ask(STRUCTURE, copy) == databases.ask(STRUCTURE, original)
    content = "SELECT '{0}', count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {0} t"
    contents = [content.format(table) for [table] in databases.ask(TABLES, original)]
    assert databases.ask_all(contents, copy) == databases.ask_all(contents, original)


def test_the_ledger_is_still_refused_to_whoever_changes_it(restored):
    _original, copy = restored
    for sql in (
        "UPDATE crm_sync_loyalty_entry SET quantity = 0",
        "DELETE FROM crm_sync_loyalty_entry",
        "TRUNCATE crm_sync_loyalty_anchor",
    ):
        with pytest.raises(Exception, match="append-only"):
            databases.ask(sql, copy)


def test_the_checker_finds_nothing_and_the_addon_works(restored):
    _original, copy = restored
    system = System(copy)
    try:
        printed = system.shell(CHECK)
        assert "CHECK ok []" in printed
        assert "ADJUSTED posted" in printed
        system.start()
        admin = system.client("admin")
        [customer] = admin.call("res.partner", "search", domain=[["is_company", "=", True]], limit=1)
        assert admin.call("res.partner", "sync_timeline", ids=[customer])["events"] is not None
        assert admin.call("crm.sync.overview", "overview_data")["sections"]
    finally:
        system.stop()
