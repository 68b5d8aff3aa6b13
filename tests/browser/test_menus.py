"""Every menu of the addon opens, for the desk and for the telephone, in English and in Chinese; each screen fits, and
its controls have names. On a new database without demo data no English word is left on a Chinese one."""

import pytest
from pages import Pages, settle, shown_error
from screens import foreign, too_wide, unnamed
from system import System

ROOT = "menu_root"


@pytest.fixture(scope="session")
def menus(client_for):
    return menus_of(client_for("admin"))


def menus_of(admin):
    """Name and id of every menu of the addon's app that leads somewhere."""
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


@pytest.fixture(scope="module")
def chinese(plain_copy, browser):
    """A page of a manager on a new database without demo data, all in Chinese, and its menus."""
    with plain_copy("chinese") as database:
        system = System(database)
        system.start()
        try:
            admin = system.client("admin")
            [lang] = admin.call("res.lang", "search", domain=[["code", "=", "zh_CN"], ["active", "in", [True, False]]])
            wizard = admin.call("base.language.install", "create", vals_list=[{"lang_ids": [[6, 0, [lang]]]}])
            admin.call("base.language.install", "lang_install", ids=wizard)
            yield Pages(browser, system)("admin", lang="zh_CN"), menus_of(admin)
        finally:
            system.stop()


#: Opens an empty form, where the screen offers one.
NEW = ".o_control_panel .o_list_button_add, .o_control_panel .o-kanban-button-new"


def test_no_english_word_is_left_on_a_chinese_screen(chinese, screenshot):
    page, menus = chinese
    page.goto("/odoo")
    settle(page)
    broken = []
    for number, (name, menu) in enumerate(menus):
        problem = page.evaluate(SELECT, menu)
        settle(page)
        found = [problem, shown_error(page), *page.watched.problems, *foreign(page)]
        screenshot(page, f"clean-{number:02d}-zh_CN")
        new = page.locator(NEW).first
        if new.is_visible():
            new.click()
            settle(page)
            found += [shown_error(page), *foreign(page)]
        if found := list(dict.fromkeys(filter(None, found))):
            broken.append(f"{name}: {found}")
        page.watched.problems.clear()
        page.goto("/odoo")
        settle(page)
    assert menus and not broken, "\n".join(broken)


def test_the_login_page_shows_its_form(page_for, server):
    page = page_for("admin")
    assert page.context.cookies()
    page.goto("/odoo")
    settle(page)
    assert page.query_selector(".o_main_navbar")
