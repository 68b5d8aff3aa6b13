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
        """The rest of the next line that begins with ``word``."""
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith(word):
                return line.removeprefix(word).strip()
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

    def kill_after(self, command, seconds):
        """Whether the child was still at work when it was killed."""
        return self.kill_when(command, lambda: True, seconds)

    def kill_when(self, command, is_there, seconds=0.0):
        """The same so many seconds after ``is_there()`` was true, however fast the machine is."""
        child, deadline = self.start(command), time.monotonic() + 120
        while not is_there():
            if time.monotonic() > deadline:
                pytest.fail(f"{command} gets nowhere")
            time.sleep(0.01)
        time.sleep(seconds)
        # It may have come to its end before.
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        return self.wait_for("ENDED") == str(signal.SIGKILL.value)

    def run(self, command):
        """To the end, again and again: the server may still be at the last statement of a run that was killed."""
        for _attempt in range(20):
            self.start(command)
            if self.wait_for("ENDED") == "0":
                return
            time.sleep(0.2)
        pytest.fail(f"{command} does not come to an end: {''.join(self.said)}")

    def killed_then_done_twice(self, job, todo, kills=5):
        """Kill it at moments all along its work, which goes on each time; then two whole runs. ``todo`` counts what is left."""
        left = lambda: int(databases.ask(todo, self.database)[0][0])  # noqa: E731
        generator, everything, seen, step = random.Random(job), left(), set(), 0.0
        for number in range(1, kills + 1):
            wanted, began = everything - max(1, everything * number // (kills + 1)), time.monotonic()
            killed = self.kill_when(job, lambda wanted=wanted: left() <= wanted, generator.uniform(0, step))
            # From then on anywhere within the next step, which takes about as long as the first.
            step = step or time.monotonic() - began
            seen.add(left())
            assert killed or 0 in seen, f"{job} ended by itself"
        assert seen - {0, everything}, f"{job} was nowhere killed in the middle: {seen}"
        for _run in range(2):
            self.run(job)
            assert left() == 0
        assert databases.ask("select count(*) from crm_sync_job_failure where state != 'resolved'", self.database) == [
            ["0"]
        ]

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
