"""Scheduled work that is killed anywhere: done once, completely, and later."""

import random
import signal
import subprocess
from pathlib import Path

import pytest

from dev import databases, odoo_run, python_env
from dev.paths import LOGS

#: Enough customers for the work to take a while.
CUSTOMERS = 60_000
KILLS = 4

RUN = """
import sys, time
from odoo.exceptions import UserError

cron = env.ref("crm_sync_measures.cron_refresh_customers")
deadline = time.monotonic() + 180
{fault}
print("STARTED", flush=True)
while True:
    try:
        cron.method_direct_trigger()
    except UserError:
        # PostgreSQL still ends the statement of a run that was killed, or another run is at it.
        time.sleep(0.2)
    except TypeError:
        # After three killed runs Odoo leaves out one, notes it, and its button trips over its own log line.
        pass
    env.cr.commit()
    assert time.monotonic() < deadline, "the work does not come to an end"
    if env["crm.sync.job.period"].search([]) and not env["crm.sync.job.period"].search([("is_done", "=", False)]):
        break
print("FINISHED", flush=True)
"""

#: What a run does to itself after so many commits, so many statements later; see ``faults.py``.
FAULT = """
sys.path.insert(0, {folder!r})
import faults
faults.Statements(faults.{kind}, {statement}, commits={commits})
"""

#: What must hold however often the work was cut short: the rows the customers should have, by a plain query.
MISSING = """
analyze crm_sync_customer;
select count(*) from res_partner p
 where p.commercial_partner_id = p.id and p.partner_share
   and not exists (select from res_company c where c.partner_id = p.id)
   and not exists (select from crm_sync_customer s where s.partner_id = p.id and s.user_id is not distinct from p.user_id)
"""


@pytest.fixture
def crowded(system_copy):
    """A database with many customers whose standing is unknown."""
    with system_copy("faults") as database:
        databases.ask(
            f"""insert into res_partner (name, complete_name, active, partner_share, type, autopost_bills, create_date)
                select 'Kill ' || n, 'Kill ' || n, true, true, 'contact', 'ask', now() from generate_series(1, {CUSTOMERS}) n;
                update res_partner set commercial_partner_id = id where name like 'Kill %';
                delete from crm_sync_customer;
                analyze res_partner""",
            database,
        )
        yield database


def start(database, fault=""):
    script = LOGS / f"{database}-run.py"
    script.write_text(RUN.format(fault=fault))
    command = [
        python_env.python(),
        "-m",
        "odoo",
        "shell",
        "-c",
        odoo_run.config(database),
        "--no-http",
        "--log-level=error",
    ]
    return subprocess.Popen(
        list(map(str, command)),
        stdin=script.open(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=odoo_run.environment(),
    )


def strike(database, kind, commits, statement):
    """How a run ended that was struck there."""
    folder = str(Path(__file__).parent)
    process = start(database, FAULT.format(folder=folder, kind=kind, commits=commits, statement=statement))
    process.communicate(timeout=120)
    return process.returncode


def wait_for(process, word):
    """Reads until the word is printed; a process that ends without it fails the test with what it said."""
    said = []
    for line in process.stdout:
        said.append(line)
        if word in line:
            return
    pytest.fail("".join(said[-30:]) or "it said nothing")


def test_killed_at_random_points_every_customer_is_done_exactly_once(crowded):
    generator = random.Random(19)
    done = "select count(*) from crm_sync_customer"
    for commits in range(KILLS):
        assert strike(crowded, "kill", commits, generator.randint(1, 20)) == -signal.SIGKILL
        # They are one range of ids, and one transaction.
        assert not 0 < int(databases.ask(done, crowded)[0][0]) < CUSTOMERS
    process = start(crowded)
    wait_for(process, "FINISHED")
    process.wait()
    assert databases.ask(MISSING, crowded) == [["0"]]
    twice = "select count(*) from (select partner_id from crm_sync_customer group by 1 having count(*) > 1) t"
    assert databases.ask(twice, crowded) == [["0"]]
    assert databases.ask("select count(*) from crm_sync_job_failure where state != 'resolved'", crowded) == [["0"]]


def test_a_connection_that_is_cut_is_no_failure_of_the_work(crowded):
    strike(crowded, "cut", 3, 5)
    process = start(crowded)
    wait_for(process, "FINISHED")
    process.wait()
    assert databases.ask(MISSING, crowded) == [["0"]]


def test_two_runs_at_once_do_the_work_once(crowded):
    first, second = start(crowded), start(crowded)
    for process in (first, second):
        wait_for(process, "FINISHED")
        process.wait(timeout=120)
    assert databases.ask(MISSING, crowded) == [["0"]]
    assert databases.ask("select count(*) from crm_sync_job_period where not is_done", crowded) == [["0"]]
