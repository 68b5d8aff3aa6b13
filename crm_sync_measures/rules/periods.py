"""Calendar periods of a time zone, and which of them a job has missed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

UNITS = ("day", "week", "month")


def start_of(day: date, unit: str) -> date:
    """First day of the period that holds ``day``; weeks start on Monday.

    >>> start_of(date(2026, 11, 21), "week"), start_of(date(2026, 11, 21), "month")
    (datetime.date(2026, 11, 16), datetime.date(2026, 11, 1))
    """
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    raise ValueError(f"unknown period unit {unit!r}, expected one of {UNITS}")


def following(start: date, unit: str) -> date:
    """First day of the period after the one that starts on ``start``.

    >>> following(date(2026, 12, 1), "month")
    datetime.date(2027, 1, 1)
    """
    days = {"day": 1, "week": 7, "month": 31}[unit]
    return start_of(start + timedelta(days=days), unit)


def due_periods(last_done: date | None, today: date, unit: str, limit: int = 400) -> list[date]:
    """Periods still to be worked, oldest first: every missed one and the current one.

    A job that never ran starts with the current period. At most ``limit`` are returned, so that
    a job which slept for years catches up in several runs.

    >>> [d.day for d in due_periods(date(2026, 11, 18), date(2026, 11, 21), "day")]
    [19, 20, 21]
    >>> due_periods(date(2026, 11, 21), date(2026, 11, 21), "day")
    []
    >>> due_periods(None, date(2026, 11, 21), "month")
    [datetime.date(2026, 11, 1)]
    """
    current = start_of(today, unit)
    period = current if last_done is None else following(last_done, unit)
    due = []
    while period <= current and len(due) < limit:
        due.append(period)
        period = following(period, unit)
    return due


def utc_bounds(first: date, last: date, tz: str) -> tuple[datetime, datetime]:
    """``[start, end)`` in naive UTC of the local days ``first`` to ``last``, both included.

    Computed from the two local midnights, so a day of 23 or 25 hours comes out right.

    >>> utc_bounds(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    (datetime.datetime(2026, 3, 28, 23, 0), datetime.datetime(2026, 3, 29, 22, 0))
    """
    zone = ZoneInfo(tz)

    def midnight(day: date) -> datetime:
        local = datetime.combine(day, time.min, tzinfo=zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    return midnight(first), midnight(last + timedelta(days=1))


def local_date(moment: datetime, tz: str) -> date:
    """The calendar day of a naive UTC ``moment`` in time zone ``tz``.

    >>> local_date(datetime(2026, 10, 31, 20, 30), "Asia/Shanghai")
    datetime.date(2026, 11, 1)

    At the ends of the calendar, where no time zone has a day, it is the day as it stands:

    >>> local_date(datetime(1, 1, 1), "America/New_York")
    datetime.date(1, 1, 1)
    """
    if not 1 < moment.year < 9999:
        return moment.date()
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()
