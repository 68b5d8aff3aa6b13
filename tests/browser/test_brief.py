"""The customer brief on screen, on a desk and on a telephone, in English and in Chinese."""

import pytest
from pages import settle, shown_error

NAMES = ("Northwind Optics", "上海晨光贸易有限公司")


@pytest.fixture(scope="module")
def customer(client_for):
    found = client_for("max").call(
        "res.partner", "search_read", domain=[["name", "=", NAMES[0]]], fields=["name"], limit=1
    )
    return found[0]["id"]


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_brief_opens_from_the_customer_and_a_record_opens_from_the_brief(
    page_for, screenshot, customer, lang, width
):
    page = page_for("anna", lang=lang, width=width)
    page.goto(f"/odoo/{customer}/customer-brief")
    settle(page)
    page.wait_for_selector(".o_brief h1")
    assert not shown_error(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    screenshot(page, f"brief-{lang}-{width}")
    page.click(".o_brief [data-section=persons] a >> nth=0")
    page.wait_for_selector(".o_form_view")
    page.go_back()
    page.wait_for_selector(".o_brief h1")


def test_a_reload_shows_the_same_customer(page_for, customer):
    page = page_for("anna", lang="en_US")
    page.goto(f"/odoo/res.partner/{customer}")
    settle(page)
    button = page.locator(
        ".oe_stat_button[name=action_open_sync_brief], .o-dropdown--menu [name=action_open_sync_brief]"
    )
    if not button.first.is_visible():
        page.click(".o_button_more")
    button.first.click()
    page.wait_for_selector(".o_brief h1")
    page.reload()
    page.wait_for_selector(".o_brief h1")
    assert "Northwind Optics" in page.inner_text(".o_brief h1")
