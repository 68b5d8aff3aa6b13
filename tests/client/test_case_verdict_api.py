"""Verdicts, their figures, the analysis of causes and wanted improvements, from outside and as each role."""

import pytest
from system import ApiError


def ids(client, model, domain, **options):
    return client.call(model, "search", domain=domain, **options)


def test_scores_are_read_by_roles_and_written_by_nobody(client_for):
    for login in ("mia", "max", "alex"):
        client = client_for(login)
        [score] = ids(client, "crm.sync.score", [["metric", "=", "csat"]], limit=1)
        for method, arguments in (
            ("write", {"ids": [score], "vals": {"value": 5}}),
            ("unlink", {"ids": [score]}),
            ("create", {"vals_list": [{"metric": "csat", "value": 5, "company_id": 1, "answered_at": "2026-01-01"}]}),
        ):
            with pytest.raises(ApiError):
                client.call("crm.sync.score", method, **arguments)
        for private in ("_give", "_put_right"):
            with pytest.raises(ApiError):
                client.call("crm.sync.score", private)


def test_figures_and_causes_are_told_of_what_one_may_read(client_for):
    told = client_for("max").call("crm.sync.score", "csat_figures", domain=[["case_id", "!=", False]])
    assert told["is_enough"] and 1 <= told["average"] <= 5 and 0 <= told["satisfied"] <= 100
    pareto = client_for("max").call(
        "crm.sync.case.report", "pareto", domain=[["kind", "=", "complaint"]], by="cause_id"
    )
    assert [bar["cumulated"] for bar in pareto["bars"] if bar["key"]][-1] == 100.0
    assert pareto["total"] == sum(bar["count"] for bar in pareto["bars"])
    counts = [bar["count"] for bar in pareto["bars"] if bar["key"]]
    assert counts == sorted(counts, reverse=True)
    for arguments, sentence in (
        ({"by": "x"}, "by: give one of"),
        ({"by": ["cause_id"]}, "by: give one of"),
    ):
        with pytest.raises(ApiError) as raised:
            client_for("max").call("crm.sync.case.report", "pareto", **arguments)
        assert raised.value.status in (400, 422) and sentence in str(raised.value)


def test_an_improvement_is_wanted_and_taken_back(client_for):
    client = client_for("mia")
    [case] = ids(client, "crm.sync.case", [["step", "=", "closed"], ["improvement_wanted", "=", False]], limit=1)
    client.call("crm.sync.case", "action_make_improvement", ids=[case], note="Wrap each lens")
    assert case in ids(client, "crm.sync.case", [["improvement_wanted", "=", True]])
    client.call("crm.sync.case", "action_undo_improvement", ids=[case])
    with pytest.raises(ApiError, match="No improvement was wanted"):
        client.call("crm.sync.case", "action_undo_improvement", ids=[case])
    with pytest.raises(ApiError):
        client_for("alex").call("crm.sync.case", "action_make_improvement", ids=[case], note="x")


def test_the_value_of_service_is_for_who_is_in_charge(client_for):
    rows = client_for("max").call(
        "crm.sync.case.value", "search_read", domain=[], fields=["outcome", "revenue_after", "recovered"]
    )
    assert {"solved", "rejected"} <= {row["outcome"] for row in rows}
    assert any(row["revenue_after"] > 0 for row in rows)
    with pytest.raises(ApiError):
        client_for("mia").call("crm.sync.case.value", "search", domain=[])
