"""A handover of 2,000 matters is one transaction: however it is killed, all of it has happened or nothing."""

import random
import time

import pytest
from forker import Forker

from dev import databases

CUSTOMERS = 400
MATTERS = 2_000
KILLS = 12
#: More than this a person would not wait for.
LONGEST = 90

TABLES = ("res_partner", "crm_lead", "sale_order", "mail_activity", "calendar_event")
ROWS = """select md5(coalesce(string_agg((to_jsonb(t) - 'write_uid' - 'write_date')::text, '' order by id), '')) from {} t"""
OTHERS = {
    "followers": """select md5(coalesce(string_agg(res_model || res_id || '-' || partner_id, ' ' order by res_model, res_id, partner_id), ''))
                      from mail_followers where res_model not like 'crm.sync.handover%'""",
    "attendees": """select md5(coalesce(string_agg(event_id || '-' || partner_id || state, ' ' order by event_id, partner_id), ''))
                      from calendar_attendee""",
    "notes": "select count(*) from mail_message where model in ('crm.lead', 'res.partner', 'sale.order', 'calendar.event')",
}
#: How many records of each kind the seller has.
HELD = """select (select count(*) from res_partner where user_id = u.id), (select count(*) from crm_lead where user_id = u.id),
                 (select count(*) from sale_order where user_id = u.id), (select count(*) from mail_activity where user_id = u.id),
                 (select count(*) from calendar_event where user_id = u.id)
            from res_users u where u.login = 'fault_holder'"""
STATES = """select h.state, l.state, count(*) from crm_sync_handover_line l join crm_sync_handover h on h.id = l.handover_id
             where h.id = (select max(id) from crm_sync_handover) group by 1, 2 order by 1, 2"""


@pytest.fixture
def faulty(system_copy):
    with system_copy("handover_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_handover {CUSTOMERS}")
            yield database, forker
        finally:
            forker.end()


def everything(database, *, notes=True):
    """A digest of all rows that a handover may touch."""
    found = {table: databases.ask(ROWS.format(table), database) for table in TABLES}
    found |= {name: databases.ask(query, database) for name, query in OTHERS.items() if notes or name != "notes"}
    return found


def timed(forker, command):
    """(seconds, statements)"""
    began = time.monotonic()
    statements = forker.counted(command)
    return time.monotonic() - began, statements


def killed_all_along(forker, command, statements, check):
    """Kill it at places spread over all its statements, the last ones after everything is written, and check each time."""
    generator = random.Random(7)
    for number in range(KILLS):
        share = (number + generator.random()) / KILLS
        # At the latest before the only commit.
        assert forker.kill_at(command, 0, 1 + int(1.3 * share * statements))
        check()


def test_two_thousand_matters_all_or_nothing_and_back_again(faulty, record_property):
    database, forker = faulty
    forker.run("prepare_handover")
    before, states = everything(database), databases.ask(STATES, database)
    assert databases.ask(HELD, database) == [["400", "400", "200", "800", "200"]]
    assert states == [["pending", "pending", str(MATTERS)]]

    there, statements = timed(forker, "hand_over")
    assert databases.ask(HELD, database) == [["0", "0", "0", "0", "0"]]
    assert databases.ask(STATES, database) == [["done", "done", str(MATTERS)]]
    back, statements_back = timed(forker, "take_back")
    assert databases.ask(STATES, database) == [["undone", "undone", str(MATTERS)]]
    assert everything(database, notes=False) == {name: rows for name, rows in before.items() if name != "notes"}
    record_property("seconds", f"{there:.1f} there, {back:.1f} back")
    print(f"2,000 matters: {there:.1f} s there, {back:.1f} s back")
    assert max(there, back) < LONGEST

    forker.run("prepare_handover")
    before, states = everything(database), databases.ask(STATES, database)

    def nothing_has_happened():
        assert databases.ask(STATES, database) == states
        assert everything(database) == before

    killed_all_along(forker, "hand_over", statements, nothing_has_happened)
    forker.run("hand_over")
    assert databases.ask(HELD, database) == [["0", "0", "0", "0", "0"]]

    before, states = everything(database), databases.ask(STATES, database)
    killed_all_along(forker, "take_back", statements_back, nothing_has_happened)
    forker.run("take_back")
    assert databases.ask(HELD, database) == [["400", "400", "200", "800", "200"]]
