"""What follows from answers, over the external API, as each role."""

import pytest
from system import ApiError

ROLES = ("anna", "ben", "mia", "dora", "max", "alex")
OUTSIDERS = ("portal_lin", "portal_acme")


@pytest.mark.parametrize("login", ROLES)
def test_every_role_is_told_how_it_goes_with_those_who_were_unhappy(client_for, login):
    client = client_for(login)
    for program in client.call("crm.sync.survey.program", "search", domain=[]):
        figures = client.call("crm.sync.survey.program", "loop_figures", ids=[program])
        assert figures["opened"] <= figures["low"]
        assert figures["contacted_in_time"] <= figures["contacted"] <= figures["opened"]
        assert sum(figures["outcomes"].values()) == figures["opened"]
        for name in ("low", "opened", "contacted", "contacted_in_time", "late", "waiting"):
            found = client.call("crm.sync.score", "search_count", domain=figures["domains"][name])
            assert found == figures[name], name
        for group in ("contacted", "not_contacted"):
            assert figures["follow_up"][group]["rate"] is None or figures["follow_up"]["enough"]


@pytest.mark.parametrize("login", OUTSIDERS)
def test_customers_are_told_nothing(client_for, login):
    [program] = client_for("max").call("crm.sync.survey.program", "search", domain=[], limit=1)
    for model, method, arguments in (
        ("crm.sync.survey.program", "loop_figures", {"ids": [program]}),
        ("crm.sync.survey.loop", "search", {"domain": []}),
        ("crm.sync.case", "action_outcome", {"ids": [1], "outcome": "recovered", "note": "Fine"}),
    ):
        with pytest.raises(ApiError):
            client_for(login).call(model, method, **arguments)


def test_what_follows_is_written_by_nobody(client_for):
    [program] = client_for("max").call("crm.sync.survey.program", "search", domain=[], limit=1)
    for login in ("max", "admin"):
        client = client_for(login)
        for private in ("_cron_follow", "_follow_set", "_record", "_open", "_settle"):
            with pytest.raises(ApiError):
                client.call("crm.sync.survey.loop", private)
        for found in client.call("crm.sync.survey.loop", "search", domain=[], limit=1):
            for arguments in ({"vals": {"outcome": "recovered"}}, {"vals": {"contacted_at": "2026-01-01 00:00:00"}}):
                with pytest.raises(ApiError):
                    client.call("crm.sync.survey.loop", "write", ids=[found], **arguments)
        with pytest.raises(ApiError):
            client.call("crm.sync.survey.loop", "create", vals_list=[{"program_id": program}])


@pytest.mark.parametrize(
    "arguments",
    [
        {"outcome": "happy", "note": "Fine"},
        {"outcome": ["recovered"], "note": "Fine"},
        {"outcome": None, "note": "Fine"},
        {"outcome": "recovered", "note": ""},
        {"outcome": "recovered", "note": {"a": 1}},
        {"outcome": "recovered", "note": "x" * 10_001},
        {"outcome": "recovered"},
    ],
)
def test_nonsense_is_refused_with_a_sentence(client_for, arguments):
    client = client_for("max")
    [case] = client.call("crm.sync.case", "search", domain=[["is_open", "=", True]], limit=1)
    with pytest.raises(ApiError) as raised:
        client.call("crm.sync.case", "action_outcome", ids=[case], **arguments)
    assert raised.value.status in (400, 422)
