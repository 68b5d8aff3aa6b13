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
    base, nights = f"{database}_rooms", []
    try:
        with step("Filling every room for the schedulers"):
            databases.clone(database, base)
            build.inside(base, "bench.rooms", "--customers", customers)
        # One more at the end: deadlines run out meanwhile.
        for number in (*NUMBERS, 1):
            with step(f"Measuring {number} schedulers"):
                nights.append((number, *_night(base, f"{database}_workers", number)))
    finally:
        databases.drop(base)
    alone = [left for number, _seconds, _shared, left in nights if number == 1]
    return [
        {"workers": number, "seconds": seconds, "shared": shared, "differences": _differences(left, alone)}
        for number, seconds, shared, left in nights[:-1]
    ]


def _differences(left: dict[str, int], alone: list[dict[str, int]]) -> list[str]:
    """The tables that have not as many rows as one scheduler leaves, before or afterwards."""
    told = []
    for table in sorted(left.keys() - _NOTES):
        counts = [rows[table] for rows in alone]
        if not min(counts) <= left[table] <= max(counts):
            told.append(f"{table} ({left[table]}, not {counts[0]})")
    return told


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
