"""Uninstalled after a year with every room in use: Odoo has nothing of the addon left, and works on."""

from dev import databases, odoo_run

#: What users make of their own, in models of Odoo, about ours.
OWN = """
# The demo company's customers and products are its own from now on; Odoo would try to delete them with the addon.
env["ir.model.data"].search([("module", "=", "crm_sync_measures"), ("name", "=like", "demo_%"), ("name", "!=", "demo_story")]).unlink()
model = env["ir.model"]._get("crm.sync.case")
env["ir.filters"].create({"name": "My cases", "model_id": "crm.sync.case", "domain": "[]", "context": "{}", "sort": "[]"})
env["ir.exports"].create({"name": "My export", "resource": "crm.sync.case", "export_fields": [(0, 0, {"name": "name"})]})
env["mail.template"].create({"name": "My words", "model_id": model.id, "subject": "Hello"})
env["ir.default"].set("crm.sync.case", "priority", "1")
env["utm.campaign"].create({"name": "Autumn"})
env["digest.digest"].create({"name": "Weekly", "kpi_sync_complaints": True, "kpi_sync_nps": True})
env["crm.sync.kpi.snapshot"]._cron_snapshot()
env["crm.sync.report.subscription"].create({"report": "sales", "period_kind": "month", "user_id": env.ref("base.user_admin").id})
for model in ("case", "promise", "score", "survey.invitation", "care.occasion", "tier.membership", "kpi.value", "improvement",
              "campaign.member", "report.subscription", "loyalty.entry", "handover", "touch"):
    assert env["crm.sync." + model].search_count([]), model
env.cr.commit()
"""
UNINSTALL = """
env["ir.module.module"].search([("name", "=", "crm_sync_measures")]).button_immediate_uninstall()
"""
#: Tables, views, sequences, indexes; functions; triggers; columns; types of ours in the database itself.
IN_DATABASE = """
SELECT 'relation', relname FROM pg_class WHERE relname LIKE 'crm\\_sync%' AND relnamespace = current_schema()::regnamespace
UNION ALL SELECT 'function', proname FROM pg_proc WHERE proname LIKE 'crm\\_sync%'
UNION ALL SELECT 'trigger', tgname FROM pg_trigger WHERE tgname LIKE 'crm\\_sync%'
UNION ALL SELECT 'type', typname FROM pg_type WHERE typname LIKE 'crm\\_sync%'
UNION ALL SELECT 'constraint', conname FROM pg_constraint WHERE conname ~ '(crm)?_sync_' AND conname !~ '^(bus|calendar|google|microsoft)'
UNION ALL SELECT 'column', concat(table_name, '.', column_name) FROM information_schema.columns
 WHERE table_schema = current_schema() AND column_name ~ '^(kpi_)?sync_'
   AND concat(table_name, '.', column_name) NOT IN (SELECT concat(table_name, '.', column_name) FROM information_schema.columns
                                                     WHERE table_name ~ '^(calendar|google|microsoft|res_users_settings|pos)')
"""
TEXTS = """
SELECT quote_ident(table_name), quote_ident(column_name) FROM information_schema.columns c JOIN information_schema.tables t
 USING (table_schema, table_name)
 WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND data_type IN ('character varying', 'text', 'jsonb')
"""
#: Here the addon is named because it can be installed again, and because what was exported hangs there; messages to clients
#: are gone within a day.
NAMED = {"ir_module_module", "ir_module_module_dependency", "ir_attachment", "bus_bus"}
AFTER = """
customer = env["res.partner"].create({"name": "New", "email": "new@example.com"})
lead = env["crm.lead"].create({"name": "Shop", "partner_id": customer.id, "type": "opportunity"})
lead.action_set_won()
order = env["sale.order"].create({"partner_id": customer.id, "order_line": [(0, 0, {"product_id": env["product.product"].search([("sale_ok", "=", True)], limit=1).id})]})
order.action_confirm()
env["digest.digest"].search([], limit=1)._compute_kpis(env.company, env.user)
env["utm.campaign"].search([], limit=1).read()
env["spreadsheet.dashboard"].search([]).read(["name"])
env["survey.survey"].search([], limit=1).read()
for view in env["ir.ui.view"].search([("model", "in", ["res.partner", "crm.lead", "sale.order", "loyalty.program", "utm.campaign", "digest.digest"]), ("type", "in", ["form", "list", "kanban", "search"]), ("mode", "=", "primary")]):
    env[view.model].get_view(view.id, view.type)
print("ACTIVITIES", env["mail.activity"].search([]).filtered(lambda one: one.res_model and one.res_model not in env).ids)
print("ORDER", order.state, "LEAD", lead.stage_id.is_won)
names = env["ir.attachment"].search([("res_model", "=", "ir.module.module"), ("name", "like", ".csv.gz")]).mapped("name")
print("EXPORTED", len(names), sorted({name.rsplit("-", 3)[0] for name in names} & {"case", "kpi-value", "contact-preference"}))
"""


def test_nothing_is_left_of_any_room_and_other_apps_work(system_copy, tmp_path):
    with system_copy("everything") as database:
        _inside(database, tmp_path, OWN, "own")
        _inside(database, tmp_path, UNINSTALL, "uninstall")
        assert databases.ask(IN_DATABASE, database) == []
        assert _named(database) == []
        printed = _inside(database, tmp_path, AFTER, "after")
        assert "ACTIVITIES []" in printed
        assert "ORDER sale LEAD True" in printed
        assert "['case', 'contact-preference', 'kpi-value']" in printed
        log = odoo_run.odoo(
            database, "server", "-u", "base", "--stop-after-init", "--no-http", what="update everything else"
        )
        assert [line for line in log.splitlines() if " WARNING " in line] == []


def _inside(database, folder, code, what):
    script = folder / "script.py"
    script.write_text(code)
    return odoo_run.inside(database, str(script), what)


def _named(database):
    """``[(table, column, rows)]`` in which a model, a field or a file of the addon is still named."""
    named = "SELECT '{0}', '{1}', count(*) FROM {0} WHERE {1}::text ~ 'crm\\.sync\\.|(?<!module_)crm_sync_measures' HAVING count(*) > 0"
    texts = [text for text in databases.ask(TEXTS, database) if text[0] not in NAMED]
    return databases.ask_all((named.format(*text) for text in texts), database)
