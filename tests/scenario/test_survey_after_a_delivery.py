"""Where Inventory is installed, a customer is asked once his order was delivered wholly, and not when it came back."""

import ast

from dev import odoo_run

DELIVERIES = """
from datetime import timedelta

from odoo import fields

for job in ("crm.sync.survey.scan", "crm.sync.survey.selection"):
    assert job in env
company = env.company
company.write({"sync_survey_hour_from": 0, "sync_survey_hour_to": 24, "sync_survey_weekend": True})
product = env["product.product"].create({"name": "Lens", "type": "consu", "is_storable": True, "list_price": 10})
location = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).lot_stock_id
env["stock.quant"]._update_available_quantity(product, location, 100)
names = "Half", "Whole", "Returned", "Later"
people = env["res.partner"].create([{"name": name, "email": name.lower() + "@delivery.example.com"} for name in names])
program = env.ref("crm_sync_measures.survey_program_nps_delivery")
program.write({"delay_hours": 0, "audience_domain": str([("id", "in", people.ids)])})
program.action_start()
program._record({"asks_from": fields.Datetime.now() - timedelta(hours=1), "scanned_until": fields.Datetime.now() - timedelta(hours=1)})


def order(partner):
    found = env["sale.order"].create(
        {"partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 10})]})
    found.action_confirm()
    return found


def deliver(picking, quantity):
    picking.move_ids.write({"quantity": quantity, "picked": True})
    picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()


def look():
    env["crm.sync.survey.scan"]._cron_scan()
    env.invalidate_all()
    asked = env["crm.sync.survey.invitation"].search([("program_id", "=", program.id)], order="id")
    return [(one.partner_id.name, one.origin_key.partition(":")[0], one.state, one.suppressed_by or "") for one in asked]


orders = {person.name: order(person) for person in people}
deliver(orders["Half"].picking_ids, 4)
for name in ("Whole", "Returned"):
    deliver(orders[name].picking_ids, 10)
env.cr.commit()
print("FIRST", look())
back = env["stock.return.picking"].with_context(
    active_id=orders["Returned"].picking_ids.id, active_model="stock.picking").create({})
back.product_return_moves.write({"quantity": 10})
returned = env["stock.picking"].browse(back.action_create_returns()["res_id"])
deliver(returned, 10)
rest = orders["Half"].picking_ids.filtered(lambda picking: picking.state != "done")
deliver(rest, 6)
env.cr.commit()
print("SECOND", look())
env["crm.sync.survey.selection"]._cron_sift()
print("THIRD", look())
"""


def told(printed, word):
    line = next(line for line in printed.splitlines() if line.startswith(word + " "))
    return ast.literal_eval(line.removeprefix(word + " "))


def test_a_delivered_order_is_asked_about_once_and_none_that_came_back(apps_copy, tmp_path):
    script = tmp_path / "deliveries.py"
    script.write_text(DELIVERIES)
    with apps_copy("deliveries") as database:
        printed = odoo_run.inside(database, str(script), "deliveries")
    whole, returned, half = ((name, "sale.order", "planned", "") for name in ("Whole", "Returned", "Half"))
    assert told(printed, "FIRST") == [whole, returned]
    assert told(printed, "SECOND") == [whole, returned, half]
    assert told(printed, "THIRD") == [
        ("Whole", "sale.order", "queued", ""),
        ("Returned", "sale.order", "cancelled", "origin_gone"),
        ("Half", "sale.order", "queued", ""),
    ]
