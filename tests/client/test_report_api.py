"""The room of reports over the external API, as each role: everybody his own, and nobody more than he may read."""

import pytest
from system import ApiError

SUBSCRIPTION, DELIVERY, PAGE, EXPORT = (
    "crm.sync.report.subscription",
    "crm.sync.report.delivery",
    "crm.sync.report.page",
    "crm.sync.kpi.export",
)
ROLES = ("anna", "ben", "mia", "dora", "max", "alex")


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.parametrize("report", ["usage", "customer", "sales", "service", "loyalty", "improvement"])
def test_every_role_reads_every_report(client_for, logged, login, report):
    client = client_for(login)
    [page] = client.call(PAGE, "create", vals_list=[{"report": report}])
    [told] = client.call(PAGE, "read", ids=[page], fields=["body"])
    assert f'data-report="{report}"' in told["body"]
    assert not logged("Traceback")


@pytest.mark.parametrize("login", ["portal_lin", "demo"])
@pytest.mark.parametrize("model", [SUBSCRIPTION, DELIVERY, PAGE, EXPORT])
def test_who_has_no_role_finds_nothing(client_for, login, model):
    with pytest.raises(ApiError) as raised:
        client_for(login).call(model, "search", domain=[])
    assert raised.value.status == 403


def test_nobody_subscribes_somebody_else_or_writes_what_was_mailed(client_for):
    anna, max_ = client_for("anna"), client_for("max")
    [ben] = max_.call("res.users", "search", domain=[["login", "=", "ben"]])
    with pytest.raises(ApiError) as raised:
        anna.call(SUBSCRIPTION, "create", vals_list=[{"report": "sales", "user_id": ben}])
    assert raised.value.status == 403
    for login in ROLES:
        with pytest.raises(ApiError) as raised:
            client_for(login).call(
                DELIVERY,
                "create",
                vals_list=[{"period_start": "2026-01-01", "period_end": "2026-01-31", "state": "sent"}],
            )
        assert raised.value.status == 403


@pytest.mark.parametrize(
    "values",
    [
        {"report": "sales", "hour": 24},
        {"report": "sales", "delay_days": -1},
        {"report": "sales", "scope_kind": "team"},
        {"report": "sales", "next_at": "2020-01-01 00:00:00"},
        {"report": "sales", "scope_key": "person:1"},
    ],
)
def test_nonsense_is_refused_with_a_sentence(client_for, logged, values):
    with pytest.raises(ApiError) as raised:
        client_for("anna").call(SUBSCRIPTION, "create", vals_list=[values])
    assert raised.value.status in (400, 403, 422)
    assert not logged("Traceback")


def test_private_steps_are_nobodys_to_call(client_for):
    for model, private in ((SUBSCRIPTION, "_send_due"), (SUBSCRIPTION, "_cron_mail"), (EXPORT, "_stream")):
        with pytest.raises(ApiError) as raised:
            client_for("max").call(model, private, ids=[1])
        assert raised.value.status == 403
