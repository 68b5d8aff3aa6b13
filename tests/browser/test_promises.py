"""A promise from the mail that asks for it, until it is kept; at the desk and on the phone."""

import re

import pytest
from pages import settle


@pytest.fixture
def asked(client_for):
    """Emma asks by mail, on her own page, to be called; Anna reads it there."""
    admin = client_for("admin")
    [emma] = admin.call(
        "res.partner", "search_read", domain=[["name", "ilike", "emma"]], fields=["name", "email"], limit=1
    )
    admin.call(
        "res.partner",
        "message_post",
        ids=[emma["id"]],
        body="Please call me about the corner shelf before Friday. Thank you!",
        author_id=emma["id"],
        message_type="email",
        subtype_xmlid="mail.mt_comment",
    )
    return emma


@pytest.mark.parametrize("width", [1400, 390])
def test_what_a_mail_asks_for_becomes_a_promise_that_is_kept(page_for, screenshot, client_for, asked, width):
    page = page_for("anna", lang="en_US", width=width)
    page.goto(f"/odoo/res.partner/{asked['id']}")
    settle(page)
    message = page.locator(".o-mail-Message", has_text="corner shelf").first
    message.scroll_into_view_if_needed()
    if width > 600:
        message.hover()
        message.locator('.o-mail-Message-actions button[name="sync-promise"]').click()
    else:
        message.locator(".o-mail-Message-content").first.click(delay=800)
        page.locator('.o-dropdown--menu button[name="sync-promise"], button[name="sync-promise"]').first.click()
    dialog = page.locator(".modal-dialog")
    dialog.wait_for()
    settle(page)
    screenshot(page, f"promise-make-{width}")
    assert dialog.locator("[name=name] input, [name=name] textarea").first.input_value() == (
        "Please call me about the corner shelf before Friday."
    )
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    page.goto("/odoo/my-promises")
    settle(page)
    screenshot(page, f"promise-mine-{width}")
    page.get_by_text("Please call me about the corner shelf before Friday.").first.click()
    page.locator(".o_form_view").wait_for()
    settle(page)
    screenshot(page, f"promise-form-{width}")
    if width > 600:
        page.locator(".o_statusbar_buttons").get_by_role("button", name="Kept", exact=True).click()
    else:
        page.locator(".o_statusbar_buttons_dropdown_item, .o_statusbar_buttons button").first.click()
        kept = page.locator(".o-dropdown--menu").get_by_role("button", name="Kept", exact=True)
        if kept.count():
            kept.click()
    settle(page)
    page.get_by_text("Changes").first.wait_for()
    [promise] = client_for("anna").call(
        "crm.sync.promise",
        "search_read",
        domain=[["name", "like", "corner shelf"], ["message_id", "!=", False]],
        fields=["state"],
        order="id desc",
        limit=1,
    )
    assert promise["state"] == "kept"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page is wider than the screen"


def test_from_a_planned_activity_and_the_buttons_of_the_customer(page_for, screenshot, client_for, asked):
    client = client_for("anna")
    [model] = client_for("admin").call("ir.model", "search", domain=[["model", "=", "res.partner"]])
    client.call(
        "mail.activity",
        "create",
        vals_list=[{"summary": "Bring the samples", "res_model_id": model, "res_id": asked["id"]}],
    )
    page = page_for("anna", lang="en_US")
    page.goto(f"/odoo/res.partner/{asked['id']}")
    settle(page)
    page.locator(".o-mail-Activity", has_text="Bring the samples").locator(".o-sync-Activity-promise").first.click()
    dialog = page.locator(".modal-dialog")
    dialog.wait_for()
    settle(page)
    assert dialog.locator("[name=name] input, [name=name] textarea").first.input_value() == "Bring the samples"
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    page.reload()
    settle(page)
    page.locator("button[name=action_open_sync_promises]").first.click()
    page.get_by_text("Bring the samples").first.wait_for()
    settle(page)
    screenshot(page, "promise-of-customer-1400")
    page.get_by_text("Bring the samples").first.click()
    settle(page)
    for button, picture in (
        ("Reschedule", "reschedule"),
        ("Hand Over", "hand-over"),
        ("Released by the Customer", "release"),
    ):
        page.get_by_role("button", name=button, exact=True).click()
        page.locator(".modal-dialog").wait_for()
        settle(page)
        screenshot(page, f"promise-dialog-{picture}-1400")
        page.locator(".modal-footer, .modal-dialog footer").get_by_role("button", name="Discard").click()
        page.locator(".modal-dialog").wait_for(state="detached")


def test_the_settings_say_when_people_are_told(page_for, screenshot):
    page = page_for("admin", lang="en_US")
    page.goto("/odoo/settings#crm_sync_measures")
    settle(page)
    page.locator("#sync_promise_portal").scroll_into_view_if_needed()
    screenshot(page, "promise-settings-1400")


@pytest.mark.parametrize("width", [1400, 390])
def test_the_analysis_and_the_calendar_open(page_for, screenshot, width):
    page = page_for("dora", lang="en_US", width=width)
    page.goto("/odoo/promise-analysis")
    settle(page)
    screenshot(page, f"promise-analysis-{width}")
    assert "%" in page.locator("div.o_pivot").inner_text()
    if width < 600:
        return
    for view in ("graph", "list"):
        page.locator(f"button.o_switch_view.o_{view}").click()
        settle(page)
        # The bars grow for a moment.
        page.wait_for_timeout(1200)
        screenshot(page, f"promise-analysis-{view}-{width}")
    page.goto("/odoo/promises")
    settle(page)
    for view in ("kanban", "calendar", "activity"):
        page.locator(f"button.o_switch_view.o_{view}").click()
        settle(page)
        screenshot(page, f"promise-{view}-{width}")


@pytest.mark.parametrize("width", [1400, 390])
def test_the_customer_sees_what_he_was_promised(page_for, screenshot, client_for, width):
    admin = client_for("admin")
    [company] = admin.call("res.company", "search", domain=[], order="id", limit=1)
    admin.call("res.company", "write", ids=[company], vals={"sync_promise_portal": True})
    try:
        page = page_for("portal_acme", lang="en_US", width=width)
        page.goto("/my/promises?filterby=all")
        page.wait_for_load_state("networkidle")
        screenshot(page, f"promise-portal-{width}")
        page.locator("table.o_portal_my_doc_table tbody a").first.click()
        page.wait_for_url(re.compile(r"/my/promises/\d+"))
        screenshot(page, f"promise-portal-one-{width}")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, "the page is wider than the screen"
        assert "warranty" in page.content() or "Technician" in page.content()
    finally:
        admin.call("res.company", "write", ids=[company], vals={"sync_promise_portal": False})
