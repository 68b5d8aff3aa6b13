"""On which days holidays are. What today is, whoever calls says."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .lunar import FIRST_YEAR, LAST_YEAR, kept_on, lunar_problem

#: A holiday is never further from the day it is counted from.
MAX_OFFSET = 200


@dataclass(frozen=True)
class Holiday:
    """A holiday; what counts depends on its ``kind``.

    * ``solar`` and ``lunar``: ``month`` and ``day`` of that calendar;
    * ``easter``: Easter Sunday of the western churches;
    * ``weekday``: the ``nth`` ``weekday`` (0: Monday) of ``month``, -1 for the last;
    * ``table``: the ``days`` as they are given.

    ``offset`` days are added to each but those of the table: Good Friday is two days before Easter.
    """

    kind: str
    month: int = 0
    day: int = 0
    weekday: int = 0
    nth: int = 1
    offset: int = 0
    days: tuple[date, ...] = ()


def holiday_problem(holiday: Holiday) -> str | None:
    """What is wrong with a holiday that somebody entered; None: nothing.

    >>> holiday_problem(Holiday("solar", 2, 30)), holiday_problem(Holiday("lunar", 1, 30)), holiday_problem(Holiday("lunar", 13, 1))
    ('day', None, 'month')
    >>> holiday_problem(Holiday("weekday", 5, weekday=6, nth=6)), holiday_problem(Holiday("easter", offset=-2))
    ('nth', None)
    >>> holiday_problem(Holiday("easter", offset=400)), holiday_problem(Holiday("table", offset=400))
    ('offset', None)
    """
    if holiday.kind != "table" and abs(holiday.offset) > MAX_OFFSET:
        return "offset"
    if holiday.kind == "lunar":
        return lunar_problem(holiday.month, holiday.day)
    if holiday.kind in ("easter", "table"):
        return None
    if not 1 <= holiday.month <= 12:
        return "month"
    if holiday.kind == "weekday":
        return None if holiday.nth in (-1, 1, 2, 3, 4, 5) else "nth"
    return None if 1 <= holiday.day <= monthrange(2000, holiday.month)[1] else "day"


def holiday_days(holiday: Holiday, year: int) -> list[date]:
    """The days of a holiday that belong to ``year``, which for a lunar one is the lunar year.

    >>> lunar_new_year, christmas = Holiday("lunar", 1, 1), Holiday("solar", 12, 25)
    >>> [day.isoformat() for year in (2026, 2027, 2028) for day in holiday_days(lunar_new_year, year)]
    ['2026-02-17', '2027-02-06', '2028-01-26']
    >>> new_years_eve = Holiday("lunar", 1, 1, offset=-1)
    >>> holiday_days(new_years_eve, 2027), holiday_days(christmas, 2027)
    ([datetime.date(2027, 2, 5)], [datetime.date(2027, 12, 25)])
    >>> mothers_day, last_monday = Holiday("weekday", 5, weekday=6, nth=2), Holiday("weekday", 8, weekday=0, nth=-1)
    >>> holiday_days(mothers_day, 2027) + holiday_days(last_monday, 2027)
    [datetime.date(2027, 5, 9), datetime.date(2027, 8, 30)]
    >>> holiday_days(Holiday("easter", offset=-2), 2027)
    [datetime.date(2027, 3, 26)]

    There is none where the month has no fifth Sunday, where the table has no day, and outside the lunar table:

    >>> holiday_days(Holiday("weekday", 2, weekday=6, nth=5), 2027), holiday_days(lunar_new_year, 2101)
    ([], [])
    >>> holiday_days(Holiday("table", days=(date(2026, 9, 27), date(2027, 9, 26))), 2027)
    [datetime.date(2027, 9, 26)]
    """
    if holiday.kind == "table":
        return sorted({day for day in holiday.days if day.year == year})
    day = _counted_from(holiday, year)
    return [day + timedelta(days=holiday.offset)] if day else []


def _counted_from(holiday, year):
    if holiday.kind == "lunar":
        return kept_on(year, holiday.month, holiday.day) if FIRST_YEAR <= year <= LAST_YEAR else None
    if holiday.kind == "easter":
        return easter(year)
    if holiday.kind == "weekday":
        return nth_weekday(year, holiday.month, holiday.weekday, holiday.nth)
    return anniversary(holiday.month, holiday.day, year)


def holidays_between(holiday: Holiday, day_from: date, day_to: date) -> list[tuple[date, int]]:
    """``[(day, year it belongs to)]`` of a holiday from ``day_from`` to ``day_to``, both included.

    The year names the occasion: it is the same however the holiday moves.

    >>> holidays_between(Holiday("lunar", 12, 8), date(2027, 1, 1), date(2028, 1, 31))
    [(datetime.date(2027, 1, 15), 2026), (datetime.date(2028, 1, 4), 2027)]
    """
    years = range(day_from.year - 2, day_to.year + 2)
    found = [(day, year) for year in years for day in holiday_days(holiday, year)]
    return sorted((day, year) for day, year in found if day_from <= day <= day_to)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Nature, 20 April 1876; Meeus, Astronomical Algorithms, ch. 8).

    >>> [easter(year).isoformat() for year in (1961, 2000, 2019, 2026, 2027, 2038)]
    ['1961-04-02', '2000-04-23', '2019-04-21', '2026-04-05', '2027-03-28', '2038-04-25']
    """
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The ``nth`` ``weekday`` (0: Monday) of a month, -1 for the last; None where there is none.

    >>> nth_weekday(2026, 5, 6, 2), nth_weekday(2026, 5, 0, -1), nth_weekday(2026, 2, 0, 5) is None
    (datetime.date(2026, 5, 10), datetime.date(2026, 5, 25), True)
    """
    first, days = monthrange(year, month)
    if nth < 0:
        return date(year, month, days - (first + days - 1 - weekday) % 7)
    day = 1 + (weekday - first) % 7 + 7 * (nth - 1)
    return date(year, month, day) if day <= days else None


def anniversary(month: int, day: int, year: int) -> date:
    """The day of the year; 29 February is kept on 28 February in common years.

    >>> anniversary(2, 29, 2027), anniversary(2, 29, 2028)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    """
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_of(days: Iterable[date], today: date) -> date | None:
    """The first of ``days`` that is not past.

    >>> next_of([date(2027, 2, 6), date(2026, 2, 17)], date(2026, 11, 22)), next_of([], date(2026, 11, 22)) is None
    (datetime.date(2027, 2, 6), True)
    """
    return min((day for day in days if day >= today), default=None)
