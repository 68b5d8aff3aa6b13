"""Centre lines and limits of control charts, and of KPIs that have seasons. Never writes, never raises.

* XmR: ``centre = mean``, ``limits = centre ± 3 * mean moving range / 1.128`` (that is ± 2.66 moving ranges), upper limit of
  the moving ranges 3.267 times their mean (Wheeler and Chambers, *Understanding Statistical Process Control*, 2nd ed. 1992).
* p and u charts: the limits follow from the number of documents, wide where there were few (Montgomery, *Introduction to
  Statistical Quality Control*, 5th ed. 2005, chapter 6).
* Many documents make those limits narrower than any business is steady: ``widen`` multiplies them by what the scores of
  the baseline really vary, never by less than 1 (Laney 2002, *Improved Control Charts for Attributes*).

A value that is ``None`` was not measured: its neighbours follow each other. Where nothing has ever varied, ``sigma`` is 0.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

#: Fewer points are not judged; a baseline takes no more than so many.
FEWEST, MOST = 12, 24
#: Complete years that a seasonal index needs.
YEARS = 2
_D2, _D4 = 1.128, 3.267


@dataclass(frozen=True)
class Limits:
    """Centre line and limits; of a p or u chart those of the mean sample, until :func:`limits_at` is asked for another one.

    ``unit_sigma`` is the sigma of one document, ``scale`` what a figure is multiplied with (100: per cent, or per 100).
    """

    center: float
    sigma: float
    lower: float
    upper: float
    moving_range: float | None = None
    moving_range_upper: float | None = None
    chart: str = "xmr"
    unit_sigma: float | None = None
    scale: float = 1.0
    dispersion: float = 1.0


# ---------------------------------------------------------------- limits


def xmr(points: Sequence[float | None]) -> Limits | None:
    """Limits of single figures; ``None`` where there are not even two.

    Wheeler and Chambers, page 49:

    >>> told(xmr([39, 41, 41, 41, 43, 44, 41, 42, 40, 41, 44, 40]))
    'centre 41.42, 36.82 to 46.01, moving range 1.73 up to 5.64'

    Viscosity of aircraft primer paint (Montgomery, page 242):

    >>> told(xmr([33.75, 33.05, 34, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.2, 33.62, 33, 33.54, 33.12, 33.84]))
    'centre 33.52, 32.24 to 34.80, moving range 0.48 up to 1.57'

    Flow rates (NIST/SEMATECH e-Handbook, 6.3.2.2): 45.8159 and 55.8041

    >>> limits = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(limits.lower, 4), round(limits.center, 2), round(limits.upper, 4), round(limits.moving_range, 4)
    (45.8159, 50.81, 55.8041, 1.8778)

    >>> xmr([3, None]), xmr([3, 3, 3]).sigma
    (None, 0.0)
    """
    known = [point for point in points if point is not None]
    if len(known) < 2:
        return None
    center = math.fsum(known) / len(known)
    moving_range = _moving_range(known)
    sigma = moving_range / _D2
    return Limits(center, sigma, center - 3 * sigma, center + 3 * sigma, moving_range, _D4 * moving_range)


def _moving_range(known):
    ranges = [abs(right - left) for left, right in pairwise(known)]
    moving_range = math.fsum(ranges) / len(ranges)
    # What is left of equal figures by rounding is no variation.
    return moving_range if moving_range > 1e-9 * max(1e-9, *map(abs, known)) else 0.0


def p_chart(
    numerators: Sequence[float | None], denominators: Sequence[float | None], scale: float = 1.0, widen: bool = False
) -> Limits | None:
    """Limits of shares: ``numerators`` of ``denominators``; ``scale`` 100 for per cent. Limits are those of the mean sample.

    Cans of orange juice, 30 samples of 50 (Montgomery, page 273): 0.0524 to 0.4102, samples 15 and 23 beyond

    >>> cans = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
    >>> limits = p_chart(cans, [50] * 30)
    >>> told(limits)
    'centre 0.23, 0.05 to 0.41'
    >>> round(limits.lower, 4), round(limits.center, 4), round(limits.upper, 4)
    (0.0524, 0.2313, 0.4102)
    >>> [sample for sample, wrong in enumerate(cans, 1) if not limits.lower <= wrong / 50 <= limits.upper]
    [15, 23]

    Purchase orders of a week, of varying number (Montgomery, table 6-4): the share is 0.096 and week 11 beyond

    >>> orders = [100, 80, 80, 100, 110, 110, 100, 100, 90, 90, 110, 120, 120, 120, 110, 80, 80, 80, 90, 100, 100, 100, 100, 90, 90]
    >>> wrong = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9]
    >>> limits = p_chart(wrong, orders)
    >>> round(limits.center, 3), [round(limits_at(limits, number).upper, 3) for number in (100, 110, 120)]
    (0.096, [0.184, 0.18, 0.176])
    >>> [week for week, (count, number) in enumerate(zip(wrong, orders), 1) if count / number > limits_at(limits, number).upper]
    [11]
    """
    return _attributes("p", numerators, denominators, scale, widen)


def u_chart(
    numerators: Sequence[float | None], denominators: Sequence[float | None], scale: float = 1.0, widen: bool = False
) -> Limits | None:
    """Limits of rates: so many events for each unit; ``scale`` 100 for a rate per 100.

    Ten rolls of dyed cloth (Montgomery, page 303): 1.42 faults for each 50 square metres, 0.29 to 2.55 for the first roll
    (the book rounds on the way), and no roll beyond

    >>> faults = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
    >>> units = [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5]
    >>> limits = u_chart(faults, units)
    >>> told(limits_at(limits, 10)), told(limits_at(limits, 13))
    ('centre 1.42, 0.29 to 2.56', 'centre 1.42, 0.43 to 2.42')
    >>> [roll for roll, (count, unit) in enumerate(zip(faults, units), 1) if count / unit > limits_at(limits, unit).upper]
    []

    Per 100 orders; and twelve months of which chance explains a part only:

    >>> told(limits_at(u_chart(faults, units, scale=100), 10))
    'centre 142.33, 29.15 to 255.50'
    >>> complaints = [210, 250, 190, 260, 205, 245, 185, 255, 215, 240, 195, 250]
    >>> [round(u_chart(complaints, [10000] * 12, 100, widen).upper, 2) for widen in (False, True)]
    [2.7, 3.6]
    """
    return _attributes("u", numerators, denominators, scale, widen)


def _attributes(chart, numerators, denominators, scale, widen):
    pairs = [
        (count, number)
        for count, number in zip(numerators, denominators, strict=True)
        if count is not None and number is not None and number > 0
    ]
    total = math.fsum(number for _count, number in pairs)
    if len(pairs) < 2:
        return None
    mean = math.fsum(count for count, _number in pairs) / total
    variance = max(0.0, mean * (1 - mean)) if chart == "p" else max(0.0, mean)
    dispersion = 1.0
    if widen and variance:
        scores = [(count / number - mean) / math.sqrt(variance / number) for count, number in pairs]
        dispersion = max(1.0, _moving_range(scores) / _D2)
    unit_sigma = scale * dispersion * math.sqrt(variance)
    bare = Limits(scale * mean, 0.0, 0.0, 0.0, None, None, chart, unit_sigma, scale, dispersion)
    return limits_at(bare, total / len(pairs))


def limits_at(limits: Limits, denominator: float | None) -> Limits:
    """The limits of one point, of so many documents; those of an XmR chart are the same for all.

    >>> limits = p_chart([30, 20], [100, 100], scale=100)
    >>> [told(limits_at(limits, number)) for number in (25, 400)]
    ['centre 25.00, 0.00 to 50.98', 'centre 25.00, 18.50 to 31.50']
    >>> limits_at(limits, 0).sigma
    0.0
    """
    if limits.chart == "xmr":
        return limits
    sigma = limits.unit_sigma / math.sqrt(denominator) if denominator and denominator > 0 else 0.0
    lower, upper = max(0.0, limits.center - 3 * sigma), limits.center + 3 * sigma
    if limits.chart == "p":
        upper = min(limits.scale, upper)
    return replace(limits, sigma=sigma, lower=lower, upper=upper)


def chart_of(values: Sequence[float], numerators: Sequence[float], denominators: Sequence[float]) -> tuple[str, float]:
    """``(chart, scale)`` of ratios: shares and counts have limits that follow from their number, all else is XmR.

    >>> chart_of([25, 40], [5, 8], [20, 20]), chart_of([1.5, 0.5], [30, 10], [20, 20]), chart_of([25, 120], [5, 24], [20, 20])
    (('p', 100), ('u', 1), ('u', 100))

    Hours, votes that may be against us, and figures that are no quotient:

    >>> [chart_of(*rows)[0] for rows in (([2.5], [7.5], [3]), ([-20], [-4], [20]), ([7], [7], [3]), ([], [], []))]
    ['xmr', 'xmr', 'xmr', 'xmr']
    """
    rows = list(zip(values, numerators, denominators, strict=True))
    if not rows or any(
        number <= 0 or count < 0 or count != int(count) or number != int(number) for _value, count, number in rows
    ):
        return "xmr", 1
    for scale in (1, 100):
        if all(
            math.isclose(value, scale * count / number, rel_tol=1e-6, abs_tol=1e-6) for value, count, number in rows
        ):
            return ("p" if all(count <= number for _value, count, number in rows) else "u"), scale
    return "xmr", 1


# ---------------------------------------------------------------- seasons


@dataclass(frozen=True)
class Season:
    """What is usual at each position of a year (month 1 to 12, quarter 1 to 4), as a multiple of the year's mean."""

    index: dict[int, float]
    years: int

    @property
    def widening(self) -> float:
        """The baseline lies nearer to its own index than what comes later: the limits are to be so many times wider.

        An index of y years has ``1/y`` of a figure's variance: what made it varies by ``1 - 1/y``, what is new by ``1 + 1/y``.

        >>> round(Season({}, 2).widening, 3), round(Season({}, 3).widening, 3)
        (1.732, 1.414)
        """
        return math.sqrt((self.years + 1) / (self.years - 1))


