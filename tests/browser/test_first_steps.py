"""A new manager on a new database without demo data: asked, rewarded and measured in at most ten clicks."""

import pytest
from pages import Pages, settle, shown_error
from system import System

MOST = 10


@pytest.fixture(scope="module")
def clean(plain_copy, browser):
    """A new database with a manager who has never been there; his pages."""
    with plain_copy("first_steps") as database:
        system = System(database)
        system.start()
        try:
            system.shell(
                "from odoo.tests import new_test_user\n"
                "new_test_user(env, 'newcomer', 'base.group_user,crm_sync_measures.group_manager,sales_team.group_sale_manager,"
                "product.group_product_manager', name='Newcomer', email='newcomer@example.com', password='newcomer')\n"
                "env.cr.commit()"
            )
            yield system, Pages(browser, system)
        finally:
            system.stop()


class Hand:
    """Clicks, and counts them."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, selector):
        self.page.locator(selector).first.click()
        self.clicks += 1
        settle(self.page)
        assert not shown_error(self.page)


def test_survey_program_loyalty_policy_and_kpis_in_at_most_ten_clicks(clean, screenshot):
    system, pages = clean
    page = pages("newcomer")
    page.goto("/odoo")
    settle(page)
    hand = Hand(page)
    hand.click(".o_navbar_apps_menu button")
    hand.click(".o_app[data-menu-xmlid='crm_sync_measures.menu_root']")
    page.locator(".o_sync_start").wait_for()
    screenshot(page, "first-steps-en-1400")
    hand.click("[data-step=ask] [data-choice=nps]")
    hand.click(".o_form_statusbar button[name=action_start]:visible")
    hand.click(".o_breadcrumb .breadcrumb-item a, .o_breadcrumb .o_back_button")
    hand.click("[data-step=reward] [data-choice='12']")
    assert page.locator(".o_form_view").count()
    hand.click(".o_breadcrumb .breadcrumb-item a, .o_breadcrumb .o_back_button")
    hand.click("[data-step=measure] [data-choice=sales]")
    assert page.locator(".o_list_view .o_data_row").count()
    print(f"{hand.clicks} clicks from the first page to a survey program, a loyalty policy and a KPI set")
    assert hand.clicks <= MOST
    hand.click(".o_breadcrumb .breadcrumb-item a, .o_breadcrumb .o_back_button")
    done = page.locator("[data-done=yes]").evaluate_all("steps => steps.map(step => step.dataset.step)")
    assert done == ["ask", "reward", "measure"]
    screenshot(page, "first-steps-done-en-1400")
    told = system.client("newcomer")
    assert (
        told.call("crm.sync.survey.program", "search_count", domain=[["state", "=", "running"], ["metric", "=", "nps"]])
        == 1
    )
    assert (
        told.call(
            "loyalty.program", "search_count", domain=[["sync_expiry_months", "=", 12], ["sync_expiry", "=", "fixed"]]
        )
        == 1
    )
    assert told.call("crm.sync.kpi", "search_count", domain=[["owner_id.login", "=", "newcomer"]]) > 5
    assert not pages.close()


def test_the_steps_are_reached_by_the_keyboard_and_stay_away_once_put_away(clean):
    _system, pages = clean
    page = pages("newcomer")
    page.goto("/odoo/sync-overview")
    page.locator(".o_sync_start_hide").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.o_sync_start_step'))")
    page.locator(".o_sync_start_hide").focus()
    page.keyboard.press("Enter")
    page.locator(".o_sync_start_show").wait_for()
    page.reload()
    page.locator(".o_sync_start_show").wait_for()
    assert not page.locator(".o_sync_start").count()
    page.locator(".o_sync_start_show").click()
    page.locator(".o_sync_start").wait_for()
    assert not pages.close()


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_the_steps_fit_the_screen(page_for, screenshot, lang, width):
    page = page_for("max", lang=lang, width=width)
    page.goto("/odoo/sync-overview")
    page.locator(".o_sync_start, .o_sync_start_show, .o_sync_overview_tile").first.wait_for()
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    screenshot(page, f"first-steps-{lang}-{width}")
