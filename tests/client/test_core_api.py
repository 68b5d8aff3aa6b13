"""The core room over the external API (JSON-2), as each role: what may be called, and what comes back."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from system import ApiError, System

ROLES = ("anna", "ben", "mia", "dora", "max", "alex")
OUTSIDERS = ("portal_lin", "portal_acme")


@pytest.fixture(scope="module")
def showcase(client_for):
    """The demo customer with the longest history."""
    [customer] = client_for("max").call(
        "res.partner", "search_read", domain=[["name", "=", "Northwind Optics"]], fields=["name", "child_ids"], limit=1
    )
    return customer


def timeline(client, customer, **arguments):
    return client.call("res.partner", "sync_timeline", ids=[customer["id"]], **arguments)


def pages(client, customer, **arguments):
    events, cursor = [], None
    while True:
        page = timeline(client, customer, cursor=cursor, **arguments)
        events += page["events"]
        cursor = page["cursor"]
        if not cursor:
            return events


@pytest.mark.parametrize("login", ROLES)
def test_every_role_gets_the_page_and_the_timeline(client_for, showcase, login):
    client = client_for(login)
    page = client.call("res.partner", "sync_customer_page", ids=[showcase["id"]])
    assert page["entity"]["name"] == "Northwind Optics"
    assert page["last_contact"] and page["tiles"] and page["filters"]["kinds"]
    assert len(timeline(client, showcase)["events"]) == 40


def test_the_showcase_tells_at_least_eight_kinds_and_nothing_of_the_future(client_for, showcase):
    events = pages(client_for("max"), showcase)
    kinds = {event["kind"] for event in events if not event["masked"]}
    assert len(kinds) >= 8, kinds
    moments = [event["at"] for event in events]
    assert moments == sorted(moments, reverse=True)
    assert len({event["key"] for event in events}) == len(events)


def test_service_knows_that_sales_was_there_and_nothing_else(client_for, showcase):
    seen_by_sales = {event["key"]: event for event in pages(client_for("anna"), showcase)}
    seen_by_service = pages(client_for("ben"), showcase)
    masked = [event for event in seen_by_service if event["masked"]]
    assert masked
    assert {frozenset(event) for event in masked} == {frozenset(("key", "at", "masked", "department"))}
    secret = [
        event["title"]
        for event in seen_by_sales.values()
        if not event["masked"] and event["kind"] in ("quotation", "order", "lead", "won", "lost")
    ]
    assert secret
    assert not [title for title in secret if title in json.dumps(seen_by_service, ensure_ascii=False)]


def test_both_see_the_same_days(client_for, showcase):
    days = [sorted(local_days(client_for(login), showcase)) for login in ("max", "ben")]
    assert days[0] == days[1]


def local_days(client, customer):
    """As the reader's clock tells them: late in the evening the day in UTC is another one."""
    zone = ZoneInfo(client.call("res.users", "context_get")["tz"] or "UTC")
    moments = [datetime.fromisoformat(event["at"]).replace(tzinfo=UTC) for event in pages(client, customer)]
    return [moment.astimezone(zone).date() for moment in moments]


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_portal_customer_is_refused_even_for_himself(client_for, showcase, login):
    client = client_for(login)
    own = client.call("res.users", "context_get")["uid"]
    [me] = client.call("res.users", "read", ids=[own], fields=["partner_id"])
    for partner_id in (showcase["id"], me["partner_id"][0]):
        for method in ("sync_timeline", "sync_customer_page"):
            with pytest.raises(ApiError) as refused:
                client.call("res.partner", method, ids=[partner_id])
            assert refused.value.status == 403


