"""The lunar calendar, and birthdays by it, against sources that know nothing of our table."""

import random
from collections import Counter
from datetime import date, timedelta
from hashlib import sha256

import pytest
from rules.birthday import Birthday, birthday_problem, kept_days, kept_in, next_birthday
from rules.lunar import FIRST_YEAR, LAST_YEAR, LunarDay, has_month, leap_month, month_days, to_lunar, to_solar
from rules.occasions import Holiday, holiday_days, holidays_between

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)

#: New Year of 1900 to 2100, month and day, as ICU 78 has it: ``Intl.DateTimeFormat("en-u-ca-chinese")`` of Node and Chromium.
ICU_NEW_YEARS = """
    0131 0219 0208 0129 0216 0204 0125 0213 0202 0122 0210 0130 0218 0206 0126 0214 0203 0123 0211 0201
    0220 0208 0128 0216 0205 0124 0213 0202 0123 0210 0130 0217 0206 0126 0214 0204 0124 0211 0131 0219
    0208 0127 0215 0205 0125 0213 0202 0122 0210 0129 0217 0206 0127 0214 0204 0124 0212 0131 0218 0208
    0128 0215 0205 0125 0213 0202 0121 0209 0130 0217 0206 0127 0215 0203 0123 0211 0131 0218 0207 0128
    0216 0205 0125 0213 0202 0220 0209 0129 0217 0206 0127 0215 0204 0123 0210 0131 0219 0207 0128 0216
    0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 0214 0203 0123 0210 0131 0219 0208 0128 0216 0205
    0125 0212 0201 0122 0210 0129 0217 0207 0126 0213 0202 0123 0211 0131 0219 0208 0128 0215 0204 0124
    0212 0201 0122 0210 0130 0217 0206 0126 0214 0202 0123 0211 0201 0219 0208 0128 0215 0204 0124 0212
    0202 0121 0209 0129 0217 0205 0126 0214 0203 0123 0211 0131 0219 0207 0127 0215 0205 0124 0212 0202
    0122 0209 0129 0217 0206 0126 0214 0203 0124 0210 0130 0218 0207 0127 0215 0205 0125 0212 0201 0121
    0209
"""
#: Where ICU reckons the moon too coarsely, and what the observatories of Hong Kong and Nanjing publish.
ICU_IS_WRONG = {1954: date(1954, 2, 3), 2027: date(2027, 2, 6), 2030: date(2030, 2, 3)}

#: Years with a leap month, and which: computed from JPL's ephemeris DE405 by the mid-terms (1900 from the observatory's table).
LEAP_MONTHS = """
    1900 8, 1903 5, 1906 4, 1909 2, 1911 6, 1914 5, 1917 2, 1919 7, 1922 5, 1925 4, 1928 2, 1930 6, 1933 5, 1936 3, 1938 7,
    1941 6, 1944 4, 1947 2, 1949 7, 1952 5, 1955 3, 1957 8, 1960 6, 1963 4, 1966 3, 1968 7, 1971 5, 1974 4, 1976 8, 1979 6,
    1982 4, 1984 10, 1987 6, 1990 5, 1993 3, 1995 8, 1998 5, 2001 4, 2004 2, 2006 7, 2009 5, 2012 4, 2014 9, 2017 6, 2020 4,
    2023 2, 2025 6, 2028 5, 2031 3, 2033 11, 2036 6, 2039 5, 2042 2, 2044 7, 2047 5, 2050 3, 2052 8, 2055 6, 2058 4, 2061 3,
    2063 7, 2066 5, 2069 4, 2071 8, 2074 6, 2077 4, 2080 3, 2082 7, 2085 5, 2088 4, 2090 8, 2093 6, 2096 4, 2099 2
"""

#: The days of all 2,486 new moons in Beijing, computed from DE405 (local time until 1928, eight hours before UTC since), as text.
NEW_MOONS = "557abbd3d25e5101b582745b6da68df95e212af81f5a4e5ffa80468ce7975ac6"
#: The imperial calendar of 1906 began its fourth month a day after the moon, which was new at 23:52.
HISTORY = {date(1906, 4, 24): date(1906, 4, 23)}