def season_of(points: Iterable[tuple[int, float | None]], cycle: int) -> Season | None:
    """The seasonal index of ``(position, value)``, oldest first: month mean over year mean, of complete years only.

    Two years whose December is twice as strong; what is older than they are does not count:

    >>> year = [(month, 200 if month == 12 else 100) for month in range(1, 13)]
    >>> season = season_of([(12, 5000)] + year * 2, 12)
    >>> season.years, round(season.index[1], 3), round(season.index[12], 3)
    (2, 0.923, 1.846)

    A year, a year with a hole, and what is nothing on the whole have no index:

    >>> season_of(year, 12), season_of(year[:-1] + [(12, None)] + year, 12), season_of([(1, 0), (2, 0)] * 2, 2)
    (None, None, None)
    """
    points = list(points)
    years = len(points) // cycle
    last = points[len(points) - years * cycle :]
    by_position = {}
    for position, value in last:
        by_position.setdefault(position, []).append(value)
    if years < YEARS or len(by_position) != cycle or any(None in values for values in by_position.values()):
        return None
    mean = math.fsum(value for _position, value in last) / len(last)
    if mean <= 0:
        return None
    index = {position: math.fsum(values) / len(values) / mean for position, values in by_position.items()}
    return Season(index, years) if min(index.values()) > 0 else None


