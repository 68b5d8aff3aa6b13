"""Every menu of the addon opens, for the desk and for the telephone, in English and in Chinese; each screen fits, its
controls have names, and in Chinese no label is English."""

from pathlib import Path

import pytest
from pages import settle, shown_error
from screens import labels, latin_words, too_wide, unnamed

ROOT = "menu_root"
SAME = Path(__file__).parents[2] / "dev" / "same-in-chinese.txt"
#: Names and abbreviations within Chinese sentences, and an address that is told.
WITHIN = {"Odoo", "POS", "UTC", "PDF", "CSAT", "CES", "feedback"}
#: What Odoo itself leaves in English: "看板 View", "下载 xlsx", and the state of activities in the bar above a column.
OF_ODOO = {"View", "xlsx", "Planned", "Today", "Overdue"}
#: Whose records are named in labels: over columns, in headers, on buttons that lead to them.
NAMED = (
    "res.users",
    "res.company",
    "crm.team",
    "loyalty.program",
    "crm.sync.department",
    "crm.sync.survey.program",
    "crm.sync.tier",
    "crm.sync.care.rule",
    "crm.sync.improvement",
    "utm.campaign",
    "utm.stage",
    "utm.source",
    "utm.medium",
)


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


@pytest.fixture(scope="session")
def names(client_for):
    """What records of the demo data are called; figures keep the name of then in the language of the company, which is English."""
    admin = client_for("admin")
    return {
        row["display_name"]
        for model in NAMED
        for lang in ("zh_CN", "en_US")
        for row in admin.call(
            model, "search_read", domain=[], fields=["display_name"], context={"lang": lang, "active_test": False}
        )
    }


def english(page, names):
    """The words of labels that ought to be Chinese."""
    known = {*SAME.read_text().splitlines(), *WITHIN, *OF_ODOO}
    texts = (text for text in labels(page) if text not in names)
    return sorted({text for text in texts if latin_words(text) - known})


#: What a click on the menu does, in the web client that is there: so one page serves for all of them.
SELECT = """menu => Promise.race([
    odoo.__WOWL_DEBUG__.root.env.services.menu.selectMenu(menu).then(() => "", error => String(error)),
    new Promise(resolve => setTimeout(resolve, 30000, "it does not open")),
])"""


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_every_menu_opens_without_an_error(page_for, screenshot, menus, names, lang, width):
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
            foreign = english(page, names) if lang == "zh_CN" else []
            problem = " ".join(
                filter(None, [too_wide(page), *unnamed(page), *(f"English: “{text}”" for text in foreign)])
            )
        if problem:
            broken.append(f"{name}: {problem}")
    assert menus and not broken, "\n".join(broken)


def test_the_login_page_shows_its_form(page_for, server):
    page = page_for("admin")
    assert page.context.cookies()
    page.goto("/odoo")
    settle(page)
    assert page.query_selector(".o_main_navbar")
