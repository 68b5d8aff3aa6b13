"""The first page of the app and the boards, for each role, at the desk and on the telephone, in both languages."""

import pytest
from pages import settle, shown_error

ROLES = ("anna", "ben", "dora", "max", "alex")


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
@pytest.mark.parametrize("login", ROLES)
def test_the_overview_shows_figures_and_fits_the_screen(page_for, screenshot, login, lang, width):
    page = page_for(login, lang=lang, width=width)
    page.goto("/odoo/sync-overview")
    page.locator(".o_sync_overview_tile").first.wait_for()
    settle(page)
    assert not shown_error(page)
    assert is_narrow(page)
    screenshot(page, f"overview-{login}-{lang}-{width}")


def test_a_figure_opens_what_was_counted_and_a_star_stays(page_for):
    page = page_for("max", lang="en_US")
    page.goto("/odoo/sync-overview")
    tile = page.locator(".o_sync_overview_section:not([data-section=pinned]) .o_sync_overview_tile").first
    tile.wait_for()
    code = tile.get_attribute("data-code")
    pinned = page.locator(f"[data-section=pinned] [data-code={code}]")
    tile.locator(".o_sync_overview_pin").click()
    pinned.wait_for()
    page.reload()
    pinned.wait_for()
    pinned.locator(".o_sync_overview_trend").click()
    page.locator(".o_list_view").wait_for()
    settle(page)
    assert not shown_error(page)
    page.go_back()
    pinned.locator(".o_sync_overview_pin").click()
    pinned.wait_for(state="detached")


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_a_manager_comes_from_the_overview_to_the_kpis_without_an_owner(page_for, screenshot, client_for, lang, width):
    boss = client_for("max")
    unowned = [["owner_id", "=", False]]
    two = boss.call("crm.sync.kpi", "search", domain=[], limit=2)
    before = boss.call("crm.sync.kpi", "read", ids=two, fields=["owner_id"])
    boss.call("crm.sync.kpi", "write", ids=two, vals={"owner_id": False})
    try:
        count = boss.call("crm.sync.kpi", "search_count", domain=unowned)
        page = page_for("max", lang=lang, width=width)
        page.goto("/odoo/sync-overview")
        sentence = page.locator(".o_sync_overview_unowned")
        sentence.wait_for()
        settle(page)
        assert f"{count} " in sentence.inner_text()
        assert is_narrow(page)
        screenshot(page, f"overview-unowned-{lang}-{width}")
        sentence.click()
        page.locator(".o_list_view, .o_kanban_view").first.wait_for()
        settle(page)
        assert page.locator(".o_searchview_facet").count() or width == 390
        assert not shown_error(page)
        screenshot(page, f"kpis-unowned-{lang}-{width}")
    finally:
        for row in before:
            boss.call("crm.sync.kpi", "write", ids=[row["id"]], vals={"owner_id": (row["owner_id"] or [False])[0]})


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
@pytest.mark.parametrize("name", ["management", "service", "loyalty", "adoption"])
def test_a_board_opens_without_an_error_in_a_cell(page_for, screenshot, client_for, name, lang):
    [found] = client_for("admin").call(
        "ir.model.data",
        "search_read",
        domain=[["module", "=", "crm_sync_measures"], ["name", "=", f"spreadsheet_dashboard_{name}"]],
        fields=["res_id"],
    )
    page = page_for("max", lang=lang, height=1600)
    page.goto(f"/odoo/dashboards?dashboard_id={found['res_id']}")
    page.locator(".o-spreadsheet .o-figure").first.wait_for()
    settle(page)
    page.wait_for_timeout(3000)
    assert not shown_error(page)
    assert not page.locator(".o-figure .o-chart-error, .o_error_dialog").count()
    screenshot(page, f"board-{name}-{lang}")


def test_a_score_card_opens_the_figures_of_its_kpi(page_for, client_for):
    [found] = client_for("admin").call(
        "ir.model.data",
        "search_read",
        domain=[["module", "=", "crm_sync_measures"], ["name", "=", "spreadsheet_dashboard_service"]],
        fields=["res_id"],
    )
    page = page_for("max", lang="en_US")
    page.goto(f"/odoo/dashboards?dashboard_id={found['res_id']}")
    card = page.locator(".o-figure .o-scorecard").first
    card.wait_for()
    settle(page)
    page.wait_for_timeout(2000)
    card.click()
    page.locator(".o_list_view").wait_for()
    settle(page)
    assert not shown_error(page)
    kpis = page.locator(".o_data_row .o_data_cell[name=kpi_id]").all_inner_texts()
    assert set(kpis) == {"Complaints"}
