"""The demo companies' months: KPIs say what Odoo's own analyses say of the same database, and each difference has a name."""

import json

import pytest

#: Runs inside Odoo and prints, for each month and company, what we say and what Odoo says. Commits nothing.
COMPARE = """
import json

def in_month(field, period):
    return [(field, ">=", period.at_start), (field, "<", period.at_end)]

def aggregate(model, domain, measure, period):
    Model = env[model].with_company(period.company_id).with_context(active_test=False)
    [[found]] = Model._read_group([("company_id", "=", period.company_id.id), *domain], [], [measure])
    return found or 0

def turnover(period):
    return aggregate("sale.report", [("state", "=", "sale"), *in_month("date", period)], "price_subtotal:sum", period)

def orders(period):
    Report = env["sale.report"].with_company(period.company_id)
    domain = [("company_id", "=", period.company_id.id), ("state", "=", "sale"), *in_month("date", period)]
    rows = Report._read_group(domain, ["order_reference"], ["price_subtotal:sum"])
    return sum(amount > 0 for _order, amount in rows)

def invoices(period):
    domain = [("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))]
    domain += [("invoice_date", ">=", period.period_start), ("invoice_date", "<=", period.period_end)]
    return aggregate("account.invoice.report", domain, "price_subtotal:sum", period)

def new_leads(period):
    return aggregate("crm.lead", in_month("create_date", period), "__count", period)

def won_leads(period):
    return aggregate("crm.lead", [("won_status", "=", "won"), *in_month("date_closed", period)], "__count", period)

ODOO = {
    "orders_revenue": turnover, "average_order": orders, "invoiced_revenue": invoices,
    "new_leads": new_leads, "won_leads": won_leads,
}
Snapshot, rows = env["crm.sync.kpi.snapshot"], []
for code, theirs in ODOO.items():
    kpi = env["crm.sync.kpi"].search([("code", "=", code)])
    periods = env["crm.sync.kpi.period"].search([("kpi_id", "=", kpi.id)], order="company_id, period_start")
    live = Snapshot._live(kpi, periods)
    for period in periods:
        numerator, denominator, _count, _value = live.get((period.id, "company"), (0, 0, 0, None))
        homeless = 0
        if code.endswith("_leads"):
            documents = [row[1] for row in Snapshot._live_documents(kpi, period)]
            homeless = sum(not lead.company_id for lead in env["crm.lead"].browse(documents))
        ours = denominator if code == "average_order" else numerator
        rows.append([code, period.company_id.name, str(period.period_start), ours, theirs(period), homeless])
print("ROWS " + json.dumps(rows))
"""


@pytest.fixture(scope="module")
def months(server):
    """``{code: [(company, month, ours, Odoo's, leads without a company)]}``"""
    said = server.shell(COMPARE)
    [line] = [line for line in said.splitlines() if line.startswith("ROWS ")]
    found = {}
    for code, *row in json.loads(line.removeprefix("ROWS ")):
        found.setdefault(code, []).append(tuple(row))
    return found


@pytest.mark.parametrize("code", ["orders_revenue", "average_order", "invoiced_revenue"])
def test_turnover_orders_and_invoices_of_each_month_are_those_of_odoos_analyses(months, code):
    different = [row for row in months[code] if row[2] != pytest.approx(row[3], abs=0.005)]
    assert different == []
    assert sum(row[2] > 0 for row in months[code]) >= 3, "months in which there was something to count"


@pytest.mark.parametrize("code", ["new_leads", "won_leads"])
def test_leads_of_each_month_are_those_of_odoo_and_those_without_a_company(months, code):
    different = [row for row in months[code] if row[2] - row[4] != row[3]]
    assert different == []
    assert sum(row[2] > 0 for row in months[code]) >= 3, "months in which there was something to count"
