"""The jobs of surveys are killed anywhere, and no customer gets two mails."""

import pytest
from forker import Forker

from dev import databases

#: Contacts who are to be asked; every fourth has opted out.
CONTACTS = 40
REFUSED = 10

OURS = """crm_sync_survey_invitation i JOIN crm_sync_survey_program p ON p.id = i.program_id
           AND COALESCE(p.name->>'en_US', '') = 'Fault program'"""
TODO = {
    "plan_surveys": f"""select count(*) from res_partner c where c.name like 'Fault asked%'
                          and not exists (select from {OURS} where i.partner_id = c.id)""",
    "sift_surveys": f"select count(*) from {OURS} where i.state = 'planned'",
    "send_surveys": f"select count(*) from {OURS} where i.state = 'queued' and i.handed_at is null",
    "remind_surveys": f"select count(*) from {OURS} where i.state = 'sent' and i.reminded = 0",
    "expire_surveys": f"select count(*) from {OURS} where i.state = 'sent'",
}
STATES = f"""select i.state, coalesce(i.suppressed_by, ''), count(*), count(distinct i.partner_id),
                    sum((select count(*) from crm_sync_survey_event e where e.invitation_id = i.id))
               from {OURS} group by 1, 2 order by 1"""
#: By mails of an invitation: how many have so many, and how often their contacts count as asked.
MAILS = f"""select mails, count(*), max(asked), min(asked) from (
               select (select count(*) from mail_message m where m.model = 'crm.sync.survey.invitation' and m.res_id = i.id
                          and m.message_type = 'email_outgoing') as mails,
                      (select count(*) from crm_sync_contact_sent s where s.partner_id = i.partner_id) as asked
                 from {OURS}) t group by 1 order by 1"""


@pytest.fixture(scope="module")
def faulty(system_copy):
    with system_copy("survey_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_surveys {CONTACTS}")
            yield database, forker
        finally:
            forker.end()


def test_everybody_of_the_audience_is_planned_once(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("plan_surveys", TODO["plan_surveys"])
    assert databases.ask(STATES, database) == [["planned", "", str(CONTACTS), str(CONTACTS), "0"]]


def test_the_gate_decides_once_on_everybody(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("sift_surveys", TODO["sift_surveys"])
    passed, refused = str(CONTACTS - REFUSED), str(REFUSED)
    assert databases.ask(STATES, database) == [
        ["queued", "", passed, passed, passed],
        ["suppressed", "opted_out", refused, refused, refused],
    ]


def test_no_customer_gets_two_mails(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("send_surveys", TODO["send_surveys"])
    assert databases.ask(MAILS, database) == [
        ["0", str(REFUSED), "0", "0"],
        ["1", str(CONTACTS - REFUSED), "1", "1"],
    ]


def test_nobody_is_reminded_twice_of_the_same_thing(faulty):
    database, forker = faulty
    forker.run("surveys_sent")
    forker.killed_then_done_twice("remind_surveys", TODO["remind_surveys"])
    assert databases.ask(MAILS, database) == [
        ["0", str(REFUSED), "0", "0"],
        ["2", str(CONTACTS - REFUSED), "1", "1"],
    ]


def test_what_nobody_answered_ends_once(faulty):
    database, forker = faulty
    forker.run("surveys_over")
    forker.killed_then_done_twice("expire_surveys", TODO["expire_surveys"])
    passed = CONTACTS - REFUSED
    assert databases.ask(STATES, database)[0] == ["expired", "", str(passed), str(passed), str(3 * passed)]
