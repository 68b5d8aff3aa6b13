"""A year of simulated days: restarts, kills, missed days, changed clocks, a leap day and a leap month; each occasion once.

Lived are the days around those on which somebody has an occasion or something happens; ``CRM_SYNC_CARE_YEAR=1 bin/test
tests/fault/test_care_year.py`` lives all 1,250 runs, which takes five minutes.
"""

import os
import random
from datetime import date

import pytest
from care_people import DOWN, GREETED, HAPPENS, KEPT_BACK, RUNS, UNKNOWN, VISITS, moment
from forker import Forker

from dev import databases

#: Runs that one process lives through before it is restarted.
SHORTEST, LONGEST = 4, 60
#: Runs that are missed in a row: a day at most. In New York or on Samoa only one of three is not by night.
MISSED = 3

ROWS = """select r.name->>'en_US', substr(p.name, 6), o.day, o.state, o.handed_at is not null,
                 (select count(*) from mail_message m where m.model = 'crm.sync.care.occasion' and m.res_id = o.id
                     and m.message_type = 'email_outgoing'),
                 o.activity_id is not null
            from crm_sync_care_occasion o join crm_sync_care_rule r on r.id = o.rule_id
            join res_partner p on p.id = o.partner_id where r.name->>'en_US' like 'Year %' order by 1, 2, 3"""
DONE = "o.state in ('sent', 'done') and r.name->>'en_US' like 'Year %'"
FROM = (
    "crm_sync_care_occasion o join crm_sync_care_rule r on r.id = o.rule_id join res_partner p on p.id = o.partner_id"
)
WRONG_MOMENT = f"""
    select r.name->>'en_US', p.name, o.due_at, o.done_at from {FROM}
     where {DONE} and not o.done_at between o.due_at and o.due_at + interval '2 days'"""
WOKEN = f"""
    select r.name->>'en_US', p.name, o.done_at, p.tz from {FROM}
     where {DONE} and o.action = 'mail' and p.name != 'Year traveller'
       and extract(hour from o.done_at at time zone 'UTC' at time zone p.tz) not between 8 and 19"""
WRONG_DAY = f"""
    select r.name->>'en_US', p.name, o.day, o.due_on, o.due_at, p.tz from {FROM}
     where {DONE} and p.name != 'Year traveller' and (o.due_at at time zone 'UTC' at time zone p.tz)::date != o.due_on"""
VISITED = """
    select count(*) from mail_activity a join mail_activity_type t on t.id = a.activity_type_id
      join ir_model_data d on d.model = 'mail.activity.type' and d.res_id = t.id and d.name = 'activity_type_return_visit'
      join res_partner p on p.id = a.res_id where a.res_model = 'res.partner' and p.name = 'Year visited'"""


@pytest.fixture(scope="module")
def year(system_copy):
    """The database after the year, and how often its processes were killed, restarted, and did not run."""
    with system_copy("care_year") as database:
        forker = Forker(database)
        try:
            forker.run("seed_care")
            yield database, live(forker)
        finally:
            forker.end()


def live(forker):
    """All runs of the year; at random places one is killed and goes on, or is not there for some runs."""
    generator, told = random.Random(2028), {"killed": 0, "restarted": 0, "missed": 0}
    what = "live_until" if os.environ.get("CRM_SYNC_CARE_YEAR") else "live_until_in_short"
    number = 0
    while number < RUNS:
        until = min(number + generator.randint(SHORTEST, LONGEST), RUNS)
        if number < DOWN[0]:
            until = min(until, DOWN[0])
        if generator.random() < 0.3:
            told["killed"] += forker.kill_after(f"{what} {until}", generator.uniform(0.5, 5))
        forker.run(f"{what} {until}")
        told["restarted"] += 1
        missed = DOWN[1] if until == DOWN[0] else min(until + generator.choice([0, 0, 1, 2, MISSED, MISSED]), RUNS)
        if missed > until and (until == DOWN[0] or not _is_pressed(until, missed)):
            forker.run(f"sleep_until {missed}")
            told["missed"] += missed - until
        else:
            missed = until
        number = missed
    print(told)
    return told


def _is_pressed(first, until):
    """Whether something happens in these runs, or shortly before or after them, that has its own time."""
    return any(first - 6 <= number < until + 6 for number in (*HAPPENS, *DOWN))


def rows_of(database):
    for rule, name, day, state, is_handed, mails, has_activity in databases.ask(ROWS, database):
        yield rule, name, date.fromisoformat(day), state, is_handed == "t", int(mails), has_activity == "t"


def test_the_year_was_not_an_easy_one(year):
    _database, told = year
    assert told["killed"] >= 3
    assert told["restarted"] >= 20
    assert told["missed"] >= 25
    assert (moment(DOWN[1]) - moment(DOWN[0] - 1)).days == 6
    assert moment(RUNS).date() > date(2029, 3, 3)


@pytest.mark.parametrize("rule", GREETED)
def test_every_occasion_is_cared_for_exactly_once(year, rule):
    database, _told = year
    found = {}
    for own, name, day, state, _is_handed, _mails, _has_activity in rows_of(database):
        if own == rule and state in ("sent", "done"):
            found.setdefault(name, []).append(day)
    assert found == GREETED[rule]


def test_each_that_was_greeted_has_one_mail_or_one_activity_and_nobody_else_has(year):
    database, _told = year
    for rule, name, day, state, is_handed, mails, has_activity in rows_of(database):
        done = int(state in ("sent", "done"))
        assert mails + has_activity == done, (rule, name, day, state)
        assert is_handed or not done, (rule, name, day, state)


def test_nothing_waits_for_ever_and_nothing_failed(year):
    database, _told = year
    assert {state for _rule, _name, _day, state, *_more in rows_of(database)} <= {
        "sent",
        "done",
        "held",
        "late",
        "cancelled",
    }
    assert databases.ask("select * from crm_sync_job_failure where state != 'resolved'", database) == []


def test_nobody_is_greeted_early_more_than_two_days_late_or_in_his_night(year):
    database, _told = year
    for query in (WRONG_MOMENT, WOKEN, WRONG_DAY):
        assert databases.ask(query, database) == []


@pytest.mark.parametrize("name", KEPT_BACK)
def test_who_is_not_to_be_greeted_has_a_reason(year, name):
    database, _told = year
    states = {
        state
        for rule, own, _day, state, *_more in rows_of(database)
        if rule == "Year birthday" and own == name and state != "sent"
    }
    assert states
    assert states <= KEPT_BACK[name]


def test_who_told_his_birthday_too_late_is_archived_or_had_no_rule_that_day_is_not_even_listed_as_missed(year):
    database, _told = year
    listed = {
        name
        for rule, name, _day, state, *_more in rows_of(database)
        if rule == "Year birthday" and state != "cancelled"
    }
    assert not listed & UNKNOWN


def test_the_owner_is_asked_for_a_return_visit_once_for_each_overdue_time(year):
    database, _told = year
    assert databases.ask(VISITED, database) == [[str(VISITS)]]
    late = "select count(*) from crm_sync_care_rhythm r join res_partner p on p.id = r.partner_id where p.name = 'Year visited' and r.told_at is not null"
    assert databases.ask(late, database) == [["1"]]
