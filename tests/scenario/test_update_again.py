"""An update to the same version changes nothing: not what the users have set, and no row of the addon. One to a later
version runs the script that it brings, once, and changes nothing else."""

import shutil

import pytest

from dev import databases, odoo_run, odoo_tree
from dev.paths import ADDON, ADDON_DIR, manifest

VERSION = manifest()["version"]
#: The next one, whatever today's is.
LATER = f"{VERSION.rpartition('.')[0]}.{int(VERSION.rpartition('.')[2]) + 1}"
#: A script as later versions need them: it sees the data of before, and writes.
MIGRATION = """
def migrate(cr, version):
    cr.execute("SELECT name->>'en_US' FROM crm_sync_department WHERE name->>'en_US' = 'After-Sales'")
    seen = f"from {version}, with {cr.fetchone()[0]};"
    cr.execute(
        "INSERT INTO ir_config_parameter (key, value) VALUES ('crm_sync_test.migrated', %s)"
        " ON CONFLICT (key) DO UPDATE SET value = ir_config_parameter.value || EXCLUDED.value", [seen])
"""
MIGRATED = "SELECT value FROM ir_config_parameter WHERE key = 'crm_sync_test.migrated'"

#: What a company sets its own way.
OWN_WAY = """
env.ref("crm_sync_measures.cron_promises").write({"interval_number": 42, "active": False})
env.ref("crm_sync_measures.mail_template_loyalty_reminder").subject = "Our own words"
env.ref("crm_sync_measures.department_service").name = "After-Sales"
env.ref("crm_sync_measures.case_stage_investigating").name = "Looked Into"
env.ref("crm_sync_measures.survey_program_nps_relationship").name = "Our own question"
env["crm.sync.kpi"].search([("code", "=", "won_revenue")], limit=1).write({"backfill_months": 9})
env.ref("crm_sync_measures.case_cause_product_defect").active = False
env.cr.commit()
"""
#: Odoo writes the views, menus, actions and rights of the addon anew; what is read from files is no data, and
#: neither is that servers are told to look again.
FROM_FILES = """
    'ir_model', 'ir_model_fields', 'ir_model_fields_selection', 'ir_model_constraint', 'ir_model_relation', 'ir_model_inherit',
    'ir_module_module', 'ir_attachment', 'ir_ui_view', 'ir_ui_menu', 'ir_act_window', 'ir_act_client', 'ir_act_server',
    'ir_act_report_xml', 'ir_act_url', 'ir_model_access', 'ir_rule', 'res_groups', 'bus_bus', 'ir_asset', 'ir_profile',
    'ir_cron_trigger', 'orm_signaling_registry'
"""
TABLES = f"""
SELECT quote_ident(c.relname), string_agg(quote_ident(a.attname), ',' ORDER BY a.attnum)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attname NOT IN ('write_date', 'write_uid') AND c.relname NOT IN ({FROM_FILES})
   AND c.relname NOT LIKE 'ir\\_act\\_%'
 GROUP BY 1 ORDER BY 1
"""


@pytest.fixture(scope="module")
def settled(system_copy, tmp_path_factory):
    """A database that a company has made its own, updated once."""
    with system_copy("again") as database:
        script = tmp_path_factory.mktemp("own") / "own_way.py"
        script.write_text(OWN_WAY)
        odoo_run.inside(database, str(script), "own way")
        log = _update(database)
        assert [line for line in log.splitlines() if " WARNING " in line] == []
        yield database


@pytest.fixture
def later(tmp_path):
    """The folder with the addon of the next version, which has a script."""
    addon = shutil.copytree(ADDON_DIR, tmp_path / ADDON, ignore=shutil.ignore_patterns("__pycache__"))
    file = addon / "__manifest__.py"
    file.write_text(file.read_text().replace(f'"{VERSION}"', f'"{LATER}"'))
    script = addon / "migrations" / LATER / "post-probe.py"
    script.parent.mkdir(parents=True)
    script.write_text(MIGRATION)
    return tmp_path


def test_a_second_update_changes_no_row_and_keeps_what_users_have_set(settled):
    before = _content(settled)
    _update(settled)
    assert _changed(before, _content(settled)) == set()
    asked = """SELECT (SELECT concat(interval_number, active) FROM ir_cron WHERE cron_name LIKE '%watch promises%'),
                      (SELECT count(*) FROM mail_template WHERE subject->>'en_US' = 'Our own words'),
                      (SELECT count(*) FROM crm_sync_department WHERE name->>'en_US' = 'After-Sales'),
                      (SELECT count(*) FROM crm_sync_case_stage WHERE name->>'en_US' = 'Looked Into'),
                      (SELECT count(*) FROM crm_sync_survey_program WHERE name->>'en_US' = 'Our own question')"""
    assert databases.ask(asked, settled) == [["42f", "1", "1", "1", "1"]]


def test_the_script_of_a_later_version_runs_once_on_the_rows_of_before_and_changes_no_other(settled, later):
    before = _content(settled)
    _update(settled, later)
    assert databases.ask(MIGRATED, settled) == [[f"from {VERSION}, with After-Sales;"]]
    assert _changed(before, _content(settled)) == {"ir_config_parameter"}
    version = f"SELECT latest_version FROM ir_module_module WHERE name = '{ADDON}'"
    assert databases.ask(version, settled) == [[LATER]]
    _update(settled, later)
    assert databases.ask(MIGRATED, settled) == [[f"from {VERSION}, with After-Sales;"]]


def _update(database, folder=None):
    """Updates the addon; to that in a folder, if one is given."""
    elsewhere = [f"--addons-path={','.join(map(str, [*odoo_tree.addons_path(), folder]))}"] if folder else []
    command = ("server", *elsewhere, "-u", ADDON, "--stop-after-init", "--no-http")
    return odoo_run.odoo(database, *command, what="update again")


def _changed(before, after):
    """The tables whose rows are others."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _content(database):
    """``{table: checksum of its rows}``; ``write_date`` of rows that are written as they were is no change."""
    rows = "SELECT '{0}', md5(string_agg(r::text, '' ORDER BY r::text)) FROM (SELECT {1} FROM {0}) r"
    tables = databases.ask(TABLES, database)
    return dict(databases.ask_all((rows.format(*table) for table in tables), database))
