"""The demo company's year of advice: some was followed, some was not, and it ended in all ways."""

import pytest

ALIVE = {
    "assignments": "SELECT count(*) >= 20 FROM crm_sync_assignment",
    "followed and overridden": "SELECT count(DISTINCT is_overridden) = 2 FROM crm_sync_assignment",
    "nothing in the future": "SELECT count(*) = 0 FROM crm_sync_assignment WHERE decided_at > now() AT TIME ZONE 'UTC'",
    "a reason for each that was overridden": """
        SELECT count(*) = 0 FROM crm_sync_assignment WHERE is_overridden != (override_reason IS NOT NULL)""",
    "nobody was assigned who was not in question": """
        SELECT bool_and(advice @? format('$[*] ? (@.user_id == %s)', chosen_id)::jsonpath) FROM crm_sync_assignment""",
}


@pytest.mark.parametrize("what", ALIVE)
def test_the_demo_tells(server, what):
    assert server.sql(ALIVE[what]) == [["t"]]


def test_the_analysis_of_the_demo_knows_every_end(client_for):
    groups = client_for("max").call(
        "crm.sync.assignment.report",
        "formatted_read_group",
        domain=[],
        groupby=["result"],
        aggregates=["__count", "won_rate:avg"],
    )
    counts = {group["result"]: group["__count"] for group in groups}
    assert {"won", "lost", "open"} <= set(counts), counts


def test_somebody_on_leave_is_proposed_last_although_he_speaks_the_language(client_for):
    dora = client_for("dora")
    [lead] = dora.call("crm.lead", "search", domain=[["name", "=", "杭州新店展示柜询价"]])
    people = dora.call("crm.sync.advisor", "sync_advise", model="crm.lead", res_id=lead)["people"]
    last = people[-1]
    assert last["name"] == "李娜"
    assert not last["available"]
    assert any(reason.startswith("Speaks Chinese") for reason in last["reasons"])
    assert last["reasons"][0].startswith("On leave, back on ")
