"""The proof of the ledger over the external API: who may ask for it, who may read it, and that nobody writes it."""

import pytest
from system import ApiError

MODELS = (
    "crm.sync.loyalty.check",
    "crm.sync.loyalty.check.finding",
    "crm.sync.loyalty.anchor",
    "crm.sync.loyalty.opening",
)


def test_a_manager_has_the_demo_ledger_proved(client_for):
    manager = client_for("max")
    action = manager.call("crm.sync.loyalty.check", "action_check_now", ids=[])
    fields = ["state", "verdict", "cards", "entries", "finding_count"]
    [check] = manager.call("crm.sync.loyalty.check", "read", ids=[action["res_id"]], fields=fields)
    assert check["state"] == "ok", check
    assert check["entries"] > 0
    assert check["verdict"] == f"Σ = balance for {check['cards']:,} cards"
    assert client_for("alex").call("crm.sync.loyalty.check", "read", ids=[check["id"]], fields=["state"])


@pytest.mark.parametrize("login", ["anna", "ben", "alex", "portal_lin"])
def test_nobody_else_starts_one(client_for, login):
    with pytest.raises(ApiError) as refused:
        client_for(login).call("crm.sync.loyalty.check", "action_check_now", ids=[])
    assert refused.value.status == 403


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("login", ["anna", "ben", "portal_lin"])
def test_it_is_read_by_managers_and_auditors_only(client_for, model, login):
    with pytest.raises(ApiError) as refused:
        client_for(login).call(model, "search_read", domain=[], fields=["id"])
    assert refused.value.status == 403
    client_for("alex").call(model, "search_read", domain=[], fields=["id"])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("login", ["max", "alex", "admin"])
def test_nobody_writes_it(client_for, model, login):
    client = client_for(login)
    for method, arguments in (
        ("create", {"vals_list": [{}]}),
        ("write", {"ids": [1], "vals": {}}),
        ("unlink", {"ids": [1]}),
        ("_prove", {"ids": [1]}),
    ):
        with pytest.raises(ApiError) as refused:
            client.call(model, method, **arguments)
        assert refused.value.status in (403, 404, 422), (method, refused.value.status)
