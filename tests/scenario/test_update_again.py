"""An update to the same version changes nothing: not what the users have set, and no row of the addon."""

from dev import databases, odoo_run

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


def test_a_second_update_changes_no_row_and_keeps_what_users_have_set(system_copy, tmp_path):
    with system_copy("again") as database:
        script = tmp_path / "own_way.py"
        script.write_text(OWN_WAY)
        odoo_run.inside(database, str(script), "own way")
        log = _update(database)
        assert [line for line in log.splitlines() if " WARNING " in line] == []
        before = _content(database)
        _update(database)
        after = _content(database)
        assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == set()
        asked = """SELECT (SELECT concat(interval_number, active) FROM ir_cron WHERE cron_name LIKE '%watch promises%'),
                          (SELECT count(*) FROM mail_template WHERE subject->>'en_US' = 'Our own words'),
                          (SELECT count(*) FROM crm_sync_department WHERE name->>'en_US' = 'After-Sales'),
                          (SELECT count(*) FROM crm_sync_case_stage WHERE name->>'en_US' = 'Looked Into'),
                          (SELECT count(*) FROM crm_sync_survey_program WHERE name->>'en_US' = 'Our own question')"""
        assert databases.ask(asked, database) == [["42f", "1", "1", "1", "1"]]


def _update(database):
    command = ("server", "-u", "crm_sync_measures", "--stop-after-init", "--no-http")
    return odoo_run.odoo(database, *command, what="update again")


def _content(database):
    """``{table: checksum of its rows}``; ``write_date`` of rows that are written as they were is no change."""
    rows = "SELECT '{0}', md5(string_agg(r::text, '' ORDER BY r::text)) FROM (SELECT {1} FROM {0}) r"
    tables = databases.ask(TABLES, database)
    return dict(databases.ask_all((rows.format(*table) for table in tables), database))
