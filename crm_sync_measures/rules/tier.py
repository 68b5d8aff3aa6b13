"""Which tier a customer has: what counts, from when to when, when he rises, and what becomes of him at a review.

``crm.sync.tier.engine`` says the same in SQL for many customers at once; tests compare the two. Days are days of
the program's time zone. A *rank* is the place of a tier among the lines of a policy, from 1; 0 is no tier.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .earning import rounded
from .expiry import add_months
from .ledger import ZERO

WINDOWS = ("lifetime", "calendar_year", "fiscal_year", "rolling", "anniversary")
#: Of these, a period is a year with a beginning and an end.
YEARS = ("calendar_year", "fiscal_year", "anniversary")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Policy:
    """A version of the rules; ``fiscal_end`` is (month, day) of the last day of the company's year.

    ``thresholds`` are those of the lines, lowest rank first, and rise.
    """

    thresholds: tuple[Decimal, ...] = ()
    window: str = "calendar_year"
    window_months: int = 12
    validity: str = "end_of_next_period"
    validity_months: int = 12
    grace_days: int = 0
    downgrade: str = "one_step"
    refund: str = "at_review"
    is_grandfathering: bool = True
    fiscal_end: tuple[int, int] = (12, 31)
    id: int = 1


@dataclass(frozen=True)
class Window:
    """Both days belong to it; None is without end."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Held:
    """The tier that a customer has: since when, through when (None: for ever), and on what value.

    ``qualified`` is the window in which it was reached, ``threshold`` what was needed then; both are None where
    a person gave it. ``was_reached`` is false after a soft fall, which leaves more than was reached.
    """

    rank: int
    since: date
    valid_through: date | None = None
    reason: str = "rise"
    qualified: Window | None = None
    threshold: Decimal | None = None
    was_reached: bool = True
    is_locked: bool = False
    lock_until: date | None = None
    policy_id: int | None = 1


@dataclass(frozen=True)
class Decision:
    """What becomes of a customer: ``rank`` 0 is no tier any more. ``window`` and ``value`` are the evidence."""

    rank: int
    reason: str
    valid_through: date | None = None
    window: Window | None = None
    value: Decimal = ZERO


# ---------------------------------------------------------------- windows


def joined_again(joined: date, years: int) -> date:
    """The anniversary of ``joined`` after some years; that of a 29 February is on 28 February in common years.

    >>> joined_again(date(2024, 2, 29), 3), joined_again(date(2024, 2, 29), 4)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    """
    return add_months(joined, 12 * years)


def running_window(policy: Policy, day: date, joined: date) -> Window:
    """What counts on ``day``.

    >>> def shown(kind, day, joined=date(2020, 6, 1), **values):
    ...     window = running_window(Policy(window=kind, **values), day, joined)
    ...     return f"{window.start} {window.end}"
    >>> shown("lifetime", date(2026, 11, 22)), shown("calendar_year", date(2026, 11, 22))
    ('None None', '2026-01-01 2026-12-31')

    A company's year from October through September, and one that ends in February:

    >>> shown("fiscal_year", date(2026, 11, 22), fiscal_end=(9, 30)), shown("fiscal_year", date(2028, 2, 29), fiscal_end=(2, 28))
    ('2026-10-01 2027-09-30', '2027-03-01 2028-02-29')

    Six months back from the day, and years from the day of joining:

    >>> shown("rolling", date(2026, 8, 31), window_months=6)
    '2026-03-01 2026-08-31'
    >>> shown("anniversary", date(2027, 2, 27), date(2024, 2, 29)), shown("anniversary", date(2027, 2, 28), date(2024, 2, 29))
    ('2026-02-28 2027-02-27', '2027-02-28 2028-02-28')
    """
    if policy.window == "lifetime":
        return Window()
    if policy.window == "rolling":
        return Window(add_months(day + _DAY, -policy.window_months), day)
    if policy.window == "anniversary":
        years = day.year - joined.year
        if joined_again(joined, years) > day:
            years -= 1
        return Window(joined_again(joined, years), joined_again(joined, years + 1) - _DAY)
    month, last = policy.fiscal_end if policy.window == "fiscal_year" else (12, 31)
    end = _end_of_year(day.year, month, last)
    if end < day:
        end = _end_of_year(day.year + 1, month, last)
    return Window(_end_of_year(end.year - 1, month, last) + _DAY, end)


def _end_of_year(year, month, last):
    days = monthrange(year, month)[1]
    # A year that ends with February ends with its last day, leap year or not.
    is_last = last >= days or (month == 2 and last >= 28)
    return date(year, month, days if is_last else last)


