"""The mail server refuses everybody, and accepts them later: it is told, tried again, and nobody has two mails."""

import email
import threading
from collections import Counter
from email.policy import default

import figures
import pytest
from forker import Forker

from dev import databases, mail_sink

CUSTOMERS = 6
ROUNDS = 3
STATES = """select o.state, count(*) from crm_sync_care_occasion o join crm_sync_care_rule r on r.id = o.rule_id
             where r.name->>'en_US' = 'Fault mail' group by 1"""
MODELS = ("crm.sync.care.occasion", "crm.sync.survey.invitation", "crm.sync.loyalty.notice")
QUEUE = """select m.state, count(*) from mail_mail m join mail_message g on g.id = m.mail_message_id
            where g.model in {} group by 1"""
INVITED = """select i.state, i.handed_at is not null, count(*) from crm_sync_survey_invitation i
               join crm_sync_survey_program p on p.id = i.program_id and p.name->>'en_US' = 'Fault program'
              where i.state != 'suppressed' group by 1, 2"""
WORK = (
    "care_plan",
    "care_dispatch",
    "survey_scan",
    "survey_gate",
    "survey_dispatch",
    "remind_points",
    "send_statements",
)


@pytest.fixture
def outbox(system_copy, tmp_path):
    """A database whose mail server refuses as long as the event is set."""
    refusing = threading.Event()
    refusing.set()
    with mail_sink.running(tmp_path, refusing) as port, system_copy("mail_refused") as database:
        forker = Forker(database)
        try:
            for seed in (
                f"seed_born_today {CUSTOMERS}",
                f"seed_surveys {CUSTOMERS}",
                f"seed {CUSTOMERS}",
                "seed_statements",
            ):
                forker.run(seed)
            forker.run(f"use_mail_server {port}")
            yield database, forker, refusing, tmp_path
        finally:
            forker.end()


def run_all(forker):
    for name in WORK:
        forker.run(f"job cron_{name}")
    forker.run("send_mails")


def test_who_was_refused_gets_his_mail_later_and_once(outbox):
    database, forker, refusing, folder = outbox
    for _round in range(ROUNDS):
        run_all(forker)
    everybody = str(CUSTOMERS)
    assert databases.ask(STATES, database) == [["failed", everybody]]
    asked = CUSTOMERS - len(range(0, CUSTOMERS, 4))
    assert databases.ask(INVITED, database) == [["queued", "t", str(asked)]]
    assert list(folder.iterdir()) == []
    [[state, mails]] = databases.ask(QUEUE.format(MODELS), database)
    assert state == "exception"

    refusing.clear()
    forker.run("try_mails_again")
    for _round in range(ROUNDS):
        run_all(forker)
    assert databases.ask(STATES, database) == [["sent", everybody]]
    assert databases.ask(INVITED, database) == [["sent", "t", str(asked)]]
    read = [email.message_from_bytes(file.read_bytes(), policy=default)["Message-Id"] for file in folder.iterdir()]
    ours = [one for one in read if any(model in one for model in MODELS)]
    twice = [who for who, times in Counter(ours).items() if times > 1]
    assert not twice
    assert len(ours) == int(mails)
    figures.note("mail", "Mail server refuses, then accepts", f"{mails} mails, each sent once, {len(twice)} twice")
