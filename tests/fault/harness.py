"""Runs the jobs of ``story.py`` on two copies of a database, undisturbed and with faults, and compares what both have done."""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field

from forker import Forker
from story import JOBS, SEEDS

from dev import databases

_PHASES = ("before", "amid", "after")


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
        shown = [f"lost {row}" for row in self.lost[:3]] + [f"twice {row}" for row in self.twice[:3]] + self.broken
        return "\n".join([f"{self.name}: {self.effects} effects, {self.faults} faults", *(row[:1500] for row in shown)])


class Story:
    """For each job in its order :meth:`next_job`, and :meth:`all_at_once`: what faults have made of it, against the same without."""

    def __init__(self, system_copy, seed: int = 19):
        self._copy, self._random = system_copy, random.Random(seed)
        self._at = None

    def __enter__(self):
        self._context = self._copy("story")
        self.calm = self._context.__enter__()
        self.forker = Forker(self.calm)
        self.disturbed = f"{self.calm}-gw9"
        for seed in SEEDS:
            self._run(self.calm, seed)
        self._run(self.calm, "prepare_effects")
        databases.clone(self.calm, self.disturbed)
        return self

    def __exit__(self, *error):
        self.forker.end()
        self._context.__exit__(*error)

    # ---------------------------------------------------------------- one job

    def next_job(self, name: str):
        """Everything before the job is done on both; then the job itself, undisturbed."""
        for event in JOBS[name]:
            self._run(self.calm, event)
            self._run(self.disturbed, event)
        mark = self._mark(self.calm)
        self.name, self.statements = name, self._counted(self._run(self.calm, f"job {name}"))[0]
        self.expected = self._effects(self.calm, mark)

    def outcome(self) -> Outcome:
        return Outcome(self.name, effects=sum(self.expected[0].values()))

    def all_at_once(self) -> Outcome:
        """Killed, cut, with a record that raises, with collisions, started three times: one after the other, and compared once."""
        outcome, mark = self.outcome(), self._mark(self.disturbed)
        for kind in ("kill", "cut", "kill"):
            _ended, counted = self.try_run(f"job {self.name} {kind} {self._point()}")
            outcome.faults += not counted
        if not outcome.faults:
            outcome.broken.append("no fault hit it")
        self.try_run(f"job {self.name} poison")
        self._run(self.disturbed, "pass_on_failures")
        self._collide(outcome)
        self._start_together(outcome)
        self._compare(outcome, mark)
        if not outcome.is_right:
            databases.clone(self.calm, self.disturbed)
        return outcome

    def _collide(self, outcome):
        ended, counted = self.try_run(f"job {self.name} collide")
        outcome.faults += counted[1] if counted else 0
        if ended != "0":
            outcome.broken.append(f"not done in the same run: {self.forker.raised}")

    def _start_together(self, outcome):
        self._run(self.disturbed, f"make_due {self.name}")
        ended, said = self.forker.together("schedule", f"press {self.name}", f"press {self.name}")
        outcome.faults += 2
        outcome.broken += [f"ended with {status}: {said}" for status in ended if status != "0"]

    def _point(self):
        """Where a fault strikes: the number of a statement, and before, amid or after it."""
        return f"{self._random.randint(1, max(2, self.statements))} {self._random.choice(_PHASES)}"

    def _compare(self, outcome, mark):
        rows, counts = self._effects(self.disturbed, mark)
        wanted, wanted_counts = self.expected
        outcome.lost += list((wanted - rows).elements())
        outcome.twice += list((rows - wanted).elements())
        outcome.broken += [
            f"{table} has {counts[table]} rows instead of {number}"
            for table, number in wanted_counts.items()
            if counts[table] != number
        ]
        failures = databases.ask(
            "select key, error from crm_sync_job_failure where state != 'resolved'", self.disturbed
        )
        outcome.broken += [f"failed: {failure}" for failure in failures]

    # ---------------------------------------------------------------- databases

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
