"""Time in which somebody works: how much of it lies between two moments, and when so much of it is over.

A week of shifts in a time zone, less the days off. Moments are naive UTC, amounts are whole seconds. Shifts and days
off are half-open: a shift from 8 to 12 works at 8:00:00 and no more at 12:00:00.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: How far hours are looked for before a calendar counts as one without any.
HORIZON = timedelta(days=366 * 5)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MARGIN = timedelta(days=45)
_FIRST, _LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("9000-01-01")

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Shift:
    """Work on one weekday (Monday is 0) from ``start`` to ``end``, in seconds since local midnight.

    ``week`` is 0 or 1 where two unlike weeks take turns, see :func:`week_parity`.
    """

    weekday: int
    start: int
    end: int
    week: int | None = None


def week_parity(day: date) -> int:
    """0 or 1 by turns, a week each, for all time: as Odoo counts the weeks of a two-week calendar.

    >>> week_parity(date(2026, 11, 16)), week_parity(date(2026, 11, 22)), week_parity(date(2026, 11, 23))
    (1, 1, 0)
    """
    return (day.toordinal() - 1) // 7 % 2


class WorkingTime:
    """The hours of one calendar, counted once and looked up by bisection.

    >>> office = WorkingTime([Shift(day, 9 * 3600, 17 * 3600) for day in range(5)], "Europe/Berlin")

    Friday 16:00 to Monday 10:00 in Berlin are two hours, and three hours of work end on Monday at 11:00:

    >>> friday, monday = datetime(2026, 11, 20, 15), datetime(2026, 11, 23, 9)
    >>> office.seconds(friday, monday) / 3600
    2.0
    >>> office.due(friday, 3 * 3600)
    datetime.datetime(2026, 11, 23, 10, 0)

    What is just done when the shift ends is due then, and not when the next one starts:

    >>> office.due(friday, 3600)
    datetime.datetime(2026, 11, 20, 16, 0)

    A day off in between moves it on, and nobody works backwards:

    >>> off = [(datetime(2026, 11, 22, 23), datetime(2026, 11, 23, 23))]
    >>> WorkingTime(office.shifts, "Europe/Berlin", off).due(friday, 3 * 3600)
    datetime.datetime(2026, 11, 24, 10, 0)
    >>> office.seconds(monday, friday)
    0

    Without hours nothing is ever due:

    >>> print(WorkingTime([], "UTC").due(friday, 1))
    None

    Around the clock, a day that loses an hour has 23 of them, and one that wins an hour 25:

    >>> always = WorkingTime([Shift(day, 0, 86400) for day in range(7)], "Europe/Berlin")
    >>> always.seconds(datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22)) / 3600
    23.0
    >>> night = WorkingTime([Shift(6, 2 * 3600, 3 * 3600)], "Europe/Berlin")
    >>> night.seconds(datetime(2026, 10, 24, 12), datetime(2026, 10, 25, 12)) / 3600
    2.0
    >>> night.seconds(datetime(2026, 3, 28, 12), datetime(2026, 3, 29, 12)) / 3600
    0.0

    A shift that ends within the hour that the clock strikes twice ends at the second time:

    >>> half = WorkingTime([Shift(6, 2 * 3600, 9000)], "Europe/Berlin")
    >>> half.seconds(datetime(2026, 10, 24, 12), datetime(2026, 10, 25, 12)) / 3600
    1.5

    A shift that begins or ends at a time over which the clock leaps does so at the leap:

    >>> early, late = (WorkingTime([Shift(6, *hours)], "Europe/Berlin") for hours in ((3600, 9000), (9000, 14400)))
    >>> [shift.seconds(datetime(2026, 3, 28, 12), datetime(2026, 3, 29, 12)) / 3600 for shift in (early, late)]
    [1.0, 1.0]
    """

    def __init__(self, shifts: Iterable[Shift], tz: str, off: Iterable[Interval] = ()):
        self.shifts: Sequence[Shift] = tuple(shift for shift in shifts if shift.end > shift.start)
        self.tz = tz
        self._zone = ZoneInfo(tz)
        self._off = _joined(off)
        self._from = self._until = None
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        #: Seconds worked before each interval, since the beginning of what was counted.
        self._before: list[int] = []

    def seconds(self, start: datetime, end: datetime) -> int:
        """Seconds worked from ``start`` to ``end``; 0 when that is backwards."""
        if end <= start:
            return 0
        self._cover(start, end)
        return self._count(end) - self._count(start)

    def due(self, start: datetime, seconds: int) -> datetime | None:
        """The first moment at which ``seconds`` have been worked since ``start``; None when there are no hours."""
        if seconds <= 0:
            return start
        if not self.shifts:
            return None
        reach = _MARGIN
        while True:
            self._cover(start, start + reach)
            total = self._count(start) + seconds
            # The last interval that begins before the amount is full.
            index = bisect_left(self._before, total) - 1
            if index >= 0:
                moment = self._starts[index] + timedelta(seconds=total - self._before[index])
                if moment <= self._ends[index]:
                    return moment
            if reach > HORIZON or start + reach > _LAST:
                return None
            reach *= 2

    def is_working(self, moment: datetime) -> bool:
        """Whether ``moment`` lies in a shift.

        >>> WorkingTime([Shift(0, 0, 3600)], "UTC").is_working(datetime(2026, 11, 23, 1))
        False
        """
        self._cover(moment, moment + _DAY)
        index = bisect_right(self._starts, moment) - 1
        return index >= 0 and moment < self._ends[index]

    def resumes(self, moment: datetime) -> datetime | None:
        """``moment`` when it is worked then, else the beginning of the next shift; None when there is none.

        >>> WorkingTime([Shift(0, 0, 3600)], "UTC").resumes(datetime(2026, 11, 23, 1))
        datetime.datetime(2026, 11, 30, 0, 0)
        """
        if self.is_working(moment):
            return moment
        first = self.due(moment, 1)
        return first and first - timedelta(seconds=1)

    def pauses(self, moment: datetime) -> datetime | None:
        """The end of the shift that is worked at ``moment``; None when nobody works then.

        >>> WorkingTime([Shift(0, 0, 3600)], "UTC").pauses(datetime(2026, 11, 23, 0, 30))
        datetime.datetime(2026, 11, 23, 1, 0)
        """
        return self._ends[bisect_right(self._starts, moment) - 1] if self.is_working(moment) else None

    def shift(self, moment: datetime) -> tuple[int | None, int | None]:
        """In how many seconds from ``moment`` the hours begin, and end after that; None where there are none.

        >>> monday = WorkingTime([Shift(0, 0, 3600)], "UTC")
        >>> monday.shift(datetime(2026, 11, 23, 0, 30)), monday.shift(datetime(2026, 11, 22, 23))
        ((0, 1800), (3600, 7200))
        """
        begins = self.resumes(moment)
        ends = begins and self.pauses(begins)
        return tuple(None if one is None else int((one - moment).total_seconds()) for one in (begins, ends))

    def rows(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime, int]]:
        """``[(start, end, seconds worked before)]`` of all intervals between two moments, for use in SQL.

        >>> WorkingTime([Shift(0, 0, 60)], "UTC").rows(datetime(2026, 11, 23), datetime(2026, 12, 1))
        [(datetime.datetime(2026, 11, 23, 0, 0), datetime.datetime(2026, 11, 23, 0, 1), 0), (datetime.datetime(2026, 11, 30, 0, 0), datetime.datetime(2026, 11, 30, 0, 1), 60)]
        """
        found, before = [], 0
        for opens, closes in self._intervals(start.date() - _DAY, end.date() + _DAY):
            first, last = max(opens, start), min(closes, end)
            if first < last:
                found.append((first, last, before))
                before += _seconds(last - first)
        return found

    # ---------------------------------------------------------------- counting

    def _count(self, moment: datetime) -> int:
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return 0
        return self._before[index] + _seconds(min(moment, self._ends[index]) - self._starts[index])

    def _cover(self, start: datetime, end: datetime) -> None:
        """Count everything from ``start`` to ``end``; what was counted before stays in it."""
        start, end = max(start, _FIRST), min(end, _LAST)
        if self._from is not None and self._from <= start and end <= self._until:
            return
        # With a margin on both sides, so that neighbours of this question need no counting of their own.
        self._from = min(self._from or start, start - _MARGIN)
        self._until = max(self._until or end, end + _MARGIN)
        self._starts, self._ends, self._before, worked = [], [], [], 0
        for first, last in self._intervals(self._from.date(), self._until.date()):
            self._starts.append(first)
            self._ends.append(last)
            self._before.append(worked)
            worked += _seconds(last - first)

    def _intervals(self, first: date, last: date) -> list[Interval]:
        """Hours of the local days ``first`` to ``last`` in UTC, joined, without the days off."""
        by_weekday = [[shift for shift in self.shifts if shift.weekday == weekday] for weekday in range(7)]
        worked = []
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
            for shift in by_weekday[day.weekday()]:
                if shift.week is None or shift.week == week_parity(day):
                    # Of an hour that the clock strikes twice, both are worked.
                    worked.append((self._utc(day, shift.start, fold=0), self._utc(day, shift.end, fold=1)))
        return _without(_joined(worked), self._off)

    def _utc(self, day: date, seconds: int, fold: int) -> datetime:
        # By the clock on the wall: 9 o'clock is 9 o'clock, however long the night was.
        local = datetime.combine(day, time.min) + timedelta(seconds=seconds)
        early, late = (local.replace(tzinfo=self._zone, fold=number) for number in (1, 0))
        if early.utcoffset() > late.utcoffset():
            return self._skipped(early, late)
        return (early if fold else late).astimezone(UTC).replace(tzinfo=None)

    def _skipped(self, early: datetime, late: datetime) -> datetime:
        """When the clock leaps over a time that it never shows; it lies between both readings of that time."""
        before, after = (moment.astimezone(UTC) for moment in (early, late))
        offset = after.astimezone(self._zone).utcoffset()
        while after - before > _SECOND:
            middle = before + (after - before) // 2
            if middle.astimezone(self._zone).utcoffset() == offset:
                after = middle
            else:
                before = middle
        return after.replace(tzinfo=None, microsecond=0)


def _seconds(span: timedelta) -> int:
    return span.days * 86400 + span.seconds


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """In order, and those that touch or overlap as one.

    >>> _joined([(3, 4), (1, 2), (2, 3), (6, 6)])
    [(1, 4)]
    """
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        elif start < end:
            found.append((start, end))
    return found


def _without(intervals: list[Interval], off: list[Interval]) -> list[Interval]:
    """What is left of joined ``intervals`` outside of the joined ``off``.

    >>> _without([(1, 5), (7, 9)], [(2, 3), (4, 8)])
    [(1, 2), (3, 4), (8, 9)]
    """
    if not off:
        return intervals
    found, position = [], 0
    for opens, closes in intervals:
        while position < len(off) and off[position][1] <= opens:
            position += 1
        start, index = opens, position
        while index < len(off) and off[index][0] < closes:
            if off[index][0] > start:
                found.append((start, off[index][0]))
            start = max(start, off[index][1])
            index += 1
        if start < closes:
            found.append((start, closes))
    return found
