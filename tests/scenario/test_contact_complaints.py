"""What customers complain about, told through the screens: two prices, an unsolved problem and a sales call, unwanted bulk mail."""

import re

import pytest
from pages import settle


@pytest.fixture(scope="module")
def ids(client_for):
    """Ids of demo customers and of what the story made for them."""
    max_ = client_for("max")

    def one(model, domain, **options):
        [found] = max_.call(model, "search", domain=domain, limit=1, **options)
        return found

    atlas = one("res.partner", [["name", "=", "Atlas Travel Lounges"]])
    return {
        "granite": one("res.partner", [["name", "=", "Granite Fitness"]]),
        "atlas": atlas,
        "offer": one(
            "sale.order", [["partner_id", "child_of", atlas], ["user_id.login", "=", "anna"]], order="id desc"
        ),
        "fernhill": one("crm.lead", [["name", "=", "Path lights for two new centres"]]),
    }


def opened(page, model, res_id):
    page.goto(f"/odoo/{model}/{res_id}")
    settle(page)
    page.locator(".o_crm_sync_card").wait_for()
    return page.locator(".o_crm_sync_card")


def write(page, text):
    """Sends a message to the customer from the chatter."""
    if not page.locator(".o-mail-Composer-input").count():
        page.locator(".o-mail-Chatter-sendMessage").click()
    page.locator(".o-mail-Composer-input").first.fill(text)
    page.locator(".o-mail-Composer-send").first.click()


def test_two_of_your_salespeople_gave_me_different_prices(page_for, screenshot, ids):
    """Anna opens her quotation: she reads the other price, whose it is, and gets to the other quotation by one click."""
    page = page_for("anna", lang="en_US")
    card = opened(page, "sale.order", ids["offer"])
    assert card.get_attribute("data-light") == "red"
    text = card.inner_text()
    assert "Same product at another price: Lounge Chair" in text
    assert "Dora" in text and re.search(r"\+8\.7\s?%", text), text
    screenshot(page, "card-two-prices")
    own = page.locator(".o_breadcrumb .active").inner_text().split()[0]
    card.locator(".o_crm_sync_card_link").first.click()
    settle(page)
    assert page.locator(".o_breadcrumb .active").inner_text().split()[0] != own


def test_my_problem_is_not_solved_and_you_call_to_sell_me_more(page_for, screenshot, ids):
    """Dora writes to an angry customer: she is stopped, reads why, gives a reason on the card, and may write then."""
    page = page_for("dora", lang="en_US", allowed=(".",))
    card = opened(page, "res.partner", ids["granite"])
    assert card.get_attribute("data-light") == "red"
    assert "Unhappy" in card.inner_text()
    assert "Your company asks for a reason." in card.inner_text()
    screenshot(page, "card-unhappy")
    write(page, "New lamps have come in")
    page.locator(".modal .o_error_dialog, .modal-body:has-text('Before you contact')").first.wait_for()
    screenshot(page, "card-stopped")
    page.locator(".modal-footer button").first.click()
    card.locator(".o_crm_sync_card_ask").click()
    card.locator(".o_crm_sync_card_reason").fill("To tell her the delivery date")
    card.locator("button[type=submit]").click()
    page.get_by_text("Reason given: To tell her the delivery date").wait_for()
    write(page, "The chairs come on Tuesday")
    page.locator(".o-mail-Message", has_text="The chairs come on Tuesday").wait_for()
    screenshot(page, "card-reason")


def test_i_said_i_want_no_bulk_mail(page_for, screenshot, ids, client_for):
    """Mia writes to many: the composer names who is left out and why, before anything is sent."""
    admin = client_for("admin")
    mia = client_for("mia")
    northwind = mia.call("res.partner", "search", domain=[["name", "=", "Emma Reyes"]], limit=1)
    [emma] = mia.call("res.partner", "read", ids=northwind, fields=["email"])
    admin.call("mail.blacklist", "create", vals_list=[{"email": emma["email"]}])
    page = page_for("mia", lang="en_US")
    page.goto("/odoo/contacts?view_type=list")
    settle(page)
    page.locator(".o_switch_view.o_list").click()
    settle(page)
    page.locator(".o_searchview_input").fill("Granite")
    page.keyboard.press("Enter")
    settle(page)
    page.locator(".o_list_view thead .o_list_record_selector input").click()
    page.locator(".o_cp_action_menus button:has-text('Actions')").click()
    page.get_by_role("menuitem", name=re.compile("Send [Ee]mail")).click()
    settle(page)
    held = page.locator(".o_crm_sync_held")
    held.wait_for()
    held.locator("summary").click()
    assert "Granite Fitness: The customer's last survey answer was unhappy." in held.inner_text()
    screenshot(page, "card-held-back")


@pytest.mark.parametrize("width", [1400, 390])
def test_two_channels_at_one_customer_on_desk_and_telephone(page_for, screenshot, ids, width):
    page = page_for("dora", lang="en_US", width=width)
    card = opened(page, "crm.lead", ids["fernhill"])
    if card.locator(".o_crm_sync_card_more").count():
        card.locator(".o_crm_sync_card_more").click()
    assert "Studio Nine Architects" in card.inner_text()
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
    assert page.locator(".o_data_row, .o_kanban_record").count() >= 3
