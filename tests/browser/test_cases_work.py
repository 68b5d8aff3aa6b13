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
    edges = page.locator(".o_crm_sync_team_card").evaluate_all(
        "cards => cards.map(card => card.getBoundingClientRect().right)"
    )
    assert max(edges) <= width, "what holds the cards would be scrolled sideways"
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


def test_a_card_that_may_not_go_there_stays_and_says_where_it_may_go(page_for):
    page = page_for("max", width=3400, allowed=("UserError", "odoo.exceptions", "RPC_ERROR"))
    page.goto("/odoo/sync-cases")
    settle(page)
    new, accepted = (page.locator(".o_kanban_group", has_text=name) for name in ("New", "Solution Accepted"))
    cards = new.locator(".o_kanban_record")
    count, target = cards.count(), accepted.bounding_box()
    cards.first.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 50, target["y"] + 100, steps=20)
    page.mouse.up()
    dialog = page.wait_for_selector(".o_error_dialog")
    assert "It can go to: Acknowledged" in dialog.inner_text()
    page.locator(".o_error_dialog .modal-footer button").first.click()
    settle(page)
    assert cards.count() == count


def test_time_runs_on_cards_and_clocks_stand_in_plain_view(page_for, screenshot):
    page = page_for("max")
    page.goto("/odoo/sync-cases")
    settle(page)
    assert page.locator(".o_kanban_record .o_sync_countdown").count()
    page.locator(".o_kanban_record:has(.o_sync_countdown)").first.click()
    page.wait_for_selector(".o_sync_clock_board .o_sync_clock[data-kind=resolve]")
    settle(page)
    screenshot(page, "cases-clock-board")
