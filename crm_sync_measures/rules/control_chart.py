"""Control charts: which of a KPI's figures say that something has changed. Never writes, never raises.

Limits are those of ``control_limits.py``. Rules: ``beyond`` the limits and ``trend6`` of six points are Nelson's first and
third (1984, *The Shewhart Control Chart: Tests for Special Causes*), ``two_of_three`` beyond two sigma and ``four_of_five``
beyond one sigma his fifth and sixth; ``run8``, eight on one side of the centre line, is Western Electric's.

A value that is ``None`` was not measured: its neighbours follow each other. Where nothing has ever varied (``sigma`` 0),
nothing is found.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .control_limits import FEWEST, MOST, Limits, limits_at, p_chart, u_chart, xmr

__all__ = [
    "DEFAULT",
    "FEWEST",
    "MOST",
    "RULES",
    "Finding",
    "Limits",
    "alarm_rate",
    "false_alarm_rate",
    "find",
    "is_favourable",
    "limits_at",
    "p_chart",
    "u_chart",
    "xmr",
]

RULES = ("beyond", "run8", "trend6", "two_of_three", "four_of_five")
DEFAULT = ("beyond", "run8")
_RUN = 8
_TREND = 6


@dataclass(frozen=True)
class Finding:
    """A signal at ``index``; it began at ``first`` (the first of a run of eight, say)."""

    index: int
    rule: str
    is_above: bool
    first: int


def find(
    points: Sequence[float | None],
    limits: Limits | Sequence[Limits],
    rules: Iterable[str] = DEFAULT,
    since: int = 0,
) -> list[Finding]:
    """What ``rules`` say of the points from ``since`` on, in their order; those before it may have begun a run.

    ``limits`` are those of all points, or one for each. A run, a trend or a cluster is told once, when it is complete.

    >>> limits = Limits(10, 1, 7, 13)
    >>> find([10, 14, 6.9, 13], limits)
    [Finding(index=1, rule='beyond', is_above=True, first=1), Finding(index=2, rule='beyond', is_above=False, first=2)]

    Eight on one side; the ninth tells nothing new, and what lies on the centre line ends the run:

    >>> find([11] * 9, limits), find([11] * 7 + [10] + [11] * 7, limits)
    ([Finding(index=7, rule='run8', is_above=True, first=0)], [])

    What was not measured is neither here nor there; five of the baseline and three more make eight:

    >>> find([11] * 7 + [None, 11], limits)
    [Finding(index=8, rule='run8', is_above=True, first=0)]
    >>> [found.index for found in find([9] * 8, limits, since=5)], find([9] * 7, limits, since=5)
    ([7], [])

    >>> [(found.index, found.rule) for found in find([8, 9, 10, 11, 12.1, 12.5], limits, RULES)]
    [(5, 'trend6'), (5, 'two_of_three')]
    >>> [(found.first, found.index, found.rule) for found in find([11.5, 11.5, 9, 11.5, 11.5, 10], limits, RULES)]
    [(0, 4, 'four_of_five')]

    Where nothing has ever varied, nothing is known:

    >>> find([10, 11], Limits(10, 0, 10, 10), RULES)
    []
    """
    if isinstance(limits, Limits):
        limits = [limits] * len(points)
    known = [
        (index, point, (point - limit.center) / limit.sigma)
        for index, (point, limit) in enumerate(zip(points, limits, strict=True))
        if point is not None and limit.sigma > 0
    ]
    found = []
    for rule in RULES:
        if rule in rules:
            found += _FINDERS[rule](known, since)
    return sorted(found, key=lambda finding: (finding.index, RULES.index(finding.rule)))


def _beyond(known, since):
    return [
        Finding(index, "beyond", score > 0, index)
        for index, _point, score in known
        if index >= since and abs(score) > 3
    ]


def _run8(known, since):
    return _streaks(known, since, "run8", _RUN, lambda _before, _point, score: (score > 0) - (score < 0), False)


def _trend6(known, since):
    return _streaks(
        known, since, "trend6", _TREND, lambda before, point, _score: (point > before) - (point < before), True
    )


def _streaks(known, since, rule, length, direction_of, has_start):
    """Runs that are ``length`` long; ``has_start``: the point before the first step belongs to it."""
    found = []
    streak, told, before, first = 0, False, None, None
    for position, (index, point, score) in enumerate(known):
        direction = direction_of(point if before is None else before, point, score)
        if not direction or not streak or direction != (streak > 0) - (streak < 0):
            start = position - 1 if has_start and direction and position else position
            streak, told, first = direction * (position - start + 1), False, known[start][0]
        else:
            streak += direction
        if abs(streak) >= length and not told and index >= since:
            found.append(Finding(index, rule, streak > 0, first))
            told = True
        before = point
    return found


def _clusters(known, since, rule, size, enough, distance):
    """``enough`` of ``size`` points farther than ``distance`` sigma on one side; told when it becomes true."""
    found = []
    held = {1: False, -1: False}
    for position, (index, _point, score) in enumerate(known):
        window = known[max(0, position - size + 1) : position + 1]
        for side in (1, -1):
            far = [number for number, _value, other in window if side * other > distance]
            holds = len(far) >= enough and side * score > distance
            if holds and not held[side] and index >= since:
                found.append(Finding(index, rule, side > 0, far[0]))
            # Told once, until the cluster has gone; what the baseline had is told with its first point after it.
            held[side] = len(far) >= enough and (held[side] or (holds and index >= since))
    return found


_FINDERS = {
    "beyond": _beyond,
    "run8": _run8,
    "trend6": _trend6,
    "two_of_three": lambda known, since: _clusters(known, since, "two_of_three", 3, 2, 2),
    "four_of_five": lambda known, since: _clusters(known, since, "four_of_five", 5, 4, 1),
}


def is_favourable(direction: str, is_above: bool, value=None, center=None, low=None, high=None) -> bool:
    """Whether a signal is good news. Within a range it is where it lies nearer to the range than the centre line did.

    >>> is_favourable("higher", True), is_favourable("lower", True), is_favourable("lower", False)
    (True, False, True)
    >>> [is_favourable("range", True, value, 20, 30, 40) for value in (35, 42, 55)], is_favourable("range", True, 35, 20)
    ([True, True, False], False)
    """
    if direction != "range":
        return is_above == (direction == "higher")
    if None in (value, center, low, high):
        return False
    away = lambda number: max(low - number, number - high, 0)  # noqa: E731
    return away(value) < away(center)


# ---------------------------------------------------------------- what the rules cost

#: Worlds that are simulated, always the same.
_ROUNDS = 4000


def false_alarm_rate(rules: Iterable[str] = DEFAULT, points: int = 12, baseline: int = MOST) -> float:
    """With which probability ``points`` more points of a steady KPI give at least one signal (0 to 1).

    The limits are those of a baseline of ``baseline`` points, not those that nobody knows; so it is more than the
    textbooks' one in 370. Simulated with normal figures, the same ones each time; worth about ± 0.01.

    >>> [round(false_alarm_rate(DEFAULT, 12, baseline), 2) for baseline in (12, 24)], false_alarm_rate(())
    ([0.21, 0.15], 0.0)
    """
    return alarm_rate(tuple(rule for rule in RULES if rule in set(rules)), points, baseline)


@lru_cache(maxsize=256)
def alarm_rate(rules: tuple[str, ...], points: int = 12, baseline: int = MOST, shift: float = 0.0) -> float:
    """The same where the level has moved by ``shift`` standard deviations after the baseline: how often it is noticed.

    >>> round(alarm_rate(DEFAULT, 12, 24, 1.5), 2)
    0.88
    """
    chance = random.Random(370)
    hits = 0
    for _round in range(_ROUNDS):
        known = [chance.gauss(0, 1) for _point in range(baseline)]
        limits = xmr(known)
        new = [chance.gauss(shift, 1) for _point in range(points)]
        # What a run may have begun with is enough of the baseline.
        hits += bool(find(known[1 - _RUN :] + new, limits, rules, since=_RUN - 1))
    return hits / _ROUNDS
