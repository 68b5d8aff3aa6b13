"""Of which of a KPI's final figures limits are made, and which limits a figure is judged by. Never writes, never raises.

A baseline is made once, of the latest 12 to 24 figures; one with seasons of two or three complete years. It stays as it is:
limits that followed the figures would swallow every change that comes slowly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .control_limits import (
    FEWEST,
    MOST,
    YEARS,
    Limits,
    Season,
    chart_of,
    limits_at,
    limits_in_season,
    p_chart,
    season_of,
    u_chart,
    widened,
    xmr,
)

#: More years than these are another time.
_MOST_YEARS = 3


@dataclass(frozen=True)
class Figure:
    """A final figure; ``value`` is None where there was nothing to measure."""

    start: date
    value: float | None
    numerator: float = 0.0
    denominator: float = 0.0


@dataclass(frozen=True)
class Baseline:
    """Limits, and from which figures they are. ``cycle`` figures make a year where there are seasons."""

    limits: Limits
    first: date
    last: date
    count: int
    season: Season | None = None
    cycle: int = 0


@dataclass(frozen=True)
class Missing:
    """Why there is no baseline yet: ``few`` figures (``have`` of ``need``), ``season`` (of two complete years), or ``still``."""

    reason: str
    have: int = 0
    need: int = 0


def baseline_of(figures: Sequence[Figure], is_ratio: bool = False, cycle: int = 0, take_all: bool = False):
    """The :class:`Baseline` of figures, oldest first, or what is :class:`Missing`; ``take_all``: of exactly these figures.

    >>> months = [date(2024 + number // 12, 1 + number % 12, 1) for number in range(30)]
    >>> steady = [Figure(month, 10 + month.month % 2) for month in months]
    >>> baseline_of(steady[:11])
    Missing(reason='few', have=11, need=12)
    >>> baseline = baseline_of(steady)
    >>> baseline.count, baseline.first.isoformat(), baseline.last.isoformat(), baseline.limits.center
    (24, '2024-07-01', '2026-06-01', 10.5)
    >>> baseline_of([Figure(month, 3) for month in months])
    Missing(reason='still', have=30, need=12)

    Shares have the limits of shares:

    >>> shares = [Figure(month, 30 + month.month % 3, 30 + month.month % 3, 100) for month in months]
    >>> baseline_of(shares, is_ratio=True).limits.chart, baseline_of(shares).limits.chart
    ('p', 'xmr')

    With seasons, two complete years:

    >>> baseline_of(steady[:23], cycle=12)
    Missing(reason='season', have=23, need=24)
    >>> sales = [Figure(month, 100 + 10 * month.month + month.year % 3) for month in months]
    >>> baseline = baseline_of(sales, cycle=12)
    >>> baseline.count, baseline.season.years, round(baseline.season.index[12] / baseline.season.index[1], 1)
    (24, 2, 2.0)
    """
    known = [figure for figure in figures if figure.value is not None]
    if len(known) < FEWEST:
        return Missing("few", len(known), FEWEST)
    if cycle:
        return _with_season(list(figures), cycle)
    used = known if take_all else known[-MOST:]
    limits = _limits(used, is_ratio)
    if not limits.sigma > 0:
        return Missing("still", len(known), FEWEST)
    return Baseline(limits, used[0].start, used[-1].start, len(used))


def _limits(figures, is_ratio):
    values, numerators, denominators = zip(
        *((figure.value, figure.numerator, figure.denominator) for figure in figures), strict=True
    )
    chart, scale = chart_of(values, numerators, denominators) if is_ratio else ("xmr", 1)
    if chart == "xmr":
        return xmr(values)
    return (p_chart if chart == "p" else u_chart)(numerators, denominators, scale, widen=True)


def _with_season(figures, cycle):
    years = min(_MOST_YEARS, len(figures) // cycle)
    used = figures[len(figures) - years * cycle :]
    season = season_of([(position(figure.start, cycle), figure.value) for figure in used], cycle)
    if season is None:
        have = sum(figure.value is not None for figure in figures[-YEARS * cycle :])
        return Missing("season", have, YEARS * cycle)
    steady = xmr([figure.value / season.index[position(figure.start, cycle)] for figure in used])
    if not steady.sigma > 0:
        return Missing("still", len(used), YEARS * cycle)
    return Baseline(widened(steady, season.widening), used[0].start, used[-1].start, len(used), season, cycle)


def position(start: date, cycle: int) -> int:
    """Which month (``cycle`` 12) or quarter (4) of its year a period is.

    >>> position(date(2026, 11, 1), 12), position(date(2026, 10, 1), 4), position(date(2026, 1, 1), 4)
    (11, 4, 1)
    """
    return start.month if cycle == 12 else (start.month - 1) // 3 + 1


def limits_for(baseline: Baseline, start: date, denominator: float = 0.0) -> Limits:
    """The limits that the figure of the period from ``start``, of so many documents, is judged by.

    >>> season = Season({1: 0.5, 2: 1.0, 3: 1.0, 4: 1.5}, 2)
    >>> baseline = Baseline(xmr([90, 110, 90, 110]), date(2024, 1, 1), date(2025, 10, 1), 8, season, 4)
    >>> [limits_for(baseline, date(2026, month, 1)).center for month in (1, 4, 10)]
    [50.0, 100.0, 150.0]
    """
    if baseline.season:
        return limits_in_season(baseline.limits, baseline.season.index[position(start, baseline.cycle)])
    return limits_at(baseline.limits, denominator)
