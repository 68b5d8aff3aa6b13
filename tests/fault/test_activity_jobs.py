"""Promises, briefs and customers who wait: their jobs are killed anywhere, and everybody is told once of everything."""

import pytest
from forker import Forker

from dev import databases

#: Customers, each with three promises and a message of his; some of them with a meeting, whose brief takes a second.
CUSTOMERS, MEETINGS = 12, 6

OURS = "partner_id in (select id from res_partner where name like 'Fault %' and is_company)"
#: What is still to be done by each job.
TODO = {
    "watch_promises": f"select count(*) from crm_sync_promise where {OURS} and check_at < now() at time zone 'utc'",
    "mail_briefs": f"select {MEETINGS} - count(*) from crm_sync_brief_mail m join calendar_event e on e.id = m.event_id"
    " where e.name = 'Fault visit' and m.state = 'sent'",
    "reconcile": f"select {CUSTOMERS} - count(*) from crm_sync_response where {OURS}",
    "watch_responses": f"""select count(*) from crm_sync_response where {OURS} and state = 'waiting'
                              and (alarmed_at is null or escalated_at is null)""",
}
PROMISES = f"""select p.name, p.state, e.kind, u.login, count(*), count(distinct p.id)
                 from crm_sync_promise p join crm_sync_promise_event e on e.promise_id = p.id left join res_users u on u.id = e.new_user_id
                where p.{OURS} and e.kind != 'made' group by 1, 2, 3, 4 order by 1, 3, 4"""
REMINDERS = f"""select p.name, u.login, count(*), count(distinct p.id) from mail_activity a join res_users u on u.id = a.user_id
                  join crm_sync_promise p on p.id = a.res_id and a.res_model = 'crm.sync.promise' where p.{OURS} group by 1, 2 order by 1, 2"""
BRIEFS = """select count(*), count(distinct m.subject) from mail_mail mail join mail_message m on m.id = mail.mail_message_id
             where m.subject like 'Before your meeting: Fault %'"""
#: By state, lateness and seconds until the answer: clocks, conversations, and whether it is those that were answered.
RESPONSES = f"""select r.state, r.is_breached, coalesce(extract(epoch from r.answered_at - r.started_at)::int, 0), count(*), count(distinct r.res_id),
                       bool_and((mod(r.partner_id, 3) = 0) = (r.state = 'answered'))
                  from crm_sync_response r where r.{OURS} group by 1, 2, 3 order by 1"""
ALARMS = """select u.login, count(*), count(distinct a.res_id) from mail_activity a join res_users u on u.id = a.user_id
             where a.res_model = 'res.partner' and a.res_id in (select id from res_partner where name like 'Fault %')
             group by 1 order by 1"""


@pytest.fixture(scope="module")
def faulty(system_copy):
    with system_copy("activity_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_activity {CUSTOMERS} {MEETINGS}")
            yield database, forker
        finally:
            forker.end()


def test_every_promise_is_broken_reminded_of_and_escalated_once(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("watch_promises", TODO["watch_promises"])
    once = [str(CUSTOMERS)] * 2
    assert databases.ask(PROMISES, database) == [
        ["Fault broken", "broken", "broken", "", *once],
        ["Fault broken", "broken", "reminded", "fault_seller", *once],
        ["Fault long broken", "broken", "broken", "", *once],
        ["Fault long broken", "broken", "escalated", "fault_boss", *once],
        ["Fault long broken", "broken", "reminded", "fault_seller", *once],
        ["Fault soon", "open", "reminded", "fault_seller", *once],
    ]
    assert databases.ask(REMINDERS, database) == [
        ["Fault broken", "fault_seller", *once],
        ["Fault long broken", "fault_boss", *once],
        ["Fault long broken", "fault_seller", *once],
        ["Fault soon", "fault_seller", *once],
    ]


def test_no_brief_is_mailed_twice_and_none_is_forgotten(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("mail_briefs", TODO["mail_briefs"])
    assert databases.ask(BRIEFS, database) == [[str(MEETINGS)] * 2]


def test_every_conversation_is_clocked_rightly_and_every_late_answer_told_once(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("reconcile", TODO["reconcile"])
    answered, waiting = CUSTOMERS // 3, CUSTOMERS - CUSTOMERS // 3
    rows = [
        ["answered", "f", "3600", str(answered), str(answered), "t"],
        ["waiting", "t", "0", str(waiting), str(waiting), "t"],
    ]
    assert databases.ask(RESPONSES, database) == rows
    forker.killed_then_done_twice("watch_responses", TODO["watch_responses"])
    assert databases.ask(RESPONSES, database) == rows
    once = [str(waiting)] * 2
    assert databases.ask(ALARMS, database) == [["fault_boss", *once], ["fault_seller", *once]]
