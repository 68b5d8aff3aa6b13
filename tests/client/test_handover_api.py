"""Handovers over the external API, as each role: an archived user's activities, and who may lead what."""

import pytest
from system import ApiError

MODELS = ("crm.sync.handover", "crm.sync.handover.line", "crm.sync.handover.letter")


def refused(call, *statuses):
    with pytest.raises(ApiError) as caught:
        call()
    assert caught.value.status in (statuses or (403,)), caught.value
    assert caught.value.message
    return caught.value


def user_id(client, login):
    [found] = client.call("res.users", "search", domain=[["login", "=", login], ["active", "in", [True, False]]])
    return found


@pytest.fixture
def leaver(client_for, request):
    """A seller of Dora's department with a customer, an opportunity and a call that is due."""
    admin = client_for("admin")
    [department] = admin.call("crm.sync.department", "search", domain=[["name", "=", "Sales"]])
    login = f"leaver_{abs(hash(request.node.name))}"
    values = {"name": "Lea Ver", "login": login, "email": f"{login}@example.com", "sync_department_id": department}
    [user] = admin.call("res.users", "create", vals_list=[values], context={"no_reset_password": True})
    max_ = client_for("max")
    [partner] = max_.call("res.partner", "create", vals_list=[{"name": f"Customer of {login}", "user_id": user}])
    [lead] = max_.call(
        "crm.lead",
        "create",
        vals_list=[{"name": "Ten lamps", "type": "opportunity", "partner_id": partner, "user_id": user}],
    )
    [model] = admin.call("ir.model", "search", domain=[["model", "=", "crm.lead"]])
    [activity] = max_.call(
        "mail.activity",
        "create",
        vals_list=[{"res_model_id": model, "res_id": lead, "summary": "Call back", "user_id": user}],
    )
    return {"user": user, "partner": partner, "lead": lead, "activity": activity}


def archive(client_for, leaver, method="write"):
    arguments = {"vals": {"active": False}} if method == "write" else {}
    client_for("admin").call("res.users", method, ids=[leaver["user"]], **arguments)
    [handover] = client_for("dora").call(
        "crm.sync.handover",
        "search_read",
        domain=[["user_id", "=", leaver["user"]]],
        fields=["state", "reason", "line_ids", "ownerless_count"],
    )
    return handover


@pytest.mark.parametrize("method", ["write", "action_archive"])
def test_archiving_over_the_api_loses_no_activity_and_the_department_manager_is_told(client_for, leaver, method):
    handover = archive(client_for, leaver, method)
    assert (handover["state"], handover["reason"]) == ("pending", "archived")
    [activity] = client_for("max").call(
        "mail.activity", "read", ids=[leaver["activity"]], fields=["active", "user_id", "summary"]
    )
    assert activity["active"] and not activity["user_id"]
    dora = client_for("dora")
    told = dora.call(
        "mail.activity",
        "search_count",
        domain=[
            ["res_model", "=", "crm.sync.handover"],
            ["res_id", "=", handover["id"]],
            ["user_id", "=", user_id(dora, "dora")],
        ],
    )
    assert told == 1


def test_the_head_of_sales_hands_over_and_undoes_what_nobody_has_worked_on(client_for, leaver):
    dora, anna = client_for("dora"), client_for("anna")
    handover = archive(client_for, leaver)
    dora.call("crm.sync.handover.line", "write", ids=handover["line_ids"], vals={"user_id": user_id(dora, "anna")})
    assert anna.call("crm.sync.handover", "search_count", domain=[["id", "=", handover["id"]]]) == 0
    dora.call("crm.sync.handover", "action_execute", ids=[handover["id"]])
    [lead] = anna.call("crm.lead", "read", ids=[leaver["lead"]], fields=["user_id"])
    assert lead["user_id"][1] == "Anna Keller"
    assert anna.call("crm.sync.handover", "search_count", domain=[["id", "=", handover["id"]]]) == 1
    anna.call("crm.lead", "write", ids=[leaver["lead"]], vals={"expected_revenue": 400})
    dora.call("crm.sync.handover", "action_undo", ids=[handover["id"]])
    lines = dora.call(
        "crm.sync.handover.line", "search_read", domain=[["handover_id", "=", handover["id"]]], fields=["kind", "state"]
    )
    assert {line["kind"]: line["state"] for line in lines} == {
        "customer": "pending",
        "lead": "kept",
        "activity": "pending",
    }
    [partner] = anna.call("res.partner", "read", ids=[leaver["partner"]], fields=["user_id"])
    assert partner["user_id"][0] == leaver["user"]


