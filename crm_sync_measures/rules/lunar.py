"""The Chinese lunar calendar from 1900 to 2100: which solar day a lunar day is, and the other way round.

A month begins with the day of the new moon in Beijing. Twelve months are a year; where thirteen begin between two winter
solstices, the first without a solar mid-term is a leap month and bears the number of the one before (GB/T 33661-2017).

The table is that of the Hong Kong Observatory (hko.gov.hk, Gregorian-lunar calendar conversion), as two other programs have it
too. All 2,486 months were computed anew from JPL's ephemeris DE405: the same first days, but for April 1906, when the imperial
astronomers were seven minutes off, and the same leap months. ICU's calendar, which browsers have, is a day off in nine months
(2027 and 2030 begin on the wrong day there) and calls six others by a wrong name. Three new moons are so near to midnight that
the observatory leaves their day open; here they are as computed: 29 September 2057, 4 September 2089, 8 August 2097.

Never writes, never raises for a day that a person may enter: ``lunar_problem`` says what is wrong with it.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

FIRST_YEAR, LAST_YEAR = 1900, 2100
#: New Year of the first year.
_FIRST_DAY = date(1900, 1, 31)

#: One number for each year. The last four bits: the month that is followed by its leap month, 0 for none. The twelve bits before,
#: from the left: whether months 1 to 12 have 30 days, else 29. The bit before them: whether the leap month has 30.
_CODES = """
    04bd8 04ae0 0a570 054d5 0d260 0d950 16554 056a0 09ad0 055d2 04ae0 0a5b6 0a4d0 0d250 1d255
    0b540 0d6a0 0ada2 095b0 14977 04970 0a4b0 0b4b5 06a50 06d40 1ab54 02b60 09570 052f2 04970
    06566 0d4a0 0ea50 16a95 05ad0 02b60 186e3 092e0 1c8d7 0c950 0d4a0 1d8a6 0b550 056a0 1a5b4
    025d0 092d0 0d2b2 0a950 0b557 06ca0 0b550 15355 04da0 0a5b0 14573 052b0 0a9a8 0e950 06aa0
    0aea6 0ab50 04b60 0aae4 0a570 05260 0f263 0d950 05b57 056a0 096d0 04dd5 04ad0 0a4d0 0d4d4
    0d250 0d558 0b540 0b6a0 195a6 095b0 049b0 0a974 0a4b0 0b27a 06a50 06d40 0af46 0ab60 09570
    04af5 04970 064b0 074a3 0ea50 06b58 05ac0 0ab60 096d5 092e0 0c960 0d954 0d4a0 0da50 07552
    056a0 0abb7 025d0 092d0 0cab5 0a950 0b4a0 0baa4 0ad50 055d9 04ba0 0a5b0 15176 052b0 0a930
    07954 06aa0 0ad50 05b52 04b60 0a6e6 0a4e0 0d260 0ea65 0d530 05aa0 076a3 096d0 04afb 04ad0
    0a4d0 1d0b6 0d250 0d520 0dd45 0b5a0 056d0 055b2 049b0 0a577 0a4b0 0aa50 1b255 06d20 0ada0
    14b63 09370 049f8 04970 064b0 168a6 0ea50 06b20 1a6c4 0aae0 092e0 0d2e3 0c960 0d557 0d4a0
    0da50 05d55 056a0 0a6d0 055d4 052d0 0a9b8 0a950 0b4a0 0b6a6 0ad50 055a0 0aba4 0a5b0 052b0
    0b273 06930 07337 06aa0 0ad50 14b55 04b60 0a570 054e4 0d160 0e968 0d520 0daa0 16aa6 056d0
    04ae0 0a9d4 0a4d0 0d150 0f252 0d520
