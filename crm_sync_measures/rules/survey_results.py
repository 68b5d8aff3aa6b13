"""What the page of a survey program's results tells of its answers. Never writes, never raises."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .score_statistics import Z

#: The scale of each metric in three parts: name, lowest, highest.
BANDS = {
    "nps": (("high", 9, 10), ("middle", 7, 8), ("low", 0, 6)),
    "csat": (("high", 4, 5), ("middle", 3, 3), ("low", 1, 2)),
    "ces": (("high", 5, 7), ("middle", 4, 4), ("low", 1, 3)),
}
#: Days that may be looked at; 0: all.
PERIODS = (30, 90, 365, 0)
#: Of fewer invitations a response rate is not compared.
FEWEST_DELIVERED = 30


def band_of(metric: str, value: int) -> str:
    """
    >>> [band_of("nps", value) for value in (0, 6, 7, 9)], [band_of("csat", value) for value in (2, 3, 4)]
    (['low', 'low', 'middle', 'high'], ['low', 'middle', 'high'])
    """
    return next(name for name, lowest, highest in BANDS[metric] if lowest <= value <= highest)


def band_counts(metric: str, counts: Mapping[int, int]) -> dict[str, int]:
    """How many answers lie in each part of the scale.

    >>> band_counts("nps", {10: 2, 9: 1, 7: 4, 0: 1})
    {'high': 3, 'middle': 4, 'low': 1}
    """
    bands = {name: 0 for name, _lowest, _highest in BANDS[metric]}
    for value, count in counts.items():
        bands[band_of(metric, value)] += count
    return bands


# ---------------------------------------------------------------- times


@dataclass(frozen=True)
class Span:
    """From ``start`` on (``None``: from the beginning), and from ``before`` to ``start`` what it is compared with."""

    start: datetime | None = None
    before: datetime | None = None


def span_of(days: int, now: datetime) -> Span:
    """The last ``days``, compared with as many before; everything is compared with nothing.

    >>> span = span_of(30, datetime(2026, 3, 31))
    >>> span.start.isoformat(), span.before.isoformat(), span_of(0, datetime(2026, 3, 31))
    ('2026-03-01T00:00:00', '2026-01-30T00:00:00', Span(start=None, before=None))
    """
    if not days:
        return Span()
    return Span(now - timedelta(days=days), now - timedelta(days=2 * days))


# ---------------------------------------------------------------- who did not answer


@dataclass(frozen=True)
class Heard:
    """How many of those whom a question has reached have answered it."""

    delivered: int = 0
    done: int = 0

    def __add__(self, other):
        return Heard(self.delivered + other.delivered, self.done + other.done)

    def __sub__(self, other):
        return Heard(self.delivered - other.delivered, self.done - other.done)

    @property
    def rate(self) -> float | None:
        """
        >>> Heard(80, 10).rate, Heard().rate
        (12.5, None)
        """
        return round(100 * self.done / self.delivered, 1) if self.delivered else None


def heard_less(segment: Heard, whole: Heard, fewest: int = FEWEST_DELIVERED) -> int:
    """-1 where a segment has answered less than all others, by more than chance (95 %), 1 where more, else 0.

    Two shares are compared by their pooled error. 12 of 100 against 120 of 300 is no chance, 3 of 10 says nothing yet:

    >>> heard_less(Heard(100, 12), Heard(400, 132)), heard_less(Heard(100, 60), Heard(400, 132))
    (-1, 1)
    >>> heard_less(Heard(100, 33), Heard(400, 132)), heard_less(Heard(10, 0), Heard(400, 132))
    (0, 0)

    Who is all there is has nobody to be compared with:

    >>> heard_less(Heard(400, 132), Heard(400, 132)), heard_less(Heard(50, 0), Heard(100, 0))
    (0, 0)
    """
    others = whole - segment
    if min(segment.delivered, others.delivered) < fewest:
        return 0
    share = whole.done / whole.delivered
    error = math.sqrt(share * (1 - share) * (1 / segment.delivered + 1 / others.delivered))
    if not error:
        return 0
    z = (segment.done / segment.delivered - others.done / others.delivered) / error
    return 0 if abs(z) < Z else int(math.copysign(1, z))
