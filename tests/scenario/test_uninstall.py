"""Uninstalled and installed again: customers keep their points, other apps go on, nothing of ours is left behind."""

from dev import databases, odoo_run

LIVE = """
program = env["loyalty.program"].browse(env["loyalty.program"].create_from_template("loyalty")["res_id"])
product = env["product.product"].create({"name": "Lens", "list_price": 50.0})
for number in range(5):
    partner = env["res.partner"].create({"name": f"Customer {number}"})
    for state in ("sale", "draft"):
        order = env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id})]})
        if state == "sale":
            order.action_confirm()
env.cr.commit()
"""
UNINSTALL = """
env["ir.module.module"].search([("name", "=", "crm_sync_measures")]).button_immediate_uninstall()
"""
AFTER = """
cards = env["loyalty.card"].search([])
print("CARDS", len(cards), round(sum(cards.mapped("points")), 4))
files = env["ir.attachment"].search([("name", "like", "loyalty-entry-")])
print("EXPORT", len(files), files[:1].file_size > 100)
order = env["sale.order"].search([("state", "=", "draft")], limit=1)
order.action_confirm()
print("CONFIRMED", order.state)
"""
LEFT = """
SELECT (SELECT count(*) FROM pg_proc WHERE proname LIKE 'crm_sync%'),
       (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'crm_sync%'),
       (SELECT count(*) FROM pg_class WHERE relname LIKE 'crm_sync%'),
       (SELECT count(*) FROM ir_cron WHERE cron_name LIKE 'Customer Sync%')
"""
PROOF = """
SELECT count(*) FROM loyalty_card c
 WHERE points::numeric != (SELECT COALESCE(sum(quantity), 0) FROM crm_sync_loyalty_entry WHERE card_id = c.id)
"""


def test_points_survive_an_uninstallation_and_the_ledger_is_built_again(plain_copy, tmp_path):
    with plain_copy("uninstall") as database:
        _uninstall_and_install(database, tmp_path)


def _uninstall_and_install(database, tmp_path):
    def run(code, what):
        script = tmp_path / "script.py"
        script.write_text(code)
        return odoo_run.inside(database, str(script), what)

    run(LIVE, "live")
    [[before]] = databases.ask("SELECT sum(points) FROM loyalty_card WHERE active", database)
    assert float(before) > 0
    run(UNINSTALL, "uninstall")
    assert databases.ask(LEFT, database) == [["0", "0", "0", "0"]]
    printed = run(AFTER, "use without the addon")
    assert f"CARDS 5 {float(before)}" in printed
    assert "EXPORT 1 True" in printed
    assert "CONFIRMED sale" in printed
    odoo_run.odoo(database, "server", "-i", "crm_sync_measures", "--stop-after-init", "--no-http", what="install again")
    assert databases.ask(PROOF, database) == [["0"]]
