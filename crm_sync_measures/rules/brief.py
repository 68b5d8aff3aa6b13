"""What a customer brief says from figures: how turnover moved, whether an order is due, and what comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

#: Turnover moved when it changed by more than this part of the year before.
MOVED = 0.3
#: An order is missed when the customer has been silent for this many of his usual intervals.
SILENT = 1.5
#: With fewer days of purchase nothing is usual.
FEWEST_PURCHASES = 3
#: A score below this part of the best one is an unhappy one.
UNHAPPY = 0.5
#: Days before the last day of a quotation or promise in which it is worth a word.
SOON = 14


@dataclass(frozen=True)
class Advice:
    """One sentence on what to bring up or not; the heaviest come first."""

    weight: int
    text: str


def foremost(advices: Iterable[Advice], limit: int) -> list[str]:
    """The sentences of most weight, each once.

    >>> foremost([Advice(10, "Ask for the plan."), Advice(90, "Say sorry."), Advice(50, "Say sorry.")], 5)
    ['Say sorry.', 'Ask for the plan.']
    """
    found = dict.fromkeys(advice.text for advice in sorted(advices, key=lambda advice: -advice.weight))
    return list(found)[:limit]


def turnover_trend(now: float, before: float) -> str | None:
    """How a year's turnover stands to the one before: ``new``, ``grown``, ``fallen``, ``steady``; None without any.

    >>> turnover_trend(60, 100), turnover_trend(131, 100), turnover_trend(75, 100), turnover_trend(5, 0)
    ('fallen', 'grown', 'steady', 'new')
    >>> turnover_trend(0, 0) is None
    True
    """
    if before <= 0:
        return "new" if now > 0 else None
    change = now / before - 1
    if change < -MOVED:
        return "fallen"
    return "grown" if change > MOVED else "steady"


def usual_interval(purchases: Iterable[date]) -> int | None:
    """Days between purchases, as is usual for this customer: the median, which one long pause does not move.

    >>> usual_interval([date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 31), date(2026, 3, 2), date(2026, 10, 1)])
    30
    >>> usual_interval([date(2026, 1, 1), date(2026, 1, 31)]) is None
    True
    """
    days = sorted(set(purchases))
    if len(days) < FEWEST_PURCHASES:
        return None
    return round(median((later - earlier).days for earlier, later in pairwise(days)))


def is_order_missed(purchases: Iterable[date], today: date) -> bool:
    """Whether the customer has been silent for longer than is usual for him.

    >>> monthly = [date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 2)]
    >>> is_order_missed(monthly, date(2026, 4, 16)), is_order_missed(monthly, date(2026, 4, 17))
    (False, True)
    """
    days = sorted(set(purchases))
    interval = usual_interval(days)
    return interval is not None and (today - days[-1]).days > SILENT * max(interval, 1)


def is_unhappy(score: float, best: float) -> bool:
    """Whether a score is below half of the best one.

    >>> is_unhappy(4, 10), is_unhappy(5, 10)
    (True, False)
    """
    return best > 0 and score / best < UNHAPPY
