"""Waiting customers on their list, their pages and in the analysis, at the desk and on the telephone."""

import pytest
from pages import settle, shown_error

WAITING = "/odoo/waiting-for-us"


def row_of(page, name):
    return page.locator(".o_data_row", has_text=name)


def test_a_thank_you_needs_no_answer(page_for, client_for):
    max_ = client_for("max")
    [anna] = max_.call("res.users", "search", domain=[["login", "=", "anna"]])
    [customer] = max_.call("res.partner", "create", vals_list=[{"name": "Grateful Customer", "user_id": anna}])
    touch = {"partner_id": customer, "subject": "Thank you", "direction": "in", "outcome": "call_back"}
    max_.call("crm.sync.touch", "create", vals_list=[touch])
    page = page_for("anna")
    page.goto(WAITING)
    settle(page)
    row = row_of(page, "Grateful Customer")
    row.locator("button[name=action_close]").click()
    row.wait_for(state="detached")
    [found] = max_.call("crm.sync.response", "search_read", domain=[["partner_id", "=", customer]], fields=["state"])
    assert found["state"] == "closed"


@pytest.mark.parametrize("width", [1400, 390])
def test_the_pages_of_responses_open_without_an_error(page_for, screenshot, width):
    page = page_for("max", width=width)
    for name, address in (
        ("list", WAITING),
        ("analysis", "/odoo/response-analysis"),
        ("targets", "/odoo/response-targets"),
    ):
        page.goto(address)
        settle(page)
        assert not shown_error(page)
        screenshot(page, f"waiting-{name}-{width}")


@pytest.mark.parametrize("width", [1400, 390])
def test_the_customer_and_his_lead_tell_that_he_waits(page_for, client_for, screenshot, width):
    [found] = client_for("max").call(
        "crm.sync.response",
        "search_read",
        domain=[["state", "=", "waiting"], ["channel", "=", "web"], ["partner_id", "!=", False]],
        fields=["partner_id", "lead_id"],
        limit=1,
    )
    page = page_for("max", width=width)
    for name, address in (
        ("partner", f"/odoo/res.partner/{found['partner_id'][0]}"),
        ("lead", f"/odoo/crm.lead/{found['lead_id'][0]}"),
    ):
        page.goto(address)
        settle(page)
        assert not shown_error(page)
        screenshot(page, f"waiting-{name}-{width}")