"""
_YEARS = tuple(int(code, 16) for code in _CODES.split())


@dataclass(frozen=True, order=True)
class LunarDay:
    """A day of the lunar calendar; ``year`` is the solar year in which the lunar one begins."""

    year: int
    month: int
    day: int
    is_leap: bool = False


def leap_month(year: int) -> int:
    """The month that comes twice in the lunar year, or 0.

    >>> [leap_month(year) for year in (2023, 2024, 2025, 2033)]
    [2, 0, 6, 11]
    """
    return _YEARS[year - FIRST_YEAR] & 0xF


def has_month(year: int, month: int, is_leap: bool = False) -> bool:
    """Whether the lunar year has this month.

    >>> has_month(2025, 6, True), has_month(2026, 6, True), has_month(2026, 6)
    (True, False, True)
    """
    return 1 <= month <= 12 and (not is_leap or leap_month(year) == month)


def month_days(year: int, month: int, is_leap: bool = False) -> int:
    """Days of a month that the year has: 29 or 30.

    >>> month_days(2025, 6), month_days(2025, 6, True), month_days(2026, 12)
    (30, 29, 29)
    """
    bit = 16 if is_leap else 16 - month
    return 30 if _YEARS[year - FIRST_YEAR] >> bit & 1 else 29


def to_solar(lunar: LunarDay) -> date:
    """The solar day of a lunar day; the caller asked ``lunar_problem`` first.

    >>> to_solar(LunarDay(2024, 1, 1)), to_solar(LunarDay(2033, 11, 1, True))
    (datetime.date(2024, 2, 10), datetime.date(2033, 12, 22))
    """
    return _starts()[0][lunar.year, lunar.month, lunar.is_leap] + timedelta(days=lunar.day - 1)


def to_lunar(day: date) -> LunarDay | None:
    """The lunar day of a solar day; None outside the table.

    >>> to_lunar(date(2025, 8, 22)), to_lunar(date(2026, 1, 1))
    (LunarDay(year=2025, month=6, day=29, is_leap=True), LunarDay(year=2025, month=11, day=13, is_leap=False))
    >>> to_lunar(date(1900, 1, 30)) is None, to_lunar(date(2101, 1, 28)), to_lunar(date(2101, 1, 29)) is None
    (True, LunarDay(year=2100, month=12, day=29, is_leap=False), True)
    """
    _by_month, months, days = _starts()
    position = bisect_right(days, day) - 1
    if position < 0:
        return None
    year, month, is_leap = months[position]
    number = (day - days[position]).days + 1
    if number > month_days(year, month, is_leap):
        return None
    return LunarDay(year, month, number, is_leap)


def kept_on(year: int, month: int, day: int, is_leap: bool = False) -> date:
    """The solar day on which a day that comes every lunar year is kept in ``year``: always one.

    A day of a leap month is kept in the ordinary month where the year has no such leap month, and the thirtieth on the
    twenty-ninth where the month is short.

    >>> kept_on(2025, 6, 15, is_leap=True), kept_on(2026, 6, 15, is_leap=True)
    (datetime.date(2025, 8, 8), datetime.date(2026, 7, 28))
    >>> to_lunar(kept_on(2026, 12, 30))
    LunarDay(year=2026, month=12, day=29, is_leap=False)
    """
    is_leap = is_leap and has_month(year, month, True)
    return to_solar(LunarDay(year, month, min(day, month_days(year, month, is_leap)), is_leap))


def lunar_problem(month: int, day: int, is_leap: bool = False, year: int | None = None) -> str | None:
    """What is wrong with a lunar day that somebody entered; None: nothing.

    >>> lunar_problem(8, 15), lunar_problem(13, 1), lunar_problem(8, 31), lunar_problem(12, 30, year=2026)
    (None, 'month', 'day', 'no_such_day')
    >>> lunar_problem(6, 1, True), lunar_problem(6, 1, True, 2025), lunar_problem(6, 1, True, 2026)
    (None, None, 'leap_month')

    No year of the table has the first or the twelfth month twice:

    >>> lunar_problem(12, 1, True), lunar_problem(1, 1, year=1899)
    ('leap_month', 'year')
    """
    if not 1 <= month <= 12:
        return "month"
    if not 1 <= day <= 30:
        return "day"
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return "year"
    years = range(FIRST_YEAR, LAST_YEAR + 1) if year is None else (year,)
    if not any(has_month(one, month, is_leap) for one in years):
        return "leap_month"
    if not any(has_month(one, month, is_leap) and day <= month_days(one, month, is_leap) for one in years):
        return "no_such_day"
    return None


@cache
def _starts():
    """``({(year, month, is_leap): first day}, [the same keys in order], [their first days])``."""
    by_month, day = {}, _FIRST_DAY
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month in range(1, 13):
            for is_leap in (False, True) if month == leap_month(year) else (False,):
                by_month[year, month, is_leap] = day
                day += timedelta(days=month_days(year, month, is_leap))
    return by_month, list(by_month), list(by_month.values())
