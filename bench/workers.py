"""The addon's scheduled work of a whole night, shared by 1, 2 and 4 schedulers on one database."""

from __future__ import annotations

from dev import databases
from dev.schedulers import Schedulers, rows_of_tables
from dev.steps import step

from . import build

NUMBERS = (1, 2, 4)
#: What the runner itself notes differs with the number of runs.
_NOTES = {"crm_sync_job_period", "crm_sync_job_failure"}


def measure(database: str, customers: int) -> list[dict]:
    """For each number of schedulers: how long, who did how much, and how many tables have not the rows that one leaves."""
    base, rows, alone = f"{database}_rooms", [], None
    try:
        with step("Filling every room for the schedulers"):
            databases.clone(database, base)
            build.inside(base, "bench.rooms", "--customers", customers)
        for number in NUMBERS:
            with step(f"Measuring {number} schedulers"):
                seconds, shared, left = _night(base, f"{database}_workers", number)
            alone = alone or left
            rows.append(
                {
                    "workers": number,
                    "seconds": seconds,
                    "shared": shared,
                    "differences": sorted(
                        f"{table} ({left[table]}, not {alone[table]})"
                        for table in left
                        if left[table] != alone[table] and table not in _NOTES
                    ),
                }
            )
    finally:
        databases.drop(base)
    return rows


def _night(base: str, copy: str, number: int) -> tuple[float, list[int], dict[str, int]]:
    try:
        databases.clone(base, copy)
        schedulers = Schedulers(copy, number)
        try:
            seconds = schedulers.do_everything(1800)
            shared = schedulers.started()
            # What one action has made due for another.
            schedulers.do_everything(1800)
        finally:
            schedulers.end()
        return seconds, shared, rows_of_tables(copy)
    finally:
        databases.drop(copy)
