"""What came of cases: causes, satisfaction, wanted improvements, what service is worth; and the customer's stars."""

import pytest
from pages import settle, shown_error


@pytest.mark.parametrize("width", [1400, 390])
def test_the_pages_of_what_came_of_cases_open_without_an_error(page_for, screenshot, width):
    page = page_for("max", width=width)
    for name in ("cause-analysis", "case-satisfaction", "case-improvements", "value-of-service"):
        page.goto(f"/odoo/{name}")
        settle(page)
        assert not shown_error(page)
        screenshot(page, f"{name}-{width}")
    for view in ("pivot", "list"):
        for name in ("cause-analysis", "case-satisfaction", "value-of-service"):
            page.goto(f"/odoo/{name}?view_type={view}")
            settle(page)
            assert not shown_error(page)
            screenshot(page, f"{name}-{view}-{width}")


@pytest.mark.parametrize("width", [1400, 390])
def test_a_bar_of_the_pareto_chart_leads_to_its_cases(page_for, screenshot, width):
    page = page_for("max", width=width)
    page.goto("/odoo/cause-analysis")
    settle(page)
    rows = page.locator(".o_sync_pareto tbody tr")
    counts = [int(cell) for cell in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert counts == sorted(counts[:-1], reverse=True) + counts[-1:]
    shares = rows.locator("td:nth-child(3)").all_inner_texts()
    assert "100.0 %" in shares[-2:], shares
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    rows.first.locator("button").first.click()
    settle(page)
    assert not shown_error(page)
    assert page.locator(".o_list_view, .o_kanban_view").count()
    screenshot(page, f"cause-analysis-cases-{width}")
    if width == 1400:
        assert int(page.locator(".o_pager_limit").inner_text()) == counts[0]
        page.go_back()
        settle(page)
        box = page.locator(".o_sync_pareto canvas").bounding_box()
        page.mouse.click(box["x"] + box["width"] * 0.12, box["y"] + box["height"] * 0.6)
        settle(page)
        page.locator(".o_list_view").wait_for()


@pytest.mark.parametrize("width", [1400, 390])
def test_stars_in_the_mail_choose_and_the_customer_sends(page_for, screenshot, server, width):
    code = """
partner = env["res.partner"].create({"name": "Xu Lin", "email": "xu.lin@example.com"})
case = env["crm.sync.case"].create({"name": "镜片刮花了", "kind": "question", "partner_id": partner.id})
case.action_close(note="Done")
case._ask_verdict()
env.cr.commit()
mail = case.message_ids.filtered(lambda one: "stars=" in one.body)
print("LINK", case.id, case._verdict_url(4).replace(case.get_base_url(), ""), len(mail))
"""
    line = next(line for line in server.shell(code).splitlines() if line.startswith("LINK "))
    _word, case, link, mails = line.split()
    assert mails == "1"
    page = page_for(None, lang="en_US", width=width)
    page.goto(link)
    page.wait_for_load_state("networkidle")
    assert page.locator("input[name=stars]:checked").input_value() == "4"
    screenshot(page, f"case-stars-{width}")
    assert server.sql(f"SELECT count(*) FROM crm_sync_score WHERE case_id = {case}") == [["0"]]
    page.locator(".o_sync_verdict button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    assert server.sql(f"SELECT value FROM crm_sync_score WHERE case_id = {case}") == [["4"]]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize(("lang", "width"), [("en_US", 1400), ("zh_CN", 390)])
def test_what_customers_said_and_we_did_is_alive(page_for, screenshot, lang, width):
    page = page_for("portal_lin", lang=lang, width=width)
    page.goto("/feedback/done" if lang == "en_US" else f"/{lang}/feedback/done")
    page.wait_for_load_state("networkidle")
    text = page.locator("#wrap").inner_text()
    assert ("三米长的电源线" if lang == "zh_CN" else "three metres of cable") in text
    screenshot(page, f"said-{width}")
