"""Who should take it, over the external API: as each role, as a portal customer, with junk."""

import pytest
from system import ApiError


@pytest.fixture
def lead(client_for):
    """A new opportunity of the showcase customer, which Dora has."""
    dora = client_for("dora")
    [customer] = dora.call("res.partner", "search", domain=[["name", "=", "Northwind Optics"]], limit=1)
    [team] = dora.call("crm.team", "search", domain=[["name", "=", "Sales"]], limit=1)
    [lead_id] = dora.call(
        "crm.lead",
        "create",
        vals_list=[{"name": "Third shop", "type": "opportunity", "partner_id": customer, "team_id": team}],
    )
    return lead_id


def user_id(client, login):
    [found] = client.call("res.users", "search", domain=[["login", "=", login]])
    return found


def advise(client, lead_id):
    return client.call("crm.sync.advisor", "sync_advise", model="crm.lead", res_id=lead_id)


def test_anna_who_knows_northwind_is_proposed_with_reasons(client_for, lead):
    told = advise(client_for("dora"), lead)
    first = told["people"][0]
    assert first["name"] == "Anna Keller"
    assert first["reasons"][0].startswith("Knows the customer: ")
    assert told["can_assign"]
    assert {"user_id", "name", "score", "available", "load", "reasons", "points"} == set(first)


def test_dora_follows_the_advice_and_max_sees_it(client_for, lead):
    dora = client_for("dora")
    anna = user_id(dora, "anna")
    assignment = dora.call(
        "crm.sync.advisor", "sync_assign", model="crm.lead", res_id=lead, user_id=anna, seen_user_id=anna
    )
    [row] = client_for("max").call(
        "crm.sync.assignment.report",
        "search_read",
        domain=[["assignment_id", "=", assignment]],
        fields=["advice", "result", "chosen_id"],
    )
    assert (row["advice"], row["result"], row["chosen_id"][1]) == ("followed", "open", "Anna Keller")
    [held] = dora.call("crm.lead", "read", ids=[lead], fields=["user_id"])
    assert held["user_id"][0] == anna


def test_for_somebody_else_a_reason_is_asked(client_for, lead):
    dora = client_for("dora")
    arguments = {"model": "crm.lead", "res_id": lead, "user_id": user_id(dora, "li")}
    for reason in (None, "", "because", 7, ["customer"], {"a": 1}, "other"):
        with pytest.raises(ApiError) as refused:
            dora.call("crm.sync.advisor", "sync_assign", **arguments, reason=reason)
        assert refused.value.status == 422
    assert dora.call("crm.sync.advisor", "sync_assign", **arguments, reason="learn", note="Her first large one")


@pytest.mark.parametrize("login", ["portal_lin", "portal_acme", "ben", "mia"])
def test_who_may_not_read_the_opportunity_learns_nothing(client_for, lead, login):
    client = client_for(login)
    for method, arguments in (("sync_advise", {}), ("sync_assign", {"user_id": 2})):
        with pytest.raises(ApiError) as refused:
            client.call("crm.sync.advisor", method, model="crm.lead", res_id=lead, **arguments)
        assert refused.value.status == 403


def test_the_auditor_assigns_nobody(client_for, lead):
    alex = client_for("alex")
    with pytest.raises(ApiError) as refused:
        alex.call("crm.sync.advisor", "sync_assign", model="crm.lead", res_id=lead, user_id=2)
    assert refused.value.status == 403


@pytest.mark.parametrize("login", ["anna", "dora", "max", "alex"])
def test_nobody_writes_in_the_journal(client_for, lead, login):
    client = client_for(login)
    with pytest.raises(ApiError) as refused:
        client.call("crm.sync.assignment", "create", vals_list=[{"name": "x", "res_model": "crm.lead", "res_id": lead}])
    assert refused.value.status == 403
    for method in ("_journal", "_merge_leads"):
        with pytest.raises(ApiError) as refused:
            client.call("crm.sync.assignment", method)
        assert refused.value.status == 403


def test_anna_sees_no_figures_of_her_colleagues_and_not_the_advice_of_a_row(client_for, lead):
    anna = client_for("anna")
    assert "Won " not in str(advise(anna, lead))
    with pytest.raises(ApiError) as refused:
        anna.call("crm.sync.assignment", "search_read", domain=[], fields=["advice"])
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "arguments",
    [
        {"model": "crm.lead", "res_id": 0},
        {"model": "crm.lead", "res_id": 2**40},
        {"model": "crm.lead", "res_id": "1"},
        {"model": "crm.lead", "res_id": True},
        {"model": "crm.lead", "res_id": {"partner_id": 1}},
        {"model": "crm.lead", "res_id": 999999},
        {"model": "ir.model.data", "res_id": 1},
        {"model": "crm.sync.advisor", "res_id": 1},
        {"model": "no.such", "res_id": 1},
        {"model": None, "res_id": 1},
        {"model": ["crm.lead"], "res_id": 1},
    ],
)
def test_junk_gets_a_sentence_and_no_traceback(client_for, logged, arguments):
    with pytest.raises(ApiError) as refused:
        client_for("max").call("crm.sync.advisor", "sync_advise", **arguments)
    assert refused.value.status == 422
    assert refused.value.message
    assert not logged("Traceback")


def test_a_hostile_person_or_note_is_only_that(client_for, logged, lead):
    dora = client_for("dora")
    for arguments in (
        {"user_id": "1 OR 1=1"},
        {"user_id": None},
        {"user_id": [5]},
        {"user_id": True},
        {"user_id": 2**70},
        {"user_id": user_id(dora, "li"), "reason": "customer", "note": "x" * 600},
    ):
        with pytest.raises(ApiError) as refused:
            dora.call("crm.sync.advisor", "sync_assign", model="crm.lead", res_id=lead, **arguments)
        assert refused.value.status == 422
    assert not logged("Traceback")
