"""The job that tells owners whom to contact again is killed anywhere, and nobody is told twice of one customer."""

import pytest
from forker import Forker

from dev import databases

CUSTOMERS = 45

TODO = """select count(*) from crm_sync_care_rhythm r join res_partner p on p.id = r.partner_id
           where p.name like 'Fault visited %' and r.told_at is null"""
#: By activities of a customer: how many have so many, all of them their owner's and known to the row.
TOLD = """select activities, count(*), bool_and(is_right) from (
              select (select count(*) from mail_activity a where a.res_model = 'res.partner' and a.res_id = p.id) as activities,
                     exists (select from mail_activity a where a.id = r.activity_id and a.res_id = p.id and a.user_id = p.user_id) as is_right
                from crm_sync_care_rhythm r join res_partner p on p.id = r.partner_id where p.name like 'Fault visited %') t
           group by 1 order by 1"""


@pytest.fixture
def faulty(system_copy):
    with system_copy("visit_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_visits {CUSTOMERS}")
            yield database, forker
        finally:
            forker.end()


def test_every_owner_is_told_once_of_each_overdue_customer(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("tell_visits", TODO)
    assert databases.ask(TOLD, database) == [["1", str(CUSTOMERS), "t"]]