@pytest.mark.parametrize("login", OUTSIDERS)
@pytest.mark.parametrize(
    "model",
    [
        "crm.sync.touch",
        "crm.sync.customer",
        "crm.sync.contact.report",
        "crm.sync.department",
        "crm.sync.job",
        "crm.sync.job.failure",
        "crm.sync.job.period",
    ],
)
def test_a_portal_customer_reads_and_writes_nothing_of_ours(client_for, login, model):
    client = client_for(login)
    for method, arguments in (
        ("search_read", {"domain": []}),
        ("search_count", {"domain": []}),
        ("create", {"vals_list": [{}]}),
        ("write", {"ids": [1], "vals": {"active": False}}),
        ("unlink", {"ids": [1]}),
        ("name_search", {"name": ""}),
        ("export_data", {"ids": [1], "fields_to_export": ["id"]}),
    ):
        with pytest.raises(ApiError) as refused:
            client.call(model, method, **arguments)
        assert refused.value.status in (403, 404, 422), (method, refused.value)


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_portal_customer_does_not_read_our_fields_of_his_own_contact(client_for, login):
    client = client_for(login)
    own = client.call("res.users", "context_get")["uid"]
    [me] = client.call("res.users", "read", ids=[own], fields=["partner_id"])
    with pytest.raises(ApiError) as refused:
        client.call("res.partner", "read", ids=[me["partner_id"][0]], fields=["sync_department_id"])
    assert refused.value.status == 403


@pytest.mark.parametrize("login", ("anna", "max", "alex"))
def test_nobody_writes_or_deletes_the_journal_or_the_standing(client_for, login):
    client = client_for(login)
    [touch] = client.call("crm.sync.touch", "search", domain=[], limit=1)
    [row] = client.call("crm.sync.customer", "search", domain=[], limit=1)
    for model, record_id, values in (
        ("crm.sync.touch", touch, {"subject": "forged"}),
        ("crm.sync.touch", touch, {"occurred_at": "2020-01-01 00:00:00"}),
        ("crm.sync.customer", row, {"last_contact_at": "2020-01-01 00:00:00"}),
    ):
        with pytest.raises(ApiError) as refused:
            client.call(model, "write", ids=[record_id], vals=values)
        assert refused.value.status in (403, 422)
        with pytest.raises(ApiError) as refused:
            client.call(model, "unlink", ids=[record_id])
        assert refused.value.status in (403, 422)


def test_a_user_logs_a_contact_and_it_is_the_first_of_the_timeline(client_for, showcase):
    anna = client_for("anna")
    values = {"partner_id": showcase["id"], "subject": "Called by the API", "channel": "call"}
    anna.call("crm.sync.touch", "create", vals_list=[values])
    assert timeline(anna, showcase)["events"][0]["title"] == "Called by the API"
    page = anna.call("res.partner", "sync_customer_page", ids=[showcase["id"]])
    assert page["last_contact"]["days"] == 0


def test_an_auditor_changes_nothing(client_for, showcase):
    alex = client_for("alex")
    with pytest.raises(ApiError) as refused:
        alex.call("crm.sync.touch", "create", vals_list=[{"partner_id": showcase["id"], "subject": "x"}])
    assert refused.value.status == 403
    [job] = alex.call("crm.sync.job", "search", domain=[], limit=1)
    for method in ("action_run_now", "action_switch"):
        with pytest.raises(ApiError) as refused:
            alex.call("crm.sync.job", method, ids=[job])
        assert refused.value.status == 403


def test_nobody_logs_a_contact_in_a_colleagues_name_but_a_manager(client_for, showcase):
    [ben] = client_for("max").call("res.users", "search", domain=[["login", "=", "ben"]])
    values = {"partner_id": showcase["id"], "subject": "In Ben's name", "user_id": ben}
    with pytest.raises(ApiError) as refused:
        client_for("anna").call("crm.sync.touch", "create", vals_list=[values])
    assert refused.value.status == 403
    assert client_for("max").call("crm.sync.touch", "create", vals_list=[values])


