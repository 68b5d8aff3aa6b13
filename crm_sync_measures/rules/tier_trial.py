"""What the time machine of tiers reckons."""

from decimal import Decimal

from .ledger import ZERO


def discount_share(old: float, new: float) -> Decimal:
    """By which share a price is below another one; a dearer one is a negative cost, for it would have been paid.

    >>> discount_share(100.0, 90.0), discount_share(80.0, 100.0)
    (Decimal('0.1'), Decimal('-0.25'))

    What is free already cannot become cheaper:

    >>> discount_share(0.0, 5.0)
    Decimal('0')
    """
    old, new = Decimal(repr(old)), Decimal(repr(new))
    return (old - new) / old if old > 0 else ZERO
