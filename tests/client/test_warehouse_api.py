"""What docs/warehouse.md promises to other systems: loads that miss and double nothing, rights of the key, no writing."""

import json
import re
from pathlib import Path

import pytest
from system import ApiError

VALUE = "crm.sync.kpi.value"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "warehouse.md"
ROLES = ("anna", "ben", "mia", "dora", "max", "alex")


def blocks():
    """The calls of the page: model, method and arguments."""
    text = PAGE.read_text()
    found = []
    for model, method, rest in re.findall(r"POST /json/2/([\w.]+)/(\w+)\n(.*?)(?=```|POST )", text, re.DOTALL):
        found.append((model, method, json.loads(rest[rest.index("{") :])))
    return found


def load(client, limit, fields, first=None):
    """All final values, so many at a time, as the page says."""
    rows, behind = [], first
    while True:
        domain = [["state", "=", "closed"]]
        if behind:
            at, number = behind
            domain = ["&", *domain, "|", ["closed_at", ">", at], "&", ["closed_at", "=", at], ["id", ">", number]]
        answer = client.call(
            VALUE, "search_read", domain=domain, fields=[*fields, "closed_at"], order="closed_at, id", limit=limit
        )
        rows += answer
        if len(answer) < limit:
            return rows
        behind = answer[-1]["closed_at"], answer[-1]["id"]


@pytest.fixture(scope="module")
def auditor(client_for):
    return client_for("alex")


def test_every_call_of_the_page_is_answered(auditor):
    calls = blocks()
    assert [method for _model, method, _arguments in calls] == ["search_read", "search_read", "kpi_series"]
    [kpi] = auditor.call(*calls[1][:2], **calls[1][2])
    assert kpi["unit"] == "number"
    for model, method, arguments in calls:
        if method == "kpi_series":
            arguments["ids"] = [kpi["id"]]
        assert isinstance(auditor.call(model, method, **arguments), list)


