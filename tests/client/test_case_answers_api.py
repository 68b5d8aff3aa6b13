"""Similar cases and known answers by the external API: who is told what."""

import pytest
from system import ApiError

ROLES = ("anna", "ben", "dora", "max", "alex")
OUTSIDERS = ("portal_lin", "portal_acme")


def readable(client):
    found = client.call("crm.sync.case", "search_read", domain=[["active", "in", [True, False]]], fields=["id"])
    return {case["id"] for case in found}


@pytest.mark.parametrize("login", ROLES)
def test_every_role_is_told_solved_cases_he_may_read_and_no_other(client_for, server, login):
    client = client_for(login)
    mine = readable(client)
    for subject in ("Lamp flickers when dimmed", "展柜门锁打不开", "Invoice charges delivery twice"):
        told = client.call("crm.sync.case", "sync_similar", subject=subject, limit=20)
        assert {case["id"] for case in told} <= mine
    solved = {int(case) for [case] in server.sql("SELECT id FROM crm_sync_case WHERE search_words IS NOT NULL")}
    for case in mine & solved:
        [name] = client.call("crm.sync.case", "read", ids=[case], fields=["name"])
        told = client.call("crm.sync.case", "sync_similar", subject=name["name"], limit=20)
        assert case in {one["id"] for one in told}, name


def test_the_manager_finds_both_languages(client_for):
    client = client_for("max")
    for subject, name in (
        ("Our lamps flicker", "The lamp flickers when it is dimmed"),
        ("门锁打不开", "展柜门锁打不开"),
    ):
        told = client.call("crm.sync.case", "sync_similar", subject=subject)
        assert name in [case["name"] for case in told]
        assert all(case["solution"] for case in told)


@pytest.mark.parametrize("login", OUTSIDERS)
@pytest.mark.parametrize(
    ("model", "method", "arguments"),
    [
        ("crm.sync.case", "sync_similar", {"subject": "Lamp flickers"}),
        ("crm.sync.case", "action_use_solution", {"ids": [1], "other": 2}),
        ("crm.sync.case", "action_make_answer", {"ids": [1]}),
        ("crm.sync.case.answer", "search_read", {"domain": []}),
        ("crm.sync.case.answer", "create", {"vals_list": [{"question": "x", "answer": "x"}]}),
        ("crm.sync.case.answer", "write", {"ids": [1], "vals": {"is_published": True}}),
        ("crm.sync.case.answer", "unlink", {"ids": [1]}),
    ],
)
def test_customers_have_no_way_in(client_for, login, model, method, arguments):
    with pytest.raises(ApiError) as refused:
        client_for(login).call(model, method, **arguments)
    assert refused.value.status in (403, 404)


def test_a_salesperson_reads_answers_and_writes_none(client_for):
    client = client_for("anna")
    answers = client.call("crm.sync.case.answer", "search_read", domain=[], fields=["question"])
    assert answers
    for method, arguments in (
        ("write", {"ids": [answers[0]["id"]], "vals": {"is_published": False}}),
        ("create", {"vals_list": [{"question": "Free lamps?", "answer": "<p>Yes</p>"}]}),
        ("unlink", {"ids": [answers[0]["id"]]}),
    ):
        with pytest.raises(ApiError) as refused:
            client.call("crm.sync.case.answer", method, **arguments)
        assert refused.value.status == 403


@pytest.mark.parametrize("name", ["_suggest", "_judge", "_most_like", "_candidates"])
def test_private_steps_are_not_called_from_outside(client_for, name):
    for model in ("crm.sync.case", "crm.sync.case.answer"):
        with pytest.raises(ApiError) as refused:
            client_for("max").call(model, name)
        assert refused.value.status in (403, 404)
