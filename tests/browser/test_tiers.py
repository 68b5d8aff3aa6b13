"""Rules of tiers from the draft over the trial to the day on which they come into force: at the desk and on the telephone."""

import pytest
from pages import settle, shown_error

WIDTHS = [1400, 390]


@pytest.fixture(scope="module")
def rules(server):
    """The id of the rules in force."""
    [[number]] = server.sql("SELECT id FROM crm_sync_tier_policy WHERE state = 'running'")
    return number


def press(page, name):
    """The button of an action in the head of a form; where it is narrow, all but the first are in a menu."""
    button = page.locator(f".o_form_statusbar button[name={name}], .o-dropdown--menu button[name={name}]").first
    if not button.is_visible():
        page.locator(".o_statusbar_buttons button").last.click()
    button.click()
    page.wait_for_timeout(300)
    settle(page)
    assert not shown_error(page)


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def chosen_state(page):
    return page.locator(".o_arrow_button_current").first.inner_text().split("\n")[0].strip()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_tries_a_draft_and_publishes_it(page_for, screenshot, server, rules, width):
    page = page_for("max", lang="en_US", width=width, height=1200)
    page.goto(f"/odoo/loyalty-tier-rules/{rules}")
    settle(page)
    press(page, "action_new_version")
    assert chosen_state(page) == "Draft"
    page.locator("[name=grace_days] input").fill("7")
    press(page, "action_try")
    press(page, "action_run")
    assert chosen_state(page) == "Done"
    members = server.sql(
        "SELECT count(*) FROM loyalty_card c JOIN crm_sync_tier_standing s ON s.card_id = c.id WHERE c.active"
    )
    assert f"of {members[0][0]} customers" in page.locator(".alert-info").inner_text()
    rows = ".o_field_x2many_kanban .o_kanban_record:not(.o_kanban_ghost)" if width < 600 else ".o_data_row"
    assert page.locator(rows).count() == 4
    assert is_narrow(page)
    screenshot(page, f"tier-trial-{width}")
    page.locator(f"{rows} >> text=Show").first.click()
    page.locator(".o_breadcrumb >> text=Customers").wait_for()
    settle(page)
    assert page.locator(".o_kanban_record:not(.o_kanban_ghost), .o_data_row").count() >= 1
    page.go_back()
    settle(page)
    press(page, "action_publish")
    assert "customers rise" in page.locator(".modal .alert-info").inner_text()
    screenshot(page, f"tier-publish-{width}")
    page.locator(".modal button[name=action_publish]").click()
    page.locator(".o_field_widget[name=line_ids]").wait_for()
    settle(page)
    assert chosen_state(page) == "Scheduled"
    assert server.sql("SELECT count(*) FROM crm_sync_tier_policy WHERE state = 'scheduled' AND grace_days = 7") == [
        ["1"]
    ]
    press(page, "action_withdraw")
    page.locator(".modal .btn-primary").click()
    page.wait_for_function("document.querySelector('.o_arrow_button_current').innerText.includes('Draft')")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_colleague_reads_the_rules_and_decides_nothing(page_for, rules, width):
    page = page_for("anna", lang="en_US", width=width)
    page.goto(f"/odoo/loyalty-tier-rules/{rules}")
    settle(page)
    assert "A tier holds" in page.locator(".alert-info").inner_text()
    assert page.locator(".o_statusbar_buttons button").count() == 0
    page.goto("/odoo/loyalty-tier-members")
    settle(page)
    assert not shown_error(page)
    assert is_narrow(page)
