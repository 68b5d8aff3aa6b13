"""A manager begins to care for customers: a rule from its occasion, who would get what, the start, and what came of it."""

from datetime import UTC, datetime, timedelta

import pytest
from pages import settle, shown_error

WIDTHS = [1400, 390]
NAME = "Wishes of the browser"


def no_wider_than_the_screen(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def choose(page, field, label):
    """In a selection: a list of its own on the desk, the telephone's otherwise."""
    page.locator(f".o_field_widget[name={field}] select, .o_field_widget[name={field}] input").first.click()
    native = page.locator(f".o_field_widget[name={field}] select")
    if native.count():
        native.select_option(label=label)
    else:
        page.locator(".o_select_menu_item", has_text=label).first.click()


def press(page, name):
    """A button of the header, which is behind three dots where there is no room."""
    button = page.locator(f".o_form_view button[name={name}]:visible, .o-overlay-container button[name={name}]:visible")
    if not button.count():
        page.locator(".o_statusbar_buttons .dropdown-toggle, .o_statusbar_buttons .o-dropdown").first.click()
    button.first.click()


@pytest.fixture
def own_rule(client_for):
    """Somebody has his birthday tomorrow; afterwards the rule of the test works on nobody."""
    client = client_for("admin")
    [somebody] = client.call("res.partner", "search", domain=[["name", "=", "Amelia Clarke"]], limit=1)
    day = datetime.now(tz=UTC).date() + timedelta(days=1)
    client.call("res.partner", "write", ids=[somebody], vals={"sync_birth_month": day.month, "sync_birth_day": day.day})
    yield NAME
    rules = client.call("crm.sync.care.rule", "search", domain=[["name", "=", NAME], ["state", "=", "running"]])
    if rules:
        client.call("crm.sync.care.rule", "action_pause", ids=rules)
    rules = client.call("crm.sync.care.rule", "search", domain=[["name", "=", NAME]])
    client.call("crm.sync.care.rule", "action_archive", ids=rules)


@pytest.mark.parametrize("width", WIDTHS)
def test_from_a_new_rule_to_who_would_get_it_and_to_what_came_of_it(
    page_for, screenshot, client_for, server, own_rule, width
):
    page = page_for("max", width=width)
    page.goto("/odoo/care-rules/new")
    settle(page)
    page.locator("[name=name] input, [name=name] textarea").first.fill(own_rule)
    assert "Care: Birthday" in page.locator(".o_field_widget[name=mail_template_id] input").first.input_value()
    choose(page, "purpose", "Greetings and Care")
    page.locator(".o_form_button_save").first.click()
    settle(page)
    assert no_wider_than_the_screen(page)
    screenshot(page, f"care-rule-{width}")

    press(page, "action_preview")
    page.wait_for_selector(".modal .o_data_row, .modal .o_kanban_record:not(.o_kanban_ghost)")
    settle(page)
    assert "occasions" in page.locator(".modal .alert").inner_text()
    screenshot(page, f"care-preview-{width}")
    page.locator(".modal button[name=action_open]:visible").first.click()
    page.wait_for_selector(".modal", state="detached")
    settle(page)
    assert page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").count() >= 1
    assert no_wider_than_the_screen(page)
    screenshot(page, f"care-preview-list-{width}")

    client = client_for("max")
    [rule] = client.call("crm.sync.care.rule", "search", domain=[["name", "=", own_rule]])
    page.goto(f"/odoo/care-rules/{rule}")
    settle(page)
    press(page, "action_start")
    page.wait_for_selector("button[name=action_start]", state="detached")
    settle(page)
    assert not shown_error(page)
    assert client.call("crm.sync.care.rule", "read", ids=[rule], fields=["state"])[0]["state"] == "running"
    server.shell("env['crm.sync.care.planner']._cron_plan()\nenv.cr.commit()")
    page.goto("/odoo/care-occasions")
    settle(page)
    row = page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").filter(has_text=own_rule).first
    row.click()
    page.wait_for_selector(".o_form_view")
    settle(page)
    assert own_rule in page.locator("[name=rule_id]").first.inner_text()
    assert no_wider_than_the_screen(page)
    assert not shown_error(page)
    screenshot(page, f"care-occasion-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_who_was_called_leaves_the_list_of_calls(page_for, screenshot, client_for, width):
    page = page_for("anna", width=width)
    page.goto("/odoo/care-calls")
    settle(page)
    row = ".o_data_row" if width > 700 else ".o_kanban_record:not(.o_kanban_ghost)"
    waiting = page.locator(row).count()
    assert waiting >= 1
    assert no_wider_than_the_screen(page)
    screenshot(page, f"care-calls-{width}")
    page.locator(f"{row} button[name=action_called]:visible").last.click()
    page.wait_for_function(f"document.querySelectorAll('{row}').length == {waiting - 1}")
    assert not shown_error(page)
