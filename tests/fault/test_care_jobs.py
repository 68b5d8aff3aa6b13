"""The job that greets, gives points and coupons is killed anywhere, and nobody has anything twice."""

import pytest
from forker import Forker

from dev import databases

CUSTOMERS = 30

OURS = """crm_sync_care_occasion o JOIN crm_sync_care_rule r ON r.id = o.rule_id AND r.name->>'en_US' LIKE 'Fault %'
          JOIN res_partner p ON p.id = o.partner_id"""
TODO = f"select count(*) from {OURS} where o.handed_at is null"
#: By rule: occasions, and what most and fewest of the customers have of it.
DONE = f"""select name, count(*), min(mails), max(mails), min(points), max(points), min(coupons), max(coupons) from (
              select r.name->>'en_US' as name,
                     (select count(*) from mail_message m where m.model = 'crm.sync.care.occasion' and m.res_id = o.id
                         and m.message_type = 'email_outgoing') as mails,
                     (select sum(c.points) from loyalty_card c where c.partner_id = p.id and c.program_id = r.program_id) as points,
                     (select count(*) from loyalty_card c where c.partner_id = p.id and c.program_id = r.coupon_program_id) as coupons
                from {OURS}) t group by 1 order by 1"""
#: How often each of them counts as written to.
ASKED = """select asked, count(*) from (
              select (select count(*) from crm_sync_contact_sent s where s.partner_id = p.id) as asked
                from res_partner p where p.name like 'Fault cared %') t group by 1"""


@pytest.fixture
def faulty(system_copy):
    with system_copy("care_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_cared {CUSTOMERS}")
            yield database, forker
        finally:
            forker.end()


def test_everybody_has_one_mail_his_points_and_one_coupon(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("dispatch_cared", TODO)
    everybody = str(CUSTOMERS)
    assert [[row[0], row[1], *map(float, filter(None, row[2:]))] for row in databases.ask(DONE, database)] == [
        ["Fault coupon", everybody, 1, 1, 1, 1],
        ["Fault mail", everybody, 1, 1, 0, 0],
        ["Fault points", everybody, 1, 1, 5, 5, 0, 0],
    ]
    assert databases.ask(ASKED, database) == [["3", everybody]]
