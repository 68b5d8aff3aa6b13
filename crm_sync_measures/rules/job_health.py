"""How a scheduled job is doing, from the facts about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A job is late when its due time has passed by one interval, but never before this.
_PATIENCE = timedelta(hours=1)


@dataclass(frozen=True)
class JobFacts:
    """What is known of a job; times are naive UTC."""

    enabled: bool
    next_run: datetime | None
    interval: timedelta
    open_failures: int
    failed_in_a_row: int


def health(facts: JobFacts, now: datetime) -> str:
    """One of ``off``, ``overdue``, ``failing``, ``ok``; the worst that holds, in this order.

    >>> day = timedelta(days=1)
    >>> due = datetime(2026, 3, 1, 2, 0)
    >>> health(JobFacts(True, due, day, 0, 0), datetime(2026, 3, 1, 3, 0))
    'ok'
    >>> health(JobFacts(True, due, day, 0, 0), datetime(2026, 3, 2, 3, 0))
    'overdue'
    >>> health(JobFacts(True, due, day, 2, 0), datetime(2026, 3, 1, 3, 0))
    'failing'
    >>> health(JobFacts(False, due, day, 2, 0), datetime(2026, 3, 1, 3, 0))
    'off'
    """
    if not facts.enabled:
        return "off"
    if facts.next_run and now > facts.next_run + max(facts.interval, _PATIENCE):
        return "overdue"
    if facts.open_failures or facts.failed_in_a_row:
        return "failing"
    return "ok"
