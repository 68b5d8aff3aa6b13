"""A customer looks at his membership and says what he wants to be written to for: on the desk and on the telephone."""

import pytest

CODE = """
partner = env["res.users"].search([("login", "=", "{login}")]).partner_id
partner.lang = "{lang}"
partner.email = partner.email or "{login}@example.com"
env["crm.sync.attempt"].search([]).unlink()
env.cr.commit()
link = env["crm.sync.contact.link"]
print("LINK", partner.id, f"/c/{{link._key(partner)}}", f"/m/{{link._dated_key(partner, 'membership')}}")
"""
WIDTHS = [("en_US", 1400), ("zh_CN", 390)]


def links(server, login, lang):
    printed = server.shell(CODE.format(login=login, lang=lang))
    line = next((line for line in printed.splitlines() if line.startswith("LINK ")), None)
    assert line, printed[-3_000:]
    return line.split()[1:]


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def said(server, partner):
    rows = server.sql(
        f"SELECT DISTINCT ON (purpose) purpose, is_allowed FROM crm_sync_contact_preference WHERE partner_id = {partner}"
        " ORDER BY purpose, at DESC, id DESC"
    )
    return dict(rows)


@pytest.mark.parametrize(("lang", "width"), WIDTHS)
def test_from_the_mail_without_a_login_he_stops_one_kind_and_keeps_the_rest(page_for, screenshot, server, lang, width):
    partner, link, _membership = links(server, "portal_lin", lang)
    page = page_for(None, lang=lang, width=width)
    page.goto(f"{link}/stop?p=survey")
    assert page.locator("html").get_attribute("lang") == lang.replace("_", "-")
    assert not page.locator("#allow_survey").is_checked()
    assert is_narrow(page)
    screenshot(page, f"preferences-{lang}-{width}")
    for label in page.locator("label").all():
        assert label.bounding_box()["height"] >= 44
    page.locator("button[type=submit]").first.click()
    page.wait_for_load_state("load")
    screenshot(page, f"preferences-saved-{lang}-{width}")
    assert page.locator("[role=status]").count() == 1
    assert said(server, partner)["survey"] == "f"
    page.locator("#allow_survey").check()
    page.locator("button[type=submit]").first.click()
    page.wait_for_load_state("load")
    assert said(server, partner)["survey"] == "t"


@pytest.mark.parametrize(("lang", "width"), WIDTHS)
@pytest.mark.parametrize("login", ["portal_lin", "portal_acme"])
def test_the_membership_by_login_and_by_the_link(page_for, screenshot, server, login, lang, width):
    _partner, _link, membership = links(server, login, lang)
    own = page_for(login, lang=lang, width=width)
    own.goto("/my/membership" if lang == "en_US" else f"/{lang}/my/membership")
    screenshot(own, f"membership-{login}-{lang}-{width}")
    assert is_narrow(own)
    assert own.locator("input[type=checkbox][name^=allow_]").count() == 4
    page = page_for(None, lang=lang, width=width)
    page.goto(membership)
    screenshot(page, f"membership-link-{login}-{lang}-{width}")
    assert is_narrow(page)
    tiers = page.locator(".o_sync_tier_name")
    assert tiers.all_inner_texts() == own.locator(".o_sync_tier_name").all_inner_texts()
