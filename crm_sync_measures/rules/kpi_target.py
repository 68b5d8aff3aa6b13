"""Targets and thresholds of a KPI: how far it has come, whether it is time to worry, and whether a period keeps pace.

A target is where one wants to be, a threshold when one wants to be told; neither is a control limit, which says what
the process does by itself.
"""

from collections.abc import Collection, Sequence
from datetime import date

DIRECTIONS = ("higher", "lower", "range")
#: Of what is to be low, and has become next to nothing, no more than this is claimed.
MOST = 1000.0
#: A running period is ahead or behind when it is further than this share away from what is expected by now.
TOLERANCE = 0.05
#: Decimals to which a phased target is exact.
_DIGITS = 2


def attainment(value, target, direction, low=None, high=None, base=None) -> float | None:
    """How much of the target is reached, in per cent; None where no percentage means anything.

    Higher is better: the value as a share of the target. Lower is better: the target as a share of the value, and at
    most :data:`MOST`:

    >>> attainment(45, 50, "higher"), attainment(4, 3, "lower"), attainment(2, 3, "lower")
    (90.0, 75.0, 150.0)
    >>> attainment(0, 3, "lower")
    1000.0

    With a ``base``, from which one started, the share of the way that is done:

    >>> attainment(35, 40, "higher", base=30), attainment(9, 6, "lower", base=10)
    (50.0, 25.0)

    A target of 0 is reached or not; of it there are no shares:

    >>> attainment(0, 0, "lower"), attainment(2, 0, "lower"), attainment(3, 0, "higher"), attainment(-3, 0, "higher")
    (100.0, 0.0, 100.0, 0.0)

    No percentage where what would be 100 % is less than 0:

    >>> attainment(-5, -10, "higher"), attainment(5, 10, "higher", base=-10), attainment(-1, 3, "lower")
    (None, None, None)

    Within a range it is reached; outside, what lacks is measured by the range's width (of a single point, by the point):

    >>> attainment(5, None, "range", 4, 6), attainment(7, None, "range", 4, 6), attainment(1, None, "range", 4, 6)
    (100.0, 50.0, 0.0)
    >>> attainment(9, None, "range", 10, 10), attainment(8, None, "range", low=10), attainment(1, 0, "range")
    (90.0, 80.0, None)

    Without a value or a target there is none:

    >>> attainment(None, 3, "lower"), attainment(3, None, "higher"), attainment(3, None, "range")
    (None, None, None)
    """
    if value is None:
        return None
    if direction == "range":
        return _range_attainment(value, *_bounds(target, low, high))
    if target is None or (base is not None and base < 0):
        return None
    return _share(value, target, direction) if base is None else _way_done(value, target, direction, base)


def _way_done(value, target, direction, base):
    sign = 1 if direction == "higher" else -1
    way = sign * (target - base)
    return 100.0 * sign * (value - base) / way if way > 0 else None


def _share(value, target, direction):
    if target == 0:
        is_reached = value >= 0 if direction == "higher" else value <= 0
        return 100.0 if is_reached else 0.0
    if target < 0 or (direction == "lower" and value < 0):
        return None
    if direction == "higher":
        return 100.0 * value / target
    return min(100.0 * target / value, MOST) if value else MOST


def _bounds(target, low, high):
    """A range without bounds is the target alone."""
    return (target, target) if low is None and high is None else (low, high)


def _range_attainment(value, low, high):
    away = distance(value, low, high)
    if not away:
        return None if away is None else 100.0
    width = high - low if low is not None and high is not None else 0
    scale = width or abs(low if low is not None else high)
    return max(0.0, 100.0 * (1 - away / scale)) if scale else None


def distance(value, low=None, high=None) -> float | None:
    """How far ``value`` lies outside of a range, one side of which may be open.

    >>> distance(5, 4, 6), distance(7.5, 4, 6), distance(1, 4), distance(3), distance(None, 1, 2)
    (0.0, 1.5, 3.0, None, None)
    """
    if value is None or (low is None and high is None):
        return None
    below = low - value if low is not None else 0
    above = value - high if high is not None else 0
    return float(max(below, above, 0))