def months():
    for year in YEARS:
        for month in range(1, 13):
            yield year, month, False
            if leap_month(year) == month:
                yield year, month, True


def test_the_year_begins_on_the_day_that_icu_says_but_where_icu_is_known_to_be_wrong():
    theirs = [date(year, int(text[:2]), int(text[2:])) for year, text in zip(YEARS, ICU_NEW_YEARS.split(), strict=True)]
    ours = [to_solar(LunarDay(year, 1, 1)) for year in YEARS]
    assert {day.year: day for day, icu in zip(ours, theirs, strict=True) if day != icu} == ICU_IS_WRONG


def test_every_month_begins_on_the_day_of_the_new_moon():
    first_days = [to_solar(LunarDay(year, month, 1, is_leap)) for year, month, is_leap in months()]
    assert len(first_days) == 2486
    moons = " ".join(HISTORY.get(day, day).isoformat() for day in first_days)
    assert sha256(moons.encode()).hexdigest() == NEW_MOONS


def test_74_years_have_a_leap_month():
    published = {int(year): int(month) for year, month in (pair.split() for pair in LEAP_MONTHS.split(","))}
    assert {year: leap_month(year) for year in YEARS if leap_month(year)} == published


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        # Published days of festivals: Spring Festival, Dragon Boat, Mid-Autumn, and the odd leap month of 2033.
        (date(1985, 2, 20), LunarDay(1985, 1, 1)),
        (date(1985, 1, 21), LunarDay(1984, 12, 1)),
        (date(2018, 11, 8), LunarDay(2018, 10, 1)),
        (date(2020, 6, 25), LunarDay(2020, 5, 5)),
        (date(2024, 9, 17), LunarDay(2024, 8, 15)),
        (date(2025, 10, 6), LunarDay(2025, 8, 15)),
        (date(2026, 2, 17), LunarDay(2026, 1, 1)),
        (date(2026, 9, 25), LunarDay(2026, 8, 15)),
        (date(2033, 9, 8), LunarDay(2033, 8, 15)),
        (date(2034, 1, 20), LunarDay(2033, 12, 1)),
        (date(2034, 2, 19), LunarDay(2034, 1, 1)),
        # 1978: by Beijing's own sun the month began a day earlier, by the time zone on 3 September.
        (date(1978, 9, 17), LunarDay(1978, 8, 15)),
    ],
)
def test_published_days(solar, lunar):
    assert (to_lunar(solar), to_solar(lunar)) == (lunar, solar)


def test_each_of_73412_days_goes_to_the_other_calendar_and_back():
    day, last, count = date(1900, 1, 31), date(2101, 1, 28), 0
    before = None
    while day <= last:
        lunar = to_lunar(day)
        assert to_solar(lunar) == day
        assert lunar.day == 1 or lunar.day == before.day + 1
        before, day, count = lunar, day + timedelta(days=1), count + 1
    assert count == 73412


# ---------------------------------------------------------------- birthdays


def every_birthday():
    """All that can be entered without a year."""
    for month in range(1, 13):
        for day in range(1, 32):
            for calendar in ("solar", "lunar"):
                for is_leap in (False, True):
                    birthday = Birthday(month, day, calendar, is_leap)
                    if not birthday_problem(birthday, date(2026, 11, 22)):
                        yield birthday


def test_a_birthday_without_a_year_may_be_any_day_that_some_year_has():
    counts = Counter((birthday.calendar, birthday.is_leap) for birthday in every_birthday())
    # Leap months from the second to the eleventh; in two centuries five of them never had thirty days.
    assert counts == {("solar", False): 366, ("lunar", False): 360, ("lunar", True): 295}


def test_every_birthday_is_kept_once_in_each_year_of_its_calendar():
    """The set of days that customers are selected by, against the rule for one birthday, over thirty years."""
    kept = Counter()
    days = {}
    for row in kept_days(date(2010, 1, 1), date(2040, 12, 31)):
        key = (row.calendar, row.month, row.day, row.is_leap, row.year)
        kept[key] += 1
        days[key] = row.solar_day
    assert set(kept.values()) == {1}
    for birthday in every_birthday():
        for year in range(2010, 2040):
            key = (birthday.calendar, birthday.month, birthday.day, birthday.is_leap, year)
            assert days[key] == kept_in(birthday, year), key


