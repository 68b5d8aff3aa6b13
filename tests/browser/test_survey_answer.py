"""A customer answers a survey on a telephone: from the button in the mail to the thanks, with and without scripts."""

import pytest

CODE = """
program = env.ref("crm_sync_measures.survey_program_nps_relationship")
if program.state == "draft":
    program.action_start()
program.has_code = True
partner = env["res.users"].search([("login", "=", "portal_lin")]).partner_id
number = env["crm.sync.survey.invitation"].search_count([]) + 1
invitation = env["crm.sync.survey.invitation"].create({{
    "program_id": program.id, "partner_id": partner.id, "email": partner.email or "lin@example.com", "lang": "{lang}",
    "origin_key": f"browser:{{number}}",
}})
for state in ("queued", "sent"):
    invitation._set_state(state)
env["crm.sync.attempt"].search([]).unlink()
env.cr.commit()
print("LINK", invitation.id, f"/s/{{invitation._token()}}", f"/s/q/{{program._public_token()}}")
"""


def invite(server, lang):
    printed = server.shell(CODE.format(lang=lang))
    line = next((line for line in printed.splitlines() if line.startswith("LINK ")), None)
    assert line, printed[-3_000:]
    _word, invitation, link, code = line.split()
    return invitation, link, code


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def state_of(server, invitation):
    [[state]] = server.sql(f"SELECT state FROM crm_sync_survey_invitation WHERE id = {invitation}")
    return state


def until(page, holds, seconds=10):
    for _turn in range(seconds * 10):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


@pytest.mark.parametrize(("lang", "width"), [("en_US", 1400), ("zh_CN", 390)])
def test_a_number_in_the_mail_chooses_and_the_customer_sends(page_for, screenshot, server, lang, width):
    invitation, link, _code = invite(server, lang)
    page = page_for(None, lang=lang, width=width)
    page.goto(f"{link}?score=9")
    assert page.locator("input[name=score]:checked").input_value() == "9"
    assert page.locator("html").get_attribute("lang") == lang.replace("_", "-")
    assert is_narrow(page)
    screenshot(page, f"survey-form-{lang}-{width}")
    assert server.sql(f"SELECT count(*) FROM crm_sync_score WHERE invitation_id = {invitation}") == [["0"]]
    assert state_of(server, invitation) == "sent"
    page.mouse.move(100, 100)
    until(page, lambda: state_of(server, invitation) == "opened")
    # A thumb hits each number.
    for box in page.locator(".o_sync_survey_number").all():
        size = box.bounding_box()
        assert size["width"] >= 38, size
        assert size["height"] >= 44, size
    page.locator(".o_sync_survey_number").nth(0).click()
    until(page, lambda: state_of(server, invitation) == "started")
    page.fill("#sync_why", "送货太晚" if lang == "zh_CN" else "The delivery was late")
    assert not page.locator("#sync_phone").is_visible()
    page.check("#sync_call")
    page.fill("#sync_phone", "+86 138 0000 0000")
    screenshot(page, f"survey-filled-{lang}-{width}")
    page.locator("button[type=submit]").click()
    page.wait_for_load_state("load")
    screenshot(page, f"survey-thanks-{lang}-{width}")
    assert server.sql(f"SELECT value FROM crm_sync_score WHERE active AND invitation_id = {invitation}") == [["0"]]
    assert is_narrow(page)
    # He had mistaken the ends of the scale.
    page.locator("a[href$='?edit=1']").click()
    page.wait_for_load_state("load")
    assert page.locator("input[name=score]:checked").input_value() == "0"
    page.locator(".o_sync_survey_number").nth(10).click()
    page.locator("button[type=submit]").click()
    page.wait_for_load_state("load")
    assert server.sql(f"SELECT value FROM crm_sync_score WHERE active AND invitation_id = {invitation}") == [["10"]]
    # The telephone goes on with the questions that are left.
    page.locator("a.o_sync_survey_button").click()
    page.wait_for_load_state("networkidle")
    assert "/survey/" in page.url
    screenshot(page, f"survey-further-{lang}-{width}")


def test_keys_alone_answer(page_for, server):
    invitation, link, _code = invite(server, "en_US")
    page = page_for(None, lang="en_US", width=1400)
    page.goto(f"{link}?score=7")
    page.locator("#sync_score_7").focus()
    page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("a[href$='?edit=1']").wait_for()
    assert server.sql(f"SELECT value FROM crm_sync_score WHERE active AND invitation_id = {invitation}") == [["8"]]


def test_it_works_without_scripts(browser, server):
    invitation, link, _code = invite(server, "en_US")
    context = browser.new_context(
        base_url=server.url, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    try:
        page = context.new_page()
        page.goto(link)
        page.locator(".o_sync_survey_number").nth(5).click()
        page.locator("button[type=submit]").click()
        page.wait_for_load_state("load")
        assert page.locator("a[href$='?edit=1']").count() == 1
    finally:
        context.close()
    assert server.sql(f"SELECT value FROM crm_sync_score WHERE active AND invitation_id = {invitation}") == [["5"]]


@pytest.mark.parametrize("width", [390])
def test_a_code_on_paper_is_answered_by_whom_nobody_knows(page_for, screenshot, server, width):
    _invitation, _link, code = invite(server, "en_US")
    page = page_for(None, lang="en_US", width=width)
    page.goto(code)
    assert is_narrow(page)
    screenshot(page, f"survey-code-{width}")
    page.locator(".o_sync_survey_number").nth(3).click()
    page.locator("button[type=submit]").click()
    page.wait_for_load_state("load")
    screenshot(page, f"survey-code-thanks-{width}")
    assert server.sql(
        "SELECT value, partner_id FROM crm_sync_score WHERE active AND invitation_id IS NULL AND program_id IS NOT NULL ORDER BY id DESC LIMIT 1"
    ) == [["3", ""]]


def test_what_is_not_there_is_said_in_words(page_for, screenshot, server):
    _invitation, link, _code = invite(server, "en_US")
    page = page_for(None, width=390, allowed=("404",))
    page.goto(f"{link[:-1]}{'0' if link[-1] != '0' else '1'}")
    assert page.locator("h1").count() == 1
    screenshot(page, "survey-nothing-390")
