"""Answers to known questions while a customer writes, and how similar cases were solved while a colleague does."""

import pytest
from pages import settle, shown_error


@pytest.fixture(scope="module", autouse=True)
def _form(server):
    server.shell("env.ref('base.main_company').sync_feedback_form = True; env.cr.commit()")


@pytest.fixture(autouse=True)
def _fresh(server):
    """Nobody has asked anything lately."""
    server.shell("env['crm.sync.attempt'].search([]).unlink(); env.cr.commit()")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def helped(server, question):
    return server.sql(f"SELECT helped_count FROM crm_sync_case_answer WHERE question = '{question}'")[0][0]


@pytest.mark.parametrize(("login", "width"), [(None, 1400), (None, 390), ("portal_lin", 390)])
@pytest.mark.parametrize(
    ("lang", "written", "question"),
    [
        ("en_US", "Could you please deliver on a Saturday?", "Do you deliver on Saturdays?"),
        ("zh_CN", "请问你们周六送货吗？", "周六可以送货吗？"),
    ],
)
def test_who_writes_is_told_the_answer_and_says_that_it_helped(
    page_for, screenshot, server, login, width, lang, written, question
):
    page = page_for(login, lang=lang, width=width)
    path = "/my/cases/new" if login else "/feedback"
    page.goto(path if lang == "en_US" else f"/{lang}{path}")
    page.wait_for_load_state("networkidle")
    cases = server.sql("SELECT count(*) FROM crm_sync_case")
    page.locator("textarea[name=text]").press_sequentially(written)
    answer = page.locator("details", has_text=question)
    answer.locator("summary").click()
    answer.locator(".o_sync_answer").wait_for()
    assert fits(page)
    before = helped(server, question)
    screenshot(page, f"known-answers-{'portal' if login else 'public'}-{lang}-{width}")
    with page.expect_response("**/judge") as judged:
        answer.locator("[data-helped='1']").click()
    assert judged.value.json()["counted"]
    answer.locator(".o_sync_answer_thanks").wait_for()
    assert int(helped(server, question)) == int(before) + 1
    page.locator("textarea[name=text]").fill("")
    answer.wait_for(state="detached")
    assert server.sql("SELECT count(*) FROM crm_sync_case") == cases


def test_without_javascript_the_form_is_what_it_was(browser, server):
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/feedback")
    page.locator("textarea[name=text]").fill("Do you deliver on Saturdays?")
    page.locator("input[name=email]").fill("wu.fang@example.com")
    page.locator("input[name=consent]").check()
    page.get_by_role("button", name="Send").click()
    assert page.locator(".o_sync_number").inner_text().startswith("C/")
    context.close()


@pytest.mark.parametrize(("lang", "width"), [("en_US", 1400), ("zh_CN", 390)])
def test_a_colleague_uses_how_it_was_solved_before(page_for, screenshot, server, lang, width):
    name = "Our lamps flicker when we dim them"
    [[case]] = server.sql(f"SELECT id FROM crm_sync_case WHERE name = '{name}'")
    page = page_for("max", lang=lang, width=width)
    page.goto(f"/odoo/sync-cases/{case}")
    settle(page)
    similar = page.locator(".o_sync_similar_case", has_text="The lamp flickers when it is dimmed")
    similar.scroll_into_view_if_needed()
    screenshot(page, f"similar-cases-{lang}-{width}")
    similar.locator("button").click()
    dialog = page.locator(".modal-content")
    dialog.wait_for()
    settle(page)
    assert not shown_error(page)
    screenshot(page, f"similar-cases-used-{lang}-{width}")
    assert "The lamp was exchanged for another model." in (
        dialog.locator("textarea").first.input_value()
        if dialog.locator("textarea").count()
        else dialog.locator(".odoo-editor-editable").inner_text()
    )


def test_similar_cases_are_told_while_a_case_is_written_down(page_for, screenshot):
    page = page_for("max", lang="en_US")
    page.goto("/odoo/sync-cases/new")
    settle(page)
    assert not page.locator(".o_sync_similar").count()
    page.locator("[name=name] input, [name=name] textarea").first.fill("Lamp flickering")
    page.locator("[name=partner_name] input").click()
    page.locator(".o_sync_similar_case", has_text="The lamp flickers when it is dimmed").wait_for()
    assert not page.locator(".o_sync_similar_case button").count(), "there is nobody to answer yet"
    screenshot(page, "similar-cases-new")


@pytest.mark.parametrize("width", [1400, 390])
def test_the_pages_of_answers_open_without_an_error(page_for, screenshot, server, width):
    page = page_for("max", lang="en_US", width=width)
    [[case]] = server.sql("SELECT id FROM crm_sync_case WHERE name = 'The lamp flickers when it is dimmed'")
    for name, address in (
        ("list", "/odoo/sync-answers"),
        ("new", "/odoo/sync-answers/new"),
        ("graph", "/odoo/sync-answers?view_type=graph"),
        ("pivot", "/odoo/sync-answers?view_type=pivot"),
    ):
        page.goto(address)
        settle(page)
        assert not shown_error(page)
        screenshot(page, f"known-answers-{name}-{width}")
    page.goto(f"/odoo/sync-cases/{case}")
    settle(page)
    if width > 1000:
        page.locator("button[name=action_make_answer]").click()
        page.locator(".o_form_view [name=question]").wait_for()
        settle(page)
        screenshot(page, f"known-answers-made-{width}")
        assert page.locator("[name=question] input").input_value() == "The lamp flickers when it is dimmed"
        assert page.get_by_text("take out everything").count()
