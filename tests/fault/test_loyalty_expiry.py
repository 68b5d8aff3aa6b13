"""Expiry and reminders that are killed again and again (by ``bin/faults`` a hundred times): every effect once, none twice, none lost."""

import os
import random

import pytest
from forker import PHASES, STATEMENTS, Forker

from dev import databases

KILLS = int(os.environ.get("CRM_SYNC_KILLS") or 25)
#: Commits of a run before it is killed, at most: 20 cards each, so that so many runs do not come to the end.
COMMITS = 5
CARDS = 20 * (COMMITS + 1) * KILLS

DUE = """select count(*) from crm_sync_loyalty_lot l join loyalty_program p on p.id = l.program_id
          where p.name->>'en_US' = 'Fault Points' and l.remaining > 0 and l.expires_on < current_date"""
#: Each of these must be 0, whatever happened.
INVARIANTS = {
    "cards whose points are not the sum of their entries": """
        select count(*) from loyalty_card c where c.code like 'fault%' and c.points::numeric is distinct from
            (select sum(quantity) from crm_sync_loyalty_entry e where e.card_id = c.id)""",
    "cards whose points are not the sum of their lots": """
        select count(*) from loyalty_card c where c.code like 'fault%' and c.points::numeric is distinct from
            (select sum(remaining) from crm_sync_loyalty_lot l where l.card_id = c.id)""",
    "expired lots without exactly one expire entry": """
        select count(*) from crm_sync_loyalty_lot l where l.card_id in (select id from loyalty_card where code like 'fault%')
           and (l.state = 'expired')::int is distinct from
               (select count(*)::int from crm_sync_loyalty_allocation a join crm_sync_loyalty_entry e on e.id = a.debit_id
                 where a.lot_id = l.id and e.kind = 'expire')""",
    "expire entries that drew another quantity": """
        select count(*) from crm_sync_loyalty_entry e where e.kind = 'expire' and -e.quantity is distinct from
            (select sum(quantity) from crm_sync_loyalty_allocation a where a.debit_id = e.id)""",
    "cards whose history differs from the ledger": """
        select count(*) from loyalty_card c where c.code like 'fault%'
           and coalesce((select sum(used) from loyalty_history h where h.card_id = c.id), 0)
               != coalesce((select -sum(quantity) from crm_sync_loyalty_entry e where e.card_id = c.id and e.kind = 'expire'), 0)""",
    "cards that do not know their last entry": """
        select count(*) from loyalty_card c where c.code like 'fault%' and not exists (
            select from crm_sync_loyalty_entry e where e.card_id = c.id and e.position = c.sync_position and e.seal = c.sync_head
               and not exists (select from crm_sync_loyalty_entry n where n.card_id = c.id and n.position > e.position))""",
    "failures": "select count(*) from crm_sync_job_failure where state != 'resolved'",
}


@pytest.fixture
def faulty(system_copy):
    """A database with many lots that are due, and Odoo to work on it."""
    with system_copy("expiry_faults") as database:
        forker = Forker(database)
        try:
            yield database, forker
        finally:
            forker.end()


def one(query, database):
    return int(databases.ask(query, database)[0][0])


def killed_somewhere(forker, job, generator, number):
    statement, phase = generator.randint(1, STATEMENTS), PHASES[number % len(PHASES)]
    return forker.kill_at(job, generator.randint(0, COMMITS), statement, phase)


def test_expiry_killed_at_random_points_takes_every_lot_exactly_once(faulty):
    database, forker = faulty
    forker.run(f"seed {CARDS}")
    generator, killed, progress = random.Random(3), 0, set()
    for number in range(KILLS):
        killed += killed_somewhere(forker, "expire", generator, number)
        progress.add(one(DUE, database))
    assert killed == KILLS, "a run came to its end before it was killed"
    assert len(progress) > KILLS / 3, f"only {len(progress)} runs got anywhere before they were killed"
    assert 0 not in progress, "all was done before the last kill"
    forker.run("expire")
    assert one(DUE, database) == 0
    for what, query in INVARIANTS.items():
        assert one(query, database) == 0, what
    expired = (
        "select count(*) from crm_sync_loyalty_entry where kind = 'expire' and idempotency_key like 'expire:lot:%'"
    )
    assert one(expired, database) == CARDS * 5 // 2
    forker.run("prove")


def test_reminders_killed_anywhere_reach_every_customer_once(faulty):
    database, forker = faulty
    forker.run("seed 300")
    generator, killed = random.Random(5), 0
    for number in range(15):
        killed += killed_somewhere(forker, "remind", generator, number)
    assert killed == 15, "a run came to its end before it was killed"
    forker.run("remind")
    told = "select count(distinct partner_id), count(*) from crm_sync_loyalty_notice where kind = 'reminder' and key like 'reminder:%'"
    mails = """select count(distinct res_partner_id), count(*) from mail_mail_res_partner_rel r join res_partner p on p.id = r.res_partner_id
                where p.name like 'Kill %'"""
    assert databases.ask(
        told.replace("where", "where partner_id in (select id from res_partner where name like 'Kill %') and"), database
    ) == [["300", "300"]]
    assert databases.ask(mails, database) == [["300", "300"]]
    unmarked = """select count(*) from crm_sync_loyalty_lot where card_id in (select id from loyalty_card where code like 'fault%')
                      and expires_on >= current_date and reminded_on is null"""
    assert one(unmarked, database) == 0
