"""A customer tells us something, follows it and says how it went: on the desk and on the phone, in English and in Chinese."""

import re

import pytest
from pages import settle as settle_client

#: What would run if anything of it were more than text.
_PAYLOADS = (
    "<script>window.syncRan=1</script>",
    "<img src=x onerror=window.syncRan=1>",
    "<svg/onload=window.syncRan=1>",
    "\"><iframe srcdoc='<script>parent.syncRan=1</script>'></iframe>",
    "javascript:window.syncRan=1",
    "{{7*7}} <t t-out='7*7'/>",
)
#: Every screen of the room for colleagues.
_SCREENS = (
    *(f"/odoo/sync-cases?view_type={view}" for view in ("list", "kanban", "calendar", "activity", "pivot", "graph")),
    "/odoo/sync-cases-my", "/odoo/sync-suggestions", "/odoo/case-team", "/odoo/case-clocks", "/odoo/case-analysis", "/odoo/cause-analysis",
    "/odoo/case-satisfaction", "/odoo/case-improvements", "/odoo/value-of-service", "/odoo/sync-compensations", "/odoo/sync-said",
    "/odoo/sync-answers",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _form(server):
    server.shell("env.ref('base.main_company').sync_feedback_form = True; env.cr.commit()")


@pytest.fixture(autouse=True)
def _fresh(server):
    """Nobody has sent anything lately."""
    server.shell("env['crm.sync.attempt'].search([]).unlink(); env.cr.commit()")


def settle(page):
    """The customer's pages have no action manager to wait for."""
    page.wait_for_load_state("networkidle")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize(("lang", "width"), [("en_US", 1400), ("zh_CN", 390)])
def test_a_customer_files_a_complaint_and_follows_it(page_for, screenshot, server, lang, width):
    page, name = page_for("portal_lin", lang=lang, width=width), f"case-portal-{lang}-{width}"
    prefix = "" if lang == "en_US" else f"/{lang}"
    page.goto(f"{prefix}/my/cases/new")
    settle(page)
    assert fits(page)
    page.locator("textarea[name=text]").fill(
        "镜片碎了，请换一副新的。" if lang == "zh_CN" else "The lens is broken. Please send another one."
    )
    page.locator("input[type=file]").set_input_files(
        {"name": "lens.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 99}
    )
    screenshot(page, f"{name}-new")
    page.locator("form[action='/my/cases/new'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/my/cases/\d+"))
    settle(page)
    assert fits(page)
    page.locator(".o-mail-Message").first.wait_for()
    assert page.get_by_text("lens.png").count()
    screenshot(page, f"{name}-sent")
    [[case]] = server.sql("SELECT max(id) FROM crm_sync_case")
    server.shell(
        f"case = env['crm.sync.case'].browse({case}); case.write({{'decision': 'upheld', 'cause_id': env['crm.sync.case.cause'].search([], limit=1).id}});"
        "case._go_to_step('investigating'); case.action_close(note='You get a new lens.'); env.cr.commit()"
    )
    page.goto(f"{prefix}/my/cases/{case}")
    settle(page)
    assert "You get a new lens." in page.locator("#wrap").inner_text()
    page.locator("label[for=sync_star_4]").click()
    page.locator("input[name=words]").fill("好" if lang == "zh_CN" else "Quick")
    page.locator(".o_sync_verdict button[type=submit]").click()
    settle(page)
    screenshot(page, f"{name}-judged")
    assert server.sql(f"SELECT verdict FROM crm_sync_case WHERE id = {case}") == [["4"]]
    page.locator("details summary").click()
    page.locator("textarea[name=reason]").fill("It broke again")
    page.locator("form[action$='/reopen'] button[type=submit]").click()
    settle(page)
    assert server.sql(f"SELECT cycle FROM crm_sync_case WHERE id = {case}") == [["2"]]
    page.goto(f"{prefix}/my/cases")
    settle(page)
    assert fits(page)
    screenshot(page, f"{name}-list")


@pytest.mark.parametrize("width", [1400, 390])
def test_anybody_fills_the_form(page_for, screenshot, width):
    page = page_for(None, lang="en_US", width=width)
    page.goto("/feedback")
    settle(page)
    assert fits(page)
    page.locator("textarea[name=text]").fill("Do you deliver on Saturdays?")
    page.locator("label[for=sync_kind_question]").click()
    page.locator("input[name=name]").fill("Wu Fang")
    page.locator("input[name=email]").fill("wu.fang@example.com")
    page.locator("input[name=consent]").check()
    screenshot(page, f"case-feedback-{width}")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/feedback/thanks"))
    assert re.search(r"C/\d{4}/\d+", page.locator(".o_sync_number").inner_text())


def test_nothing_that_a_customer_writes_is_run_anywhere(page_for, server, client_for):
    text = "\n".join(_PAYLOADS)
    code = f"""
words = {text!r}
partner = env["res.users"].search([("login", "=", "portal_lin")]).partner_id
case = env["crm.sync.case"]._open_case({{"subject": words, "text": words, "remedy_note": words, "lot": words, "channel": "portal",
                                        "partner_id": partner.id, "consent": words}})
case._post_opening(body=words, author_id=partner.id)
case._record({{"verdict": "1", "verdict_note": words}})
stranger = env["crm.sync.case"]._open_case({{"subject": words, "text": words, "name": words, "email": "x@example.com", "channel": "web"}})
wish = env["crm.sync.case"]._open_case({{"kind": "suggestion", "subject": words, "text": words, "channel": "portal", "partner_id": partner.id}})
env["crm.sync.case.said"].create({{"case_id": wish.id, "name": words[:200], "answer": words, "is_published": True}})
# Somebody whose name and file are no names, as a mail brings them in.
sender = env["res.partner"].create({{"name": words, "email": "sender@example.com"}})
mailed = env["crm.sync.case"]._open_case({{"subject": words, "text": words, "channel": "email", "partner_id": sender.id}})
mailed._post_opening(body=words, author_id=sender.id)
mailed.message_post(body=words, attachments=[(words.split(chr(10))[1] + ".png", b"x")])
env.cr.commit()
print("CASE", case.id, case.access_token, wish.id)
"""
    line = next(line for line in server.shell(code).splitlines() if line.startswith("CASE "))
    _word, case, token, wish = line.split()
    for login, paths in (
        ("max", (f"/odoo/sync-cases/{case}", f"/odoo/sync-suggestions/{wish}", *_SCREENS)),
        (
            "portal_lin",
            (f"/my/cases/{case}", "/my/cases", "/my/cases?filterby=all", "/my", "/my/cases/new", "/feedback/done"),
        ),
        (None, (f"/my/cases/{case}?access_token={token}", "/feedback/done")),
    ):
        page = page_for(login, lang="en_US")
        dialogs = []
        page.on("dialog", lambda dialog, dialogs=dialogs: (dialogs.append(dialog.message), dialog.dismiss()))
        for path in paths:
            page.goto(path)
            # The web client listens to the server for ever: it is never idle.
            (settle_client if login == "max" else settle)(page)
            assert page.evaluate("window.syncRan") is None, path
            assert not dialogs, path
