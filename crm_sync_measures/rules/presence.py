"""Whether a person can take something up at a moment, or be at an appointment. All times are UTC, spans half-open."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]

#: Who is back so much later than his working hours say is away, and not only at the dentist's.
AWAY_FROM = timedelta(hours=18)


@dataclass(frozen=True)
class Presence:
    """``wait`` until he is at work next, None if not in sight; ``back_at`` that moment where it is not now."""

    wait: timedelta | None
    is_away: bool
    back_at: datetime | None


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch as one.

    >>> h = lambda hour: datetime(2026, 5, 4, hour)
    >>> [(a.hour, b.hour) for a, b in merged([(h(13), h(17)), (h(8), h(12)), (h(12), h(13)), (h(9), h(10))])]
    [(8, 17)]
    """
    result: list[Span] = []
    for start, stop in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        elif start < stop:
            result.append((start, stop))
    return result


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of ``spans`` when ``holes`` are cut out.

    >>> h = lambda hour: datetime(2026, 5, 4, hour)
    >>> [(a.hour, b.hour) for a, b in without([(h(8), h(12)), (h(13), h(17))], [(h(11), h(14)), (h(16), h(18))])]
    [(8, 11), (14, 16)]
    >>> without([(h(8), h(12))], [(h(7), h(13))])
    []
    """
    left = merged(spans)
    for hole_start, hole_stop in merged(holes):
        left = [
            (start, stop)
            for span_start, span_stop in left
            for start, stop in ((span_start, min(span_stop, hole_start)), (max(span_start, hole_stop), span_stop))
            if start < stop
        ]
    return left


def next_moment(spans: Sequence[Span], at: datetime) -> datetime | None:
    """The first moment of the merged ``spans`` from ``at`` on.

    >>> h = lambda hour: datetime(2026, 5, 4, hour)
    >>> day = [(h(8), h(12)), (h(13), h(17))]
    >>> [moment and moment.hour for moment in (next_moment(day, h(hour)) for hour in (7, 10, 12, 17))]
    [8, 10, 13, None]
    """
    place = bisect_right(spans, at, key=lambda span: span[1])
    return max(at, spans[place][0]) if place < len(spans) else None


def presence(hours: Iterable[Span], leaves: Iterable[Span], at: datetime) -> Presence:
    """When he takes it up, from his working hours and his leaves.

    >>> day = lambda number: (datetime(2026, 5, number, 8), datetime(2026, 5, number, 17))
    >>> week = [day(number) for number in (4, 5, 6)]
    >>> presence(week, [], datetime(2026, 5, 4, 10))
    Presence(wait=datetime.timedelta(0), is_away=False, back_at=None)

    In the evening he is not away, only at home:

    >>> told = presence(week, [], datetime(2026, 5, 4, 20))
    >>> str(told.wait), told.is_away, str(told.back_at)
    ('12:00:00', False, '2026-05-05 08:00:00')

    On leave until Tuesday evening, on leave for all the time that is looked at:

    >>> leave = (datetime(2026, 5, 3), datetime(2026, 5, 5, 22))
    >>> told = presence(week, [leave], datetime(2026, 5, 4, 10))
    >>> told.is_away, str(told.back_at)
    (True, '2026-05-06 08:00:00')
    >>> presence(week, [(datetime(2026, 5, 1), datetime(2026, 6, 1))], datetime(2026, 5, 4, 10))
    Presence(wait=None, is_away=True, back_at=None)
    """
    hours = merged(hours)
    usual = next_moment(hours, at)
    back = next_moment(without(hours, leaves), at)
    is_away = back is None or usual is None or back - usual >= AWAY_FROM
    return Presence(back and back - at, is_away, back if back != at else None)


def is_free(hours: Iterable[Span], busy: Iterable[Span], start: datetime, stop: datetime) -> bool:
    """Whether all of an appointment lies within working hours and outside of what makes him ``busy``.

    >>> h = lambda hour: datetime(2026, 5, 4, hour)
    >>> day = [(h(8), h(17))]
    >>> is_free(day, [], h(9), h(10)), is_free(day, [], h(16), h(18)), is_free(day, [(h(9), h(11))], h(10), h(12))
    (True, False, False)
    """
    return any(first <= start and stop <= last for first, last in without(hours, busy))


def collides(busy: Iterable[Span], start: datetime, stop: datetime) -> bool:
    """Whether he is busy in any moment of an appointment.

    >>> h = lambda hour: datetime(2026, 5, 4, hour)
    >>> collides([(h(8), h(9))], h(9), h(10)), collides([(h(8), h(10))], h(9), h(11))
    (False, True)
    """
    return any(first < stop and start < last for first, last in busy)
