"""Improvement actions over the external API (JSON-2), as each role, as a portal customer, with junk."""

from datetime import UTC, datetime, timedelta

import pytest
from system import ApiError

MODEL = "crm.sync.improvement"


def in_days(days):
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def user_id(client, login):
    [found] = client.call("res.users", "search", domain=[["login", "=", login]])
    return found


@pytest.fixture(scope="module")
def kpi(server, client_for):
    """A KPI of which half a year is known: the demo has measured it."""
    [[found]] = server.sql(
        "SELECT kpi_id FROM crm_sync_kpi_value WHERE state = 'closed' AND scope_key = 'company' AND is_current"
        " AND NOT is_empty GROUP BY kpi_id HAVING count(*) >= 6 ORDER BY kpi_id LIMIT 1"
    )
    return int(found)


@pytest.fixture
def plan(client_for, kpi):
    """Wei, who manages the service department, plans for Ben."""

    def create(login="wei", **values):
        client = client_for(login)
        [department] = client.call("crm.sync.department", "search", domain=[["name", "=", "Service"]], limit=1)
        values = {
            "name": "Answer on the day it comes in",
            "owner_id": user_id(client, "ben"),
            "department_id": department,
            "kpi_id": kpi,
            "window_count": 3,
            "due_on": in_days(20),
            **values,
        }
        return client.call(MODEL, "create", vals_list=[values])[0]

    return create


def read(client, action, *names):
    [values] = client.call(MODEL, "read", ids=[action], fields=list(names))
    return values


def refused(client, method, status, *words, **arguments):
    with pytest.raises(ApiError) as caught:
        client.call(MODEL, method, **arguments)
    assert caught.value.status in (status if isinstance(status, tuple) else (status,)), caught.value
    for word in words:
        assert word in str(caught.value)


def test_wei_plans_and_ben_does_it_and_nobody_adopts_it_without_data(client_for, plan):
    action = plan()
    ben, wei, max_ = client_for("ben"), client_for("wei"), client_for("max")
    ben.call(MODEL, "action_start", ids=[action])
    assert len(read(ben, action, "baseline_values")["baseline_values"]) == 3
    ben.call(MODEL, "action_done", ids=[action])
    ben.call(MODEL, "action_check", ids=[action])
    told = read(wei, action, "phase", "outcome", "verdict_text", "check_on")
    assert (told["phase"], told["outcome"]) == ("check", "no_data")
    assert "Nothing can be said yet" in told["verdict_text"]
    for client in (wei, max_, client_for("admin")):
        refused(client, "action_adopt", 422, "no values show", ids=[action], reason="It is obvious")
        for values in (
            {"outcome": "effective"},
            {"phase": "over"},
            {"act": "adopt"},
            {"effect": 9},
            {"outcome": False},
        ):
            refused(client, "write", 422, "kept by the action itself", ids=[action], vals=values)
        refused(client, "unlink", 422, "is not deleted", ids=[action])
    wei.call(MODEL, "action_abandon", ids=[action], reason="No time", lesson="Ask for time first")
    assert read(wei, action, "phase", "act", "lesson") == {
        "id": action,
        "phase": "over",
        "act": "abandon",
        "lesson": "Ask for time first",
    }


@pytest.mark.parametrize("login", ["ben", "anna", "alex", "portal_lin", "portal_acme"])
def test_who_is_no_manager_plans_and_decides_nothing(client_for, plan, login):
    action, client = plan(), client_for(login)
    refused(client, "create", 403, vals_list=[{"name": "Mine"}])
    refused(client, "write", 403, ids=[action], vals={"name": "Mine"})
    refused(client, "unlink", 403, ids=[action])
    for method in ("action_adapt", "action_abandon", "action_adopt"):
        refused(client, method, 403, ids=[action], reason="Because")
    refused(client, "action_improve_row", 403, domain=[], name="Defect")


@pytest.mark.parametrize(("login", "reads"), [("ben", 1), ("wei", 1), ("max", 1), ("alex", 1), ("anna", 0)])
def test_each_role_reads_what_it_may(client_for, plan, login, reads):
    action = plan()
    assert client_for(login).call(MODEL, "search_count", domain=[["id", "=", action]]) == reads


def test_a_manager_of_another_department_neither_reads_nor_changes_it(client_for, plan):
    action, dora = plan(), client_for("dora")
    assert dora.call(MODEL, "search_count", domain=[["id", "=", action]]) == 0
    refused(dora, "write", 403, ids=[action], vals={"name": "Mine"})
    refused(dora, "action_start", 403, ids=[action])


@pytest.mark.parametrize("login", ["wei", "max", "ben", "alex"])
def test_private_methods_are_closed(client_for, plan, login):
    action, client = plan(), client_for(login)
    for method in ("_record", "_check", "_close", "_freeze", "_take_check", "_cron_remind", "_rebase"):
        refused(client, method, (403, 404, 422), ids=[action])


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": " \n "},
        {"scope_key": "department:999999"},
        {"scope_key": "x' OR 1=1 --"},
        {"scope_key": "company:1"},
        {"scope_ref": "res.users"},
        {"scope_ref": "ir.config_parameter,1"},
        {"compare_scope_key": "company"},
        {"window_count": 1},
        {"window_count": 1000},
        {"problem": "x" * 10_001},
        {"phase": "over"},
        {"verdict_facts": {"why": "x"}},
        {"baseline_values": [{"value": 1}]},
    ],
)
def test_junk_gets_a_sentence_and_no_traceback(client_for, logged, plan, values):
    with pytest.raises(ApiError) as caught:
        plan(**values)
    assert caught.value.status == 422, caught.value
    assert caught.value.message
    assert not logged("Traceback")


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("action_done", {"done_on": "soon"}),
        ("action_done", {"done_on": in_days(3)}),
        ("action_done", {"done_on": ["2026-01-01"]}),
        ("action_done", {"done_on": {"a": 1}}),
        ("action_abandon", {"reason": ""}),
        ("action_abandon", {"reason": 7}),
        ("action_abandon", {"reason": "x" * 10_001}),
        ("action_abandon", {"reason": "Why", "lesson": ["x"]}),
        ("action_adapt", {"reason": "Too early"}),
        ("action_rebase", {}),
        ("action_start", {}),
    ],
)
def test_junk_and_steps_out_of_turn_are_refused_with_a_sentence(client_for, logged, plan, method, arguments):
    action, wei = plan(), client_for("wei")
    wei.call(MODEL, "action_start", ids=[action])
    refused(wei, method, 422, ids=[action], **arguments)
    assert read(wei, action, "phase")["phase"] == "do"
    assert not logged("Traceback")


def test_the_demo_has_an_action_in_each_phase_with_a_verdict_in_words(client_for):
    found = client_for("max").call(
        MODEL,
        "search_read",
        domain=[["previous_id", "=", False]],
        fields=["phase", "outcome", "verdict_text", "lesson"],
    )
    assert {"plan", "do", "check"} <= {row["phase"] for row in found}
    for row in found:
        if row["outcome"] and row["outcome"] != "no_data":
            assert len(row["verdict_text"]) > 40
