"""A manager makes a survey program from a template, looks who would be skipped, sends it and reads what came of it; a customer answers
on his telephone, in Chinese. With mails that really leave."""

import email
import email.policy
import email.utils
import re

import pytest
from pages import Pages, settle, shown_error
from system import System

from dev import addon_dbs, databases

#: What the scheduler does, at once: nobody waits here for its next turn.
JOBS = (
    "crm_sync_measures.cron_survey_scan",
    "crm_sync_measures.cron_survey_gate",
    "crm_sync_measures.cron_survey_dispatch",
    "mail.ir_cron_mail_scheduler_action",
)
#: Whom no survey has reached lately.
CUSTOMER = "admin@shenlan-tech.example"
#: The company asks at any hour, in this test; the customer is Chinese.
PREPARED = """
env.company.write({"sync_survey_hour_from": 0, "sync_survey_hour_to": 24, "sync_survey_weekend": True})
env["res.partner"].search([("email", "=", "admin@shenlan-tech.example")]).lang = "zh_CN"
env.cr.commit()
"""


@pytest.fixture(scope="module")
def server(browser, outbox):
    base = addon_dbs.ensure("system", reuse=True)
    with databases.private_copy(base, "wave") as database:
        system = System(database)
        try:
            system.shell(PREPARED)
            system.start(smtp_server="127.0.0.1", smtp_port=outbox[1], max_cron_threads=0)
            yield system
        finally:
            system.stop()


@pytest.fixture(scope="module")
def client_for(server):
    return server.client


@pytest.fixture(scope="module")
def _pages(browser, server):
    return Pages(browser, server)


def run_jobs(server):
    admin = server.client("admin")
    for job in JOBS:
        module, name = job.split(".")
        [found] = admin.call(
            "ir.model.data", "search_read", domain=[["module", "=", module], ["name", "=", name]], fields=["res_id"]
        )
        admin.call("ir.cron", "method_direct_trigger", ids=[found["res_id"]])


def asked(outbox):
    """``{address: link}`` of the mails that left with a survey."""
    found = {}
    for file in outbox[0].iterdir():
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        text = mail.get_body(("html", "plain")).get_content()
        if link := re.search(r"/s/[0-9]+-[\w-]+", text):
            found[email.utils.parseaddr(mail["To"])[1]] = link[0]
    return found


def test_from_the_template_to_the_results(page_for, screenshot, server, outbox):
    manager = page_for("max", lang="en_US")
    manager.goto("/odoo/survey-programs")
    settle(manager)
    manager.get_by_text("Relationship: would you recommend us?").first.click()
    settle(manager)
    manager.locator(".o_cp_action_menus button").first.click()
    manager.get_by_role("menuitem", name="Duplicate").click()
    settle(manager)
    manager.locator("[name=name] textarea, [name=name] input").first.fill("Autumn")
    manager.locator("[name=wave_spread_days] input").fill("1")
    manager.locator(".o_form_button_save").click()
    settle(manager)
    screenshot(manager, "wave-program")

    manager.get_by_role("button", name="Plan", exact=True).click()
    plan = manager.wait_for_selector(".modal [name=sentence]")
    settle(manager)
    assert re.search(r"\d+ of \d+ will be skipped: \d+ ", plan.inner_text())
    screenshot(manager, "wave-plan")
    manager.locator(".modal .o_data_row button[name=action_open]").first.click()
    manager.wait_for_selector(".o_list_view .o_data_row")
    settle(manager)
    screenshot(manager, "wave-plan-names")
    manager.go_back()
    settle(manager)

    manager.get_by_role("button", name="Start Asking").click()
    settle(manager)
    run_jobs(server)
    mails = asked(outbox)
    assert CUSTOMER in mails, sorted(mails)

    customer = page_for(None, lang="zh_CN", width=390)
    customer.goto(mails[CUSTOMER])
    screenshot(customer, "wave-answer-390")
    assert customer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    customer.locator(".o_sync_survey_number").nth(10).click()
    customer.fill("#sync_why", "交货很快，谢谢！")
    customer.locator("button[type=submit]").click()
    customer.wait_for_load_state("load")
    screenshot(customer, "wave-thanks-390")

    manager.reload()
    settle(manager)
    manager.get_by_role("button", name="Results").first.click()
    settle(manager)
    manager.wait_for_selector(".o_sync_results")
    screenshot(manager, "wave-results")
    assert "交货很快，谢谢！" in manager.locator("body").inner_text()
    assert not shown_error(manager)
