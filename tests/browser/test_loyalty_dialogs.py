"""The dialogs that change points or forget a customer, on the desk and on the telephone, in English and in Chinese."""

import pytest
from pages import settle, shown_error

_RICHEST = (
    "SELECT c.id, c.partner_id, c.points FROM loyalty_card c JOIN res_partner p ON p.id = c.partner_id"
    " WHERE c.active AND NOT p.is_company ORDER BY c.points DESC NULLS LAST, c.id LIMIT 1"
)


def opened(page, screenshot, name):
    """The dialog, when it is there as a whole; it is as wide as the screen at most."""
    page.locator(".modal-content .o_form_view").wait_for()
    settle(page)
    screenshot(page, name)
    assert not shown_error(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    return page.locator(".modal-content")


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_dialogs_say_what_they_do_before_they_do_it(page_for, screenshot, server, client_for, lang, width):
    [[card, partner, points]] = server.sql(_RICHEST)
    page = page_for("admin", lang=lang, width=width)

    page.goto(f"/odoo/loyalty-cards/{card}")
    settle(page)
    page.locator("[name=action_loyalty_update_balance]").first.click()
    dialog = opened(page, screenshot, f"dialog-balance-{lang}-{width}")
    shown = dialog.locator("[name=new_balance] input").input_value()
    assert float(shown.replace(",", "")) == float(points)

    # Through the list of contacts, which has defaults of its own.
    page.goto(f"/odoo/contacts/{partner}")
    settle(page)
    page.locator(".o_cp_action_menus .dropdown-toggle").first.click()
    page.locator(".o-dropdown--menu .o_menu_item", has_text={"en_US": "Anonymise", "zh_CN": "匿名化"}[lang]).click()
    dialog = opened(page, screenshot, f"dialog-anonymise-{lang}-{width}")
    [[name]] = server.sql(f"SELECT name FROM res_partner WHERE id = {partner}")
    assert dialog.locator("[name=expected]").inner_text() == name
    assert not dialog.locator("[name=with_contacts]").count(), "a person has no contact persons"

    [program] = client_for("admin").call(
        "loyalty.program", "search", domain=[["program_type", "=", "gift_card"]], limit=1
    )
    page.goto(f"/odoo/action-loyalty.loyalty_program_gift_ewallet_action/{program}")
    settle(page)
    page.locator(".o_form_view header button.btn-primary:visible, .o_statusbar_buttons button:visible").first.click()
    opened(page, screenshot, f"dialog-generate-{lang}-{width}")
