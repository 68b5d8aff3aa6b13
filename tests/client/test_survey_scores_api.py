"""Scores, their figures, themes and response rates over the external API, as each role."""

import pytest
from system import ApiError

ROLES = ("anna", "ben", "mia", "dora", "max", "alex")
OUTSIDERS = ("portal_lin", "portal_acme")


@pytest.mark.parametrize("login", ROLES)
def test_every_role_is_told_figures_of_what_it_may_read(client_for, login):
    client = client_for(login)
    for arguments in ({}, {"group": "department_id"}, {"group": "theme_ids", "by_account": True}, {"days": 90}):
        for row in client.call("crm.sync.score", "score_figures", **arguments):
            assert row["is_enough"] == (row["figure"] is not False)
            assert row["is_enough"] or (row["margin"], row["mean"], row["distribution"]) == (False, False, {})
            assert row["text"]
    for row in client.call("crm.sync.score", "score_trend", interval="month", minimum=1):
        assert row["low"] <= row["figure"] <= row["high"]
    for row in client.call("crm.sync.survey.invitation", "response_figures", group="program_id"):
        assert row["delivered"] == row["sent"] - row["bounced"]


@pytest.mark.parametrize("login", OUTSIDERS)
def test_customers_are_told_nothing(client_for, login):
    client = client_for(login)
    for model, method in (
        ("crm.sync.score", "score_figures"),
        ("crm.sync.score", "score_trend"),
        ("crm.sync.survey.invitation", "response_figures"),
        ("crm.sync.survey.theme", "search"),
        ("crm.sync.score.account", "search"),
    ):
        with pytest.raises(ApiError):
            client.call(model, method, **({"domain": []} if method == "search" else {}))


@pytest.mark.parametrize(
    "arguments",
    [
        {"group": ["department_id"]},
        {"group": "partner_id.email"},
        {"group": "answered_at:second"},
        {"group": {"a": 1}},
        {"days": "90"},
        {"days": -1},
        {"days": 10**9},
        {"minimum": True},
        {"population": 1.5},
        {"population": 60, "group": "lang"},
    ],
)
def test_nonsense_is_refused_with_a_sentence(client_for, arguments):
    with pytest.raises(ApiError) as raised:
        client_for("max").call("crm.sync.score", "score_figures", **arguments)
    assert raised.value.status in (400, 422)


def test_what_keeps_scores_is_nobodys_to_call(client_for):
    for private in ("_answer", "_give_anonymous", "_forget", "_read_comments", "_cron_themes"):
        with pytest.raises(ApiError):
            client_for("max").call("crm.sync.score", private)


def test_only_managers_change_what_themes_are(client_for):
    [theme] = client_for("max").call("crm.sync.survey.theme", "search", domain=[], limit=1)
    for login in ("mia", "dora", "alex"):
        with pytest.raises(ApiError):
            client_for(login).call("crm.sync.survey.theme", "write", ids=[theme], vals={"name": "Mine"})


def test_comments_are_found_by_their_words(client_for):
    client = client_for("max")
    for text in ("delivery", "送货", "' | & !", "", "%"):
        client.call("crm.sync.score", "search_count", domain=[["verbatim", "ilike", text]])