def level(value, warning, critical, direction) -> str | None:
    """Whether a value has passed a threshold: ``ok``, ``warning`` or ``critical``. On the threshold it has not.

    >>> level(80, 80, 60, "higher"), level(79, 80, 60, "higher"), level(59, 80, 60, "higher")
    ('ok', 'warning', 'critical')
    >>> level(3, 2, 5, "lower"), level(6, 2, 5, "lower"), level(1, 2, None, "lower")
    ('warning', 'critical', 'ok')

    Of a range, ``value`` is the :func:`distance` to it:

    >>> level(distance(7.5, 4, 6), 1, 2, "range"), level(distance(5, 4, 6), 1, 2, "range")
    ('warning', 'ok')

    Without a value, or without thresholds, nothing is said:

    >>> level(None, 1, 2, "lower"), level(3, None, None, "lower")
    (None, None)
    """
    if value is None or (warning is None and critical is None):
        return None
    if critical is not None and _passes(value, critical, direction):
        return "critical"
    if warning is not None and _passes(value, warning, direction):
        return "warning"
    return "ok"


def _passes(value, threshold, direction):
    return value < threshold if direction == "higher" else value > threshold


def running_level(value, warning, critical, direction, additivity, low=None, high=None) -> str | None:
    """The :func:`level` of a period that is not over.

    What adds up begins with nothing in every period: too little of it says nothing before the end, too much is said at once.

    >>> running_level(5, 80, 60, "higher", "sum"), running_level(25, 20, 40, "lower", "sum")
    (None, 'warning')
    >>> running_level(5, 1, 2, "range", "sum", 90, 110), running_level(113, 1, 2, "range", "sum", 90, 110)
    ('ok', 'critical')

    A ratio, and a stand, are as good as they are:

    >>> running_level(59, 80, 60, "higher", "ratio"), running_level(3, 1, 2, "range", "last", 4, 6)
    ('critical', 'ok')
    """
    grows = additivity in ("sum", "distinct")
    if direction == "range":
        away = distance(value, None if grows else low, high)
        return level(away, warning, critical, direction)
    if grows and direction == "higher":
        return None
    return level(value, warning, critical, direction)


def is_sensible(warning, critical, direction) -> bool:
    """Whether the critical level comes after the warning, and not before it.

    >>> is_sensible(80, 60, "higher"), is_sensible(60, 80, "higher"), is_sensible(2, 5, "lower"), is_sensible(5, 2, "range")
    (True, False, True, False)
    >>> is_sensible(80, None, "higher"), is_sensible(80, 80, "lower")
    (True, True)
    """
    if warning is None or critical is None or warning == critical:
        return True
    return (critical < warning) == (direction == "higher")


# ---------------------------------------------------------------- running periods


def expected_share(
    day: date,
    start: date,
    end: date,
    curve: Sequence[float] | None = None,
    workdays: Collection[date] | None = None,
) -> float:
    """What share of a period's result is expected when ``day`` is over; ``end`` is the period's last day.

    By days of work, of which March 2026 has 22:

    >>> from datetime import timedelta
    >>> first, last = date(2026, 3, 1), date(2026, 3, 31)
    >>> work = [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).weekday() < 5]
    >>> expected_share(date(2026, 3, 13), first, last, workdays=work) * 22
    10.0

    A Sunday changes nothing:

    >>> expected_share(date(2026, 3, 15), first, last, workdays=work) * 22
    10.0

    By ``curve``, what last year's days brought one by one: where half of it came in the last week, half is expected then.
    Last year's days are laid over this year's, also where it had one less:

    >>> expected_share(date(2026, 3, 15), first, last, curve=[1.0] * 30 + [30.0])
    0.25
    >>> expected_share(date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), curve=[1.0] * 28)
    1.0

    A curve that brought nothing, and a period without work, tell nothing; then all days are alike:

    >>> expected_share(date(2026, 3, 31), first, last, curve=[0.0] * 31), expected_share(first, first, last, workdays=[])
    (1.0, 0.03225806451612903)

    Before it begins nothing is expected, and afterwards all of it:

    >>> expected_share(date(2026, 2, 28), first, last), expected_share(date(2026, 4, 2), first, last)
    (0.0, 1.0)
    """
    if day < start:
        return 0.0
    if day >= end:
        return 1.0
    days = (end - start).days + 1
    done = ((day - start).days + 1) / days
    if curve and min(curve) >= 0 and sum(curve) > 0:
        return _curve_share(curve, done)
    if workdays:
        total = sum(1 for one in workdays if start <= one <= end)
        if total:
            return sum(1 for one in workdays if start <= one <= day) / total
    return done


