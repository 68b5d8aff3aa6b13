"""Staff choose a guided tour from a list and are led through it by Odoo's own pointer; afterwards they are left alone."""

import pytest
from pages import settle, shown_error

TOURS = {
    "anna": ("seller", ["menu_customers", "menu_waiting", "menu_customers", "menu_promises_my", "menu_customers", "menu_customers_all"]),
    "ben": ("agent", ["menu_cases", "menu_cases_my", "menu_cases", "menu_cases_team", ".o_crm_sync_team_new"]),
    "max": (
        "manager",
        ["menu_improvement", "menu_kpis_all", "menu_reporting", "menu_reports_page", "menu_configuration", "menu_departments",
         "menu_configuration", "menu_jobs"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("login", TOURS)
def test_a_tour_is_started_by_hand_and_leads_to_its_end(page_for, client_for, screenshot, login):
    role, steps = TOURS[login]
    page = page_for(login, lang="zh_CN")
    page.goto("/odoo/customer-sync-tours")
    settle(page)
    rows = page.locator(".o_data_row")
    assert rows.count() == (3 if role == "manager" else 2), "a tour of screens that he may not open leads nowhere"
    number = ["seller", "agent", "manager"].index(role)
    rows.nth(number).locator(".o_sync_tour_start").click()
    page.locator(".o_sync_overview").wait_for()
    for step, target in enumerate(steps):
        page.locator(".o_tour_pointer").wait_for()
        selector = f"[data-menu-xmlid='crm_sync_measures.{target}']" if target.startswith("menu_") else target
        page.locator(f"{selector}:visible").first.click()
        settle(page)
        assert not shown_error(page)
        if step == 1:
            screenshot(page, f"tour-{role}-zh_CN")
    page.locator(".o_reward").wait_for()
    page.locator(".o_reward").wait_for(state="detached")
    if role == "agent":
        page.locator(".modal-footer .btn-secondary").click()  # the dialog that his tour ends with
    # The end of the first tour does not stop another, and who has enough stops it.
    page.locator(".o_menu_sections [data-menu-xmlid='crm_sync_measures.menu_improvement']").click()
    page.locator(".o-dropdown--menu [data-menu-xmlid='crm_sync_measures.menu_tours']").click()
    rows.first.locator(".o_sync_tour_start").click()
    page.locator(".o_tour_pointer").wait_for()
    page.locator(".o_tour_pointer").hover(force=True)  # it never stands still
    page.locator(".o_tour_pointer .btn-link").click()
    page.locator(".o_tour_pointer").wait_for(state="detached")
    page.goto("/odoo")
    settle(page)
    page.wait_for_timeout(1000)
    assert not page.locator(".o_tour_pointer").count()
    [user] = client_for("admin").call(
        "res.users", "search_read", domain=[["login", "=", login]], fields=["tour_enabled"]
    )
    assert not user["tour_enabled"]
