"""Periods of KPIs: days, weeks, months and quarters of a company's calendar, and their bounds in UTC.

Never reads a clock or a database: whoever calls says which day it is, where, and on which day weeks start.
"""

from datetime import date, datetime, timedelta

from .periods import utc_bounds

PERIODS = ("day", "week", "month", "quarter")
#: Months of a period that is made of months.
_MONTHS = {"month": 1, "quarter": 3}


def period_start(day: date, calendar: str, week_start: int = 1) -> date:
    """First day of the period that holds ``day``; ``week_start`` is the ISO weekday on which weeks start, 1 to 7.

    >>> str(period_start(date(2026, 11, 21), "week")), str(period_start(date(2026, 11, 21), "week", 7))
    ('2026-11-16', '2026-11-15')
    >>> str(period_start(date(2026, 11, 21), "month")), str(period_start(date(2026, 11, 21), "quarter"))
    ('2026-11-01', '2026-10-01')
    >>> period_start(date(2026, 11, 21), "day").day
    21
    """
    if calendar == "day":
        return day
    if calendar == "week":
        return day - timedelta(days=(day.isoweekday() - week_start) % 7)
    months = _MONTHS.get(calendar)
    if not months:
        raise ValueError(f"unknown calendar {calendar!r}, expected one of {PERIODS}")
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_next(start: date, calendar: str) -> date:
    """First day of the period after the one that starts on ``start``.

    >>> str(period_next(date(2026, 12, 1), "month")), str(period_next(date(2026, 10, 1), "quarter"))
    ('2027-01-01', '2027-01-01')
    >>> str(period_next(date(2026, 2, 23), "week")), str(period_next(date(2028, 2, 28), "day"))
    ('2026-03-02', '2028-02-29')
    """
    if calendar in _MONTHS:
        month = start.month - 1 + _MONTHS[calendar]
        return date(start.year + month // 12, month % 12 + 1, 1)
    if calendar not in PERIODS:
        raise ValueError(f"unknown calendar {calendar!r}, expected one of {PERIODS}")
    return start + timedelta(days=7 if calendar == "week" else 1)


def period_after(last_day: date, calendar: str, week_start: int = 1) -> tuple[date, date]:
    """First and last day of the period that follows a period which ended on ``last_day``.

    It begins on the next day, whatever has changed since. Where weeks start on another day now, the first of them is
    short: no day is counted twice, and none is left out.

    >>> [str(day) for day in period_after(date(2026, 10, 31), "month")]
    ['2026-11-01', '2026-11-30']
    >>> [str(day) for day in period_after(date(2026, 11, 22), "week", 7)]
    ['2026-11-23', '2026-11-28']
    """
    first = last_day + timedelta(days=1)
    return first, period_next(period_start(first, calendar, week_start), calendar) - timedelta(days=1)


def periods_between(first_day: date, last_day: date, calendar: str, week_start: int = 1) -> list[tuple[date, date]]:
    """``[(first day, last day)]`` of the periods that hold the days ``first_day`` to ``last_day``, oldest first.

    >>> [(str(first), str(last)) for first, last in periods_between(date(2026, 10, 15), date(2026, 11, 2), "month")]
    [('2026-10-01', '2026-10-31'), ('2026-11-01', '2026-11-30')]
    >>> periods_between(date(2026, 11, 2), date(2026, 11, 1), "day")
    []
    """
    periods = []
    if first_day > last_day:
        return periods
    start = period_start(first_day, calendar, week_start)
    while start <= last_day:
        following = period_next(start, calendar)
        periods.append((start, following - timedelta(days=1)))
        start = following
    return periods


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies so many months before that of ``day``.

    >>> str(months_before(date(2026, 3, 31), 24)), str(months_before(date(2026, 3, 31), 3))
    ('2024-03-01', '2025-12-01')
    """
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def local_midnight_utc(day: date, tz: str) -> datetime:
    """The moment, in naive UTC, at which ``day`` begins in time zone ``tz``.

    >>> str(local_midnight_utc(date(2026, 11, 1), "Asia/Shanghai"))
    '2026-10-31 16:00:00'
    """
    return utc_bounds(day, day, tz)[0]


def period_label(start: date, calendar: str) -> str:
    """What a period is called on axes and in columns, in any language: it sorts as text.

    A week is called by its first day, as its number depends on who counts.

    >>> period_label(date(2026, 11, 1), "month"), period_label(date(2026, 10, 1), "quarter")
    ('2026-11', '2026-Q4')
    >>> period_label(date(2026, 11, 16), "week"), period_label(date(2026, 11, 21), "day")
    ('2026-11-16', '2026-11-21')
    """
    if calendar == "month":
        return f"{start.year:04d}-{start.month:02d}"
    if calendar == "quarter":
        return f"{start.year:04d}-Q{(start.month + 2) // 3}"
    return start.isoformat()