def _curve_share(curve, done):
    """Share of the curve's sum at the share ``done`` of its length."""
    position = done * len(curve)
    # What a computer makes of 1/28 * 28.
    whole = min(int(position + 1e-9), len(curve))
    rest = max(position - whole, 0.0)
    reached = sum(curve[:whole]) + (rest * curve[whole] if whole < len(curve) else 0.0)
    return min(reached / sum(curve), 1.0)


def pace(value, target, share, direction, additivity) -> str | None:
    """Whether a running period is ``ahead`` of what its target asks by now, ``on_track`` or ``behind``.

    Of what adds up (``sum``, ``distinct``), the share of the target that is expected by now:

    >>> pace(52, 100, 0.5, "higher", "sum"), pace(60, 100, 0.5, "higher", "sum"), pace(40, 100, 0.5, "higher", "sum")
    ('on_track', 'ahead', 'behind')
    >>> pace(12, 20, 0.5, "lower", "sum"), pace(6, 20, 0.5, "lower", "sum")
    ('behind', 'ahead')

    A ratio, and a stand, do not grow with the days; they are held against the whole target:

    >>> pace(30, 40, 0.5, "higher", "ratio"), pace(2, 3, 0.1, "lower", "last")
    ('behind', 'ahead')

    Within a range, ``target`` is its two ends:

    >>> pace(52, (90, 110), 0.5, "range", "sum"), pace(30, (90, None), 0.5, "range", "sum")
    ('on_track', 'behind')

    Before the first day is over nothing can be said of a sum, nor without a value or a target:

    >>> pace(0, 100, 0.0, "higher", "sum"), pace(None, 40, 0.5, "higher", "ratio"), pace(3, None, 0.5, "lower", "last")
    (None, None, None)
    """
    if value is None or target is None:
        return None
    grows = additivity in ("sum", "distinct")
    if grows and not share:
        return None
    part = share if grows else 1.0
    if direction == "range":
        return _range_pace(value, target, part)
    expected = target * part
    slack = abs(expected) * TOLERANCE
    better = value - expected if direction == "higher" else expected - value
    if better < -slack:
        return "behind"
    return "ahead" if better > slack else "on_track"


def _range_pace(value, target, part):
    low, high = (None if bound is None else bound * part for bound in target)
    away = distance(value, low, high)
    if away is None:
        return None
    slack = max(abs(bound) for bound in (low, high) if bound is not None) * TOLERANCE
    return "behind" if away > slack else "on_track"


# ---------------------------------------------------------------- phasing


def phased(total: float, weights: Sequence[float], digits: int = _DIGITS) -> list[float]:
    """``total`` divided by ``weights``, rounded so that the parts add up to it exactly (largest remainders).

    >>> phased(100, [1, 1, 1])
    [33.34, 33.33, 33.33]
    >>> phased(100, [3, 1], digits=0), phased(10, [0, 0, 1, 3], digits=0)
    ([75.0, 25.0], [0.0, 0.0, 3.0, 7.0])
    >>> round(sum(phased(1_000_000, [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47])), 2)
    1000000.0

    Weights that say nothing divide equally; less than nothing counts as nothing:

    >>> phased(12, [0, 0, 0]), phased(12, [-5, 1, 1]), phased(-1, [1, 1], digits=0), phased(5, [])
    ([4.0, 4.0, 4.0], [0.0, 6.0, 6.0], [-1.0, 0.0], [])
    """
    if not weights:
        return []
    parts = [max(float(weight), 0.0) for weight in weights]
    if not sum(parts):
        parts = [1.0] * len(parts)
    unit = 10**digits
    whole = round(total * unit)
    sign, whole = (-1, -whole) if whole < 0 else (1, whole)
    exact = [whole * part / sum(parts) for part in parts]
    counts = [int(number) for number in exact]
    by_rest = sorted(range(len(parts)), key=lambda index: (counts[index] - exact[index], index))
    for index in by_rest[: whole - sum(counts)]:
        counts[index] += 1
    return [sign * count / unit if count else 0.0 for count in counts]
