"""The page of a survey program's results: as a manager at 1400 and 390 px, as a colleague by its link, and as a stranger."""

import re
from io import BytesIO

import openpyxl
import pytest
from pages import settle, shown_error

#: Two waves of the demo program, with something in each part of the page.
CODE = """
from datetime import datetime, timedelta
now = datetime.now().replace(microsecond=0)
program = env.ref("crm_sync_measures.survey_program_nps_relationship")
Score, Invitation = env["crm.sync.score"], env["crm.sync.survey.invitation"]
if program.wave < 3:
    program._record({"wave": 3})
    program.min_answers = 20
    sales, service = env.ref("crm_sync_measures.department_sales"), env.ref("crm_sync_measures.department_service")
    words = {10: "Kind people, quick answers", 8: "Good, but the delivery was late", 2: "送货太晚，没人接电话"}
    for wave, counts in ((2, {10: 30, 8: 20, 2: 25}), (3, {10: 60, 8: 15, 2: 12})):
        partners = env["res.partner"].create([{"name": f"Guest {wave}-{number}"} for number in range(150)])
        values = [value for value, count in counts.items() for _one in range(count)]
        for number, partner in enumerate(partners):
            partner.sync_department_id = sales if number % 3 else service
            invitation = Invitation.create({
                "program_id": program.id, "partner_id": partner.id, "email": f"guest{number}@example.com", "wave": wave,
                "lang": "en_US" if number % 4 else "zh_CN", "origin_key": f"results:{wave}:{number}",
            })
            if number >= 130:
                invitation._suppress("quota" if number % 3 else "asked_recently")
                continue
            for state in ("queued", "sent"):
                invitation._set_state(state)
            if number % 3 == 0 and number > 30:
                continue
            if values:
                value = values.pop(number % len(values))
                invitation._record({"expires_at": now + timedelta(days=30)})
                invitation._answer(value, words[value] if number % 5 == 0 else "", now - timedelta(hours=3))
        for value in values:
            Score._answer(program, value)
    anonymous = program.copy({"name": "Anonymous wave", "is_anonymous": True, "low_score_opens_case": False})
    anonymous.action_start()
    anonymous._record({"wave": 1})
    for number, partner in enumerate(partners[:24]):
        invitation = Invitation.create({
            "program_id": anonymous.id, "partner_id": partner.id, "wave": 1, "lang": "en_US" if number % 2 else "zh_CN",
            "origin_key": f"results:anonymous:{number}",
        })
        for state in ("queued", "sent"):
            invitation._set_state(state)
        Score._answer(anonymous, (2, 8, 10)[number % 3], f"Words {number}", invitation=invitation)
        invitation._set_state("done")
    anonymous.action_end()
    # Some were unhappy a while ago, and somebody has called two of them.
    env["crm.sync.survey.loop"]._cron_follow()
    for loop in env["crm.sync.survey.loop"].search([("program_id", "=", program.id)], limit=2):
        loop.case_id._answered(now)
    env.cr.commit()
anonymous = env["crm.sync.survey.program"].search([("name", "=", "Anonymous wave")])
draft = env["crm.sync.survey.program"].search([("state", "=", "draft")], limit=1)
print("PROGRAMS", program.id, anonymous.id, draft.id)
"""


@pytest.fixture(scope="module")
def programs(server):
    printed = server.shell(CODE)
    line = next((line for line in printed.splitlines() if line.startswith("PROGRAMS ")), None)
    assert line, printed[-3_000:]
    return line.split()[1:]


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def number(locator):
    return int(locator.inner_text())


@pytest.mark.parametrize(("lang", "width"), [("en_US", 1400), ("en_US", 390), ("zh_CN", 390)])
def test_a_manager_reads_the_results(page_for, screenshot, programs, lang, width):
    page = page_for("max", lang=lang, width=width, height=2600)
    page.goto(f"/odoo/survey-results/{programs[0]}")
    settle(page)
    assert not shown_error(page)
    page.locator(".o_sync_results_score").wait_for()
    assert is_narrow(page)
    assert "Unnamed" not in page.locator(".o_control_panel").inner_text()
    screenshot(page, f"survey-results-{lang}-{width}")
    cards = page.locator(".o_sync_results section.card")
    assert cards.count() >= 8
    for card in cards.all():
        card.scroll_into_view_if_needed()
        box = card.bounding_box()
        assert box["x"] + box["width"] <= width + 1, card.get_attribute("class")
        inner = card.evaluate("card => card.scrollWidth - card.clientWidth")
        assert inner <= 1, card.get_attribute("class")
    page.locator("[data-segment=lang]").click()
    assert page.locator(".o_sync_results_segments tbody tr").count() >= 2


def test_a_number_opens_exactly_its_records_and_the_way_back_leads_to_the_page(page_for, programs):
    page = page_for("max", lang="en_US", width=1400)
    page.goto(f"/odoo/survey-results/{programs[0]}")
    settle(page)
    for selector in (
        ".o_sync_results_answers",
        ".o_sync_results_distribution [data-code=low] .fw-bold",
        ".o_sync_results_response [data-code=delivered] .fw-bold",
        ".o_sync_results_silent tbody tr:last-child button >> nth=0",
        ".o_sync_results_suppressed tbody tr:first-child button",
        ".o_sync_results_segments tbody tr:first-child button",
        ".o_sync_results_loop [data-code=contacted] .fw-bold",
        ".o_sync_results_loop [data-code=waiting] .fw-bold",
    ):
        cell = page.locator(selector).first
        wanted = number(cell)
        cell.click()
        page.locator(".o_list_view").wait_for()
        settle(page)
        assert not shown_error(page)
        assert int(page.locator(".o_pager_limit").inner_text().rstrip("+")) == wanted, selector
        page.go_back()
        settle(page)
        page.locator(".o_sync_results_score").wait_for()


