"""How a customer pays: days beyond terms, weighted by amount.

Days beyond terms are the day of payment less the day on which it was due, averaged over what was paid, each part of
a payment with its own day and weight (the usual "average days delinquent" of credit control). What is still open
counts with the days it is late *so far*, so that a customer who stopped paying does not look better than one who
pays late. Credit notes are no payments: what was credited was disputed, and tells nothing about paying.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

#: Weighted days up to which a verdict holds; more is "very_late".
VERDICTS = ((0, "in_time"), (7, "slightly_late"), (30, "late"))
#: A change by fewer days is noise.
STEADY_WITHIN = 5


@dataclass(frozen=True)
class Part:
    """A part of an invoice: paid on a day, or still open when ``paid_on`` is None. Amounts are in one currency."""

    amount: Decimal
    due: date
    paid_on: date | None = None


@dataclass(frozen=True)
class Behaviour:
    """How a customer paid within twelve months.

    ``days`` are whole days beyond terms (negative: before the day), ``late_share`` the part of the amount that was or
    is late, ``overdue`` what is open and late today. ``before`` are the days of the twelve months before, and None
    where nothing was paid then.
    """

    days: int
    amount: Decimal
    late_share: Decimal
    overdue: Decimal
    verdict: str
    before: int | None = None

    @property
    def trend(self) -> str | None:
        """``better``, ``worse`` or ``steady`` against the customer's own past; None without one."""
        if self.before is None:
            return None
        change = self.days - self.before
        if abs(change) < STEADY_WITHIN:
            return "steady"
        return "worse" if change > 0 else "better"


def behaviour(parts: Iterable[Part], today: date) -> Behaviour | None:
    """How the customer paid in the twelve months to ``today``; None when there is nothing to judge by.

    1,000 paid ten days late and 3,000 paid two days early: the larger one weighs three times as much.

    >>> today = date(2026, 11, 22)
    >>> late = Part(Decimal(1000), date(2026, 10, 1), date(2026, 10, 11))
    >>> early = Part(Decimal(3000), date(2026, 9, 3), date(2026, 9, 1))
    >>> found = behaviour([late, early], today)
    >>> found.days, found.verdict, found.late_share
    (1, 'slightly_late', Decimal('0.25'))

    An invoice that is open counts with its days so far, and not at all before it is due:

    >>> open_part, not_due = Part(Decimal(1000), date(2026, 10, 3)), Part(Decimal(9000), date(2026, 12, 1))
    >>> found = behaviour([open_part, not_due], today)
    >>> found.days, found.verdict, found.overdue
    (50, 'very_late', Decimal('1000'))

    Against his own past, 15 days later than last year:

    >>> last_year = Part(Decimal(500), date(2025, 10, 1), date(2025, 9, 26))
    >>> found = behaviour([late, last_year], today)
    >>> found.days, found.before, found.trend
    (10, -5, 'worse')
    >>> behaviour([not_due], today) is None
    True
    """
    parts = [part for part in parts if part.amount > 0]
    start = _year_before(today)
    now = [part for part in parts if start < (part.paid_on or today) <= today and _counts(part, today)]
    if not now:
        return None
    past = [part for part in parts if part.paid_on and _year_before(start) < part.paid_on <= start]
    amount = sum((part.amount for part in now), Decimal(0))
    late = sum((part.amount for part in now if _days(part, today) > 0), Decimal(0))
    days = _weighted(now, today)
    return Behaviour(
        days=days,
        amount=amount,
        late_share=(late / amount).quantize(Decimal("0.01"), ROUND_HALF_UP),
        overdue=sum((part.amount for part in now if not part.paid_on), Decimal(0)),
        verdict=next((name for limit, name in VERDICTS if days <= limit), "very_late"),
        before=_weighted(past, today) if past else None,
    )


def _counts(part: Part, today: date) -> bool:
    return part.paid_on is not None or part.due < today


def _days(part: Part, today: date) -> int:
    return ((part.paid_on or today) - part.due).days


def _weighted(parts: list[Part], today: date) -> int:
    total = sum((part.amount for part in parts), Decimal(0))
    days = sum((part.amount * _days(part, today) for part in parts), Decimal(0)) / total
    return int(days.quantize(Decimal(1), ROUND_HALF_UP))


def _year_before(day: date) -> date:
    """The same day a year ago; the last of February for its 29th.

    >>> _year_before(date(2028, 2, 29))
    datetime.date(2027, 2, 28)
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
