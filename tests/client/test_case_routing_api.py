"""Routing of cases over the external API (JSON-2): as each role and as a manager of another company."""

from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

import pytest
from system import ApiError

ROUTE, TRY = "crm.sync.case.route", "crm.sync.case.route.try"


@pytest.fixture(scope="module")
def departments(client_for):
    rows = client_for("max").call("crm.sync.department", "search_read", domain=[], fields=["name"])
    return {row["name"]: row["id"] for row in rows}


@pytest.fixture
def rule(client_for, departments):
    """A rule of this test alone, named by a word that nobody else uses."""
    max_ = client_for("max")
    values = {
        "name": "Squeaking hinges",
        "words": "squeakyhinge",
        "department_id": departments["Finance"],
        "sequence": 1,
    }
    [route] = max_.call(ROUTE, "create", vals_list=[{**values, "owner": "queue"}])
    yield route
    max_.call(ROUTE, "unlink", ids=[route])


def open_case(client, text):
    return client.call("crm.sync.case", "sync_open_case", text=text, email="hinge@example.com", acknowledge=False)["id"]


def read(client, case, *names):
    [values] = client.call("crm.sync.case", "read", ids=[case], fields=list(names))
    return values


@pytest.mark.parametrize("login", ["anna", "wei", "max"])
def test_what_any_colleague_takes_down_goes_by_the_rules(client_for, rule, departments, login):
    case = open_case(client_for(login), "The squeakyhinge again")
    values = read(client_for("max"), case, "department_id", "user_id", "route_id")
    assert values["department_id"][0] == departments["Finance"]
    assert values["user_id"] is False
    assert values["route_id"] == [rule, "Squeaking hinges"]
    events = client_for("max").call(
        "crm.sync.case.event", "search_read", domain=[["case_id", "=", case], ["kind", "=", "routed"]], fields=["note"]
    )
    assert events[0]["note"].endswith("Word found: “squeakyhinge”.")


def test_roles_read_rules_and_managers_alone_change_them(client_for, rule):
    for login in ("anna", "ben", "wei", "alex"):
        client = client_for(login)
        assert client.call(ROUTE, "read", ids=[rule], fields=["name"])[0]["name"] == "Squeaking hinges"
        for method, arguments in (
            ("write", {"ids": [rule], "vals": {"words": "x"}}),
            ("unlink", {"ids": [rule]}),
            ("create", {"vals_list": [{"name": "x", "department_id": 1}]}),
        ):
            with pytest.raises(ApiError) as refused:
                client.call(ROUTE, method, **arguments)
            assert refused.value.status == 403, (login, method)
        with pytest.raises(ApiError) as refused:
            client.call(TRY, "create", vals_list=[{"text": "x"}])
        assert refused.value.status == 403, login
    for login in ("portal_lin", "portal_acme"):
        for model in (ROUTE, TRY):
            with pytest.raises(ApiError) as refused:
                client_for(login).call(model, "search_read", domain=[], fields=["id"])
            assert refused.value.status == 403


def test_a_manager_tries_a_text_and_nothing_is_opened(client_for, rule, departments):
    max_ = client_for("max")
    before = max_.call("crm.sync.case", "search_count", domain=[])
    [trial] = max_.call(TRY, "create", vals_list=[{"text": "A squeakyhinge!"}])
    [found] = max_.call(TRY, "read", ids=[trial], fields=["route_id", "department_id", "user_id", "sentence"])
    assert (found["route_id"][0], found["department_id"][0], found["user_id"]) == (rule, departments["Finance"], False)
    assert "Squeaking hinges" in found["sentence"]
    assert max_.call("crm.sync.case", "search_count", domain=[]) == before


