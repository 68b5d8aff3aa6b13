"""What may be given to a customer without asking, and what somebody else has to agree to.

Never writes, never raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

#: Kinds of compensation that are counted in points; all others are counted in money.
IN_POINTS = ("points",)


@dataclass(frozen=True)
class Budget:
    """What a department may give in a period, and what it has given. A limit of None: not limited here."""

    limit: Decimal | None
    used: Decimal


def why_approval(amount: Decimal, budget: Budget | None, is_own_case: bool) -> str | None:
    """Why a second person decides, or None where nobody has to be asked.

    >>> week = Budget(Decimal(500), used=Decimal(420))
    >>> why_approval(Decimal(80), week, False), why_approval(Decimal("80.01"), week, False)
    (None, 'over')
    >>> why_approval(Decimal(1), None, False), why_approval(Decimal(1), Budget(None, Decimal(9)), False)
    ('no_budget', None)

    Nobody gives something to himself:

    >>> why_approval(Decimal(1), week, True)
    'own'
    """
    if is_own_case:
        return "own"
    if budget is None:
        return "no_budget"
    if budget.limit is not None and budget.used + amount > budget.limit:
        return "over"
    return None


def coupon_worth(program_type: str, rewards: Iterable[tuple[str, str, float, float, float]]) -> float:
    """What a coupon is worth at least, by ``(type, mode, discount, most, price of the product)`` of the rewards one may choose.

    >>> coupon_worth("coupons", [("discount", "per_order", 50.0, 0.0, 0.0)]), coupon_worth("coupons", [("product", "", 0, 0, 80.0)])
    (50.0, 80.0)

    How much a share of an order is nobody knows; what a gift card is worth is what it was asked for:

    >>> coupon_worth("coupons", [("discount", "percent", 10.0, 0.0, 0.0)]), coupon_worth("gift_card", [("discount", "per_point", 1.0, 0, 0)])
    (0.0, 0.0)
    """
    if program_type == "gift_card":
        return 0.0
    worth = [0.0]
    for kind, mode, discount, most, price in rewards:
        if kind == "product":
            worth.append(price)
        elif kind == "discount" and mode in ("per_order", "per_point"):
            worth.append(min(discount, most) if most else discount)
    return max(worth)


def overlap(first: tuple, second: tuple) -> bool:
    """Whether two periods, given by their first and last days, have a day in common.

    >>> from datetime import date
    >>> march, april = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))
    >>> overlap(march, april), overlap(march, (date(2026, 3, 31), date(2026, 12, 31)))
    (False, True)
    >>> overlap((date(2026, 3, 31), date(2026, 12, 31)), march), overlap(april, march)
    (True, False)
    """
    return first[0] <= second[1] and second[0] <= first[1]
