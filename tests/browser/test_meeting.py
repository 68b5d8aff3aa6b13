"""A meeting on desk and telephone: from the calendar to its form, and from there to advice and brief."""

from datetime import UTC, datetime

import pytest
from pages import settle, shown_error


@pytest.fixture(scope="module")
def meeting(client_for):
    """Anna's visit at Northwind Optics, today at noon."""
    anna = client_for("anna")
    [customer] = anna.call("res.partner", "search", domain=[["name", "=", "Northwind Optics"]], limit=1)
    [user] = anna.call("res.users", "search_read", domain=[["login", "=", "anna"]], fields=["partner_id"])
    today = datetime.now(UTC).date()
    values = {"name": "Look at the new cabinets", "start": f"{today} 11:00:00", "stop": f"{today} 12:00:00"}
    values["partner_ids"] = [[6, 0, [customer, user["partner_id"][0]]]]
    [made] = anna.call("calendar.event", "create", vals_list=[values])
    yield made
    anna.call("calendar.event", "unlink", ids=[made])


def open_from_calendar(page):
    """As people get there: the calendar, the meeting in it, its form."""
    page.goto("/odoo/calendar")
    settle(page)
    page.locator(".fc-event", has_text="Look at the new cabinets").first.click()
    page.locator(".o_cw_popover_edit").first.click()
    page.wait_for_selector(".o_form_view")
    settle(page)
    assert not shown_error(page)


@pytest.mark.parametrize("width", [1400, 390])
def test_who_should_go_is_asked_on_the_meeting(page_for, screenshot, meeting, width):
    page = page_for("anna", lang="en_US", width=width)
    open_from_calendar(page)
    screenshot(page, f"meeting-form-{width}")
    button = page.locator("button[name=action_sync_advise]:visible")
    if not button.count():
        page.click(".o_statusbar_buttons button:has(.oi-ellipsis-v)")
    button.first.click()
    page.wait_for_selector(".o_crm_sync_advice_person")
    settle(page)
    assert "Anna Keller" in page.inner_text(".o_crm_sync_advice")
    screenshot(page, f"meeting-advice-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing is cut off"


@pytest.mark.parametrize("width", [1400, 390])
def test_the_brief_opens_from_the_meeting_and_leads_back(page_for, screenshot, meeting, width):
    page = page_for("anna", lang="en_US", width=width)
    open_from_calendar(page)
    button = page.locator(
        ".oe_stat_button[name=action_open_sync_brief], .o-dropdown--menu [name=action_open_sync_brief]"
    )
    if not button.first.is_visible():
        page.click(".o_button_more")
    button.first.click()
    page.wait_for_selector(".o_brief h1")
    assert "Northwind Optics" in page.inner_text(".o_brief h1")
    screenshot(page, f"meeting-brief-{width}")
    page.go_back()
    page.wait_for_selector(".o_form_view")
