"""Odoo's own way to more machines: several schedulers on one database share the work, and nothing is done twice.

Every scheduled action of the addon is due at once, with something to do in many rooms. One, two and four schedulers leave as many rows
behind in every table; what must happen once is looked at one by one.
"""

import pytest
from forker import Forker
from test_activity_jobs import BRIEFS, PROMISES, REMINDERS, RESPONSES

from dev import databases
from dev.schedulers import is_due, make_due, rows_of_tables

#: Few of each: it is told twice or not, whatever their number.
CARDS, ASKED, CUSTOMERS, MEETINGS, KPIS = 12, 8, 6, 2, 3
SEEDS = (
    f"seed {CARDS}",
    f"seed_activity {CUSTOMERS} {MEETINGS}",
    f"seed_surveys {ASKED}",
    # Months that are final before the night, and documents that have changed since.
    f"seed_kpis {KPIS} beside",
    "measure_kpis",
    "drift_kpis",
    "age_talks",
)
#: What the runner itself notes differs with the number of runs.
NOTES = {"crm_sync_job_period", "crm_sync_job_failure"}

#: What was done more than once, and what was left; each must find nothing.
WRONG = {
    "lots expired twice": """select a.lot_id from crm_sync_loyalty_allocation a join crm_sync_loyalty_entry e on e.id = a.debit_id
                              where e.kind = 'expire' group by 1 having count(*) > 1""",
    "lots left": "select id from crm_sync_loyalty_lot where remaining > 0 and expires_on < current_date",
    "contacts invited twice": """select i.partner_id from crm_sync_survey_invitation i join crm_sync_survey_program p on p.id = i.program_id
                                  where p.name->>'en_US' = 'Fault program' group by 1 having count(*) > 1""",
    "invitations mailed twice": """select res_id from mail_message where model = 'crm.sync.survey.invitation'
                                      and message_type = 'email_outgoing' group by 1 having count(*) > 1""",
    "failures": "select error from crm_sync_job_failure where state != 'resolved'",
}
#: The same wherever one looks, told in words of people and numbers.
DRIFTS = """select k.code, d.state, count(*), sum(d.line_count), sum((select count(*) from crm_sync_kpi_drift_line l where l.drift_id = d.id))
              from crm_sync_kpi_drift d join crm_sync_kpi_period p on p.id = d.period_id join crm_sync_kpi k on k.id = p.kpi_id
             group by 1, 2 order by 1, 2"""
#: KPIs of what the clocks derive from messages, in the same night.
ANSWERS = {"answered_within_target"}
_DRIFT = "(select res_id from ir_model_data where module = 'crm_sync_measures' and name = 'cron_kpi_drift')"
#: The watch over final figures looks first, as it may with other schedulers at work beside it; a day later it looks again.
FIRST = f"update ir_cron set priority = 0 where id = {_DRIFT}"
A_DAY_LATER = "update crm_sync_kpi set drift_watched_at = drift_watched_at - 1"
TOLD = {"drifts": DRIFTS, "promises": PROMISES, "reminders": REMINDERS, "briefs": BRIEFS, "responses": RESPONSES}


@pytest.fixture(scope="module")
def night(system_copy):
    """``night(number, *before)``: what so many schedulers leave behind of the same work; a night for each of ``before``."""
    with system_copy("schedulers") as database:
        forker = Forker(database)
        try:
            for seed in SEEDS:
                forker.run(seed)
            yield lambda number, *before: done_by(forker, database, number, before or ("select 1",))
        finally:
            forker.end()


@pytest.fixture(scope="module")
def alone(night):
    return night(1)


def done_by(forker, seeded, number, before):
    """(rows of each table, what was told) after so many schedulers have done everything, once for each statement of ``before``."""
    with databases.private_copy(seeded, f"schedulers_{number}") as database:
        forker.use(database)
        for statement in before:
            databases.ask(statement, database)
            # What one action has made due for another is done in the second round.
            for _round in range(2):
                do_what_is_due(forker, database, number)
        forker.use(seeded)
        for complaint, query in WRONG.items():
            assert databases.ask(query, database) == [], complaint
        rows = {table: count for table, count in rows_of_tables(database).items() if table not in NOTES}
        return rows, {name: databases.ask(query, database) for name, query in TOLD.items()}


def do_what_is_due(forker, database, number):
    make_due(database)
    for _turn in range(10):
        ended, said = forker.together(*["schedule"] * number)
        assert ended == ["0"] * number, said
        if not is_due(database):
            return
    pytest.fail("the scheduled work does not come to an end")


def test_one_scheduler_does_all_of_it(alone):
    _rows, told = alone
    # Of each KPI, 24 customers came in another month after all and 24 are nobody any more.
    assert [row[0] for row in told["drifts"] if row[0].startswith("fault_")] == [f"fault_kpi_{n}" for n in range(KPIS)]
    assert {row[0] for row in told["drifts"]} >= ANSWERS, "what the clocks found tonight of months that are final"
    assert told["briefs"] == [[str(MEETINGS)] * 2]
    assert told["promises"][0] == ["Fault broken", "broken", "broken", "", str(CUSTOMERS), str(CUSTOMERS)]


@pytest.mark.parametrize("number", [2, 4])
def test_several_share_it_and_do_nothing_twice(night, alone, number):
    rows, told = night(number)
    assert told == alone[1]
    assert rows == alone[0]


def test_what_changes_after_the_watch_has_looked_drifts_the_next_night(night, alone):
    """Each KPI is compared once a day, with what its documents say at that moment."""
    _rows, told = night(1, FIRST)
    assert not {row[0] for row in told["drifts"]} & ANSWERS
    _rows, told = night(1, FIRST, A_DAY_LATER)
    assert told["drifts"] == alone[1]["drifts"]
