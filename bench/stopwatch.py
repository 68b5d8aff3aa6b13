"""Time, queries and memory of one call, and fair turns between rivals."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Course:
    """What one rival needed, turn by turn."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)
    result: object = None

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def in_turns(rivals: dict[str, Callable], rounds: int, *, warm_up: int = 1) -> dict[str, Course]:
    """Lets the rivals run one after the other, many times: what disturbs the machine disturbs them all alike.

    A rival is a context manager that yields the environment and the function to be timed.
    """
    courses = {name: Course() for name in rivals}
    for turn in range(-warm_up, rounds):
        for name, rival in rivals.items():
            with rival() as (env, work):
                before = env.cr.sql_log_count
                cpu = Cpu(env.cr)
                began = time.perf_counter()
                result = work(env)
                seconds = time.perf_counter() - began
                if turn >= 0:
                    courses[name].cpu.append(cpu.spent())
                    courses[name].seconds.append(seconds)
                    courses[name].queries.add(env.cr.sql_log_count - before)
                    courses[name].result = result
    return courses


class Cpu:
    """CPU seconds of this process and, where the server runs on this machine, of its process for this cursor."""

    def __init__(self, cr):
        self._server = Path(f"/proc/{cr.connection.info.backend_pid}/schedstat")
        self._began = self._now()

    def spent(self) -> float:
        return self._now() - self._began

    def _now(self) -> float:
        try:
            server = int(self._server.read_text().split()[0]) / 1e9
        except (OSError, IndexError):
            server = 0.0
        return time.process_time() + server


class Memory:
    """By how much this process grew at its highest, in MiB; None where the system does not tell."""

    def __init__(self):
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            pass
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
