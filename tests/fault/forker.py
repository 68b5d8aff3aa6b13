"""Runs jobs inside Odoo in children that can be killed; the other end is ``forked.py``."""

import contextlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from dev import databases, odoo_run, python_env

#: A child was killed by signal 9.
KILLED = str(signal.SIGKILL.value)
PHASES = ("before", "amid", "after")
#: Somewhere among so many statements after a commit a kill strikes, or at the next commit.
STATEMENTS = 60
#: So many commits of a run are let through at most: fewer than the work that is looked at takes, so that no run jumps over it.
COMMITS = 4


class Forker:
    """Odoo, loaded once, that runs each job in a child that can be killed."""

    def __init__(self, database):
        self.database = database
        script = Path(__file__).parent / "forked.py"
        self.process = subprocess.Popen(
            [str(python_env.python()), str(script), str(odoo_run.config(database))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=odoo_run.environment(),
        )
        self.wait_for("READY")

    def wait_for(self, word):
        """What the next line that begins with ``word``, or with one of them, says after it."""
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith(word):
                return line.partition(" ")[2].strip()
        pytest.fail("".join(self.said[-30:]) or "it said nothing")

    @property
    def raised(self):
        """What the last child has raised."""
        return " ".join(line.strip() for line in self.said if line.startswith("RAISED"))

    def use(self, database):
        """From now on children work on this copy of the database."""
        self.process.stdin.write(f"use {database}\n")
        self.process.stdin.flush()
        self.wait_for("READY")

    def together(self, *commands):
        """All at the same moment: how each ended, and what was said."""
        self.process.stdin.write(" | ".join(commands) + "\n")
        self.process.stdin.flush()
        ended, said = [], []
        for _command in commands:
            ended.append(self.wait_for("ENDED"))
            said += self.said
        return ended, "".join(said)

    def start(self, command):
        """Begin, and return the child's process id."""
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return int(self.wait_for("STARTED"))

    def kill_at(self, command, commits, statement, phase="before"):
        """Whether it came to that place, which it counts itself, and was killed there; see ``faults.Statements``."""
        self.start(f"kill {commits} {statement} {phase} {command}")
        return self.wait_for("ENDED") == KILLED

    def run(self, command):
        """To the end, again and again: the server may still be at the last statement of a run that was killed."""
        for _attempt in range(20):
            self.start(command)
            if self.wait_for("ENDED") == "0":
                return
            time.sleep(0.2)
        pytest.fail(f"{command} does not come to an end: {''.join(self.said)}")

    def kill_after(self, command, seconds):
        """Whether the child was still at work when it was killed."""
        child = self.start(command)
        time.sleep(seconds)
        # It may have come to its end before.
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        return self.wait_for("ENDED") == KILLED

    def pause_for(self, command, act):
        """Whether the command came to the place where it pauses; meanwhile ``act()`` is done, then it goes on to its end."""
        child = self.start(command)
        is_there = not self.wait_for(("HERE", "ENDED"))
        if is_there:
            act()
            os.kill(child, signal.SIGCONT)
            self.wait_for("ENDED")
        return is_there

    def counted(self, command):
        """To the end, once: how many statements it took."""
        self.start(f"count {command}")
        statements = self.wait_for("COUNTED")
        assert self.wait_for("ENDED") == "0", "".join(self.said)
        return int(statements)

    def killed_then_done_twice(self, job, todo, kills=5):
        """Kill it at places all along its work, which goes on each time; then two whole runs. ``todo`` counts what is left.

        It is killed after some commits: one more each time that was too early for it to get on, but never many.
        """
        left = lambda: int(databases.ask(todo, self.database)[0][0])  # noqa: E731
        generator, seen, commits, killed = random.Random(job), [left()], 0, 0
        while killed < kills or seen[-1] == seen[0]:
            statement, phase = generator.randint(1, STATEMENTS), PHASES[killed % len(PHASES)]
            if not self.kill_at(job, commits, statement, phase):
                break
            killed += 1
            seen.append(left())
            commits = min(commits + (seen[-1] == seen[-2]), COMMITS)
            assert killed < 300, f"{job} does not get on: {seen}"
        print(f"{job}: {killed} times killed, left {seen}")
        assert {*seen} - {0, seen[0]}, f"{job} was nowhere killed in the middle, but ended by itself: {seen}"
        for _run in range(2):
            self.run(job)
            assert left() == 0
        assert databases.ask("select count(*) from crm_sync_job_failure where state != 'resolved'", self.database) == [
            ["0"]
        ]

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
