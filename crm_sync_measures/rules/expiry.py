"""When points expire."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

ROUNDINGS = ("day", "month", "quarter", "year")
#: Kinds of entries that show that a customer takes part. What the system does by itself shows nothing.
ACTIVITY = ("earn", "redeem")


@dataclass(frozen=True)
class ExpiryPolicy:
    """``months`` of life, counted from the accrual (fixed) or from the last movement (inactivity)."""

    mode: str = "none"
    months: int = 0
    rounding: str = "day"


def add_months(day: date, months: int) -> date:
    """``day`` some months later, on the last day of the month where the day does not exist.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2028, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2029, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(day: date, rounding: str) -> date:
    """Last day of the month, quarter or year that holds ``day``.

    >>> [end_of(date(2026, 2, 10), unit).isoformat() for unit in ROUNDINGS]
    ['2026-02-10', '2026-02-28', '2026-03-31', '2026-12-31']
    """
    if rounding == "day":
        return day
    last_month = {"month": day.month, "quarter": (day.month + 2) // 3 * 3, "year": 12}[rounding]
    return date(day.year, last_month, monthrange(day.year, last_month)[1])


def expires_on(policy: ExpiryPolicy, since: date) -> date | None:
    """Last day on which points can be used that were earned, or last moved, on ``since``.

    >>> expires_on(ExpiryPolicy("fixed", 12, "quarter"), date(2026, 11, 21))
    datetime.date(2027, 12, 31)
    >>> expires_on(ExpiryPolicy(), date(2026, 11, 21)) is None
    True
    """
    if policy.mode == "none":
        return None
    return end_of(add_months(since, policy.months), policy.rounding)


def counted_from(policy: ExpiryPolicy, earned_on: date, moved_on: date | None) -> date:
    """The day from which the life of a lot counts; ``moved_on`` is the card's last activity.

    >>> earned, moved = date(2026, 1, 10), date(2026, 8, 3)
    >>> counted_from(ExpiryPolicy("fixed", 12), earned, moved), counted_from(ExpiryPolicy("inactivity", 12), earned, moved)
    (datetime.date(2026, 1, 10), datetime.date(2026, 8, 3))
    """
    return max(earned_on, moved_on or earned_on) if policy.mode == "inactivity" else earned_on


def redated(
    policy: ExpiryPolicy, old: date | None, earned_on: date, moved_on: date | None, today: date, notice_days: int
) -> date | None:
    """The expiry of an existing lot once ``policy`` is in force.

    Doing it again, on the same day or later, changes nothing:

    >>> policy, today = ExpiryPolicy("fixed", 6, "month"), date(2026, 11, 21)
    >>> first = redated(policy, None, date(2026, 1, 10), None, today, 30)
    >>> first, redated(policy, first, date(2026, 1, 10), None, date(2026, 11, 25), 30)
    (datetime.date(2026, 12, 21), datetime.date(2026, 12, 21))
    """
    return after_change(old, expires_on(policy, counted_from(policy, earned_on, moved_on)), today, notice_days)


def after_change(old: date | None, new: date | None, today: date, notice_days: int) -> date | None:
    """The expiry of an existing lot after the policy was changed.

    A policy that is switched on or shortened never takes effect before one full notice period.

    >>> today = date(2026, 11, 21)
    >>> after_change(None, date(2026, 1, 1), today, 30)
    datetime.date(2026, 12, 21)
    >>> after_change(date(2027, 6, 30), date(2026, 12, 1), today, 30)
    datetime.date(2026, 12, 21)
    >>> after_change(date(2026, 11, 30), date(2026, 11, 25), today, 30)
    datetime.date(2026, 11, 30)
    >>> after_change(date(2026, 11, 30), None, today, 30) is None
    True
    """
    if new is None or (old is not None and new >= old):
        return new
    earliest = today + timedelta(days=notice_days)
    noticed = max(new, earliest)
    return noticed if old is None else min(noticed, old)
