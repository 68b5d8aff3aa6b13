"""The server was down for 40 days, or its clock jumps: what was missed is made up for once, and nothing is done twice."""

import os
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import figures
import pytest
from forker import Forker
from harness import effects_since, mark_in

from dev import databases

SEEDS = (
    "forget_standings",
    "seed_activity 6 3",
    "seed_cases 3",
    "seed_surveys 8",
    "seed_answers 10",
    "seed_kpis 3",
    "seed 12",
    "seed_statements",
    "seed_reports",
    "seed_orders 6",
    "seed_tiers 6",
    "seed_visits 6",
    "seed_born_today 6",
    "seed_improvements 4",
)
#: From which all hours are counted, also when it is over before the tests are.
TODAY = datetime.now(UTC).date()
DAYS = 40
#: Days of the ledger between the first and the last anchor of a company, and anchors.
ANCHORS = """select max(day) - min(day) + 1, count(*) from crm_sync_loyalty_anchor group by company_id"""
#: Reports that were mailed after the downtime, by subscription: the last one and not forty.
REPORTS = "select subscription_id, count(*) from crm_sync_report_delivery where sent_at > now() + interval '30 days' group by 1"
#: Each of these must find nothing.
TWICE = {
    "mails of one matter that say the same to one person": """
        select m.model, m.res_id, m.subject, md5(m.body), r.res_partner_id from mail_mail_res_partner_rel r join mail_mail q on q.id = r.mail_mail_id
          join mail_message m on m.id = q.mail_message_id group by 1, 2, 3, 4, 5 having count(*) > 1""",
    "reminders of one matter to one person, after the downtime": """
        select res_model, res_id, activity_type_id, user_id, summary from mail_activity
         where active and create_date > now() + interval '20 days' group by 1, 2, 3, 4, 5 having count(*) > 1""",
    "statements that tell the same month": """
        select partner_id, day from crm_sync_loyalty_notice where kind = 'statement' group by 1, 2 having count(*) > 1""",
    "statements of one night": """
        select partner_id, create_date::date from crm_sync_loyalty_notice where kind = 'statement'
         group by 1, 2 having count(*) > 1""",
    "reports of one period": """
        select subscription_id, period_start from crm_sync_report_delivery group by 1, 2 having count(*) > 1""",
    "figures of one KPI, period and scope": """
        select kpi_id, calendar, period_start, period_end, scope_key from crm_sync_kpi_value where is_current group by 1, 2, 3, 4, 5 having count(*) > 1""",
    "anchors of one day": "select company_id, day from crm_sync_loyalty_anchor group by 1, 2 having count(*) > 1",
    "what failed": "select key, error from crm_sync_job_failure where state != 'resolved'",
}


@pytest.fixture(scope="module")
def busy(system_copy):
    """A database in which every room has something to do; its clock goes on from test to test."""
    with system_copy("downtime") as database:
        forker = Forker(database)
        try:
            for seed in SEEDS:
                forker.run(seed)
            forker.run("prepare_effects")
            yield database, forker
        finally:
            forker.end()


def nothing_is_there_twice(database):
    for what, query in TWICE.items():
        assert databases.ask(query, database) == [], what


def nothing_more_is_done(forker, night):
    mark = mark_in(forker)
    forker.run(night)
    rows, _counts = effects_since(forker, mark)
    assert not rows


def test_after_forty_days_every_missed_day_is_done_once_and_nobody_is_told_twice(busy):
    database, forker = busy
    forker.run(f"night {TODAY} 24")
    mark = mark_in(forker)
    forker.run(f"night {TODAY} {24 * (1 + DAYS)}")
    written = sum(effects_since(forker, mark)[0].values())
    assert all(days == anchors for days, anchors in databases.ask(ANCHORS, database))
    reports = databases.ask(REPORTS, database)
    assert reports
    assert {number for _subscription, number in reports} == {"1"}
    nothing_is_there_twice(database)
    nothing_more_is_done(forker, f"night {TODAY} {24 * (1 + DAYS)}")
    figures.note(
        "down",
        "40 days down, then every job once",
        f"{written} rows written; by a second night none, nothing there twice",
    )


def changes(zone, since):
    """In the year after so many days: those in whose night, counted from noon of today, a zone's clocks are changed."""
    noon = datetime.combine(TODAY, time(12), UTC)
    for day in range(since, since + 366):
        before, after = noon + timedelta(days=day), noon + timedelta(days=day + 1)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield day


#: Days after everything above, and what the clock says then, in hours.
LATER = 24 * (DAYS + 5)
JUMPS = {
    "a clock that is a day ahead, right again, and goes on": ("UTC", (0, 24, 0, 1, 24)),
    "a company that moves west of the date line": ("Pacific/Kiritimati", (25, 48)),
    "to the east of it": ("Pacific/Pago_Pago", (48, 49, 72)),
}
#: The next two; ``bin/faults`` lives through both.
NIGHTS = (0, 1) if os.environ.get("CRM_SYNC_KILLS") else (0,)
#: Before and after two o'clock, and a day later.
HOURS = (17, 18, 19, 20, 43)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_makes_nothing_happen_twice(busy, jump):
    database, forker = busy
    zone, hours = JUMPS[jump]
    for hour in hours:
        forker.run(f"night {TODAY} {LATER + hour} {zone}")
        nothing_is_there_twice(database)
    nothing_more_is_done(forker, f"night {TODAY} {LATER + hours[-1]} {zone}")


@pytest.mark.parametrize("number", NIGHTS)
def test_a_day_of_23_or_25_hours_makes_nothing_happen_twice(busy, number):
    database, forker = busy
    day = list(changes(ZoneInfo("America/New_York"), DAYS + 10))[number]
    for hour in HOURS:
        forker.run(f"night {TODAY} {24 * day + hour} America/New_York")
        nothing_is_there_twice(database)
    nothing_more_is_done(forker, f"night {TODAY} {24 * day + HOURS[-1]} America/New_York")
