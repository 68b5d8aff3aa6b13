"""The customer brief over the external API (JSON-2), as each role, a portal customer, and the report's address."""

import re
import urllib.error
import urllib.request

import pytest
from system import ApiError

ROLES = ("anna", "ben", "mia", "dora", "max", "alex")
OUTSIDERS = ("portal_lin", "portal_acme")
REPORT = "crm_sync_measures.report_customer_brief"


@pytest.fixture(scope="module")
def showcase(client_for):
    [customer] = client_for("max").call(
        "res.partner", "search_read", domain=[["name", "=", "Northwind Optics"]], fields=["name"], limit=1
    )
    return customer


@pytest.mark.parametrize("login", ROLES)
def test_every_role_gets_a_brief_with_the_sections_it_may_read(client_for, showcase, login):
    brief = client_for(login).call("res.partner", "sync_brief", ids=[showcase["id"]])
    assert brief["partner"]["name"] == "Northwind Optics"
    told = {section["code"] for section in brief["sections"] if not section["masked"]}
    assert {"who", "contacts", "promises"} <= told
    assert ("value" in told) == (login in ("anna", "dora", "max")), told
    html = client_for(login).call("res.partner", "sync_brief_page", ids=[showcase["id"]])["html"]
    assert "Northwind Optics" in html


def test_service_reads_no_amount_of_sales(client_for, showcase):
    facts = client_for("max").call("res.partner", "sync_brief", ids=[showcase["id"]])
    [value] = [section for section in facts["sections"] if section["code"] == "value"]
    amount = value["facts"][0]["value"]
    assert re.search(r"\d", amount)
    seen = client_for("ben").call("res.partner", "sync_brief_page", ids=[showcase["id"]])["html"]
    assert amount not in seen


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_portal_customer_is_refused_even_for_himself(client_for, showcase, login):
    client = client_for(login)
    own = client.call("res.users", "context_get")["uid"]
    [me] = client.call("res.users", "read", ids=[own], fields=["partner_id"])
    for partner_id in (showcase["id"], me["partner_id"][0]):
        for method in ("sync_brief", "sync_brief_page"):
            with pytest.raises(ApiError) as refused:
                client.call("res.partner", method, ids=[partner_id])
            assert refused.value.status == 403


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_portal_customer_reads_no_row_of_mailed_briefs_and_no_preference(client_for, login):
    client = client_for(login)
    for method, arguments in (("search_read", {"domain": []}), ("search_count", {"domain": []})):
        with pytest.raises(ApiError) as refused:
            client.call("crm.sync.brief.mail", method, **arguments)
        assert refused.value.status == 403


def test_private_methods_are_not_to_be_called(client_for, showcase):
    client = client_for("max")
    for model, method, arguments in (
        ("crm.sync.brief", "_get_brief", {"partner": showcase["id"]}),
        ("crm.sync.brief.mail", "_cron_mail", {}),
        ("crm.sync.brief.mail", "_plan", {}),
    ):
        with pytest.raises(ApiError) as refused:
            client.call(model, method, **arguments)
        assert refused.value.status in (403, 404, 422)


def test_bad_input_is_refused_in_words(client_for):
    client = client_for("anna")
    for ids, word in (([], "at least one"), (list(range(1, 20)), "at most")):
        with pytest.raises(ApiError) as refused:
            client.call("res.partner", "sync_brief_page", ids=ids)
        assert word in refused.value.message
    with pytest.raises(ApiError) as refused:
        client.call("res.partner", "sync_brief", ids=[999_999_999])
    assert "does not exist" in refused.value.message


def test_nobody_makes_or_changes_a_row_of_mailed_briefs(client_for):
    for login in ("anna", "max", "alex"):
        client = client_for(login)
        for method, arguments in (
            ("create", {"vals_list": [{}]}),
            ("write", {"ids": [1], "vals": {"state": "sent"}}),
            ("unlink", {"ids": [1]}),
        ):
            with pytest.raises(ApiError) as refused:
                client.call("crm.sync.brief.mail", method, **arguments)
            assert refused.value.status == 403


def test_the_report_s_address_is_no_way_around(server, showcase):
    """Without a session there is the login page, and no brief."""
    with urllib.request.urlopen(f"{server.url}/report/html/{REPORT}/{showcase['id']}", timeout=60) as answer:
        text = answer.read().decode()
    assert "Northwind Optics" not in text
    assert "login" in answer.url
