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
CARDS, ASKED, CUSTOMERS, MEETINGS = 12, 8, 6, 2
SEEDS = (f"seed {CARDS}", f"seed_activity {CUSTOMERS} {MEETINGS}", f"seed_surveys {ASKED}")
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
TOLD = {"promises": PROMISES, "reminders": REMINDERS, "briefs": BRIEFS, "responses": RESPONSES}


@pytest.fixture(scope="module")
def night(system_copy):
    """``night(number)``: what so many schedulers leave behind of the same work."""
    with system_copy("schedulers") as database:
        forker = Forker(database)
        try:
            for seed in SEEDS:
                forker.run(seed)
            yield lambda number: done_by(forker, database, number)
        finally:
            forker.end()


@pytest.fixture(scope="module")
def alone(night):
    return night(1)


def done_by(forker, seeded, number):
    """(rows of each table, what was told) after so many schedulers have done everything."""
    with databases.private_copy(seeded, f"schedulers_{number}") as database:
        forker.use(database)
        # What one action has made due for another is done in the second round.
        for _round in range(2):
            make_due(database)
            for _turn in range(10):
                ended, said = forker.together(*["schedule"] * number)
                assert ended == ["0"] * number, said
                if not is_due(database):
                    break
            else:
                pytest.fail("the scheduled work does not come to an end")
        forker.use(seeded)
        for complaint, query in WRONG.items():
            assert databases.ask(query, database) == [], complaint
        rows = {table: count for table, count in rows_of_tables(database).items() if table not in NOTES}
        return rows, {name: databases.ask(query, database) for name, query in TOLD.items()}


def test_one_scheduler_does_all_of_it(alone):
    _rows, told = alone
    assert told["briefs"] == [[str(MEETINGS)] * 2]
    assert told["promises"][0] == ["Fault broken", "broken", "broken", "", str(CUSTOMERS), str(CUSTOMERS)]


@pytest.mark.parametrize("number", [2, 4])
def test_several_share_it_and_do_nothing_twice(night, alone, number):
    rows, told = night(number)
    assert told == alone[1]
    assert rows == alone[0]