@pytest.mark.parametrize(
    "arguments",
    [
        {"filters": "x"},
        {"filters": ["x"]},
        {"filters": {"kinds": 7}},
        {"filters": {"kinds": [7]}},
        {"filters": {"person_ids": ["1 OR 1=1"]}},
        {"filters": {"person_ids": [2**70]}},
        {"filters": {"person_ids": [True]}},
        {"filters": {"date_from": "0001-01-01"}},
        {"filters": {"date_to": "9999-12-31"}},
        {"filters": {"date_from": {"year": 2026}}},
        {"filters": {"search": 7}},
        {"filters": {"__class__": "x"}},
        {"cursor": "'; DROP TABLE res_partner; --"},
        {"cursor": "2026-01-01T00:00:00|99999999999999999999"},
        {"cursor": "2026-01-01T00:00:00+02:00|1"},
        {"cursor": 5},
        {"limit": -1},
        {"limit": 10**9},
        {"limit": True},
        {"limit": "forty"},
    ],
)
def test_junk_arguments_get_a_sentence_and_no_traceback(client_for, logged, showcase, arguments):
    with pytest.raises(ApiError) as refused:
        timeline(client_for("anna"), showcase, **arguments)
    assert refused.value.status == 422
    assert refused.value.message
    assert not logged("Traceback")


def test_hostile_words_are_only_words(client_for, logged, showcase):
    for search in ("%' OR 1=1 --", "\\", "<script>", "𝒜" * 5000, "_" * 300):
        assert timeline(client_for("anna"), showcase, filters={"search": search})["events"] == []
    assert timeline(client_for("anna"), showcase, filters={"search": "\x00"})["events"], "nothing is left to look for"
    assert not logged("Traceback")


def test_private_methods_are_not_to_be_had(client_for, showcase):
    for model, method in (
        ("crm.sync.timeline", "_get_page"),
        ("crm.sync.customer", "_refresh"),
        ("crm.sync.contact.gate", "_may_contact"),
        ("crm.sync.job.runner", "_run_records"),
    ):
        with pytest.raises(ApiError) as refused:
            client_for("max").call(model, method)
        assert refused.value.status == 403


def test_the_gate_answers_over_the_api(client_for, showcase):
    [answer] = client_for("mia").call(
        "crm.sync.contact.gate", "may_contact", partner_ids=[showcase["id"]], purpose="marketing", channel="email"
    )
    assert set(answer) == {"partner_id", "allowed", "reason", "message"}
    for partner_ids in ("x", [{}], [-1], [2**40], [None]):
        with pytest.raises(ApiError) as refused:
            client_for("mia").call(
                "crm.sync.contact.gate", "may_contact", partner_ids=partner_ids, purpose="marketing", channel="email"
            )
        assert refused.value.status == 422


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("action_correct", {"ids": []}),
        ("action_correct", {"ids": [1, 2]}),
        ("search_count", {"domain": [["subject", "=", "a\x00b"]]}),
        ("search_count", {"domain": [["subject", "=", "\ud800"]]}),
        ("search_count", {"domain": "1 OR 1=1"}),
    ],
)
def test_what_no_row_and_no_column_takes_is_told_in_words(client_for, logged, method, arguments):
    with pytest.raises(ApiError) as refused:
        client_for("max").call("crm.sync.touch", method, **arguments)
    assert refused.value.status == 422
    assert refused.value.message.startswith(("Name exactly one row", "A text of this call", "A domain of this call"))
    assert not logged("Traceback")


@pytest.fixture(scope="module")
def two_companies(system_copy):
    """A system of its own with a second company and its manager; ids of failures by what they belong to."""
    with system_copy("failures") as database:
        system = System(database)
        try:
            system.start()
            printed = system.shell(FAILURES)
            ids = json.loads(
                next(line for line in printed.splitlines() if line.startswith("IDS ")).removeprefix("IDS ")
            )
            yield system, ids
        finally:
            system.stop()


