"""Deadlines of cases, cases without reply, and how cases went: their jobs are killed anywhere, and everybody is told once of everything."""

import pytest
from forker import Forker

from dev import databases

#: Cases of each sort.
CASES = 8

OURS = "name like 'Fault %' and c.user_id = (select id from res_users where login = 'fault_seller')"
TODO = {
    "watch_cases": f"""select count(*) from crm_sync_case_clock k join crm_sync_case c on c.id = k.case_id
                        where c.{OURS} and k.check_at < now() at time zone 'utc'""",
    "ask_verdict": f"select count(*) from crm_sync_case c where c.{OURS} and survey_at < now() at time zone 'utc'",
    "end_silence": f"select count(*) from crm_sync_case c where c.{OURS} and c.silence_at < now() at time zone 'utc'",
}
#: By case: how many managers and colleagues were told how often, of how many cases.
ACTIVITIES = f"""select c.name, u.login, count(*), count(distinct c.id)
                   from mail_activity a join res_users u on u.id = a.user_id join crm_sync_case c on c.id = a.res_id
                  where a.res_model = 'crm.sync.case' and a.active and c.{OURS} and u.login like 'fault%' group by 1, 2 order by 1, 2"""
#: The managers of the company, who are told of what is late for long; each once of each case.
MANAGERS = f"""select count(distinct u.id), max(told), min(told)
                 from (select a.user_id, a.res_id, count(*) as told from mail_activity a join crm_sync_case c on c.id = a.res_id
                        where a.res_model = 'crm.sync.case' and a.active and c.{OURS} group by 1, 2) t
                 join res_users u on u.id = t.user_id where u.login not like 'fault%'"""
MARKED = f"""select c.name, k.is_breached, k.alarmed_at is not null, k.escalated_at is not null, c.clock_state, count(*)
               from crm_sync_case_clock k join crm_sync_case c on c.id = k.case_id
              where c.{OURS} and k.kind = 'resolve' and c.step = 'new' group by 1, 2, 3, 4, 5 order by 1"""
#: What became of a case, how often it was written so, and how often the customer was told, by mail too.
ENDED = f"""select c.name, c.step, c.silence_told_at is not null, count(*) as cases,
                   sum((select count(*) from crm_sync_case_event e where e.case_id = c.id and e.kind = 'closed')) as closings,
                   sum((select count(*) from mail_message m where m.model = 'crm.sync.case' and m.res_id = c.id
                           and m.body like '%hear%nothing%')) as messages,
                   sum((select count(*) from mail_notification n join mail_message m on m.id = n.mail_message_id
                         where m.model = 'crm.sync.case' and m.res_id = c.id and m.body like '%hear%nothing%'
                           and n.res_partner_id = c.partner_id)) as told
              from crm_sync_case c where c.{OURS} and c.name in ('Fault to be told', 'Fault to be closed') group by 1, 2, 3 order by 1"""
CLOCKS = f"""select count(*) from crm_sync_case_clock k join crm_sync_case c on c.id = k.case_id
              where c.{OURS} and c.name = 'Fault to be closed' and k.stopped_at is null"""
#: Cases, entries in their history, questions, and customers who got one.
ASKED = f"""select count(*),
                   sum((select count(*) from crm_sync_case_event e where e.case_id = c.id and e.note = 'Asked by e-mail.')),
                   sum((select count(*) from mail_message m where m.model = 'crm.sync.case' and m.res_id = c.id
                           and m.subject like 'How did it go%')),
                   sum((select count(*) from mail_notification n join mail_message m on m.id = n.mail_message_id
                         where m.model = 'crm.sync.case' and m.res_id = c.id and m.subject like 'How did it go%'
                           and n.res_partner_id = c.partner_id))
              from crm_sync_case c where c.{OURS} and c.name = 'Fault over'"""


@pytest.fixture(scope="module")
def faulty(system_copy):
    with system_copy("case_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_cases {CASES}")
            yield database, forker
        finally:
            forker.end()


def test_every_deadline_is_warned_of_marked_and_escalated_once(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("watch_cases", TODO["watch_cases"])
    once = [str(CASES)] * 2
    assert databases.ask(ACTIVITIES, database) == [
        ["Fault late", "fault_boss", *once],
        ["Fault late", "fault_seller", *once],
        ["Fault long late", "fault_boss", *once],
        ["Fault long late", "fault_seller", *once],
        ["Fault soon", "fault_seller", *once],
    ]
    [[people, most, least]] = databases.ask(MANAGERS, database)
    assert int(people) > 0
    assert (most, least) == ("1", "1")
    assert databases.ask(MARKED, database) == [
        ["Fault late", "t", "t", "f", "breached", str(CASES)],
        ["Fault long late", "t", "t", "t", "breached", str(CASES)],
        ["Fault soon", "f", "f", "f", "warning", str(CASES)],
    ]


def test_a_silent_customer_is_told_once_and_his_case_closed_once(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("end_silence", TODO["end_silence"])
    number = str(CASES)
    assert databases.ask(ENDED, database) == [
        ["Fault to be closed", "closed", "t", number, number, number, number],
        ["Fault to be told", "waiting_customer", "t", number, "0", number, number],
    ]
    assert databases.ask(CLOCKS, database) == [["0"]]


def test_every_customer_is_asked_once_how_it_went(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("ask_verdict", TODO["ask_verdict"])
    assert databases.ask(ASKED, database) == [[str(CASES)] * 4]