def test_routing_itself_and_its_fields_are_closed(client_for, rule):
    max_ = client_for("max")
    case = open_case(client_for("anna"), "The squeakyhinge again")
    for method, arguments in (
        ("_route", {"facts": {}}),
        ("_route_set", {"facts_list": [{}]}),
        ("_get_rules", {}),
    ):
        with pytest.raises(ApiError) as refused:
            max_.call(ROUTE, method, **arguments)
        assert refused.value.status in (403, 404, 422), method
    for values in ({"route_id": rule}, {"route_turn": 1}):
        with pytest.raises(ApiError) as refused:
            max_.call("crm.sync.case", "write", ids=[case], vals=values)
        assert "kept by the case itself" in str(refused.value)
        with pytest.raises(ApiError):
            max_.call("crm.sync.case", "create", vals_list=[{"name": "x", **values}])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"words": ",;，"}, "enter words"),
        ({"words": ",".join(map(str, range(201)))}, "at most"),
        ({"owner": "user"}, "choose a colleague"),
        (
            {"is_for_complaint": False, "is_for_question": False, "is_for_praise": False, "is_for_suggestion": False},
            "kind",
        ),
        ({"tier_weight": -1}, "0 to 1000"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(client_for, rule, values, words):
    with pytest.raises(ApiError) as refused:
        client_for("max").call(ROUTE, "write", ids=[rule], vals=values)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "vals",
    [
        {"product_id": "x"},
        {"partner_id": [1, 2]},
        {"severity": "9"},
        {"department_id": "x"},
        {"user_id": 2**40},
        {"channel": {"a": 1}},
    ],
)
def test_values_that_make_no_sense_are_refused_by_odoo_and_not_by_routing(client_for, rule, vals):
    with pytest.raises(ApiError) as refused:
        client_for("max").call("crm.sync.case", "create", vals_list=[{"name": "squeakyhinge", **vals}])
    assert "routing" not in str(refused.value).lower()


def test_a_stranger_to_the_case_does_not_assign_it(client_for, rule):
    case = open_case(client_for("anna"), "The squeakyhinge again")
    with pytest.raises(ApiError) as refused:
        client_for("mia").call("crm.sync.case", "action_route", ids=[case])
    assert refused.value.status == 403
    with pytest.raises(ApiError) as refused:
        client_for("max").call("crm.sync.case", "action_route", ids=[case])
    assert "into the queue of Finance" in str(refused.value)


def test_a_manager_of_another_company_has_nothing_to_do_with_our_rules(client_for, server, rule):
    server.shell(
        dedent("""
            company = env["res.company"].create({"name": "Routes Abroad"})
            env["res.users"].create({
                "name": "Abroad", "login": "abroad_route", "password": "abroad_route",
                "company_id": company.id, "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, env.ref("crm_sync_measures.group_manager").id)],
            })
            env.cr.commit()
        """)
    )
    client = client_for("abroad_route")
    assert client.call(ROUTE, "search_count", domain=[]) == 0
    for method, arguments in (
        ("read", {"ids": [rule], "fields": ["name"]}),
        ("write", {"ids": [rule], "vals": {"words": "x"}}),
        ("unlink", {"ids": [rule]}),
        ("create", {"vals_list": [{"name": "x", "department_id": 1, "company_id": 1}]}),
    ):
        with pytest.raises(ApiError) as refused:
            client.call(ROUTE, method, **arguments)
        assert refused.value.status in (403, 404, 422), method
    case = open_case(client, "The squeakyhinge again")
    assert read(client, case, "route_id", "department_id") == {"id": case, "route_id": False, "department_id": False}


def test_what_eight_programs_send_at_the_same_time_is_shared_out(client_for, server):
    """Loads of colleagues differ by less than what comes in at the same moment."""
    server.shell(
        dedent("""
            calendar = env["resource.calendar"].create({"name": "Always", "tz": "UTC", "attendance_ids": [(5,)] + [
                (0, 0, {"name": day, "dayofweek": day, "hour_from": 0, "hour_to": 24}) for day in "0123456"]})
            department = env["crm.sync.department"].create({"name": "Round the Clock", "resource_calendar_id": calendar.id})
            for one in range(4):
                env["res.users"].create({
                    "name": f"Clock {one}", "login": f"clock_{one}", "password": f"clock_{one}",
                    "sync_department_id": department.id,
                    "group_ids": [(4, env.ref("crm_sync_measures.group_user").id)],
                })
            env["crm.sync.case.route"].create({
                "name": "Round the clock", "words": "tickingclock", "sequence": 1, "department_id": department.id,
                "company_id": env.ref("base.main_company").id,
            })
            env.cr.commit()
        """)
    )

    def open_one(number):
        return client_for("anna").call(
            "crm.sync.case", "sync_open_case", text="tickingclock", key=f"clock-{number}", acknowledge=False
        )["id"]

    with ThreadPoolExecutor(8) as pool:
        cases = list(pool.map(open_one, range(32)))
    rows = client_for("max").call("crm.sync.case", "read", ids=cases, fields=["user_id"])
    by_owner = {}
    for row in rows:
        by_owner[row["user_id"][1]] = by_owner.get(row["user_id"][1], 0) + 1
    assert len(by_owner) == 4, by_owner
    assert max(by_owner.values()) - min(by_owner.values()) <= 4, by_owner
