"""How often a customer is to be contacted, and when he is overdue. Moments are naive UTC."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from .periods import local_date


def rhythm(own: int, tiers: Iterable[int]) -> int:
    """Days between two contacts: the customer's own, else the shortest of his tiers, else 0 for none.

    >>> rhythm(14, [90, 30]), rhythm(0, [90, 0, 30]), rhythm(0, [0]), rhythm(0, [])
    (14, 30, 0, 0)
    """
    return own or min((days for days in tiers if days > 0), default=0)


def due_at(quiet_since: datetime, days: int) -> datetime:
    """When the next contact is due: so many days after the last one, at the same time of day.

    >>> due_at(datetime(2028, 2, 1, 9, 30), 28)
    datetime.datetime(2028, 2, 29, 9, 30)
    """
    return quiet_since + timedelta(days=days)


def days_overdue(due: datetime, today: date, tz: str) -> int:
    """Days by which the contact is late; the day on which it is due is still in time. Never negative.

    >>> due = datetime(2026, 3, 31, 22, 30)
    >>> [days_overdue(due, date(2026, 4, day), "Europe/Berlin") for day in (1, 2, 5)]
    [0, 1, 4]
    >>> days_overdue(due, date(2026, 4, 1), "UTC")
    1
    """
    return max(0, (today - local_date(due, tz)).days)


def is_told(told_at: datetime | None, due: datetime) -> bool:
    """Whether the owner knows of this overdue time: who was told before the present due date was told of another one.

    >>> due = datetime(2026, 3, 31, 9, 30)
    >>> is_told(None, due), is_told(datetime(2026, 4, 2), due), is_told(datetime(2026, 2, 2), due)
    (False, True, False)
    """
    return told_at is not None and told_at > due
