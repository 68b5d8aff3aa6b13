"""The team page of cases and their board, at the desk and on the telephone."""

import pytest
from pages import settle, shown_error

TEAM = "/odoo/case-team"


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("login", ["anna", "max"])
def test_the_team_page_fits_and_says_nothing_twice(page_for, screenshot, login, width):
    page = page_for(login, width=width)
    page.goto(TEAM)
    settle(page)
    page.wait_for_selector(".o_crm_sync_team_card")
    assert not shown_error(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    names = page.locator(".o_crm_sync_team_card h2").all_inner_texts()
    assert names and len(set(names)) == len(names)
    screenshot(page, f"cases-team-{login}-{width}")


def test_a_number_opens_as_many_cases_as_it_says_by_keyboard_too(page_for):
    page = page_for("max")
    page.goto(TEAM)
    settle(page)
    for code in ("to_do", "waiting_customer"):
        number = page.locator(f"[data-code={code}]:not(.o_crm_sync_team_zero)").first
        value = int(number.locator(".o_crm_sync_team_value").inner_text())
        number.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".o_list_view")
        settle(page)
        assert page.locator(".o_data_row").count() == value
        page.go_back()
        page.wait_for_selector(".o_crm_sync_team_card")


def test_a_card_that_is_drawn_where_it_may_not_go_says_where_it_may(page_for):
    page = page_for("max", allowed=("UserError", "console: ", "page error"))
    page.goto("/odoo/sync-cases")
    settle(page)
    card = page.locator(".o_kanban_record:has(.o_sync_countdown)").first
    card.drag_to(page.locator(".o_kanban_group").nth(0).locator(".o_kanban_header"))
    card.hover()
    groups = page.locator(".o_kanban_group:not(.o_column_folded)")
    assert groups.count() > 3
