"""What customers' scores add up to. Never writes, never raises.

CSAT is the share of those who gave 4 or 5 of 5 (top two boxes), beside the plain average. Few answers say nothing: below
a minimum there is no figure, only how many are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

#: What may be answered, by metric: lowest and highest.
RANGES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
#: Satisfied from here on, on a scale of 1 to 5.
SATISFIED = 4
#: So long an answer may be put right by who gave it.
EDIT_WINDOW = timedelta(days=1)


@dataclass(frozen=True)
class Csat:
    """Figures of some answers from 1 to 5; ``average`` and ``satisfied`` are ``None`` where they would mislead."""

    answers: int
    minimum: int
    average: float | None = None
    satisfied: float | None = None

    @property
    def is_enough(self) -> bool:
        return 0 < self.answers >= self.minimum


def csat(counts: Mapping[int, int], minimum: int) -> Csat:
    """``counts``: how many gave each number of stars.

    >>> csat({5: 6, 4: 2, 2: 1, 1: 1}, minimum=10)
    Csat(answers=10, minimum=10, average=4.1, satisfied=80.0)

    One too few is too few, and nobody is not enough even where no minimum was set:

    >>> csat({5: 6, 4: 2, 2: 1}, minimum=10), csat({}, minimum=0).is_enough
    (Csat(answers=9, minimum=10, average=None, satisfied=None), False)
    """
    answers = sum(counts.values())
    few = Csat(answers, minimum)
    if not few.is_enough:
        return few
    total = sum(stars * count for stars, count in counts.items())
    happy = sum(count for stars, count in counts.items() if stars >= SATISFIED)
    return Csat(answers, minimum, round(total / answers, 2), round(100 * happy / answers, 1))


def may_change(answered_at: datetime | None, now: datetime) -> bool:
    """Whether who has answered may still answer otherwise. Later it is another story, told in another cycle.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> may_change(None, noon), may_change(noon, noon + timedelta(hours=24)), may_change(noon, noon + timedelta(hours=25))
    (True, True, False)
    """
    return answered_at is None or now - answered_at <= EDIT_WINDOW


def in_range(metric: str, value: int) -> bool:
    """Whether this can be answered. A zero is an answer, where the scale has one.

    >>> in_range("nps", 0), in_range("csat", 0), in_range("csat", 5), in_range("ces", 8)
    (True, False, True, False)
    """
    lowest, highest = RANGES[metric]
    return lowest <= value <= highest


def asks_how_it_went(kind: str, step: str) -> bool:
    """Whether a customer is asked, when his case has ended at this step.

    Also who was told no: an average of the others would flatter us. Nobody is asked how his praise was handled.

    >>> asks_how_it_went("complaint", "closed"), asks_how_it_went("complaint", "rejected")
    (True, True)
    >>> asks_how_it_went("suggestion", "done"), asks_how_it_went("suggestion", "told"), asks_how_it_went("praise", "closed")
    (False, True, False)
    """
    return kind != "praise" and step in ("closed", "rejected", "declined", "told")
