"""Promises over the external API (JSON-2), as each role, as a portal customer and from another company."""

from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest
from system import ApiError

ROLES = ("anna", "ben", "mia", "dora", "max")
OUTSIDERS = ("portal_lin", "portal_acme")
MODELS = ("crm.sync.promise", "crm.sync.promise.event", "crm.sync.promise.report", "crm.sync.promise.change")


def in_days(days):
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture(scope="module")
def customer(client_for):
    [partner] = client_for("max").call("res.partner", "search", domain=[["name", "=", "Northwind Optics"]], limit=1)
    return partner


@pytest.fixture
def make(client_for, customer):
    def create(login="anna", **values):
        values = {"name": "Call back", "partner_id": customer, "due_at": in_days(3), **values}
        return client_for(login).call("crm.sync.promise", "create", vals_list=[values])[0]

    return create


def read(client, promise, *names):
    [values] = client.call("crm.sync.promise", "read", ids=[promise], fields=list(names))
    return values


@pytest.mark.parametrize("login", ROLES)
def test_every_role_makes_and_keeps_its_own_promise(client_for, make, login):
    client = client_for(login)
    promise = make(login)
    client.call("crm.sync.promise", "action_keep", ids=[promise], note="Done")
    values = read(client, promise, "state", "outcome_note")
    assert (values["state"], values["outcome_note"]) == ("kept", "Done")


def test_all_actions_take_plain_values(client_for, make):
    client, promise = client_for("anna"), make()
    client.call(
        "crm.sync.promise", "action_reschedule", ids=[promise], due_at=in_days(9), agreed=True, reason="He is away"
    )
    [fei] = client.call("res.users", "search", domain=[["login", "=", "fei"]])
    client.call("crm.sync.promise", "action_hand_over", ids=[promise], user=fei)
    client_for("fei").call("crm.sync.promise", "action_release", ids=[promise], reason="Bought elsewhere")
    values = read(client_for("max"), promise, "state", "user_id", "promised_by_id", "event_ids")
    assert values["state"] == "released"
    assert values["user_id"][0] == fei
    assert len(values["event_ids"]) == 4


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("write", {"vals": {"state": "kept"}}, "kept by the promise itself"),
        ("write", {"vals": {"due_at": "2030-01-01 00:00:00"}}, "kept by the promise itself"),
        ("web_save", {"vals": {"user_id": 2}, "specification": {}}, "kept by the promise itself"),
        ("action_release", {"reason": ""}, "Reason"),
        ("action_release", {"reason": ["x"]}, "Reason"),
        ("action_keep", {"note": {"a": 1}}, "Outcome"),
        ("action_keep", {"note": "x" * 10_001}, "Outcome"),
        ("action_reschedule", {"due_at": "soon", "agreed": True, "reason": "x"}, "New Date"),
        ("action_reschedule", {"due_at": None, "agreed": True, "reason": "x"}, "New Date"),
        ("action_reschedule", {"due_at": "2030-01-01 00:00:00", "agreed": 1, "reason": "x"}, "Customer Agreed"),
        ("action_hand_over", {"user": 2**40}, "New Person"),
        ("action_hand_over", {"user": "max"}, "New Person"),
        ("action_hand_over", {"user": None}, "New Person"),
    ],
)
def test_bad_input_is_named_with_its_remedy(client_for, make, method, arguments, words):
    promise = make()
    for login in ("anna", "max", "admin"):
        with pytest.raises(ApiError) as refused:
            client_for(login).call("crm.sync.promise", method, ids=[promise], **arguments)
        assert refused.value.status in (403, 422), refused.value
        assert words in str(refused.value)
    assert read(client_for("max"), promise, "state")["state"] == "open"


