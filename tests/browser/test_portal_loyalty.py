"""What customers see of their points: on the desk and on the telephone, in English and in Chinese."""

import re

import pytest

CUSTOMERS = ("portal_lin", "portal_acme")


def watched(page, address):
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
@pytest.mark.parametrize("login", CUSTOMERS)
def test_a_customer_reads_his_points(page_for, screenshot, login, lang, width):
    page = page_for(login, lang=lang, width=width)
    name, prefix = f"portal-{login}-{lang}-{width}", "" if lang == "en_US" else f"/{lang}"
    watched(page, f"{prefix}/my/loyalty")
    screenshot(page, f"{name}-cards")
    cards = page.locator(".card-body .btn-light")
    assert cards.count() >= 1
    watched(page, cards.first.get_attribute("href"))
    assert page.locator(".progress-bar").count() == 1
    assert page.locator("table.o_portal_my_doc_table tbody tr").count() >= 3
    screenshot(page, f"{name}-card")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page is wider than the screen"


def test_the_dialog_on_the_home_page_tells_the_same(page_for, screenshot):
    page = page_for("portal_acme", lang="en_US")
    watched(page, "/my")
    page.locator(".o_loyalty_card:visible").first.click()
    dialog = page.locator(".modal-dialog")
    dialog.wait_for()
    screenshot(page, "portal-dialog")
    assert "What expires when" in dialog.inner_text()
    assert "Your next reward" in dialog.inner_text()
    assert re.search(r"Bonus|Earned|Pending", dialog.inner_text())


def test_somebody_elses_card_leads_home(page_for, server):
    [[card]] = server.sql(
        "SELECT c.id FROM loyalty_card c JOIN res_partner p ON p.id = c.partner_id WHERE p.name = '高翔' OR c.points > 100"
        " AND p.commercial_partner_id NOT IN (SELECT p.commercial_partner_id FROM res_users u"
        " JOIN res_partner p ON p.id = u.partner_id) ORDER BY c.id LIMIT 1"
    )
    page = page_for("portal_acme", lang="en_US")
    watched(page, f"/my/loyalty_card/{card}/history")
    assert re.search(r"/my(/home)?$", page.url)