def period_months(policy: Policy) -> int:
    """How long a tier holds from one review to the next.

    >>> period_months(Policy()), period_months(Policy(window="rolling", window_months=6))
    (12, 6)
    >>> period_months(Policy(validity="months", validity_months=18))
    18
    """
    if policy.validity == "months":
        return policy.validity_months
    return policy.window_months if policy.window == "rolling" else 12


def window_months(policy: Policy) -> int:
    """How long the window is that a review looks at."""
    return policy.window_months if policy.window == "rolling" else 12


def review_window(policy: Policy, valid_through: date) -> Window:
    """What counts at the review of a tier that was valid through this day: the year, or window, that ended with it.

    Days of grace are added at the end. Where the tier was valid to the end of a period, that is the period.

    >>> review_window(Policy(grace_days=30), date(2028, 12, 31))
    Window(start=datetime.date(2028, 1, 1), end=datetime.date(2029, 1, 30))
    >>> review_window(Policy(validity="months"), date(2028, 3, 10))
    Window(start=datetime.date(2027, 3, 11), end=datetime.date(2028, 3, 10))
    """
    end = valid_through + timedelta(days=policy.grace_days)
    if policy.window == "lifetime":
        return Window(None, end)
    return Window(add_months(valid_through + _DAY, -window_months(policy)), end)


def previous_window(policy: Policy, running: Window) -> Window | None:
    """The year before the running one, whose tier still holds; where tiers hold to the end of the next period.

    >>> previous_window(Policy(), Window(date(2027, 1, 1), date(2027, 12, 31)))
    Window(start=datetime.date(2026, 1, 1), end=datetime.date(2026, 12, 31))
    """
    if policy.window not in YEARS or policy.validity != "end_of_next_period":
        return None
    return Window(add_months(running.start, -12), running.start - _DAY)


# ---------------------------------------------------------------- how long a tier holds


def valid_through(policy: Policy, day: date, joined: date) -> date | None:
    """Last day of a tier that is reached on ``day``: the rest of this period and the next one, or some months.

    Months end on the same day of the month, so that what was bought on the first day does not count for the review too.

    >>> joined = date(2024, 2, 29)
    >>> valid_through(Policy(), date(2026, 11, 22), joined)
    datetime.date(2027, 12, 31)
    >>> valid_through(Policy(window="anniversary"), date(2026, 11, 22), joined)
    datetime.date(2028, 2, 28)
    >>> valid_through(Policy(window="rolling", window_months=6), date(2026, 11, 22), joined)
    datetime.date(2027, 5, 22)
    >>> valid_through(Policy(validity="months", validity_months=18), date(2026, 8, 31), joined)
    datetime.date(2028, 2, 29)
    >>> valid_through(Policy(window="lifetime"), date(2026, 11, 22), joined) is None
    True
    """
    if policy.validity == "months":
        return add_months(day, policy.validity_months)
    if policy.window == "lifetime":
        return None
    if policy.window == "rolling":
        return add_months(day, policy.window_months)
    end = running_window(policy, day, joined).end
    return running_window(policy, end + _DAY, joined).end


def prolonged(policy: Policy, ended: date, months: int | None = None) -> date | None:
    """Last day of the tier that a review gives, when the one before ended on this day.

    It counts from there and not from the day of the review, so that a late job or days of grace move nothing.

    >>> prolonged(Policy(), date(2027, 12, 31)), prolonged(Policy(), date(2027, 12, 31), 6)
    (datetime.date(2028, 12, 31), datetime.date(2028, 6, 30))
    """
    if policy.window == "lifetime" and policy.validity != "months":
        return None
    return add_months(ended + _DAY, period_months(policy) if months is None else months) - _DAY


def review_on(policy: Policy, ended: date | None) -> date | None:
    """Last day on which a tier can still be kept; the first run after it decides.

    >>> review_on(Policy(grace_days=30), date(2027, 12, 31))
    datetime.date(2028, 1, 30)
    """
    return None if ended is None else ended + timedelta(days=policy.grace_days)


# ---------------------------------------------------------------- which tier


def tier_for(value: Decimal, thresholds: Sequence[Decimal]) -> int:
    """The rank that ``value`` reaches; who owes more than he bought has reached nothing, and is not below nothing.

    >>> levels = [Decimal(0), Decimal(1000), Decimal(5000)]
    >>> [tier_for(Decimal(value), levels) for value in (-20, 0, 999, 1000, 7000)]
    [1, 1, 1, 2, 3]
    >>> tier_for(Decimal(50), [Decimal(100)])
    0
    """
    return sum(max(value, ZERO) >= threshold for threshold in thresholds)