FAILURES = """
import json

company = env["res.company"].create({"name": "Failures Abroad"})
env["res.users"].create({
    "name": "Abroad", "login": "abroad_jobs", "password": "abroad_jobs",
    "company_id": company.id, "company_ids": [(6, 0, company.ids)],
    "group_ids": [(4, env.ref("crm_sync_measures.group_manager").id)],
})
job, Failure = env["crm.sync.job"].search([], limit=1), env["crm.sync.job.failure"]
Failure.search([]).unlink()
ours = env["res.partner"].create({"name": "Secretive Optics", "company_id": env.ref("base.main_company").id})
error = ValueError("no mail server for boss@secretive.example.com")
ids = {
    "ours": Failure._record_failure(job, "1", error, ours).id,
    "shared": Failure._record_failure(job, "2", error, env["res.partner"].search([("company_id", "=", False)], limit=1)).id,
    "range": Failure._record_failure(job, "2026-11-01:1-5000", error).id,
}
env.cr.commit()
print("IDS " + json.dumps(ids))
"""


def test_a_manager_abroad_learns_nothing_of_what_failed_here_and_tries_again_what_is_everybodys(two_companies):
    system, ids = two_companies
    abroad, here = system.client("abroad_jobs"), system.client("max")
    assert set(here.call("crm.sync.job.failure", "search", domain=[])) == set(ids.values())
    assert set(abroad.call("crm.sync.job.failure", "search", domain=[])) == {ids["shared"], ids["range"]}
    told = json.dumps(abroad.call("crm.sync.job.failure", "search_read", domain=[]))
    assert "ecretive" not in told and "boss@" not in told
    assert abroad.call("crm.sync.job.failure", "search_count", domain=[["error", "like", "boss"]]) == 0
    groups = abroad.call(
        "crm.sync.job.failure", "formatted_read_group", domain=[], groupby=["subject"], aggregates=["__count"]
    )
    assert sum(group["__count"] for group in groups) == 2
    assert here.call("crm.sync.job.failure", "read", ids=[ids["ours"]], fields=["subject", "error"]) == [
        {
            "id": ids["ours"],
            "subject": "Secretive Optics",
            "error": "ValueError: no mail server for boss@secretive.example.com",
        }
    ]
    for method, arguments in (
        ("read", {"fields": ["error"]}),
        ("action_try_again", {}),
        ("action_dismiss", {}),
        ("action_open_record", {}),
    ):
        with pytest.raises(ApiError) as refused:
            abroad.call("crm.sync.job.failure", method, ids=[ids["ours"]], **arguments)
        assert refused.value.status == 403, method
        assert "ecretive" not in refused.value.message
    abroad.call("crm.sync.job.failure", "action_try_again", ids=[ids["range"]])
    here.call("crm.sync.job.failure", "action_dismiss", ids=[ids["ours"]])
    states = system.sql(
        f"SELECT tries, state FROM crm_sync_job_failure WHERE id IN ({ids['range']}, {ids['ours']}) ORDER BY id"
    )
    assert states == [["1", "resolved"], ["0", "retry"]]


@pytest.mark.parametrize("login", ["anna", "dora"])
def test_who_is_no_manager_dates_no_choice_of_a_customer_back_over_the_api(client_for, showcase, login):
    values = {"partner_id": showcase["id"], "purpose": "survey", "is_allowed": True, "at": "2020-01-01 00:00:00"}
    client = client_for(login)
    with pytest.raises(ApiError) as refused:
        client.call("crm.sync.contact.preference", "create", vals_list=[values], context={"import_file": True})
    assert refused.value.status == 403
    for context in ({}, {"import_file": True, "default_at": "2020-01-01 00:00:00"}):
        sent = values if not context else {name: value for name, value in values.items() if name != "at"}
        [number] = client.call("crm.sync.contact.preference", "create", vals_list=[sent], context=context)
        [row] = client.call("crm.sync.contact.preference", "read", ids=[number], fields=["at"])
        assert row["at"] > "2026"
        with pytest.raises(ApiError):
            client.call("crm.sync.contact.preference", "write", ids=[number], vals={"at": "2020-01-01 00:00:00"})
