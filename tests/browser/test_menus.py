"""Every menu of the addon opens, for the desk and for the telephone, in English and in Chinese; each screen fits, and
its controls have names."""

import pytest
from pages import settle, shown_error
from screens import too_wide, unnamed

ROOT = "menu_root"


@pytest.fixture(scope="session")
def menus(client_for):
    """Name and id of every menu of the addon's app that leads somewhere."""
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
        (item["complete_name"], item["id"]) for item in items if not item["action"].startswith("ir.actions.act_url")
    ]


#: What a click on the menu does, in the web client that is there: so one page serves for all of them.
SELECT = """menu => Promise.race([
    odoo.__WOWL_DEBUG__.root.env.services.menu.selectMenu(menu).then(() => "", error => String(error)),
    new Promise(resolve => setTimeout(resolve, 30000, "it does not open")),
])"""


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_every_menu_opens_without_an_error(page_for, screenshot, menus, lang, width):
    page = page_for("admin", lang=lang, width=width)
    page.goto("/odoo")
    settle(page)
    broken = []
    for number, (name, menu) in enumerate(menus):
        problem = page.evaluate(SELECT, menu)
        settle(page)
        screenshot(page, f"menu-{number:02d}-{lang}-{width}")
        problem = problem or shown_error(page) or " ".join(page.watched.problems)
        if problem:
            page.watched.problems.clear()
            page.goto("/odoo")
            settle(page)
        else:
            problem = " ".join(filter(None, [too_wide(page), *unnamed(page)]))
        if problem:
            broken.append(f"{name}: {problem}")
    assert menus and not broken, "\n".join(broken)


def test_the_login_page_shows_its_form(page_for, server):
    page = page_for("admin")
    assert page.context.cookies()
    page.goto("/odoo")
    settle(page)
    assert page.query_selector(".o_main_navbar")
