"""What has become of a final figure, and the clock that figures are cut by: at the desk and on the telephone."""

import pytest
from pages import settle, shown_error

MOVE = """
period = env["crm.sync.kpi.period"].search(
    [("kpi_id.code", "=", "orders_revenue"), ("state", "=", "closed")], order="period_start desc"
).filtered(lambda one: env["crm.sync.kpi.value"].search([("period_id", "=", one.id), ("scope_key", "=", "company")]).count)[:1]
value = env["crm.sync.kpi.value"].search([("period_id", "=", period.id), ("scope_key", "=", "company"), ("is_current", "=", True)])
order = env["sale.order"].browse(value._documents()["sale.order"][0])
before = order.team_id.id
order.team_id = env["crm.team"].create({"name": "Far Away", "company_id": period.company_id.id})
env.flush_all()
from odoo import fields
env["crm.sync.kpi.drift.watch"]._watch(period.kpi_id, fields.Datetime.now())
drift = env["crm.sync.kpi.drift"].search([("period_id", "=", period.id)])
env.cr.commit()
print("DRIFT", drift.id, order.id, before or 0)
"""
BACK = """
order = env["sale.order"].browse({order})
team = order.team_id
order.team_id = {team} or False
env["crm.sync.kpi.drift"].browse({drift}).unlink()
env.flush_all()
team.unlink()
env.cr.commit()
"""


@pytest.fixture(scope="module")
def drift(server):
    """The id of the drift of a month in which an order has gone to another team."""
    said = next(line for line in server.shell(MOVE).splitlines() if line.startswith("DRIFT"))
    number, order, team = map(int, said.split()[1:])
    yield number
    server.shell(BACK.format(order=order, team=team, drift=number))


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_a_drift_says_which_team_a_document_has_gone_to(page_for, screenshot, drift, lang, width):
    page = page_for("max", lang=lang, width=width)
    page.goto(f"/odoo/sync-kpi-drift/{drift}")
    page.locator(".o_form_view").wait_for()
    settle(page)
    assert not shown_error(page)
    assert "→" in page.locator(".o_field_widget[name=scope_text]").inner_text()
    assert "Far Away" in page.locator(".o_field_widget[name=line_ids]").inner_text()
    assert fits(page)
    screenshot(page, f"drift-{lang}-{width}")


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_a_manager_sees_and_sets_the_clock_from_the_first_steps(page_for, screenshot, lang, width):
    page = page_for("max", lang=lang, width=width)
    page.goto("/odoo/sync-overview")
    page.locator(".o_sync_start, .o_sync_start_show, .o_sync_overview_tile").first.wait_for()
    settle(page)
    if page.locator(".o_sync_start_show").count():
        page.locator(".o_sync_start_show").click()
    step = page.locator("[data-step=measure]")
    if step.count():
        step.locator(".o_sync_start_link").last.click()
        page.locator(".modal .o_field_widget[name=tz]").wait_for()
        settle(page)
        assert fits(page)
        screenshot(page, f"kpi-clock-{lang}-{width}")
        page.locator(".modal button[special=cancel]").first.click()
        settle(page)
    assert not shown_error(page)


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_the_settings_name_the_clock_of_the_periods(page_for, screenshot, lang):
    page = page_for("admin", lang=lang, width=1400)
    page.goto("/odoo/settings#crm_sync_measures")
    setting = page.locator("#sync_kpi_tz")
    setting.wait_for(state="attached")
    settle(page)
    page.locator(".settings_tab [data-key=crm_sync_measures]").click()
    setting.scroll_into_view_if_needed()
    assert setting.locator("[name=sync_kpi_tz]").count()
    assert ("Periods are cut in" in setting.inner_text()) or lang != "en_US"
    screenshot(page, f"kpi-clock-settings-{lang}")
