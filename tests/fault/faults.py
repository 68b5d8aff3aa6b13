"""What goes wrong inside a process of ``forked.py``: it is killed, its connection is cut, its transactions collide, a record raises.

A fault strikes at a statement, counted from the beginning of the run, and not at a second: so every place has the same
chance, however fast the machine is. ``before`` the statement, ``amid`` it, while the server is at it, or ``after`` it,
when it is done and not committed; a commit counts as a statement.
"""

import os
import random
import re
import signal
import threading
import time

import psycopg2
from odoo.sql_db import Cursor, connection_info_for

#: Records, or sets of records, of a transaction: many commits for a fault to fall between.
STEP = 3
#: A range of ids is such a part of them.
RANGES = 6
#: Of the job itself and of the scheduler; no other transaction writes these rows.
_BOOKKEEPING = re.compile(r"(crm_sync_job|ir_cron|ir_logging)")
_WRITES = re.compile(r"\bINSERT INTO\b|\bDELETE FROM\b|(?<!FOR )(?<!KEY )\bUPDATE\b(?! SKIP| NOWAIT)", re.IGNORECASE)
_COLLIDE = "DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = 'serialization_failure'; END $$"


def say(text):
    """A line of its own for the test that listens, whatever another child has just written half of."""
    print(f"\n{text}", flush=True)


class Statements:
    """Counts them, and lets ``fault(cursor)`` happen at the one that is wanted.

    With ``commits``, it is the ``at``-th since so many commits, and the next commit at the latest: whatever is slow or fast, just so
    much has been done then. What hooks of a commit do, in transactions of their own, belongs to that commit.
    """

    def __init__(self, fault=None, at=0, phase="before", commits=None):
        self.count, self.fault, self.at, self.phase, self.commits = 0, fault, at, phase, commits
        self._committed = self._since = self._depth = 0
        Cursor.execute, Cursor.commit = self._counted(Cursor.execute), self._committing(self._counted(Cursor.commit))

    def _counted(self, real):
        def call(cursor, *args, **kwargs):
            self.count += 1
            self._since += 1
            fault = self._is_hit(is_commit=not args) and self.fault
            if not fault:
                return real(cursor, *args, **kwargs)
            self.fault = None
            if self.phase == "before":
                fault(cursor)
            if self.phase == "amid":
                delay = random.Random(f"{self.at}").uniform(0, 0.003)
                threading.Timer(delay, fault, [cursor]).start()
            result = real(cursor, *args, **kwargs)
            if self.phase == "after":
                fault(cursor)
            return result

        return call

    def _committing(self, commit):
        def call(cursor):
            self._depth += 1
            commit(cursor)
            self._depth -= 1
            if not self._depth:
                self._committed, self._since = self._committed + 1, 0

        return call

    def _is_hit(self, *, is_commit):
        if self.commits is None:
            return self.count == self.at
        return self._committed == self.commits and (self._since == self.at or (is_commit and self._depth == 1))


def kill(_cursor):
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def pause(_cursor):
    """Until it is told to go on: meanwhile the test does something to the server."""
    say("HERE")
    os.kill(os.getpid(), signal.SIGSTOP)


def cut(cursor):
    """As an administrator does it, or a server that is stopped."""
    _name, how = connection_info_for(cursor.dbname)
    with psycopg2.connect(**{**how, "database": "postgres"}) as other, other.cursor() as cr:
        cr.execute("SELECT pg_terminate_backend(%s)", [cursor._cnx.get_backend_pid()])


def collide():
    """The first row that is written in each transaction was written by another one meanwhile; once in each batch."""
    execute, commit = Cursor.execute, Cursor.commit
    told = {"collisions": 0, "is_due": True}

    def colliding(cursor, query, *args, **kwargs):
        text = query if isinstance(query, str) else getattr(query, "code", "")
        if told["is_due"] and _WRITES.search(text) and not _BOOKKEEPING.search(text):
            told["is_due"] = False
            told["collisions"] += 1
            execute(cursor, _COLLIDE, log_exceptions=False)
        return execute(cursor, query, *args, **kwargs)

    def committing(cursor):
        result = commit(cursor)
        told["is_due"] = True
        return result

    Cursor.execute, Cursor.commit = colliding, committing
    return told


def in_small_steps(registry, *, with_poison=False):
    """Every job in transactions of few records; with poison, what has the lowest id raises, each time."""
    Runner = registry["crm.sync.job.runner"]
    records, ranges, sets = Runner._run_records, Runner._run_ranges, Runner._run_sets

    def run_records(self, code, model_name, domain, method, batch_size=100):
        if with_poison:
            _poison_method(self.env[model_name], domain, method)
        return records(self, code, model_name, domain, method, min(batch_size, STEP))

    def run_ranges(self, code, model_name, work, batch_size=5000, unit="day", catch_up=True):
        self.env.cr.execute(f'SELECT count(*) FROM "{self.env[model_name]._table}"')
        size = -(-self.env.cr.fetchone()[0] // RANGES)
        # What is one range by design stays one.
        size = batch_size if model_name == "res.company" else max(1, min(batch_size, size))
        return ranges(self, code, model_name, _poisoned_range(work) if with_poison else work, size, unit, catch_up)

    def run_sets(self, code, next_ids, work, batch_size=5000, record_of=None):
        poisoned = _poisoned_set(next_ids, work) if with_poison else work
        return sets(self, code, next_ids, poisoned, min(batch_size, STEP), record_of)

    Runner._run_records, Runner._run_ranges, Runner._run_sets = run_records, run_ranges, run_sets


def _poison_method(model, domain, method):
    worst = model.search(domain, order="id", limit=1)
    work = getattr(type(model), method)

    def poisoned(record):
        if record == worst:
            raise ValueError("poison")
        return work(record)

    setattr(type(model), method, poisoned)


def _poisoned_range(work):
    def poisoned(day, lowest, highest):
        if lowest == 1:
            raise ValueError("poison")
        return work(day, lowest, highest)

    return poisoned


def _poisoned_set(next_ids, work):
    worst = next_ids(0, 1)

    def poisoned(ids):
        if set(worst) & set(ids):
            raise ValueError("poison")
        return work(ids)

    return poisoned
