"""Customers who wait for us, over the external API, as each role: who reads them, and that nobody writes them."""

import pytest
from system import ApiError

STAFF = ("anna", "ben", "mia", "dora", "max", "alex")
PORTAL = ("portal_lin", "portal_acme")
RESPONSE = "crm.sync.response"
POLICY = "crm.sync.response.policy"


def refused(client, model, method, /, statuses=(403,), **arguments):
    with pytest.raises(ApiError) as error:
        client.call(model, method, **arguments)
    assert error.value.status in statuses, error.value
    return error.value


@pytest.fixture(scope="module")
def asked(client_for):
    """A customer of anna who asked to be called back, entered by max for her."""
    max_ = client_for("max")
    [anna] = max_.call("res.users", "search", domain=[["login", "=", "anna"]])
    [customer] = max_.call("res.partner", "create", vals_list=[{"name": "Waiting API", "user_id": anna}])
    touch = {
        "partner_id": customer,
        "user_id": anna,
        "subject": "Please call me",
        "direction": "in",
        "outcome": "call_back",
    }
    max_.call("crm.sync.touch", "create", vals_list=[touch])
    [response] = max_.call(RESPONSE, "search", domain=[["partner_id", "=", customer]])
    return {"customer": customer, "response": response}


def test_a_wish_to_be_called_back_waits_and_tells_by_when(client_for, asked):
    [row] = client_for("anna").call(
        RESPONSE,
        "read",
        ids=[asked["response"]],
        fields=["state", "kind", "channel", "due_at", "countdown", "document_name"],
    )
    assert (row["state"], row["kind"], row["channel"], row["document_name"]) == (
        "waiting",
        "first",
        "call",
        "Waiting API",
    )
    assert row["due_at"] and set(row["countdown"]) == {"left", "late", "starts_in", "stops_in"}


@pytest.mark.parametrize("login", ["anna", "dora", "max", "alex"])
def test_who_may_know_of_the_customer_reads_it(client_for, asked, login):
    assert client_for(login).call(RESPONSE, "search", domain=[["id", "=", asked["response"]]])


@pytest.mark.parametrize("login", ["ben", "mia"])
def test_another_department_does_not_find_it(client_for, asked, login):
    client = client_for(login)
    for model in (RESPONSE, "crm.sync.response.report"):
        assert not client.call(model, "search_count", domain=[["commercial_partner_id", "=", asked["customer"]]])
    refused(client, RESPONSE, "read", ids=[asked["response"]], fields=["state"])
    for method in ("action_close", "action_take", "action_open_customer"):
        refused(client, RESPONSE, method, ids=[asked["response"]])


@pytest.mark.parametrize("login", STAFF)
def test_nobody_writes_a_response(client_for, asked, login):
    client, ids = client_for(login), [asked["response"]]
    for vals in (
        {"state": "answered"},
        {"due_at": "2030-01-01"},
        {"is_breached": False},
        {"user_id": 1},
        {"start_id": 1},
    ):
        refused(client, RESPONSE, "write", ids=ids, vals=vals)
    refused(client, RESPONSE, "create", vals_list=[{"res_model": "res.partner", "res_id": 1}])
    refused(client, RESPONSE, "unlink", ids=ids)
    refused(client, RESPONSE, "copy", ids=ids, default={})


@pytest.mark.parametrize("login", STAFF)
def test_what_computes_responses_is_not_called_from_outside(client_for, asked, login):
    client = client_for(login)
    for method in ("_close", "_hand_over", "_cron_watch", "_tell_set", "_close_over"):
        refused(client, RESPONSE, method, ids=[asked["response"]], statuses=(403, 404, 422))
    for method in ("_cron_reconcile", "_refresh", "_note", "_reconcile_range"):
        refused(client, "crm.sync.response.clock", method, statuses=(403, 404, 422))
    refused(client, "crm.sync.working.time", "_clocks", pairs=[], statuses=(403, 404, 422))


def test_an_auditor_reads_and_does_not_act(client_for, asked):
    for method in ("action_close", "action_take"):
        refused(client_for("alex"), RESPONSE, method, ids=[asked["response"]])


@pytest.mark.parametrize("login", ["anna", "ben", "mia", "dora", "alex"])
def test_only_managers_set_targets(client_for, login):
    client = client_for(login)
    [policy] = client.call(POLICY, "search", domain=[], limit=1)
    refused(client, POLICY, "write", ids=[policy], vals={"first_hours": 1000})
    refused(client, POLICY, "create", vals_list=[{"first_hours": 1}])
    refused(client, POLICY, "unlink", ids=[policy])


@pytest.mark.parametrize(
    "vals",
    [{"first_hours": 0}, {"first_hours": -1}, {"rolling_hours": 1e9}, {"escalate_hours": -0.5}],
)
def test_a_target_that_cannot_be_met_is_refused(client_for, vals):
    error = refused(client_for("max"), POLICY, "create", vals_list=[vals], statuses=(422,))
    assert "enter" in error.message


@pytest.mark.parametrize("login", PORTAL)
@pytest.mark.parametrize("model", [RESPONSE, POLICY, "crm.sync.response.report"])
def test_a_portal_customer_reads_and_writes_nothing_of_it(client_for, asked, login, model):
    client = client_for(login)
    for method, arguments in (
        ("search_read", {"domain": []}),
        ("search_count", {"domain": []}),
        ("create", {"vals_list": [{}]}),
        ("write", {"ids": [1], "vals": {"state": "closed"}}),
        ("unlink", {"ids": [1]}),
        ("name_search", {"name": ""}),
    ):
        refused(client, model, method, statuses=(403, 404, 422), **arguments)
    for method in ("action_close", "action_take", "action_open_document"):
        if model == RESPONSE:
            refused(client, model, method, ids=[asked["response"]])


def test_no_answer_needed_closes_it_once(client_for, asked):
    anna = client_for("anna")
    anna.call(RESPONSE, "action_close", ids=[asked["response"]])
    [row] = anna.call(RESPONSE, "read", ids=[asked["response"]], fields=["state", "close_reason", "closed_by_id"])
    assert (row["state"], row["close_reason"], row["closed_by_id"][1]) == ("closed", "by_hand", "Anna Keller")
    refused(anna, RESPONSE, "action_close", ids=[asked["response"]], statuses=(422,))