def test_the_next_birthday_is_within_13_months():
    drawn = random.Random(7)
    for birthday in every_birthday():
        today = date(2000, 1, 1) + timedelta(days=drawn.randrange(30_000))
        assert 0 <= (next_birthday(birthday, today) - today).days < 400, (birthday, today)


def test_who_was_born_in_a_leap_month_is_greeted_in_the_ordinary_one_in_other_years():
    born = Birthday(6, 15, "lunar", is_leap=True)
    assert [kept_in(born, year) for year in (2024, 2025, 2026)] == [
        date(2024, 7, 20),
        date(2025, 8, 8),
        date(2026, 7, 28),
    ]
    ordinary = Birthday(6, 15, "lunar")
    assert kept_in(ordinary, 2025) == date(2025, 7, 9)


def test_a_solar_year_may_have_two_lunar_birthdays_or_none():
    born = Birthday(12, 8, "lunar")
    in_year = Counter(kept_in(born, year).year for year in range(2015, 2040))
    assert set(in_year.values()) == {1, 2}
    assert set(range(2017, 2039)) - set(in_year)


def test_the_lunar_thirtieth_is_never_passed_over():
    for year in YEARS:
        for month in range(1, 13):
            kept = to_lunar(kept_in(Birthday(month, 30, "lunar"), year))
            assert (kept.month, kept.day) == (month, month_days(year, month))


def test_outside_the_table_only_solar_birthdays_are_found():
    assert {row.calendar for row in kept_days(date(2101, 1, 29), date(2101, 12, 31))} == {"solar"}
    assert next_birthday(Birthday(12, 29, "lunar"), date(2101, 1, 29)) is None
    assert next_birthday(Birthday(2, 29), date(2101, 3, 1)) == date(2102, 2, 28)


# ---------------------------------------------------------------- holidays


@pytest.mark.parametrize(
    ("holiday", "published"),
    [
        (Holiday("lunar", 1, 1), ["2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"]),
        (Holiday("lunar", 1, 15), ["2023-02-05", "2024-02-24", "2025-02-12", "2026-03-03", "2027-02-20"]),
        (Holiday("lunar", 5, 5), ["2023-06-22", "2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09"]),
        (Holiday("lunar", 7, 7), ["2023-08-22", "2024-08-10", "2025-08-29", "2026-08-19", "2027-08-08"]),
        (Holiday("lunar", 8, 15), ["2023-09-29", "2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15"]),
        (Holiday("easter"), ["2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]),
        (
            Holiday("weekday", 5, weekday=6, nth=2),
            ["2023-05-14", "2024-05-12", "2025-05-11", "2026-05-10", "2027-05-09"],
        ),
        (Holiday("solar", 11, 11), ["2023-11-11", "2024-11-11", "2025-11-11", "2026-11-11", "2027-11-11"]),
    ],
)
def test_holidays_of_five_years(holiday, published):
    assert [day.isoformat() for year in range(2023, 2028) for day in holiday_days(holiday, year)] == published


def test_easter_is_a_sunday_between_22_march_and_25_april():
    for year in range(1900, 2200):
        [day] = holiday_days(Holiday("easter"), year)
        assert day.weekday() == 6
        assert date(year, 3, 22) <= day <= date(year, 4, 25)


def test_no_holiday_is_lost_or_doubled_when_time_is_cut_into_days():
    for holiday in (Holiday("lunar", 12, 30), Holiday("solar", 1, 1, offset=-1), Holiday("easter", offset=-47)):
        day, found = date(2024, 1, 1), []
        while day <= date(2031, 12, 31):
            found += holidays_between(holiday, day, day)
            day += timedelta(days=1)
        assert found == holidays_between(holiday, date(2024, 1, 1), date(2031, 12, 31))
        assert len({year for _day, year in found}) == len(found)


def test_a_leap_month_is_told_only_of_years_that_have_it():
    assert [year for year in range(2020, 2036) if has_month(year, leap_month(year) or 13, True)] == [
        2020,
        2023,
        2025,
        2028,
        2031,
        2033,
    ]
