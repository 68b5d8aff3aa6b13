"""The before-you-contact card on desk and telephone, and the lists behind it."""

import pytest
from pages import settle


@pytest.mark.parametrize("width", [1400, 390])
def test_two_channels_at_one_customer(page_for, screenshot, client_for, width):
    [lead] = client_for("max").call(
        "crm.lead", "search", domain=[["name", "=", "Path lights for two new centres"]], limit=1
    )
    page = page_for("dora", lang="en_US", width=width)
    page.goto(f"/odoo/crm.lead/{lead}")
    settle(page)
    card = page.locator(".o_crm_sync_card")
    more, dealer = card.locator(".o_crm_sync_card_more"), card.get_by_text("Studio Nine Architects")
    more.or_(dealer).first.wait_for()
    if more.is_visible():
        more.click()
    dealer.first.wait_for()
    screenshot(page, f"card-channels-{width}")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page is wider than the screen"


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("address", ["contact-policies", "contact-overrides"])
def test_the_lists_of_the_manager(page_for, screenshot, address, width):
    page = page_for("max", lang="en_US", width=width)
    page.goto(f"/odoo/{address}")
    settle(page)
    screenshot(page, f"card-{address}-{width}")
    assert page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").count() >= 3
