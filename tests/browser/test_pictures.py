"""The pictures of the READMEs and of the app's page, from the demo data: each can be made anew at any time.

``CRM_SYNC_PICTURES=1 bin/test tests/browser/test_pictures.py`` writes them into ``docs/images`` and the page's folder; without it
they go where all screenshots go, and the test says that the screens are still there.
"""

import os
from pathlib import Path

import pytest
from pages import settle, shown_error
from PIL import Image

ROOT = Path(__file__).parents[2]
#: Where pictures are kept, and which of them the app's page shows too.
FOLDER, PAGE = ROOT / "docs" / "images", ROOT / "crm_sync_measures" / "static" / "description"
ON_PAGE = {"overview", "customer_360", "case", "kpi_chart", "improvement", "explain_balance"}
SHOWCASE = "Northwind Optics"


@pytest.fixture
def keep(screenshot):
    """Takes the picture of a page that is drawn, and keeps it in 256 colours, which a screen of forms does not exceed."""

    def take(page, name):
        settle(page)
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(700)
        assert not shown_error(page)
        shot = screenshot(page, f"picture-{name}")
        small = Image.open(shot).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        small.save(shot, optimize=True)
        assert shot.stat().st_size < 200_000
        if os.environ.get("CRM_SYNC_PICTURES"):
            for folder in (FOLDER, PAGE) if name in ON_PAGE else (FOLDER,):
                (folder / f"{name}.png").write_bytes(shot.read_bytes())

    return take


@pytest.fixture(scope="module")
def customer(client_for):
    [found] = client_for("max").call("res.partner", "search", domain=[["name", "=", SHOWCASE]], limit=1)
    return found


@pytest.mark.parametrize(
    ("name", "address", "drawn", "height"),
    [
        ("overview", "/odoo/sync-overview", ".o_sync_overview_tile", 1000),
        ("customers", "/odoo/customer-sync", ".o_kanban_record:not(.o_kanban_ghost)", 900),
        ("waiting_for_us", "/odoo/waiting-for-us", ".o_kanban_record:not(.o_kanban_ghost), .o_data_row", 900),
        ("case_team", "/odoo/case-team", ".o_crm_sync_team_card", 580),
        ("improvement", "/odoo/improvement-actions", ".o_kanban_record:not(.o_kanban_ghost)", 460),
        ("report", "/odoo/reports", ".o_crm_sync_report_sheet table", 1300),
    ],
)
def test_a_screen_from_the_menu(page_for, keep, name, address, drawn, height):
    page = page_for("max", lang="en_US", height=height)
    page.goto(address)
    page.locator(drawn).first.wait_for()
    keep(page, name)


def test_customer_360(page_for, keep, customer):
    page = page_for("max", lang="en_US", height=1000)
    page.goto(f"/odoo/{customer}/customer-360")
    page.locator(".o_crm_sync_event").first.wait_for()
    keep(page, "customer_360")


def test_customer_360_on_a_phone_in_chinese(page_for, keep, customer):
    page = page_for("anna", lang="zh_CN", width=390, height=844)
    page.goto(f"/odoo/{customer}/customer-360")
    page.locator(".o_crm_sync_event").first.wait_for()
    keep(page, "customer_360_phone_zh")


def test_a_case_and_how_similar_ones_were_solved(page_for, keep, client_for):
    client = client_for("max")
    cases = client.call(
        "crm.sync.case",
        "search_read",
        domain=[["is_open", "=", True], ["kind", "=", "complaint"], ["user_id", "!=", False]],
        fields=["name", "description"],
        limit=20,
    )
    asked = (
        {"subject": one["name"], "text": one["description"] or "", "case_id": one["id"]}
        for one in cases
        if one["name"].isascii()
    )
    case = next(one["case_id"] for one in asked if client.call("crm.sync.case", "sync_similar", **one))
    page = page_for("max", lang="en_US", height=1250)
    page.goto(f"/odoo/sync-cases/{case}")
    page.locator(".o_form_view").wait_for()
    keep(page, "case")


def test_a_kpi_with_its_control_chart(page_for, keep, client_for):
    client = client_for("max")
    [baseline] = client.call(
        "crm.sync.kpi.baseline",
        "search_read",
        domain=[["scope_key", "=", "company"], ["kpi_id.calendar", "=", "month"], ["kpi_id.unit", "=", "money"]],
        fields=["kpi_id"],
        limit=1,
    )
    page = page_for("max", lang="en_US", height=1100)
    page.goto(f"/odoo/kpis/{baseline['kpi_id'][0]}")
    page.locator("a.nav-link[name=signals]").click()
    page.locator(".o_sync_control_chart_canvas").first.wait_for()
    keep(page, "kpi_chart")


def test_who_should_take_an_opportunity(page_for, keep, client_for, customer):
    dora = client_for("dora")
    [team] = dora.call("crm.team", "search", domain=[["name", "=", "Sales"]], limit=1)
    values = {"name": "Shop window, Oakland", "type": "opportunity", "partner_id": customer, "user_id": False}
    [lead] = dora.call("crm.lead", "create", vals_list=[{**values, "team_id": team}])
    page = page_for("dora", lang="en_US")
    page.goto(f"/odoo/crm.lead/{lead}")
    page.locator("button[name=action_sync_advise]:visible").first.click()
    page.locator(".o_crm_sync_advice_person").first.wait_for()
    keep(page, "who_should_take_it")


def test_where_every_point_is_from(page_for, keep, server):
    [[card]] = server.sql(
        "SELECT card_id FROM crm_sync_loyalty_entry GROUP BY card_id ORDER BY count(DISTINCT kind) DESC, count(*) DESC LIMIT 1"
    )
    page = page_for("max", lang="en_US", height=1000)
    page.goto(f"/odoo/{card}/loyalty-explain")
    page.locator(".o_sync_explain, [class*=explain]").first.wait_for()
    keep(page, "explain_balance")
