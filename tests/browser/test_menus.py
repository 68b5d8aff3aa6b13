"""Every menu of the addon opens, for the desk and for the telephone, in English and in Chinese."""

import pytest
from pages import settle, shown_error

ROOT = "menu_root"


@pytest.fixture(scope="session")
def menus(client_for):
    """Name and address of every menu of the addon's app that leads somewhere."""
    admin = client_for("admin")
    found = admin.call(
        "ir.model.data",
        "search_read",
        domain=[["module", "=", "crm_sync_measures"], ["name", "=", ROOT], ["model", "=", "ir.ui.menu"]],
        fields=["res_id"],
    )
    if not found:
        return []
    items = admin.call(
        "ir.ui.menu",
        "search_read",
        domain=[["id", "child_of", found[0]["res_id"]], ["action", "!=", False]],
        fields=["complete_name", "action"],
    )
    return [
        (item["complete_name"], f"/odoo/action-{item['action'].split(',')[1]}")
        for item in items
        if not item["action"].startswith("ir.actions.act_url")
    ]


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_every_menu_opens_without_an_error(page_for, screenshot, menus, lang, width):
    page = page_for("admin", lang=lang, width=width)
    broken = []
    for number, (name, address) in enumerate(menus):
        page.goto(address)
        settle(page)
        screenshot(page, f"menu-{number:02d}-{lang}-{width}")
        if shown_error(page):
            broken.append(f"{name}: {shown_error(page)}")
    assert not broken


def test_the_login_page_shows_its_form(page_for, server):
    page = page_for("admin")
    assert page.context.cookies()
    page.goto("/odoo")
    settle(page)
    assert page.query_selector(".o_main_navbar")