def test_every_column_of_the_page_is_there(auditor):
    known = auditor.call(VALUE, "fields_get", attributes=["type"])
    table = PAGE.read_text().partition("| column |")[2].partition("\n\n")[0]
    columns = {name for line in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert len(columns) > 30
    assert columns <= known.keys()


@pytest.mark.parametrize("limit", [37, 500])
def test_a_load_by_parts_misses_and_doubles_nothing(auditor, limit):
    [final] = [auditor.call(VALUE, "search_count", domain=[["state", "=", "closed"]])]
    numbers = [row["id"] for row in load(auditor, limit, ["value"])]
    assert len(numbers) == len(set(numbers)) == final > 0


def test_a_later_load_brings_only_what_is_new(auditor):
    rows = load(auditor, 5000, ["value"])
    last = rows[-1]["closed_at"], rows[-1]["id"]
    assert load(auditor, 5000, ["value"], last) == []
    middle = rows[len(rows) // 2]
    later = load(auditor, 5000, ["value"], (middle["closed_at"], middle["id"]))
    assert [row["id"] for row in later] == [row["id"] for row in rows[len(rows) // 2 + 1 :]]


def test_figures_are_what_numerator_and_denominator_say(auditor):
    fields = ["value", "is_empty", "numerator", "denominator", "unit", "additivity"]
    rows = [row for row in load(auditor, 5000, fields) if not row["is_empty"]]
    ratios = [row for row in rows if row["additivity"] == "ratio"]
    assert ratios
    for row in ratios:
        share = row["numerator"] / row["denominator"] * (100 if row["unit"] == "percent" else 1)
        # Quotients are kept with six decimals.
        assert row["value"] == pytest.approx(share, rel=0, abs=5.1e-7)
    for row in rows:
        if row["additivity"] == "sum":
            assert row["value"] == pytest.approx(row["numerator"], rel=1e-9, abs=1e-9)


def test_a_series_is_that_of_the_rows(auditor):
    [group] = auditor.call(
        VALUE,
        "search_read",
        domain=[["state", "=", "closed"], ["scope_key", "=", "company"], ["is_empty", "=", False]],
        fields=["kpi_id", "company_id", "period_start", "value"],
        order="period_start desc, id desc",
        limit=1,
    )
    series = auditor.call(
        "crm.sync.kpi", "kpi_series", ids=[group["kpi_id"][0]], company_id=group["company_id"][0], limit=1000
    )
    assert [point["period_start"] for point in series] == sorted(point["period_start"] for point in series)
    [point] = [point for point in series if point["period_start"] == group["period_start"]]
    assert (point["id"], point["value"]) == (group["id"], group["value"])


def test_a_series_of_a_marketing_source_is_asked_for_by_its_key(auditor):
    rows = auditor.call(
        VALUE,
        "search_read",
        domain=[["scope_kind", "=", "source"], ["state", "=", "closed"], ["is_current", "=", True]],
        fields=["kpi_id", "company_id", "scope_key", "scope_name"],
        order="period_start desc, id",
    )
    row = next(row for row in rows if " " in row["scope_name"])
    arguments = {"ids": [row["kpi_id"][0]], "company_id": row["company_id"][0]}
    series = auditor.call("crm.sync.kpi", "kpi_series", scope_key=row["scope_key"], **arguments)
    assert row["scope_name"] in [point["scope_name"] for point in series]
    for key in (row["scope_name"], f"channel:{row['scope_name']}", "source:0", 7):
        with pytest.raises(ApiError) as raised:
            auditor.call("crm.sync.kpi", "kpi_series", scope_key=key, **arguments)
        assert (raised.value.status, "is no scope" in raised.value.message) == (422, True)


@pytest.mark.parametrize("login", ["anna", "ben"])
def test_a_colleague_loads_no_figure_of_another_person(client_for, login):
    client = client_for(login)
    me = client.call("res.users", "context_get")["uid"]
    persons = client.call(VALUE, "search_read", domain=[["scope_kind", "=", "person"]], fields=["user_id"])
    assert {row["user_id"][0] for row in persons if row["user_id"]} <= {me}


@pytest.mark.parametrize("login", ["portal_lin", "demo"])
def test_who_has_no_role_reads_nothing(client_for, login):
    client = client_for(login)
    for model, method, arguments in (
        (VALUE, "search_read", {"domain": [], "fields": ["value"]}),
        ("crm.sync.overview", "overview_data", {}),
    ):
        with pytest.raises(ApiError) as raised:
            client.call(model, method, **arguments)
        assert raised.value.status == 403


@pytest.mark.parametrize("login", ROLES)
def test_nobody_writes_a_figure(client_for, login):
    client = client_for(login)
    [row] = client.call(VALUE, "search_read", domain=[["state", "=", "closed"]], fields=["value"], limit=1)
    for method, arguments in (
        ("write", {"ids": [row["id"]], "vals": {"value": 1.0}}),
        ("unlink", {"ids": [row["id"]]}),
        ("create", {"vals_list": [{"value": 1.0}]}),
    ):
        with pytest.raises(ApiError) as raised:
            client.call(VALUE, method, **arguments)
        assert raised.value.status in (403, 422)


@pytest.mark.parametrize("login", ROLES)
def test_every_role_gets_its_overview(client_for, logged, login):
    page = client_for(login).call("crm.sync.overview", "overview_data")
    tiles = [tile for section in page["sections"] for tile in section["tiles"]]
    assert tiles
    assert len({tile["kpi_id"] for tile in tiles}) == len(tiles)
    assert not logged("Traceback")


@pytest.mark.parametrize("arguments", [{}, {"kpi_id": "1", "is_pinned": True}, {"kpi_id": 10**9, "is_pinned": True}])
def test_a_pin_of_nonsense_is_refused_with_a_sentence(client_for, arguments):
    with pytest.raises(ApiError) as raised:
        client_for("anna").call("crm.sync.overview", "set_pin", **arguments)
    assert raised.value.status in (400, 404, 422)
