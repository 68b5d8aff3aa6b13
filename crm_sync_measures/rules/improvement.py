"""Whether an improvement has helped: windows of equal length, what has changed between them, and how sure that is.

A KPI that is a share of things counted (won of decided, late of answered) is compared by its sums: the difference of two
shares with Newcombe's interval (1998, method 10), made wider where the periods differ among themselves by more than
chance would have it (Pearson's chi-square over its degrees of freedom, McCullagh and Nelder 1989, 4.5). Everything else
is compared by the means of its periods: Welch's interval (1947).

Difference in differences: what else has changed meanwhile has changed for others too. Of shares, two differences are
joined by their intervals (MOVER, Zou and Donner 2008). Of means, period by period the distance to the others is taken, so
that a season or a strike that both had in common drops out.

Never writes, never raises, reads no clock.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .kpi_period import period_next, period_start
from .score_statistics import wilson
from .student_t import t_quantile

#: Without spread in either window nothing is told of fewer periods: 4 of 4 on the other side is chance once in 35 times.
_ENOUGH_ALIKE = 4
#: Of fewer periods no mean has an interval.
FEWEST = 2


# ---------------------------------------------------------------- windows


def after_window(done_on: date, calendar: str, count: int, week_start: int = 1) -> tuple[date, date]:
    """First and last day of ``count`` whole periods, the first of which begins when the change was in place.

    >>> [str(day) for day in after_window(date(2026, 3, 10), "month", 3)]
    ['2026-04-01', '2026-06-30']
    >>> [str(day) for day in after_window(date(2026, 4, 1), "month", 3)]
    ['2026-04-01', '2026-06-30']
    >>> [str(day) for day in after_window(date(2026, 3, 10), "week", 2, 7)]
    ['2026-03-15', '2026-03-28']
    """
    first = period_start(done_on, calendar, week_start)
    if first < done_on:
        first = period_next(first, calendar)
    end = first
    for _number in range(count):
        end = period_next(end, calendar)
    return first, end - timedelta(days=1)


# ---------------------------------------------------------------- changes


@dataclass(frozen=True)
class Point:
    """What a KPI was in one period. ``value`` None: nothing was there to be measured."""

    start: date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Change:
    """From ``before`` to ``after``; the truth is within ``low`` and ``high`` with 95 %, where that can be told."""

    before: float
    after: float
    effect: float
    low: float | None
    high: float | None
    method: str


def change(before: Sequence[Point], after: Sequence[Point], is_ratio: bool, scale: float = 1.0) -> Change | None:
    """What has changed from one window to the other; None where a window holds too little.

    :param bool is_ratio: numerators and denominators of the periods may be added up
    :param float scale: 100 for a KPI in per cent

    Six months with 100 offers each, of which 20 and then 28 in a hundred were won:

    >>> points = lambda won, of=100: [Point(date(2026, 1, 1), 100 * n / of, n, of) for n in won]
    >>> told(change(points([19, 21, 20, 20, 18, 22]), points([27, 29, 28, 26, 30, 28]), True, 100))
    (20.0, 28.0, 8.0, 3.2, 12.8, 'rates')

    Where months go up and down by more than chance, as much is no proof:

    >>> told(change(points([5, 35, 10, 30, 2, 38]), points([12, 43, 18, 40, 8, 47]), True, 100))
    (20.0, 28.0, 8.0, -11.0, 26.3, 'rates')

    Hours are compared by their periods:

    >>> hours = lambda *values: [Point(date(2026, 1, 1), value) for value in values]
    >>> told(change(hours(30, 34, 32, 31, 33), hours(26, 24, 25, 27, 23), False))
    (32.0, 25.0, -7.0, -9.3, -4.7, 'means')

    One period is no mean, and nothing is not zero:

    >>> change(hours(30, None), hours(24, 25), False) is None
    True
    """
    before, after = _known(before), _known(after)
    if is_ratio and _are_counts(before) and _are_counts(after):
        return _rates(before, after, scale)
    if min(len(before), len(after)) < FEWEST:
        return None
    return _means([point.value for point in before], [point.value for point in after])


def difference_in_differences(
    before: Sequence[Point],
    after: Sequence[Point],
    others_before: Sequence[Point],
    others_after: Sequence[Point],
    is_ratio: bool,
    scale: float = 1.0,
) -> Change | None:
    """What has changed beyond what has changed for others; ``before`` and ``after`` are the distances to them.

    20 of a hundred became 28, but with the others 20 became 26 at the same time:

    >>> points = lambda won: [Point(date(2026, month, 1), won, won, 100) for month in range(1, 7)]
    >>> told(difference_in_differences(points(20), points(28), points(20), points(26), True, 100))
    (0.0, 2.0, 2.0, -4.8, 8.8, 'rates')

    Hours that rise in summer for all of us, but here less. Without the others it would look like nothing:

    >>> def hours(*values): return [Point(date(2026, month, 1), value) for month, value in enumerate(values, 1)]
    >>> here, summer = (hours(30, 32, 31, 33), hours(31, 33, 30, 34)), (hours(30, 33, 31, 32), hours(40, 43, 38, 43))
    >>> told(change(*here, False)), told(difference_in_differences(*here, *summer, False))
    ((31.5, 32.0, 0.5, -2.3, 3.3, 'means'), (0.0, -9.0, -9.0, -10.4, -7.6, 'means'))
    """
    groups = [_known(points) for points in (before, after, others_before, others_after)]
    if is_ratio and all(map(_are_counts, groups)):
        return _joined(_rates(*groups[:2], scale), _rates(*groups[2:], scale))
    distances_before, distances_after = _distances(groups[0], groups[2]), _distances(groups[1], groups[3])
    if min(len(distances_before), len(distances_after)) < FEWEST:
        return None
    return _means(distances_before, distances_after)


def told(found: Change) -> tuple:
    """A change with one digit, for examples."""
    numbers = (found.before, found.after, found.effect, found.low, found.high)
    return (*(number if number is None else round(number, 1) + 0.0 for number in numbers), found.method)


# ---------------------------------------------------------------- shares


def newcombe(p1: float, n1: float, p2: float, n2: float) -> tuple[float, float]:
    """Where the difference ``p1 - p2`` of two independent shares is, with 95 %.

    56 of 70 and 48 of 80 (Newcombe 1998, Statistics in Medicine 17, table II, method 10):

    >>> [round(border, 4) for border in newcombe(56 / 70, 70, 48 / 80, 80)]
    [0.0524, 0.3339]
    """
    low1, high1 = wilson(p1, n1)
    low2, high2 = wilson(p2, n2)
    difference = p1 - p2
    return (
        difference - math.hypot(p1 - low1, high2 - p2),
        difference + math.hypot(high1 - p1, p2 - low2),
    )


def dispersion(*windows: Sequence[Point]) -> float:
    """How much more the shares of periods differ than chance would have it: 1 for not more.

    >>> half = lambda *won: [Point(date(2026, 1, 1), None, n, 100) for n in won]
    >>> dispersion(half(50, 51, 49)), round(dispersion(half(50, 70, 30), half(40, 40)), 2)
    (1.0, 10.67)
    """
    chi_square, degrees = 0.0, 0
    for points in windows:
        share = _pooled(points)[0]
        degrees += len(points) - 1
        if 0 < share < 1:
            chi_square += sum(
                (point.numerator - point.denominator * share) ** 2 / (point.denominator * share * (1 - share))
                for point in points
            )
    return max(1.0, chi_square / degrees) if degrees > 0 else 1.0


def _rates(before, after, scale):
    wider = dispersion(before, after)
    (p1, n1), (p2, n2) = _pooled(before), _pooled(after)
    low, high = newcombe(p2, n2 / wider, p1, n1 / wider)
    return Change(*(scale * number for number in (p1, p2, p2 - p1, low, high)), "rates")


def _pooled(points):
    of = sum(point.denominator for point in points)
    return sum(point.numerator for point in points) / of, of


def _joined(own, others):
    effect = own.effect - others.effect
    return Change(
        own.before - others.before,
        own.after - others.after,
        effect,
        effect - math.hypot(own.effect - own.low, others.high - others.effect),
        effect + math.hypot(own.high - own.effect, others.effect - others.low),
        "rates",
    )


def _are_counts(points):
    """Whether they are shares of things counted, and there are any. Shares of money are not."""
    return bool(points) and all(
        point.numerator is not None
        and point.denominator
        and float(point.numerator).is_integer()
        and float(point.denominator).is_integer()
        and 0 <= point.numerator <= point.denominator
        for point in points
    )


# ---------------------------------------------------------------- means


def welch(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float] | None:
    """By how much the second mean is more, and between what bounds that is true with 95 %; variances may differ.

    A published example (en.wikipedia.org, *Welch's t-test*, example 1: t = -2.46, 25.0 degrees, p = 0.021):

    >>> a = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
    >>> b = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4]
    >>> [round(number, 2) for number in welch(a, b)]
    [2.17, 0.35, 3.98]

    Numbers that never vary are certain only where there are enough of them:

    >>> welch([3, 3, 3], [2, 2, 2]), welch([3, 3, 3, 3], [2, 2, 2, 2])
    (None, (-1.0, -1.0, -1.0))
    """
    means = [sum(values) / len(values) for values in (first, second)]
    shares = [
        sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values)
        for values, mean in zip((first, second), means, strict=True)
    ]
    difference, variance = means[1] - means[0], sum(shares)
    if variance <= 1e-18 * max(1.0, *(mean * mean for mean in means)):
        is_enough = min(len(first), len(second)) >= _ENOUGH_ALIKE
        return (difference, difference, difference) if is_enough else None
    degrees = variance**2 / sum(
        share**2 / (len(values) - 1) for values, share in zip((first, second), shares, strict=True)
    )
    half = t_quantile(degrees) * math.sqrt(variance)
    return difference, difference - half, difference + half


def _means(before, after):
    found = welch(before, after)
    means = sum(before) / len(before), sum(after) / len(after)
    return Change(*means, means[1] - means[0], found and found[1], found and found[2], "means")


def _distances(points, others):
    values = {point.start: point.value for point in others}
    return [point.value - values[point.start] for point in points if point.start in values]


def _known(points: Iterable[Point]) -> list[Point]:
    return [point for point in points if point.value is not None]


# ---------------------------------------------------------------- verdict


def verdict(found: Change | None, good: int, expected: float = 0.0, signal: int = 0) -> str:
    """``effective``, ``harmful``, ``not_effective``, ``inconclusive`` or ``no_data``.

    :param int good: 1 where more is better, -1 where less is
    :param float expected: the change that was hoped for, whatever its sign
    :param int signal: 1 where the control chart tells a favourable signal after the change, -1 an unfavourable one

    Better or worse it is when chance does not explain it:

    >>> outcome = lambda low, high, **more: verdict(Change(20, 28, (low + high) / 2, low, high, "rates"), **more)
    >>> outcome(3, 13, good=1), outcome(3, 13, good=-1), outcome(-2, 13, good=1), verdict(None, 1)
    ('effective', 'harmful', 'inconclusive', 'no_data')

    What is known to be less than hoped for has no effect; a signal of the chart is a proof too, but none against numbers:

    >>> outcome(-2, 5, good=1, expected=8), outcome(-2, 9, good=1, expected=8), outcome(-9, 2, good=-1, expected=-8)
    ('not_effective', 'inconclusive', 'inconclusive')
    >>> outcome(-2, 13, good=1, signal=1), outcome(-2, 13, good=1, signal=-1), outcome(-13, 2, good=1, signal=-1)
    ('effective', 'inconclusive', 'harmful')
    """
    if found is None:
        return "no_data"
    if found.low is not None:
        low, high = sorted((good * found.low, good * found.high))
        if low > 0:
            return "effective"
        if high < 0:
            return "harmful"
    if signal * good * found.effect > 0:
        return "effective" if signal > 0 else "harmful"
    if found.low is not None and expected and high < abs(expected):
        return "not_effective"
    return "inconclusive"
