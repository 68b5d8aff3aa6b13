"""Campaigns over the external API: figures for those who lead, the choice of customers, materials, and nonsense."""

import pytest
from system import ApiError

#: Mia's campaign it is.
LEADERS = ("mia", "dora", "max", "alex")
OTHERS = ("anna", "ben")


@pytest.fixture(scope="module")
def running(client_for):
    """The demo's campaign that is running."""
    [campaign] = client_for("max").call(
        "utm.campaign", "search", domain=[["title", "=", "Autumn fair: try the new lenses"]]
    )
    return campaign


@pytest.mark.parametrize("login", LEADERS)
def test_leaders_are_told_what_a_campaign_costs_and_brings(client_for, running, login):
    [figures] = client_for(login).call("utm.campaign", "sync_campaign_figures", ids=[running])
    assert (figures["planned"], figures["actual"], figures["leads"]) == (6500, 5250, 9)
    assert figures["return_percent"] == pytest.approx(100 * (figures["margin"] - 5250) / 5250)
    holdout = figures["holdout"]
    assert (holdout["state"], holdout["outcome"]) == ("running", "collecting")
    assert holdout["treated"] > holdout["held_out"] > 0


@pytest.mark.parametrize("login", OTHERS)
def test_others_are_told_nothing(client_for, running, login):
    client = client_for(login)
    for method in ("sync_campaign_figures", "action_sync_freeze", "action_sync_start"):
        with pytest.raises(ApiError):
            client.call("utm.campaign", method, ids=[running])
    [read] = client.call("utm.campaign", "read", ids=[running], fields=["sync_actual", "sync_margin", "sync_outcome"])
    assert (read["sync_actual"], read["sync_margin"], read["sync_outcome"]) == (0, 0, "none")
    for model in ("crm.sync.campaign.member", "crm.sync.campaign.cost", "crm.sync.campaign.result"):
        assert client.call(model, "search_count", domain=[]) == 0
    with pytest.raises(ApiError):
        client.call(
            "utm.campaign", "write", ids=[running], vals={"user_id": client.call("res.users", "context_get")["uid"]}
        )


def test_customers_in_the_portal_are_told_nothing(client_for, running):
    client = client_for("portal_lin")
    for model in (
        "utm.campaign",
        "crm.sync.campaign.member",
        "crm.sync.campaign.cost",
        "crm.sync.material",
        "crm.sync.lead.quality",
    ):
        with pytest.raises(ApiError):
            client.call(model, "search", domain=[])


def test_customers_are_chosen_fixed_and_not_chosen_again(client_for):
    client = client_for("max")
    [campaign] = client.call("utm.campaign", "create", vals_list=[{"title": "Chosen by another program"}])
    choice = {"campaign_id": campaign, "audience_domain": "[]", "holdout_percent": 20}
    [wizard] = client.call("crm.sync.campaign.choose", "create", vals_list=[choice])
    [seen] = client.call(
        "crm.sync.campaign.choose", "read", ids=[wizard], fields=["treated_count", "held_out_count", "sentence"]
    )
    client.call("crm.sync.campaign.choose", "action_choose", ids=[wizard])
    for group, count in (("treated", seen["treated_count"]), ("held_out", seen["held_out_count"])):
        members = [["campaign_id", "=", campaign], ["member_group", "=", group]]
        assert client.call("crm.sync.campaign.member", "search_count", domain=members) == count
    client.call("utm.campaign", "action_sync_freeze", ids=[campaign])
    for again in ("action_choose", "action_choose_and_freeze"):
        with pytest.raises(ApiError):
            client.call("crm.sync.campaign.choose", again, ids=[wizard])
    with pytest.raises(ApiError):
        client.call("utm.campaign", "write", ids=[campaign], vals={"sync_holdout_percent": 0})


@pytest.mark.parametrize(
    "audience", ["__import__('os')", "[('nope', '=', 1)]", "[(", "5", "[('sync_birth_year', '>', 0)]"]
)
def test_an_audience_that_cannot_be_understood_is_refused_with_a_sentence(client_for, audience):
    client = client_for("max")
    [campaign] = client.call("utm.campaign", "create", vals_list=[{"title": "Not understood"}])
    [wizard] = client.call(
        "crm.sync.campaign.choose", "create", vals_list=[{"campaign_id": campaign, "audience_domain": audience}]
    )
    with pytest.raises(ApiError) as raised:
        client.call("crm.sync.campaign.choose", "action_choose", ids=[wizard])
    assert raised.value.status == 422
    assert "audience" in raised.value.message


def test_a_material_is_given_once(client_for):
    [material] = client_for("max").call("crm.sync.material", "create", vals_list=[{"name": "Frames, spring"}])
    anna = client_for("anna")
    [partner] = anna.call("res.partner", "search", domain=[["email", "!=", False], ["is_company", "=", True]], limit=1)
    first, second = (
        anna.call("crm.sync.material", "give_material", ids=[material], partner_ids=[partner]) for _ in range(2)
    )
    assert (first["given"], second["given"], second["have"]) == ([partner], [], [partner])


@pytest.mark.parametrize(
    "arguments",
    [
        {"partner_ids": "all"},
        {"partner_ids": [True]},
        {"partner_ids": [99_999_999]},
        {"partner_ids": {"a": 1}},
        {"partner_ids": [], "channel": "pigeon"},
        {"partner_ids": [], "campaign_id": "x"},
        {"partner_ids": [], "campaign_id": 99_999_999},
    ],
)
def test_nonsense_is_refused(client_for, arguments):
    client = client_for("max")
    material = client.call("crm.sync.material", "search", domain=[], limit=1)
    with pytest.raises(ApiError) as raised:
        client.call("crm.sync.material", "give_material", ids=material, **arguments)
    assert raised.value.status in (400, 422)


def test_what_campaigns_keep_is_nobodys_to_call(client_for, running):
    client = client_for("max")
    for model, private in (
        ("utm.campaign", "_sync_record"),
        ("utm.campaign", "_sync_choose"),
        ("crm.sync.campaign.member", "_redraw"),
        ("crm.sync.material.sent", "_note"),
    ):
        with pytest.raises(ApiError):
            client.call(model, private, ids=[running])


def test_lead_quality_is_grouped_by_who_collected_where(client_for):
    groups = client_for("dora").call(
        "crm.sync.lead.quality",
        "formatted_read_group",
        domain=[["collected_at", "!=", False]],
        groupby=["collected_at"],
        aggregates=["leads:sum", "win_rate:avg"],
    )
    assert sum(group["leads:sum"] for group in groups) == 9
    assert {group["collected_at"] for group in groups} == {"fair", "shop", "partner", "web"}