def test_the_history_and_private_methods_are_closed(client_for, make):
    promise = make()
    admin = client_for("admin")
    event = read(admin, promise, "event_ids")["event_ids"][0]
    for model, method, arguments in (
        ("crm.sync.promise.event", "write", {"ids": [event], "vals": {"note": "x"}}),
        ("crm.sync.promise.event", "unlink", {"ids": [event]}),
        ("crm.sync.promise.event", "create", {"vals_list": [{"promise_id": promise, "kind": "kept"}]}),
        ("crm.sync.promise", "unlink", {"ids": [promise]}),
        ("crm.sync.promise", "_record", {"ids": [promise], "vals": {"state": "kept"}}),
        ("crm.sync.promise", "_settle", {"ids": [promise]}),
        ("crm.sync.promise", "_hand_over", {"ids": [promise], "user": 2}),
        ("crm.sync.promise.portal", "_page", {}),
    ):
        with pytest.raises(ApiError) as refused:
            admin.call(model, method, **arguments)
        assert refused.value.status in (403, 404, 422), (model, method)
    assert read(admin, promise, "state")["state"] == "open"


def test_nobody_speaks_for_a_colleague_and_service_does_not_change_what_sales_promised(client_for, make):
    [ben] = client_for("max").call("res.users", "search", domain=[["login", "=", "ben"]])
    with pytest.raises(ApiError) as refused:
        make("anna", user_id=ben)
    assert refused.value.status == 403
    promise = make("anna")
    with pytest.raises(ApiError) as refused:
        client_for("ben").call("crm.sync.promise", "action_keep", ids=[promise])
    assert refused.value.status == 403


def test_the_auditor_reads_everything_and_changes_nothing(client_for, make):
    promise, alex = make(), client_for("alex")
    assert read(alex, promise, "name")["name"] == "Call back"
    assert alex.call("crm.sync.promise.report", "search_count", domain=[]) > 5
    for method, arguments in (
        ("action_keep", {}),
        ("action_release", {"reason": "x"}),
        ("write", {"vals": {"name": "x"}}),
    ):
        with pytest.raises(ApiError) as refused:
            alex.call("crm.sync.promise", method, ids=[promise], **arguments)
        assert refused.value.status == 403


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_portal_customer_reads_nothing_but_his_page(client_for, make, login):
    promise, client = make(), client_for(login)
    for model in MODELS:
        with pytest.raises(ApiError) as refused:
            client.call(model, "search_read", domain=[], fields=["id"])
        assert refused.value.status == 403
    for method in ("action_keep", "read"):
        with pytest.raises(ApiError) as refused:
            client.call("crm.sync.promise", method, ids=[promise])
        assert refused.value.status == 403
    own = client.call("res.users", "context_get")["uid"]
    [me] = client.call("res.users", "read", ids=[own], fields=["partner_id"])
    with pytest.raises(ApiError) as refused:
        client.call("res.partner", "action_sync_promise", ids=[me["partner_id"][0]])
    assert refused.value.status == 403


def test_from_a_message_the_dialog_comes_filled_in(client_for, customer):
    client = client_for("anna")
    message = client.call("res.partner", "message_post", ids=[customer], body="I send the list on Monday. Bye")
    message = message[0] if isinstance(message, list) else message
    action = client.call("mail.message", "action_sync_promise", ids=[message])
    assert action["context"]["default_name"] == "I send the list on Monday."
    assert action["context"]["default_partner_id"] == customer


def test_another_company_sees_nothing(client_for, make, server):
    promise = make()
    server.shell(
        dedent("""
            company = env["res.company"].create({"name": "Promise Abroad"})
            env["res.users"].create({
                "name": "Abroad", "login": "abroad_promise", "password": "abroad_promise",
                "company_id": company.id, "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, env.ref("crm_sync_measures.group_manager").id)],
            })
            env.cr.commit()
        """)
    )
    client = client_for("abroad_promise")
    for model in ("crm.sync.promise", "crm.sync.promise.report", "crm.sync.promise.event"):
        assert client.call(model, "search_count", domain=[]) == 0
    with pytest.raises(ApiError) as refused:
        client.call("crm.sync.promise", "action_keep", ids=[promise])
    assert refused.value.status == 403
