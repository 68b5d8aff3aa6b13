"""First orders of one customer, confirmed at the same moment by several clients (upstream thread odoo/odoo#145782)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

CLIENTS = (2, 4, 8)


@pytest.fixture(scope="module")
def program(client_for):
    """A point for each unit of money, on every order."""
    admin = client_for("admin")
    [program_id] = admin.call(
        "loyalty.program",
        "create",
        vals_list=[
            {
                "name": "First Cards",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "rule_ids": [[0, 0, {"reward_point_mode": "money", "reward_point_amount": 1}]],
            }
        ],
    )
    yield program_id
    admin.call("loyalty.program", "write", ids=[program_id], vals={"active": False})


@pytest.mark.parametrize("clients", CLIENTS)
def test_first_orders_confirmed_at_once_make_one_card(server, client_for, program, clients):
    admin = client_for("admin")
    [product] = admin.call(
        "product.product", "create", vals_list=[{"name": "Lens", "list_price": 10, "taxes_id": [], "type": "service"}]
    )
    [customer] = admin.call("res.partner", "create", vals_list=[{"name": f"First of {clients}"}])
    line = [0, 0, {"product_id": product, "product_uom_qty": 1, "tax_ids": []}]
    orders = admin.call(
        "sale.order", "create", vals_list=[{"partner_id": customer, "order_line": [line]} for _number in range(clients)]
    )
    together = Barrier(clients)

    def confirm(order_id):
        together.wait()
        return admin.call("sale.order", "action_confirm", ids=[order_id])

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(confirm, orders))
    rows = server.sql(f"SELECT id, points FROM loyalty_card WHERE partner_id = {customer} AND program_id = {program}")
    assert [float(points) for _card, points in rows] == [10.0 * clients]
    [[entries]] = server.sql(f"SELECT sum(quantity) FROM crm_sync_loyalty_entry WHERE card_id = {rows[0][0]}")
    assert float(entries) == 10.0 * clients
