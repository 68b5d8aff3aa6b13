"""Runs inside Odoo's Python: one process that has the registry loaded, and a child of it for each run of a job.

A child costs milliseconds where a new Odoo costs seconds, so that a test can kill a hundred of them. Commands come by
line: ``use <database>``, a copy of the first one; ``<work> <arguments>``; several works that begin at the same moment,
with ``|`` between them. A child tells its process id before it begins. ``kill <commits> <statement> <phase> <work> <arguments>``
has the child kill itself there, see ``faults.py``; ``count <work> <arguments>`` tells how many statements it took.
"""

import os
import sys
import traceback

import activity_work
import care_work
import case_work
import faults
import handover_work
import kpi_work
import loop_work
import loyalty_work
import odoo
import other_work
import story_work
import survey_work
import tier_work
from odoo import api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all, db_connect

_ROOMS = (
    activity_work,
    care_work,
    case_work,
    handover_work,
    kpi_work,
    loop_work,
    loyalty_work,
    other_work,
    story_work,
    survey_work,
    tier_work,
)
WORK = {name: work for room in _ROOMS for name, work in room.WORK.items()}


def main():
    odoo.tools.config.parse_config(["-c", sys.argv[1], "--log-level=error"], setup_logging=True)
    registry = Registry(odoo.tools.config["db_name"][0])
    faults.say("READY")
    for line in sys.stdin:
        if line.startswith("use "):
            _use(registry, line.split()[1])
            faults.say("READY")
            continue
        # A child must not share its parent's connection.
        close_all()
        children = [_fork(registry, command.split()) for command in line.split("|")]
        for child in children:
            faults.say(f"ENDED {os.waitpid(child, 0)[1]}")


def _use(registry, database):
    """From now on this registry is that of a copy of its database."""
    registry._db, registry.db_name = db_connect(database), database
    Registry.registries[database] = registry


def _fork(registry, command):
    child = os.fork()
    if not child:
        os._exit(_work(registry, *command))
    return child


def _work(registry, name, *arguments):
    if name == "kill":
        commits, statement, phase, name, *arguments = arguments
        faults.Statements(faults.kill, int(statement), phase, commits=int(commits))
    counted = None
    if name == "count":
        counted, (name, *arguments) = faults.Statements(), arguments
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            faults.say(f"STARTED {os.getpid()}")
            WORK[name](env, *arguments)
            env.flush_all()
            if counted:
                faults.say(f"COUNTED {counted.count}")
            cr.commit()
    except Exception as error:
        faults.say(f"RAISED {type(error).__name__}: {error}".replace("\n", " "))
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