def test_time_and_votes_are_chosen_and_stay_in_the_link(page_for, screenshot, programs):
    page = page_for("max", lang="en_US", width=1400)
    page.goto(f"/odoo/survey-results/{programs[0]}")
    settle(page)
    third = page.locator(".o_sync_results_score").inner_text()
    page.locator(".o_sync_results_time").select_option("2")
    settle(page)
    second = page.locator(".o_sync_results_score").inner_text()
    assert second != third
    page.locator("#sync_results_accounts").check()
    settle(page)
    page.wait_for_function("location.search.includes('accounts=1')")
    assert "wave=2" in page.url
    link = page.url
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.locator(".o_sync_results_link").click()
    copied = page.evaluate("window.copied")
    assert re.search(rf"/odoo/survey-results/{programs[0]}\?", copied), copied
    other = page_for("max", lang="en_US", width=1400)
    for address in (link, copied):
        other.goto(address)
        settle(other)
        assert other.locator(".o_sync_results_time").input_value() == "2"
        assert other.locator("#sync_results_accounts").is_checked()
    screenshot(other, "survey-results-accounts")


def test_comments_are_searched(page_for, programs):
    page = page_for("max", lang="en_US", width=1400)
    page.goto(f"/odoo/survey-results/{programs[0]}")
    settle(page)
    before = page.locator(".o_sync_comment").count()
    page.locator(".o_sync_comments_search").fill("deliveries late")
    page.wait_for_function(f"document.querySelectorAll('.o_sync_comment').length < {before}")
    assert all("delivery" in text for text in page.locator(".o_sync_comment_text").all_inner_texts())
    page.locator(".o_sync_comments_search").fill("")
    page.locator(".o_sync_comments_band").select_option("low")
    settle(page)
    assert set(page.locator(".o_sync_comment .badge:first-child").all_inner_texts()) == {"2"}


def test_the_button_of_the_program_leads_there_and_the_workbook_is_downloaded(page_for, programs):
    page = page_for("max", lang="en_US", width=1400)
    page.goto(f"/odoo/survey-programs/{programs[0]}")
    settle(page)
    page.locator("button[name=action_results]").first.click()
    page.locator(".o_sync_results_score").wait_for()
    settle(page)
    assert page.url.split("?")[0].endswith(f"/survey-results/{programs[0]}"), page.url
    with page.expect_download() as download:
        page.locator(".o_sync_results_workbook").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    assert book.sheetnames == ["Score", "Trend", "Segments", "Comments"]


def test_who_may_not_read_it_is_told_so_and_who_may_sees_his_own(page_for, screenshot, programs):
    page = page_for("anna", lang="en_US", width=1400)
    page.goto(f"/odoo/survey-results/{programs[0]}")
    settle(page)
    assert page.locator(".o_sync_results_partial").count() == 1
    page.goto("/odoo/survey-results/987654")
    settle(page)
    assert "does not exist any more" in page.locator("[role=alert]").inner_text()
    screenshot(page, "survey-results-gone")
    page.goto("/odoo/survey-results")
    settle(page)
    page.locator(".o_sync_results_programs button", has_text="Relationship").click()
    page.locator(".o_sync_results_score").wait_for()
    settle(page)
    assert re.search(rf"/survey-results/{programs[0]}($|\?)", page.url), page.url
    assert page.locator(".o_menu_brand").inner_text() == "Customer Sync"
    stranger = page_for("demo", lang="en_US", width=390)
    stranger.goto(f"/odoo/survey-results/{programs[0]}")
    settle(stranger)
    assert "may not read the results" in stranger.locator("[role=alert]").inner_text()
    screenshot(stranger, "survey-results-refused")


@pytest.mark.parametrize("width", [1400, 390])
def test_an_anonymous_program_and_one_that_has_asked_nobody(page_for, screenshot, programs, width):
    page = page_for("max", lang="en_US", width=width, height=1800)
    page.goto(f"/odoo/survey-results/{programs[1]}")
    settle(page)
    assert not shown_error(page)
    assert page.locator(".o_sync_comment_text").first.inner_text() == "Words 0"
    assert page.locator(".o_sync_results section a, .o_sync_results .o_sync_results_answers").count() == 0
    assert page.locator(".o_sync_results_response button:not([disabled])").count() == 0
    screenshot(page, f"survey-results-anonymous-{width}")
    page.goto(f"/odoo/survey-results/{programs[2]}")
    settle(page)
    assert "No customer has been asked yet" in page.locator(".o_crm_sync_empty").inner_text()
    screenshot(page, f"survey-results-empty-{width}")
    assert is_narrow(page)


def test_keys_alone_reach_every_number(page_for, programs):
    page = page_for("max", lang="en_US", width=1400)
    page.goto(f"/odoo/survey-results/{programs[0]}")
    settle(page)
    page.locator(".o_sync_results_answers").focus()
    page.keyboard.press("Enter")
    page.locator(".o_list_view").wait_for()
    settle(page)
    assert not shown_error(page)
