"""When customers are cared for: days that are due, the moment at their place, what is too late, what has worked.

Never writes, never raises, reads no clock.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .score_statistics import wilson
from .survey_time import Hours, next_allowed

#: What was missed longer ago than this is not even written down as missed.
OLDEST = timedelta(days=31)
#: Where the day begins first it begins fourteen hours before Greenwich: what is due there tomorrow is planned today.
AHEAD = timedelta(days=1)
#: Nobody is written to before or after these hours of his clock, unless the rule's own hour is outside.
WAKING = (8.0, 20.0)
#: The longest anniversary that is looked for.
YEARS = 60
#: Fewer are not compared: it would be chance.
ENOUGH = 30


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def shifted(self, days: int) -> "Span":
        """
        >>> Span(date(2026, 3, 3), date(2026, 3, 5)).shifted(-3)
        Span(first=datetime.date(2026, 2, 28), last=datetime.date(2026, 3, 2))
        """
        return Span(self.first + timedelta(days=days), self.last + timedelta(days=days))


def due_days(now: datetime, late_days: int, started_on: date, planned_through: date | None) -> Span | None:
    """The days whose greetings are to be planned now; naive UTC.

    Those that may still be sent are looked at again, so that a birthday that was entered today is found, and those that
    nobody has looked at because the server was down, so that it is known what was missed:

    >>> noon = datetime(2026, 3, 10, 12)
    >>> due_days(noon, 2, date(2026, 1, 1), date(2026, 3, 10))
    Span(first=datetime.date(2026, 3, 7), last=datetime.date(2026, 3, 11))
    >>> due_days(noon, 2, date(2026, 1, 1), date(2026, 3, 1))
    Span(first=datetime.date(2026, 3, 2), last=datetime.date(2026, 3, 11))

    Never before the rule was started, and not before :data:`OLDEST`:

    >>> due_days(noon, 2, date(2026, 3, 10), None)
    Span(first=datetime.date(2026, 3, 10), last=datetime.date(2026, 3, 11))
    >>> due_days(noon, 2, date(2025, 1, 1), date(2025, 6, 1)).first
    datetime.date(2026, 2, 7)
    >>> due_days(noon, 2, date(2026, 3, 12), None) is None
    True
    """
    today = now.date()
    first = today - timedelta(days=late_days + 1)
    if planned_through:
        first = min(first, planned_through + timedelta(days=1))
    first = max(first, started_on, today - OLDEST)
    last = today + AHEAD
    return Span(first, last) if first <= last else None


def moment(day: date, hour: float, tz: str) -> datetime:
    """That hour of that day at the customer's place; naive UTC. An unknown zone is Greenwich.

    >>> moment(date(2026, 3, 3), 9, "Asia/Shanghai"), moment(date(2026, 3, 3), 9.5, "Europe/Berlin")
    (datetime.datetime(2026, 3, 3, 1, 0), datetime.datetime(2026, 3, 3, 8, 30))

    The night the clock leaps, and the one in which an hour comes twice:

    >>> moment(date(2026, 3, 29), 2.5, "Europe/Berlin"), moment(date(2026, 10, 25), 2.5, "Europe/Berlin")
    (datetime.datetime(2026, 3, 29, 1, 30), datetime.datetime(2026, 10, 25, 0, 30))
    >>> moment(date(2026, 3, 3), 9, "Mars/Olympus")
    datetime.datetime(2026, 3, 3, 9, 0)
    """
    minutes = min(round(hour * 60), 24 * 60 - 1)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=_zone(tz))
    return local.astimezone(UTC).replace(tzinfo=None)


def waking_moment(now: datetime, hour: float, tz: str) -> datetime:
    """From when on somebody may be written to who should have been at ``hour``: not in the middle of his night.

    >>> waking_moment(datetime(2026, 3, 3, 9), 9, "UTC"), waking_moment(datetime(2026, 3, 3, 23), 9, "UTC")
    (datetime.datetime(2026, 3, 3, 9, 0), datetime.datetime(2026, 3, 4, 8, 0))

    A rule that greets at six may do so at six:

    >>> waking_moment(datetime(2026, 3, 3, 6), 6, "UTC"), waking_moment(datetime(2026, 3, 3, 21, 30), 21.5, "UTC")
    (datetime.datetime(2026, 3, 3, 6, 0), datetime.datetime(2026, 3, 3, 21, 30))
    """
    opens, closes = WAKING
    hours = Hours(min(opens, hour), max(closes, min(hour + 1, 23.98)), weekends=True)
    return next_allowed(now, _zone(tz).key, hours)


def _zone(tz):
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def is_late(due_at: datetime, late_days: int, now: datetime) -> bool:
    """Whether it is too late to send.

    >>> due = datetime(2026, 3, 3, 9)
    >>> is_late(due, 2, datetime(2026, 3, 5, 9)), is_late(due, 2, datetime(2026, 3, 5, 9, 1))
    (False, True)
    >>> is_late(due, 0, datetime(2026, 3, 3, 21)), is_late(due, 0, datetime(2026, 3, 3, 21, 1))
    (False, True)
    """
    return now > due_at + grace(late_days)


def grace(late_days: int) -> timedelta:
    """For so long a greeting may be sent; where it must not be late at all, for the rest of the day.

    >>> grace(2), grace(0)
    (datetime.timedelta(days=2), datetime.timedelta(seconds=43200))
    """
    return max(timedelta(days=late_days), timedelta(hours=12))


def origins(day: date) -> list[tuple[date, int]]:
    """The days of earlier years whose anniversary is on ``day``, each with how many years ago it was.

    >>> origins(date(2026, 3, 3))[:2], len(origins(date(2026, 3, 3)))
    ([(datetime.date(2025, 3, 3), 1), (datetime.date(2024, 3, 3), 2)], 60)

    What began on 29 February has its day on 28 February in common years, and on 29 February in leap years:

    >>> [found for found in origins(date(2027, 2, 28)) if found[1] in (3, 4)]
    [(datetime.date(2024, 2, 28), 3), (datetime.date(2024, 2, 29), 3), (datetime.date(2023, 2, 28), 4)]
    >>> [found for found in origins(date(2028, 2, 29)) if found[1] < 9], origins(date(2028, 2, 28))[3]
    ([(datetime.date(2024, 2, 29), 4), (datetime.date(2020, 2, 29), 8)], (datetime.date(2024, 2, 28), 4))
    """
    found = []
    for years in range(1, YEARS + 1):
        year = day.year - years
        if (day.month, day.day) != (2, 29) or _is_leap(year):
            found.append((day.replace(year=year), years))
        if (day.month, day.day) == (2, 28) and _is_leap(year) and not _is_leap(day.year):
            found.append((date(year, 2, 29), years))
    return found


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@dataclass(frozen=True)
class Effect:
    """Of those who were cared for and those held out: how many, how many of them bought, and what it has brought."""

    cared: int
    cared_bought: int
    control: int
    control_bought: int

    @property
    def cared_rate(self) -> float | None:
        return self.cared_bought / self.cared if self.cared else None

    @property
    def control_rate(self) -> float | None:
        return self.control_bought / self.control if self.control else None

    @property
    def is_enough(self) -> bool:
        """Whether both groups are large enough to be compared."""
        return min(self.cared, self.control) >= ENOUGH


def uplift(effect: Effect) -> tuple[float, float, float] | None:
    """By how much more of those who were cared for bought, and between what bounds that is true with 95 %.

    Two independent shares after Newcombe (1998), method 10: Wilson's intervals joined. None where there are too few.

    >>> [round(number, 3) for number in uplift(Effect(200, 60, 100, 20))]
    [0.1, -0.007, 0.194]
    >>> uplift(Effect(200, 60, 29, 20)) is None, uplift(Effect(0, 0, 0, 0)) is None
    (True, True)
    """
    if not effect.is_enough:
        return None
    p1, p2 = effect.cared_rate, effect.control_rate
    low1, high1 = wilson(p1, effect.cared)
    low2, high2 = wilson(p2, effect.control)
    difference = p1 - p2
    low = difference - math.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    high = difference + math.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return difference, low, high


def is_beyond_chance(low: float, high: float) -> bool:
    """Whether the difference is more than chance.

    >>> is_beyond_chance(-0.01, 0.2), is_beyond_chance(0.01, 0.2), is_beyond_chance(-0.2, -0.01)
    (False, True, True)
    """
    return low > 0 or high < 0
