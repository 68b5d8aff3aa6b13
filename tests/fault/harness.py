"""Runs the jobs of ``story.py`` on two copies of a database, undisturbed and with faults, and compares what both have done."""

from __future__ import annotations

import itertools
import json
import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

import figures
from forker import Forker
from story import JOBS, SAYS_SO, SEEDS

from dev import databases

_PHASES = ("before", "amid", "after")
#: Runs are cut off within the next such part of the whole: some get far, others nearly nowhere.
_SHARES = (1, 2, 4, 8, 16)
#: So often it is begun again at most before it may finish.
_ATTEMPTS = 12
KILLED = "9"


@dataclass
class Outcome:
    """What became of one job under one kind of fault."""

    name: str
    effects: int = 0
    faults: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.twice or self.broken)

    def __str__(self) -> str:
        shown = [*_apart(self.lost, self.twice, "lost"), *_apart(self.twice, self.lost, "twice"), *self.broken]
        return "\n".join([f"{self.name}: {self.effects} effects, {self.faults} faults", *shown])


def _apart(rows, others, word):
    """The first rows, from shortly before where they differ from the others."""
    for number, row in enumerate(rows[:3]):
        other = others[number] if number < len(others) else ""
        same = sum(1 for _pair in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(row, other, strict=False)))
        start = max(0, same - 200)
        yield f"{word} {row.partition(' ')[0]} {row[start : start + 800]}"


