"""The results of a survey program over the external API, as each role: every number is as many records as it says."""

import pytest
from system import ApiError

ROLES = ("anna", "ben", "mia", "dora", "max", "alex")
SCORES, ASKED = "crm.sync.score", "crm.sync.survey.invitation"


@pytest.fixture(scope="module")
def program(client_for):
    [found] = client_for("max").call("crm.sync.survey.program", "search", domain=[["state", "=", "running"]], limit=1)
    return found


def numbers(page):
    """``(model, number, domain)`` of everything that can be opened."""
    for row in (*page["bands"], *page["values"], *page["themes"]):
        yield SCORES, row["count"], row["domain"]
    for row in (page["score"], *page["trend"], *(row for segment in page["segments"] for row in segment["rows"])):
        yield SCORES, row["answers"], row["domain"]
    for row in page["response"]["numbers"]:
        yield ASKED, row["value"], row["domain"]
    for row in page["suppressed"]:
        yield ASKED, row["count"], row["domain"]
    for row in (row for side in page["silent"] for row in side["rows"]):
        yield ASKED, row["delivered"], row["domain"]
        yield ASKED, row["done"], row["done_domain"]
    for row in (*page["loop"]["numbers"], *page["loop"]["outcomes"]) if page["loop"] else ():
        yield SCORES, row["value"], row["domain"]


@pytest.mark.parametrize("login", ROLES)
def test_every_number_of_every_role_is_as_many_records(client_for, program, login):
    client = client_for(login)
    page = client.call("crm.sync.survey.program", "results_page", ids=[program])
    assert page["sees_all"] == (login in ("max", "alex"))
    for model, number, domain in numbers(page):
        assert client.call(model, "search_count", domain=domain) == number, domain
    told = client.call("crm.sync.survey.program", "results_comments", ids=[program], limit=100)
    assert len(told["comments"]) == min(100, told["total"])


def test_who_has_no_role_is_refused_in_a_sentence(client_for, program):
    for login in ("portal_lin", "demo"):
        for method in ("results_page", "results_comments"):
            with pytest.raises(ApiError, match="may not read the results") as raised:
                client_for(login).call("crm.sync.survey.program", method, ids=[program])
            assert raised.value.status == 403


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("results_page", {"wave": 99}),
        ("results_page", {"wave": "1; DROP TABLE x"}),
        ("results_page", {"wave": [1]}),
        ("results_comments", {"search": {"a": 1}}),
        ("results_comments", {"search": "x" * 201}),
        ("results_comments", {"band": "low' OR 1=1"}),
        ("results_comments", {"theme": 2**40}),
        ("results_comments", {"limit": 10**6}),
        ("results_comments", {"offset": -1}),
    ],
)
def test_nonsense_is_refused_with_a_sentence(client_for, program, logged, method, arguments):
    with pytest.raises(ApiError) as raised:
        client_for("max").call("crm.sync.survey.program", method, ids=[program], **arguments)
    assert raised.value.status in (400, 422)
    assert not logged("Traceback")


def test_searches_that_mean_something_to_a_database_find_nothing_and_break_nothing(client_for, program, logged):
    client = client_for("max")
    for search in ("'; --", "% _ \\", "a & b | !c:*", "\x00", "🙂", "<script>", "(((", "   "):
        client.call("crm.sync.survey.program", "results_comments", ids=[program], search=search)
    assert not logged("Traceback")


def test_private_steps_are_nobodys_to_call(client_for, program):
    for private in ("_results_all", "_anonymous_results", "_write_results", "_results_in_company"):
        with pytest.raises(ApiError) as raised:
            client_for("max").call("crm.sync.survey.program", private, ids=[program])
        assert raised.value.status == 403


def test_row_zero_has_no_workbook(server):
    status, _body = server.page("alex", "alex", "/crm_sync_measures/survey_results/0")
    assert status == 404