def missing(value: Decimal, thresholds: Sequence[Decimal], rank: int) -> Decimal:
    """What is missing to ``rank``; nothing where it is reached, or there is none so high.

    >>> missing(Decimal(880), [Decimal(0), Decimal(1000)], 2), missing(Decimal(880), [Decimal(0)], 2)
    (Decimal('120'), Decimal('0'))
    """
    if not 1 <= rank <= len(thresholds):
        return ZERO
    return max(ZERO, thresholds[rank - 1] - max(value, ZERO))


def passed(before: int, after: int) -> list[int]:
    """The ranks that somebody who rises passes, those he skips too: each gives its entry gift.

    >>> passed(1, 3), passed(2, 2), passed(3, 1)
    ([2, 3], [], [])
    """
    return list(range(before + 1, after + 1))


def fallen(policy: Policy, rank: int, reached: int) -> tuple[int, int]:
    """(rank, months) after a review that found too little.

    * ``one_step``: the tier below, for a whole period, whatever little was reached;
    * ``recompute``: what was reached;
    * ``soft_landing``: the tier below too, but for half a period only: who does nothing goes down the stairs twice
      as fast, who comes back in time is only one step down. Airlines call it so when a member who lost a status is
      put one level below it instead of where his miles of the year would put him; that the stay is half as long is ours.

    >>> gold, silver = 3, 2
    >>> fallen(Policy(downgrade="one_step"), gold, 1), fallen(Policy(downgrade="recompute"), gold, 1)
    ((2, 12), (1, 12))
    >>> fallen(Policy(downgrade="soft_landing"), gold, 1), fallen(Policy(downgrade="soft_landing"), gold, silver)
    ((2, 6), (2, 12))
    """
    months = period_months(policy)
    if policy.downgrade == "recompute":
        return reached, months
    below = rank - 1
    if policy.downgrade == "soft_landing" and reached < below:
        return below, max(1, months // 2)
    return below, months


# ---------------------------------------------------------------- decisions


def decide(policy: Policy, held: Held | None, values: dict[str, Decimal], day: date, joined: date) -> Decision | None:
    """What becomes of a customer on ``day``; None where everything stays.

    ``values`` are what counts in the windows: ``running`` in :func:`running_window`; ``review`` in
    :func:`review_window`, or, where there is no tier or new rules, in :func:`previous_window`; ``qualified`` in
    the window in which the tier was reached.

    Who joins has what he has reached:

    >>> levels = (Decimal(0), Decimal(1000), Decimal(5000))
    >>> policy, day, joined = Policy(levels, grace_days=10), date(2027, 3, 10), date(2025, 5, 1)
    >>> nothing = {"running": ZERO, "review": ZERO, "qualified": ZERO}
    >>> def shown(held, day=day, policy=policy, **values):
    ...     decision = decide(policy, held, nothing | {k: Decimal(v) for k, v in values.items()}, day, joined)
    ...     return decision and (decision.rank, decision.reason, str(decision.valid_through))
    >>> shown(None), shown(None, running=1200), shown(None, review=6000)
    ((1, 'joined', 'None'), (2, 'joined', '2028-12-31'), (3, 'joined', '2027-12-31'))

    Who reaches more rises at once, over several tiers too; nobody falls before his review:

    >>> silver = Held(2, date(2026, 4, 1), date(2027, 12, 31), qualified=Window(date(2026, 1, 1), date(2026, 12, 31)), threshold=Decimal(1000))
    >>> shown(silver, running=5000), shown(silver, running=900)
    ((3, 'rise', '2028-12-31'), None)

    The review comes when the days of grace are over:

    >>> shown(silver, date(2028, 1, 10)), shown(silver, date(2028, 1, 11)), shown(silver, date(2028, 1, 11), review=1000)
    (None, (1, 'fall', 'None'), (2, 'kept', '2028-12-31'))

    What was locked by hand stays as it is until the lock ends:

    >>> from dataclasses import replace
    >>> locked = replace(silver, is_locked=True, lock_until=date(2028, 6, 30))
    >>> shown(locked, date(2028, 6, 30), running=9000), shown(locked, date(2028, 7, 1))
    (None, (1, 'fall', 'None'))

    A refund takes a tier at once only where the policy says so:

    >>> strict = replace(policy, refund="at_once")
    >>> shown(silver, qualified=900), shown(silver, policy=strict, qualified=900), shown(silver, policy=strict, qualified=1000)
    (None, (1, 'refund', 'None'), None)

    And what it took comes back with the money:

    >>> shown(Held(1, day, None, "refund", silver.qualified, Decimal(1000), was_reached=False), policy=strict, qualified=1000)
    (2, 'rise', '2027-12-31')
    """
    decision = _decide(policy, held, values, day, joined)
    if not decision:
        return None
    if decision.rank and decision.rank <= len(policy.thresholds) and not policy.thresholds[decision.rank - 1]:
        # What everybody has is not reviewed.
        return Decision(decision.rank, decision.reason, None, decision.window, decision.value)
    return decision


def _decide(policy, held, values, day, joined):
    if held is not None and held.is_locked and (held.lock_until is None or held.lock_until >= day):
        return None
    if held is None or held.policy_id not in (None, policy.id):
        return _enter(policy, held, values, day, joined)
    ended = held.valid_through or (held.lock_until if held.is_locked else None)
    if ended and day > review_on(policy, ended):
        return review(policy, held, values, day, joined)
    reached = tier_for(values["running"], policy.thresholds)
    if reached > held.rank:
        through = valid_through(policy, day, joined)
        return Decision(reached, "rise", through, running_window(policy, day, joined), values["running"])
    return _after_refund(policy, held, values, day, reached) if held.qualified else None


def _after_refund(policy, held, values, day, reached):
    """What was reached when the tier was given, by what is left of it now.

    The window in which it was reached stays the evidence, so that a refund that is withdrawn is seen.
    """
    left, through = tier_for(values["qualified"], policy.thresholds), _through_of(policy, held.qualified)
    if held.reason == "refund" and left > held.rank and (through is None or through >= day):
        return Decision(left, "rise", through, held.qualified, values["qualified"])
    is_gone = held.was_reached and held.threshold is not None and max(values["qualified"], ZERO) < held.threshold
    if policy.refund == "at_once" and is_gone and max(left, reached) < held.rank:
        return Decision(max(left, reached), "refund", held.valid_through, held.qualified, values["qualified"])
    return None


def _enter(policy, held, values, day, joined):
    """Who has no tier yet, or one by other rules."""
    running = running_window(policy, day, joined)
    now, through = tier_for(values["running"], policy.thresholds), valid_through(policy, day, joined)
    previous = previous_window(policy, running)
    before = tier_for(values["review"], policy.thresholds) if previous else 0
    best = (
        (before, running.end, previous, values["review"])
        if before > now
        else (now, through, running, values["running"])
    )
    if held is None:
        return Decision(best[0], "joined", *best[1:]) if best[0] else None
    if policy.is_grandfathering and best[0] <= held.rank:
        return Decision(held.rank, "grandfathered", held.valid_through or through, running, values["running"])
    return Decision(best[0], "new_rules", *best[1:])


def review(policy: Policy, held: Held, values: dict[str, Decimal], day: date, joined: date) -> Decision:
    """The review of a tier whose days are over: what was reached in its last period, or in the running one already."""
    running = running_window(policy, day, joined)
    ended = held.valid_through or held.lock_until
    looked_at = review_window(policy, ended)
    then, now = tier_for(values["review"], policy.thresholds), tier_for(values["running"], policy.thresholds)
    reached = max(then, now)
    if reached < held.rank:
        rank, months = fallen(policy, held.rank, reached)
        return Decision(rank, "fall", prolonged(policy, ended, months), looked_at, values["review"])
    reason = "rise" if reached > held.rank else "kept"
    if now >= then:
        through = valid_through(policy, day, joined)
        if now == then and through is not None:
            through = max(through, prolonged(policy, ended))
        return Decision(reached, reason, through, running, values["running"])
    return Decision(reached, reason, prolonged(policy, ended), looked_at, values["review"])


def _through_of(policy, window):
    """Last day of a tier that was reached in ``window``, which may be over."""
    if window.end is None:
        return None
    return prolonged(policy, window.end)


# ---------------------------------------------------------------- benefits


def bonus(earned: Decimal, multiplier: Decimal, rounding: str, digits: int) -> Decimal:
    """What a tier adds to what an order has earned, by the program's rounding.

    It is reckoned on what is left of the order's points, so that many partial refunds take back exactly what was given:

    >>> [str(bonus(Decimal(left), Decimal("1.5"), "down", 0)) for left in (101, 67, 34, 0, -5)]
    ['50', '33', '17', '0', '0']
    """
    return rounded(max(ZERO, earned) * (multiplier - 1), rounding, digits)
