"""Who should take it? Dora follows the advice, on the desk and on the telephone; what Max sees of all of it."""

import re

import pytest
from pages import settle


@pytest.fixture
def lead(client_for):
    """A new opportunity of the showcase customer, which nobody has."""
    dora = client_for("dora")
    [customer] = dora.call("res.partner", "search", domain=[["name", "=", "Northwind Optics"]], limit=1)
    [team] = dora.call("crm.team", "search", domain=[["name", "=", "Sales"]], limit=1)
    values = {"name": "Third shop, San Jose", "type": "opportunity", "partner_id": customer, "team_id": team}
    [lead_id] = dora.call("crm.lead", "create", vals_list=[{**values, "user_id": False}])
    return lead_id


def ask(page, lead_id):
    page.goto(f"/odoo/crm.lead/{lead_id}")
    settle(page)
    button = page.locator("button[name=action_sync_advise]:visible")
    if not button.count():
        page.click(".o_statusbar_buttons button:has(.oi-ellipsis-v)")
    button.first.click()
    page.wait_for_selector(".o_crm_sync_advice_person")
    settle(page)


@pytest.mark.parametrize("width", [1400, 390])
def test_dora_follows_the_advice_and_the_opportunity_is_annas(page_for, screenshot, client_for, lead, width):
    page = page_for("dora", width=width)
    ask(page, lead)
    first = page.locator(".o_crm_sync_advice_first")
    assert "Anna Keller" in first.inner_text()
    assert re.search(r"Knows the customer: .*contacts, the last", first.inner_text())
    first.locator(".o_crm_sync_advice_more").click()
    screenshot(page, f"advice-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing is cut off"
    first.locator(".o_crm_sync_advice_assign").click()
    page.wait_for_selector(".o_crm_sync_advice", state="detached")
    settle(page)
    assert page.locator(".o_field_widget[name=user_id] input:visible").first.input_value() == "Anna Keller"
    [row] = client_for("max").call(
        "crm.sync.assignment", "search_read", domain=[["lead_id", "=", lead]], fields=["is_overridden", "chosen_place"]
    )
    assert (row["is_overridden"], row["chosen_place"]) == (False, 1)


@pytest.mark.parametrize("width", [1400, 390])
def test_max_sees_whether_the_advice_was_followed_and_how_it_ended(page_for, screenshot, width):
    page = page_for("max", width=width)
    page.goto("/odoo/customer-advice-analysis")
    settle(page)
    assert "Followed" in page.inner_text(".o_content")
    screenshot(page, f"advice-analysis-{width}")
    page.goto("/odoo/customer-assignments")
    settle(page)
    screenshot(page, f"advice-assignments-{width}")
    page.locator(".o_data_row, .o_kanban_record").first.click()
    settle(page)
    page.wait_for_selector(".o_field_widget[name=advice_text]")
    screenshot(page, f"advice-assignment-{width}")
