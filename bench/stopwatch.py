"""Time, queries and memory of one call, and fair turns between rivals."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Course:
    """What one rival needed, turn by turn."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)
    result: object = None

    @property
    def time(self) -> float:
        """Median seconds. Of the processors, where they can be known: what else the machine does is not in them."""
        return statistics.median(self.cpu if all(self.cpu) else self.wall)


def in_turns(rivals: dict[str, Callable], rounds: int, *, warm_up: int = 1) -> dict[str, Course]:
    """Lets the rivals run one after the other, many times: what disturbs the machine disturbs them all alike.

    A rival is a context manager that yields the environment and the function to be timed. A function that returns a
    function has its result looked up afterwards, outside the time.
    """
    courses = {name: Course() for name in rivals}
    for turn in range(-warm_up, rounds):
        for name, rival in rivals.items():
            with rival() as (env, work):
                queries, cpu, began = env.cr.sql_log_count, Cpu(env.cr), time.perf_counter()
                result = work(env)
                wall, spent = time.perf_counter() - began, cpu.spent()
                if turn >= 0:
                    course = courses[name]
                    course.wall.append(wall)
                    course.cpu.append(spent)
                    course.queries.add(env.cr.sql_log_count - queries)
                    course.result = result() if callable(result) else result
    return courses


class Cpu:
    """CPU seconds of this process and of the server's process behind a cursor; 0 when the server is elsewhere."""

    def __init__(self, cr):
        self._server = Path(f"/proc/{cr.connection.info.backend_pid}/schedstat")
        self._began = self._now()

    def spent(self) -> float:
        return self._now() - self._began if self._began else 0.0

    def _now(self) -> float:
        try:
            return time.process_time() + int(self._server.read_text().split()[0]) / 1e9
        except (OSError, IndexError):
            return 0.0


class Memory:
    """By how much this process grew at its highest, in MiB; None where the system does not tell."""

    def __init__(self):
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
        self._before = self._read("VmRSS")

    def grown(self) -> float | None:
        peak = self._read("VmHWM")
        return None if peak is None or self._before is None else max(0.0, (peak - self._before) / 1024)

    @staticmethod
    def _read(key: str) -> int | None:
        try:
            lines = Path("/proc/self/status").read_text().splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) for line in lines if line.startswith(key)), None)
