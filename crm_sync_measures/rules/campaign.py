"""What a campaign has brought: return, those it was for against those held out, and how many it takes to know.

Never writes, never raises, reads no clock.
"""

import math
from dataclasses import dataclass

from .care import Effect, is_beyond_chance, uplift
from .holdout import lot

#: Normal quantiles: 95 % sure that a difference is none of chance (two-sided), 80 % sure to find it.
Z_SURE, Z_FIND = 1.959964, 0.841621


def customer_lot(campaign_id: int, customer_id: int) -> int:
    """0 to 99, always the same for the same campaign and customer; another campaign, and any rule of care, draws anew.

    >>> customer_lot(7, 42) == customer_lot(7, 42), customer_lot(7, 42) == customer_lot(8, 42)
    (True, False)
    >>> drawn = [customer_lot(7, number) for number in range(10_000)]
    >>> min(drawn), max(drawn), abs(sum(number < 10 for number in drawn) - 1000) < 100
    (0, 99, True)
    """
    return lot(campaign_id, f"customer of campaign {customer_id}")


def is_held_out(campaign_id: int, customer_id: int, percent: int) -> bool:
    """Whether this customer gets nothing of the campaign. A larger share holds out the same ones and others.

    >>> few, many = ({one for one in range(1000) if is_held_out(7, one, percent)} for percent in (10, 30))
    >>> few < many, any(is_held_out(7, one, 0) for one in range(1000))
    (True, False)
    """
    return customer_lot(campaign_id, customer_id) < percent


def percent_of_return(gain: float, cost: float) -> float | None:
    """What is left of each 100 that were spent, beyond the cost: ``(gain - cost) / cost``. Nothing spent: unknown.

    >>> percent_of_return(1500, 1000), percent_of_return(400, 1000), percent_of_return(400, 0)
    (50.0, -60.0, None)
    """
    return 100.0 * (gain - cost) / cost if cost > 0 else None


def cost_for_each(cost: float, count: int) -> float | None:
    """
    >>> cost_for_each(1000, 8), cost_for_each(1000, 0)
    (125.0, None)
    """
    return cost / count if count else None


def needed_sample(rate: float, points: float, share_held: float) -> tuple[int, int] | None:
    """How many treated and held out it takes to find a difference of ``points`` beside ``rate``; all are shares of 1.

    Two proportions, two-sided 5 %, power 80 %, groups of unequal size (Fleiss, Levin and Paik 2003, section 4.3, without
    correction for continuity). For groups of one size it is R's ``power.prop.test``: 0.10 against 0.15 takes 686 in each.

    >>> needed_sample(0.10, 0.05, 0.5)
    (686, 686)
    >>> needed_sample(0.50, 0.25, 0.5)
    (58, 58)

    Fewer who are held out take more in all:

    >>> needed_sample(0.10, 0.05, 0.1)
    (3594, 400)

    A rate that cannot become so high is looked at from the other side; nothing to be found takes no sample:

    >>> needed_sample(0.98, 0.05, 0.5) == needed_sample(0.98, -0.05, 0.5)
    True
    >>> needed_sample(0.10, 0, 0.5) is None, needed_sample(0.10, 0.05, 0) is None
    (True, True)
    """
    if not points or not 0 < share_held < 1:
        return None
    if not 0 <= rate + points <= 1:
        points = -points
    other = min(max(rate + points, 0.0), 1.0)
    if other == rate:
        return None
    ratio = (1 - share_held) / share_held
    pooled = (ratio * other + rate) / (ratio + 1)
    sure = Z_SURE * math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
    find = Z_FIND * math.sqrt(other * (1 - other) / ratio + rate * (1 - rate))
    held = ((sure + find) / (other - rate)) ** 2
    return math.ceil(ratio * held), math.ceil(held)


@dataclass(frozen=True)
class Comparison:
    """What is said of a hold-out: a word, and the difference of both shares with its 95 % interval."""

    outcome: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    needed: tuple[int, int] | None = None


def compare(effect: Effect, is_over: bool, points: float) -> Comparison:
    """Those who were treated against those held out, as assigned; ``points``: what difference would be worth finding.

    Nothing is decided before the days are over, which were fixed in advance: whoever looks every day finds something some day.

    >>> compare(Effect(900, 180, 100, 10), False, 0.05).outcome
    'collecting'
    >>> compare(Effect(900, 180, 100, 10), True, 0.05).outcome
    'better'
    >>> compare(Effect(900, 90, 100, 20), True, 0.05).outcome, compare(Effect(900, 90, 20, 2), True, 0.05).outcome
    ('worse', 'too_few')

    Chance could have done it; so many would be needed, in the same proportion, to find 5 points beside 10 %:

    >>> found = compare(Effect(900, 108, 100, 10), True, 0.05)
    >>> found.outcome, round(found.difference, 3), round(found.low, 3), round(found.high, 3), found.needed
    ('inconclusive', 0.02, -0.057, 0.07, (3594, 400))

    The interval is Newcombe's (1998), method 10: 56/70 against 48/80 is 0.2, from 0.0524 to 0.3339 as he printed it:

    >>> printed = compare(Effect(70, 56, 80, 48), True, 0.05)
    >>> round(printed.difference, 4), round(printed.low, 4), round(printed.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    total = effect.cared + effect.control
    needed = needed_sample(effect.control_rate or 0.0, points, effect.control / total) if total else None
    found = uplift(effect)
    if found is None:
        return Comparison("too_few" if is_over else "collecting", needed=needed)
    if not is_over:
        outcome = "collecting"
    elif not is_beyond_chance(found[1], found[2]):
        outcome = "inconclusive"
    else:
        outcome = "better" if found[0] > 0 else "worse"
    return Comparison(outcome, *found, needed=needed)


def incremental(treated: int, treated_sum: float, held: int, held_sum: float) -> float | None:
    """What those who were treated have brought beyond what as many of those held out have brought.

    >>> incremental(900, 90_000, 100, 8_000), incremental(900, 90_000, 0, 0)
    (18000.0, None)
    """
    return treated_sum - treated * held_sum / held if held else None