class Story:
    """``disturb(name)`` for each job in its order: what a fault has made of it, against the same without."""

    def __init__(self, system_copy, seed: int = 19):
        self._copy, self._random = system_copy, random.Random(seed)
        self._at, self._jobs = None, iter(JOBS)

    def __enter__(self):
        self._context = self._copy("story")
        self.calm = self._context.__enter__()
        self.forker = Forker(self.calm)
        self.before, self.disturbed = f"{self.calm}-gw8", f"{self.calm}-gw9"
        for seed in SEEDS:
            self._run(self.calm, seed)
        self._run(self.calm, "prepare_effects")
        databases.clone(self.calm, self.disturbed)
        return self

    def __exit__(self, *error):
        self.forker.end()
        self._context.__exit__(*error)

    # ---------------------------------------------------------------- one job

    def next_job(self, name: str, *, again: bool):
        """Everything before the job is done, jobs that were left out too; then the job itself, undisturbed. Afterwards faults
        can be tried on it.

        :param again: many of them, each from the state before it; else only :meth:`all_at_once`
        """
        copies = [self.calm] if again else [self.calm, self.disturbed]
        for other in self._jobs:
            commands = JOBS[other] if other == name else (*JOBS[other], f"job {other}")
            for command, database in itertools.product(commands, copies):
                self._run(database, command)
            if other == name:
                break
        if again:
            databases.clone(self.calm, self.before)
        mark = self._mark(self.calm)
        self.name, self.statements = name, self._counted(self._run(self.calm, f"job {name}"))[0]
        self.expected = self._effects(self.calm, mark)

    def outcome(self) -> Outcome:
        return Outcome(self.name, effects=sum(self.expected[0].values()))

    def anew(self) -> int:
        """The state before the job once more; a mark for what is written from now on."""
        databases.clone(self.before, self.disturbed)
        return self._mark(self.disturbed)

    def all_at_once(self) -> Outcome:
        """Killed, cut, with collisions, with a record that raises, and started three times: one after the other, and compared once.

        Which comes first is drawn by lot for each job: it has all of the work, those behind it what is left.
        """
        outcome, mark = self.outcome(), self._mark(self.disturbed)
        faults = [
            *(partial(self._strike, outcome, kind) for kind in ("kill", "cut", "kill")),
            partial(self._collide, outcome),
        ]
        self._random.shuffle(faults)
        for fault in faults:
            fault()
        if not outcome.faults:
            outcome.broken.append("no fault hit it")
        self.try_run(f"job {self.name} poison")
        self._run(self.disturbed, "pass_on_failures")
        # What was poisoned is done now.
        self._run(self.disturbed, f"job {self.name}")
        self._start_together(outcome)
        self._compare(outcome, mark)
        if not outcome.is_right:
            databases.clone(self.calm, self.disturbed)
        return outcome

    def _strike(self, outcome, kind):
        _ended, counted = self.try_run(f"job {self.name} {kind} {self._point(1)}")
        outcome.faults += not counted

    def interrupt(self, kind: str, wanted: int) -> Outcome:
        """Kill the job, or cut its connection, at random statements, so many times in all, until it is through each time."""
        outcome, rounds = self.outcome(), 0
        while outcome.faults < wanted and not outcome.broken:
            mark, rounds = self.anew(), rounds + 1
            share = self._random.choice(_SHARES)
            for _attempt in range(_ATTEMPTS):
                ended, counted = self.try_run(f"job {self.name} {kind} {self._point(share)}")
                if counted:
                    break
                outcome.faults += 1
                if kind == "kill" and ended != KILLED:
                    outcome.broken.append(f"ended with {ended} instead of being killed: {self.forker.raised}")
                if outcome.faults == wanted:
                    break
            self._finish_and_compare(outcome, mark)
            if rounds > 3 * wanted:
                outcome.broken.append("no fault hits it")
        return outcome

    def collide(self) -> Outcome:
        """A serialization failure in every transaction that writes: one run must be enough."""
        outcome, mark = self.outcome(), self.anew()
        self._collide(outcome)
        self._compare(outcome, mark)
        return outcome

    def _collide(self, outcome):
        ended, counted = self.try_run(f"job {self.name} collide")
        outcome.faults += counted[1] if counted else 0
        if ended != "0":
            outcome.broken.append(f"not done in the same run: {self.forker.raised}")

    def poison(self) -> Outcome:
        """The first piece of work raises: it is listed, the others are done, and it is done when it can be."""
        outcome, mark = self.outcome(), self.anew()
        ended, _counted = self.try_run(f"job {self.name} poison")
        if ended != "0":
            outcome.broken.append(f"stopped by one record: {self.forker.raised}")
        [[tries, waiting]] = self.ask(
            """select coalesce(max(tries), 0), count(*) from crm_sync_job_failure
                where state = 'retry' and next_try > now() at time zone 'utc' + interval '1 minute'"""
        )
        outcome.faults = int(waiting)
        if (tries, waiting) != ("1", "1"):
            outcome.broken.append(f"{waiting} pieces listed, tried {tries} times")
        rows, _counts = self._effects(self.disturbed, mark)
        outcome.lost = [] if rows or len(self.expected[0]) < 2 else ["everything that is not poisoned"]
        self._run(self.disturbed, "pass_on_failures")
        self._finish_and_compare(outcome, mark, but=SAYS_SO.get(self.name))
        return outcome

    def start_twice(self) -> Outcome:
        """The button twice, and the scheduler, at the same moment."""
        outcome, mark = self.outcome(), self.anew()
        self._start_together(outcome)
        self._finish_and_compare(outcome, mark)
        return outcome

    def restart(self, server) -> Outcome:
        """PostgreSQL is stopped, and then dies, while the job is at a random statement."""
        outcome, mark = self.outcome(), self._mark(self.disturbed)
        self._use(self.disturbed)
        for mode in ("fast", "immediate"):
            command = f"job {self.name} pause {self._point(1)}"
            outcome.faults += self.forker.pause_for(command, lambda mode=mode: server.restart(mode))
        self._finish_and_compare(outcome, mark)
        return outcome

    def _start_together(self, outcome):
        self._run(self.disturbed, f"make_due {self.name}")
        ended, said = self.forker.together("schedule", f"press {self.name}", f"press {self.name}")
        outcome.faults += 2
        outcome.broken += [f"ended with {status}: {said}" for status in ended if status != "0"]

    def _point(self, share):
        """Where a fault strikes: the number of a statement in the first such part of the run, and before, amid or after it."""
        return f"{self._random.randint(1, max(2, self.statements // share))} {self._random.choice(_PHASES)}"

    def _finish_and_compare(self, outcome, mark, but=None):
        """One whole run more, as the scheduler does; then another one, which changes nothing."""
        for _attempt in range(20):
            ended, _counted = self.try_run(f"job {self.name}")
            if ended == "0":
                break
        else:
            outcome.broken.append(f"it does not come to its end any more: {self.forker.raised}")
        self._compare(outcome, mark, but)

    def _compare(self, outcome, mark, but=None):
        """With what was written undisturbed, in all tables ``but`` one."""
        rows, counts = self._effects(self.disturbed, mark)
        wanted, wanted_counts = self.expected
        differ = lambda own, others: [row for row in (own - others).elements() if row.partition(" ")[0] != but]  # noqa: E731
        outcome.lost += differ(wanted, rows)
        outcome.twice += differ(rows, wanted)
        outcome.broken += [
            f"{table} has {counts[table]} rows instead of {number}"
            for table, number in wanted_counts.items()
            if counts[table] != number and table != but
        ]
        failures = self.ask("select key, error from crm_sync_job_failure where state != 'resolved'")
        outcome.broken += [f"failed: {failure}" for failure in failures]

    # ---------------------------------------------------------------- databases

    def ask(self, query: str) -> list[list[str]]:
        return databases.ask(query, self.disturbed)

    def _use(self, database):
        if self._at != database:
            self.forker.use(database)
            self._at = database

    def _run(self, database, command):
        self._use(database)
        self.forker.start(command)
        ended = self.forker.wait_for("ENDED")
        assert ended == "0", f"{command} ended with {ended}: {''.join(self.forker.said[-30:])}"
        return self.forker.said

    def try_run(self, command):
        """(how it ended, (statements, collisions) when it came to its end) of one run on the disturbed database."""
        self._use(self.disturbed)
        self.forker.start(command)
        ended = self.forker.wait_for("ENDED")
        return ended, self._counted(self.forker.said)

    def _counted(self, said):
        return next((tuple(map(int, line.split()[1:])) for line in said if line.startswith("COUNTED ")), None)

    def _mark(self, database):
        self._use(database)
        return mark_in(self.forker)

    def _effects(self, database, mark):
        self._use(database)
        return effects_since(self.forker, mark)


def every_job(forker) -> set[str]:
    """The scheduled actions that the addon has."""
    return set(_answer(forker, "every_job"))


def mark_in(forker) -> str:
    """For :func:`effects_since`: what is written from now on."""
    return _answer(forker, "mark")


def effects_since(forker, mark):
    """(rows written since then and how often, {table: rows in all}); see ``effects.py``."""
    rows, counts = _answer(forker, "write_effects", mark)
    return Counter(rows), counts


def _answer(forker, command, *arguments):
    """What a command writes into its file."""
    with tempfile.NamedTemporaryFile("r") as file:
        forker.run(" ".join([command, file.name, *map(str, arguments)]))
        return json.load(file)


def note(kind: str, outcome: Outcome) -> None:
    """A row of the table that ``bin/faults`` prints."""
    numbers = outcome.faults, outcome.effects, len(outcome.lost), len(outcome.twice), len(outcome.broken)
    figures.note(kind, outcome.name, *numbers)