def widened(limits: Limits, factor: float) -> Limits:
    """The same centre line with limits so many times as far away.

    >>> told(widened(xmr([39, 41, 41, 41, 43, 44, 41, 42, 40, 41, 44, 40]), 2))
    'centre 41.42, 32.23 to 50.60, moving range 1.73 up to 5.64'
    """
    sigma = factor * limits.sigma
    return replace(limits, sigma=sigma, lower=limits.center - 3 * sigma, upper=limits.center + 3 * sigma)


def limits_in_season(limits: Limits, index: float) -> Limits:
    """The limits of the ratio to the seasonal index, as limits of the figure itself.

    >>> told(limits_in_season(xmr([9, 11, 9, 11]), 2.0))
    'centre 20.00, 9.36 to 30.64, moving range 2.00 up to 6.53'
    """
    return replace(
        limits,
        center=index * limits.center,
        sigma=index * limits.sigma,
        lower=index * limits.lower,
        upper=index * limits.upper,
    )


def told(limits: Limits) -> str:
    """The limits in one line, for examples and for whoever looks for a mistake."""
    text = f"centre {limits.center:.2f}, {limits.lower:.2f} to {limits.upper:.2f}"
    if limits.moving_range is None:
        return text
    return f"{text}, moving range {limits.moving_range:.2f} up to {limits.moving_range_upper:.2f}"
