"""Two who act on the same case, budget or key at the same moment: the second one waits, and sees what the first has done.

That they meet is no matter of luck: what both want to change is held until both have begun.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from system import ApiError
from test_case_flow_api import known, make, read, stages, xmlid  # noqa: F401 - fixtures
from test_case_intake_api import Visitor

#: Longer than a request takes to come to what is held.
HELD = 1.5


@contextmanager
def held(server, statement):
    """Holds what ``statement`` locks, for a moment, from before the block on."""
    holder = threading.Thread(target=server.sql, args=(f"BEGIN; {statement}; SELECT pg_sleep({HELD}); COMMIT",))
    holder.start()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1.5)%' AND pid != pg_backend_pid()"
    while server.sql(waiting) == [["0"]]:
        time.sleep(0.05)
    yield
    holder.join()


def together(*works):
    """What each of them gave, or the refusal it met."""

    def outcome(work):
        try:
            return work()
        except ApiError as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(outcome, works))


def refusals(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, ApiError)]


def events(server, case, kind):
    [[count]] = server.sql(f"SELECT count(*) FROM crm_sync_case_event WHERE case_id = {case} AND kind = '{kind}'")
    return int(count)


def test_a_case_that_two_colleagues_close_is_closed_once(server, client_for, make, stages, known):  # noqa: F811
    case = make(cause_id=known["cause"])
    client_for("ben").call("crm.sync.case", "action_move", ids=[case], stage=stages["investigating"])
    with held(server, f"SELECT 1 FROM crm_sync_case WHERE id = {case} FOR UPDATE"):
        outcomes = together(
            *(
                lambda login=login: client_for(login).call(
                    "crm.sync.case", "action_close", ids=[case], decision="upheld", note=f"A lens comes, says {login}."
                )
                for login in ("ben", "max")
            )
        )
    [refused] = refusals(outcomes)
    assert refused.status == 422
    assert "is over" in str(refused)
    assert events(server, case, "closed") == 1
    # One message, and the customer has it once. Who follows the case hears of it too: its owner, where the other one closes it.
    told = server.sql(
        f"""SELECT m.id, n.res_partner_id FROM mail_message m LEFT JOIN mail_notification n ON n.mail_message_id = m.id
             WHERE m.model = 'crm.sync.case' AND m.res_id = {case} AND m.body LIKE '%A lens comes%'"""
    )
    assert len({message for message, _partner in told}) == 1
    assert [partner for _message, partner in told].count(str(known["customer"])) == 1
    assert len({partner for _message, partner in told}) == len(told), "nobody is told twice"
    assert server.sql(f"SELECT DISTINCT state FROM crm_sync_case_clock WHERE case_id = {case}") == [["met"]]


def test_a_budget_that_is_enough_for_one_gives_to_one(server, client_for, make, known):  # noqa: F811
    max_, ben = client_for("max"), client_for("ben")
    [user] = ben.call("res.users", "search", domain=[["login", "=", "ben"]])
    [department] = max_.call("crm.sync.department", "create", vals_list=[{"name": "Together", "manager_id": user}])
    [budget] = max_.call(
        "crm.sync.case.budget", "create", vals_list=[{"department_id": department, "limit_amount": 100}]
    )
    asked = []
    for _number in range(2):
        case = make(department_id=department, user_id=user)
        asked += ben.call(
            "crm.sync.case.compensation", "create", vals_list=[{"case_id": case, "kind": "gift", "amount": 60}]
        )
    with held(server, f"SELECT 1 FROM crm_sync_case_budget WHERE id = {budget} FOR UPDATE"):
        outcomes = together(
            *(lambda one=one: ben.call("crm.sync.case.compensation", "action_request", ids=[one]) for one in asked)
        )
    assert not refusals(outcomes)
    rows = ben.call("crm.sync.case.compensation", "read", ids=asked, fields=["state", "cause"])
    assert sorted((row["state"], row["cause"]) for row in rows) == [("granted", False), ("to_approve", "over")]
    assert read_budget(max_, budget) == 60


def read_budget(client, budget):
    [values] = client.call("crm.sync.case.budget", "read", ids=[budget], fields=["used_amount"])
    return values["used_amount"]


def in_line(server, first, second):
    """``first`` waits for what is held, or is done, before ``second`` begins."""
    done = threading.Event()

    def begin():
        try:
            return first()
        finally:
            done.set()

    def follow():
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while not done.is_set() and server.sql(waiting) == [["0"]]:
            time.sleep(0.05)
        return second()

    return together(begin, follow)


def test_merged_or_closed_at_that_moment_who_came_first_is_first(server, client_for, make, stages, known):  # noqa: F811
    ben, max_ = client_for("ben"), client_for("max")
    outcomes = []
    for first in ("merge", "close"):
        master, double = make(cause_id=known["cause"]), make()
        ben.call("crm.sync.case", "action_move", ids=[master], stage=stages["investigating"])
        works = {
            "merge": lambda double=double, master=master: max_.call(
                "crm.sync.case", "action_merge", ids=[double], master=master
            ),
            "close": lambda master=master: ben.call(
                "crm.sync.case", "action_close", ids=[master], decision="upheld", note="All of this lot are replaced."
            ),
        }
        with held(server, f"SELECT 1 FROM crm_sync_case WHERE id = {master} FOR UPDATE"):
            refused = refusals(in_line(server, works.pop(first), *works.values()))
        [[told]] = server.sql(
            f"""SELECT count(*) FROM mail_message
                 WHERE model = 'crm.sync.case' AND res_id = {double} AND body LIKE '%All of this lot%'"""
        )
        outcomes.append((read(ben, double, "is_open")["is_open"], int(told), [one.status for one in refused]))
    # Merged in time, he hears of the end; else his own case stays open, and whoever wanted to merge it learns why.
    assert outcomes == [(False, 1, []), (True, 0, [422])]


def test_the_same_key_sent_twice_at_once_is_one_case(server, client_for):
    facts = {"text": "The lens is broken", "email": "together@example.com", "name": "Wu", "key": "together-1"}
    with held(server, "LOCK TABLE crm_sync_case IN SHARE ROW EXCLUSIVE MODE"):
        outcomes = together(
            *(
                lambda login=login: client_for(login).call("crm.sync.case", "sync_open_case", **facts)
                for login in ("ben", "anna")
            )
        )
    assert not refusals(outcomes)
    assert outcomes[0]["id"] == outcomes[1]["id"]
    assert sorted(outcome["created"] for outcome in outcomes) == [False, True]
    assert server.sql("SELECT count(*) FROM crm_sync_case WHERE intake_key = 'api:together-1'") == [["1"]]
    [[receipts]] = server.sql(
        f"""SELECT count(*) FROM mail_message
             WHERE model = 'crm.sync.case' AND res_id = {outcomes[0]["id"]} AND message_type = 'auto_comment'"""
    )
    assert receipts == "1"


def test_a_customer_who_reopens_what_a_colleague_closes_is_heard(server, client_for, make, known):  # noqa: F811
    ben = client_for("ben")
    partner = server.sql("SELECT partner_id FROM res_users WHERE login = 'portal_lin'")[0][0]
    case = make(partner_id=int(partner), cause_id=known["cause"])
    ben.call("crm.sync.case", "action_propose", ids=[case], text="You get a new lens.")
    ben.call("crm.sync.case", "action_accept", ids=[case])
    lin = Visitor(server, "portal_lin")
    with held(server, f"SELECT 1 FROM crm_sync_case WHERE id = {case} FOR UPDATE"):
        closed, (status, _page) = together(
            lambda: ben.call("crm.sync.case", "action_close", ids=[case], decision="upheld"),
            lambda: lin.post(f"/my/cases/{case}/reopen", {"reason": "No lens has come"}, form=f"/my/cases/{case}"),
        )
    assert status == 303
    assert not isinstance(closed, ApiError)
    assert (events(server, case, "reopened"), events(server, case, "closed")) == (1, 1)
    values = read(ben, case, "cycle", "step", "is_open", "last_customer_at")
    assert values["cycle"] == 2
    assert values["last_customer_at"]
    # Whoever came first: the step is what the last entry of the history says, and the clock goes by it.
    [[last]] = server.sql(
        f"SELECT new_step FROM crm_sync_case_event WHERE case_id = {case} AND new_step IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    [[state]] = server.sql(f"SELECT state FROM crm_sync_case_clock WHERE case_id = {case} AND cycle = 2")
    assert (values["step"], values["is_open"], state) == (
        (last, True, "running") if last == "investigating" else ("closed", False, "met")
    )
