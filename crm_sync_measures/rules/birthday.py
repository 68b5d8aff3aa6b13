"""When a birthday is, by the solar or the Chinese lunar calendar. The year of birth is never needed.

Everybody has one birthday in each year of his calendar, and never two:

* 29 February is kept on 28 February in common years;
* the thirtieth day of a lunar month is kept on the twenty-ninth where the month is short;
* a day of a leap month is kept in that leap month where the year has it, else in the ordinary month of the same number.

A lunar year ends in January or February of the next solar one: two birthdays of the twelfth month may fall in one solar year,
and none in another.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .lunar import FIRST_YEAR, LAST_YEAR, has_month, kept_on, lunar_problem, month_days, to_lunar

CALENDARS = ("solar", "lunar")


@dataclass(frozen=True)
class Birthday:
    """Day and month suffice; ``year`` is that of the calendar, where it is known."""

    month: int
    day: int
    calendar: str = "solar"
    is_leap: bool = False
    year: int | None = None


@dataclass(frozen=True)
class KeptDay:
    """Who has his birthday on ``solar_day``: all whose birthday is entered like this. ``year`` is that of the calendar."""

    calendar: str
    month: int
    day: int
    is_leap: bool
    solar_day: date
    year: int


def birthday_problem(birthday: Birthday, today: date) -> str | None:
    """What is wrong with a birthday that somebody entered; None: nothing.

    >>> today = date(2026, 11, 22)
    >>> [birthday_problem(Birthday(*given), today) for given in ((5, 0), (0, 12), (13, 1), (4, 31), (2, 29))]
    ['incomplete', 'incomplete', 'month', 'day', None]
    >>> birthday_problem(Birthday(2, 29, year=1990), today), birthday_problem(Birthday(11, 23, year=2026), today)
    ('no_such_day', 'future')
    >>> birthday_problem(Birthday(8, 15, "lunar"), today), birthday_problem(Birthday(6, 15, "lunar", True, 1990), today)
    (None, 'leap_month')
    >>> birthday_problem(Birthday(6, 15, "solar", True), today), birthday_problem(Birthday(1, 1, year=1850), today)
    ('leap_month', 'year')
    """
    month, day, year = birthday.month, birthday.day, birthday.year
    if not month or not day:
        return "incomplete"
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return "year"
    if birthday.calendar == "lunar":
        problem = lunar_problem(month, day, birthday.is_leap, year)
    else:
        problem = "leap_month" if birthday.is_leap else _solar_problem(month, day, year)
    if problem or year is None:
        return problem
    return "future" if kept_in(birthday, year) > today else None


def _solar_problem(month, day, year):
    if not 1 <= month <= 12:
        return "month"
    if not 1 <= day <= monthrange(2000, month)[1]:
        return "day"
    return "no_such_day" if year is not None and day > monthrange(year, month)[1] else None


def kept_in(birthday: Birthday, year: int) -> date:
    """The solar day on which it is kept in ``year``, which is a year of the birthday's own calendar.

    >>> leap_day = Birthday(2, 29)
    >>> kept_in(leap_day, 2027).isoformat(), kept_in(leap_day, 2028).isoformat()
    ('2027-02-28', '2028-02-29')
    >>> new_years_eve = Birthday(12, 30, "lunar")
    >>> [kept_in(new_years_eve, year).isoformat() for year in (2023, 2024, 2025)]
    ['2024-02-09', '2025-01-28', '2026-02-16']
    """
    if birthday.calendar == "lunar":
        return kept_on(year, birthday.month, birthday.day, birthday.is_leap)
    return date(year, birthday.month, min(birthday.day, monthrange(year, birthday.month)[1]))


def next_birthday(birthday: Birthday, today: date) -> date | None:
    """The next day on which it is kept, today included; None where the lunar table ends.

    >>> next_birthday(Birthday(11, 22), date(2026, 11, 22)), next_birthday(Birthday(11, 21), date(2026, 11, 22))
    (datetime.date(2026, 11, 22), datetime.date(2027, 11, 21))
    >>> next_birthday(Birthday(12, 8, "lunar"), date(2027, 1, 1)), next_birthday(Birthday(12, 8, "lunar"), date(2027, 1, 16))
    (datetime.date(2027, 1, 15), datetime.date(2028, 1, 4))
    """
    first, last = (FIRST_YEAR, LAST_YEAR) if birthday.calendar == "lunar" else (date.min.year, date.max.year)
    years = range(max(today.year - 1, first), min(today.year + 1, last) + 1)
    return next((day for day in (kept_in(birthday, year) for year in years) if day >= today), None)


def kept_days(day_from: date, day_to: date) -> Iterator[KeptDay]:
    """Every way to enter a birthday that is kept on one of these days, both included.

    This is the table by which a whole set of customers is selected: each birthday is in it once for each day on which it is
    kept, so a customer joins with as many rows as he has birthdays in the time.

    >>> for kept in kept_days(date(2027, 2, 28), date(2027, 2, 28)):
    ...     print(kept.calendar, kept.month, kept.day, kept.is_leap, kept.year)
    solar 2 28 False 2027
    solar 2 29 False 2027
    lunar 1 23 False 2027
    lunar 1 23 True 2027

    On the last day of the leap month of 2025 those are greeted who were born in a leap month, the thirtieth too:

    >>> for kept in kept_days(date(2025, 8, 22), date(2025, 8, 22)):
    ...     print(kept.calendar, kept.month, kept.day, kept.is_leap, kept.year)
    solar 8 22 False 2025
    lunar 6 29 True 2025
    lunar 6 30 True 2025
    """
    day = day_from
    while day <= day_to:
        yield from _solar_ways(day)
        lunar = to_lunar(day)
        if lunar:
            yield from _lunar_ways(day, lunar)
        day += timedelta(days=1)


def _solar_ways(day):
    yield KeptDay("solar", day.month, day.day, False, day, day.year)
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        yield KeptDay("solar", 2, 29, False, day, day.year)


def _lunar_ways(day, lunar):
    is_last = lunar.day == 29 == month_days(lunar.year, lunar.month, lunar.is_leap)
    # Who was born in a leap month has no other day in a year without it.
    has_no_leap = not lunar.is_leap and not has_month(lunar.year, lunar.month, True)
    for is_leap in (False, True) if has_no_leap else (lunar.is_leap,):
        for number in (29, 30) if is_last else (lunar.day,):
            yield KeptDay("lunar", lunar.month, number, is_leap, day, lunar.year)
