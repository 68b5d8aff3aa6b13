"""Who was unhappy in a survey: the list, his case, and what came of it."""

import pytest
from pages import settle, shown_error

UNHAPPY = "/odoo/unhappy-customers"


@pytest.mark.parametrize("width", [1400, 390])
def test_the_list_shows_whom_nobody_has_called_and_leads_to_his_case(page_for, screenshot, width):
    page = page_for("max", width=width)
    page.goto(UNHAPPY)
    settle(page)
    row = ".o_data_row" if width > 700 else ".o_kanban_record:not(.o_kanban_ghost)"
    assert page.locator(row).count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not shown_error(page)
    screenshot(page, f"survey-unhappy-{width}")
    page.locator(f"{row} >> nth=0").click()
    page.wait_for_selector(".o_form_view")
    settle(page)
    if width < 700:
        page.locator(".o-form-buttonbox-small button, .o_button_more").first.click()
    page.locator("button[name=action_open_case]:visible").first.click()
    page.wait_for_selector(".o_form_view .o_sync_clock_board, .o_form_view [name=number]")
    settle(page)
    assert not shown_error(page)
    screenshot(page, f"survey-unhappy-case-{width}")


def test_whoever_has_called_him_says_what_came_of_it(page_for, screenshot, client_for):
    client = client_for("max")
    [loop] = client.call(
        "crm.sync.survey.loop",
        "search_read",
        domain=[["is_low", "=", True], ["outcome", "!=", False]],
        fields=["case_id"],
        order="id desc",
        limit=1,
    )
    page = page_for("max")
    page.goto(f"/odoo/sync-cases/{loop['case_id'][0]}")
    settle(page)
    page.locator("button.o_case_outcome").click()
    page.wait_for_selector(".modal [name=outcome]")
    screenshot(page, "survey-unhappy-outcome")
    page.locator(".modal button[name=action_apply]").click()
    settle(page)
    assert page.locator(".modal [name=outcome].o_field_invalid").count() == 1, "a word and a sentence are asked for"
    page.locator(".modal [name=outcome] select, .modal [name=outcome] input").first.click()
    choice = page.locator(".modal [name=outcome] select")
    if choice.count():
        choice.select_option(label="Not Reachable")
    else:
        page.locator(".o_select_menu_item", has_text="Not Reachable").click()
    page.locator(".modal [name=outcome_note] textarea").fill("Three calls, no answer")
    page.locator(".modal button[name=action_apply]").click()
    page.wait_for_selector(".modal", state="detached")
    settle(page)
    assert not shown_error(page)
    [now] = client.call("crm.sync.survey.loop", "read", ids=[loop["id"]], fields=["outcome", "outcome_note"])
    assert (now["outcome"], now["outcome_note"]) == ("not_reachable", "Three calls, no answer")
