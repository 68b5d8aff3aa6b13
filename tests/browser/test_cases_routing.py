"""Routing rules, trying them, and assigning by them; at the desk and on the telephone, in English and in Chinese."""

import pytest
from pages import settle, shown_error

RULES = "/odoo/case-routing"


@pytest.mark.parametrize("width", [1400, 390])
def test_a_manager_reads_writes_and_tries_rules(page_for, screenshot, width):
    page = page_for("max", width=width)
    page.goto(RULES)
    settle(page)
    assert not shown_error(page)
    screenshot(page, f"case-routing-list-{width}")
    page.get_by_text("Invoices and payments").first.click()
    settle(page)
    assert not shown_error(page)
    screenshot(page, f"case-routing-form-{width}")


def test_trying_a_text_shows_at_once_who_would_get_it(page_for, screenshot):
    page = page_for("max")
    page.goto(RULES)
    settle(page)
    page.get_by_role("button", name="Try It").click()
    page.locator(".modal [name=text] textarea").fill("The payment was charged twice")
    page.keyboard.press("Tab")
    page.locator(".modal .alert", has_text="Invoices and payments").wait_for()
    settle(page)
    screenshot(page, "case-routing-try-1400")
    assert not shown_error(page)


def test_trying_on_the_telephone(page_for, screenshot):
    page = page_for("max", width=390)
    page.goto(f"{RULES}/new")
    settle(page)
    screenshot(page, "case-routing-new-390")
    page.goto(RULES)
    settle(page)
    page.get_by_text("All other cases").first.click()
    settle(page)
    page.get_by_role("button", name="Try It").first.click()
    page.locator(".modal [name=text] textarea").fill("发票抬头写错了")
    page.keyboard.press("Tab")
    page.locator(".modal .alert", has_text="Invoices and payments").wait_for()
    settle(page)
    screenshot(page, "case-routing-try-390")


@pytest.mark.parametrize("width", [1400, 390])
def test_a_case_says_by_what_rule_it_came_and_is_answered_from_there(page_for, client_for, screenshot, width):
    max_ = client_for("max")
    ben = max_.call("res.users", "search", domain=[["login", "=", "ben"]])[0]
    [lamp] = max_.call("product.product", "search", domain=[["name", "=", "Counter Lamp"]], limit=1)
    [customer] = max_.call("res.partner", "search", domain=[["name", "=", "Northwind Optics"]], limit=1)
    case = max_.call(
        "crm.sync.case",
        "sync_open_case",
        text="The lamp flickers.",
        product_id=lamp,
        partner_id=customer,
        acknowledge=False,
    )["id"]
    [values] = max_.call("crm.sync.case", "read", ids=[case], fields=["user_id", "route_id"])
    assert values["route_id"][1] == "Trouble with lights"
    assert values["user_id"][0] == ben
    page = page_for("ben", width=width)
    page.goto(f"/odoo/crm.sync.case/{case}")
    settle(page)
    assert not shown_error(page)
    screenshot(page, f"case-routed-{width}")
    page.get_by_role("tab", name="Changes").click()
    settle(page)
    screenshot(page, f"case-routed-changes-{width}")
    page.locator(".o-mail-Chatter-sendMessage").first.click()
    settle(page)
    screenshot(page, f"case-reply-composer-{width}")


def test_a_case_in_the_queue_is_assigned_by_rules(page_for, client_for, screenshot):
    max_ = client_for("max")
    [queue] = max_.call("crm.sync.case.route", "search", domain=[["name", "=", "All other cases"]], limit=1)
    max_.call("crm.sync.case.route", "write", ids=[queue], vals={"owner": "queue"})
    case = max_.call("crm.sync.case", "sync_open_case", text="Where is my chair?", acknowledge=False)["id"]
    [ben] = max_.call("res.users", "search", domain=[["login", "=", "ben"]])
    max_.call("crm.sync.case.route", "write", ids=[queue], vals={"owner": "user", "user_id": ben})
    page = page_for("wei")
    page.goto(f"/odoo/crm.sync.case/{case}")
    settle(page)
    screenshot(page, "case-queue-1400")
    page.get_by_role("button", name="Assign by Rules").click()
    page.get_by_role("button", name="Assign by Rules").wait_for(state="detached")
    settle(page)
    [values] = max_.call("crm.sync.case", "read", ids=[case], fields=["user_id"])
    assert values["user_id"][0] == ben
    max_.call("crm.sync.case.route", "write", ids=[queue], vals={"owner": "least", "user_id": False})