@pytest.mark.parametrize("login", ["anna", "ben", "wei", "alex"])
def test_nobody_else_leads_it(client_for, leaver, login):
    handover = archive(client_for, leaver)
    client = client_for(login)
    for method in (
        "action_gather",
        "action_suggest",
        "action_execute",
        "action_undo",
        "action_preview_letters",
        "unlink",
    ):
        refused(lambda method=method: client.call("crm.sync.handover", method, ids=[handover["id"]]))
    refused(lambda: client.call("crm.sync.handover", "write", ids=[handover["id"]], vals={"note": "x"}))
    refused(
        lambda: client.call(
            "crm.sync.handover.line", "write", ids=handover["line_ids"], vals={"user_id": user_id(client, login)}
        )
    )
    if login != "alex":
        assert client.call("crm.sync.handover", "search_count", domain=[["id", "=", handover["id"]]]) == 0


def test_no_private_way_in(client_for, leaver):
    handover = archive(client_for, leaver)
    dora = client_for("dora")
    for method in ("_detain", "_hand_over", "_undo", "_release", "_refresh_lines"):
        refused(lambda method=method: dora.call("crm.sync.handover", method, ids=[handover["id"]]), 403, 404, 422)
    for values in ({"state": "done"}, {"executed_at": "2026-01-01 00:00:00"}, {"marks": {}}, {"user_id": 2}):
        refused(
            lambda values=values: dora.call("crm.sync.handover", "write", ids=[handover["id"]], vals=values), 403, 422
        )
    for values in (
        {"state": "done"},
        {"res_id": 1},
        {"old_values": {"columns": {"login": "x"}}},
        {"res_model": "res.users"},
    ):
        refused(
            lambda values=values: dora.call(
                "crm.sync.handover.line", "write", ids=handover["line_ids"][:1], vals=values
            ),
            403,
            422,
        )
    refused(
        lambda: dora.call(
            "crm.sync.handover.line",
            "create",
            vals_list=[{"handover_id": handover["id"], "kind": "lead", "res_model": "res.users", "res_id": 2}],
        )
    )
    refused(lambda: dora.call("crm.sync.handover.line", "read", ids=handover["line_ids"], fields=["old_values"]))


@pytest.mark.parametrize("login", ["portal_lin", "portal_acme"])
@pytest.mark.parametrize("model", MODELS)
def test_a_portal_customer_learns_nothing(client_for, login, model):
    client = client_for(login)
    for method, arguments in (
        ("search_read", {"domain": []}),
        ("search_count", {"domain": []}),
        ("create", {"vals_list": [{}]}),
        ("write", {"ids": [1], "vals": {"note": "x"}}),
        ("unlink", {"ids": [1]}),
    ):
        refused(lambda method=method, arguments=arguments: client.call(model, method, **arguments), 403, 404, 422)


def test_the_demo_shows_a_colleague_who_has_left(client_for):
    dora = client_for("dora")
    erik = user_id(dora, "erik")
    handovers = dora.call(
        "crm.sync.handover", "search_read", domain=[["user_id", "=", erik]], fields=["state", "line_count"]
    )
    assert [handover["state"] for handover in handovers] == ["pending"]
    assert handovers[0]["line_count"] >= 7
