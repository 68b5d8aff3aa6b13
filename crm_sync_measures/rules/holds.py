"""When an order is delivered, so that points that wait for it can be spent."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Ordered:
    """One ordered line. ``is_awaited``: goods, or a service whose delivery is recorded before it is invoiced."""

    quantity: Decimal
    delivered: Decimal
    is_awaited: bool = True


def is_delivered(lines: list[Ordered]) -> bool:
    """Whether nothing that was ordered is still awaited. What nobody records as delivered is not awaited.

    >>> two, one, none = Decimal(2), Decimal(1), Decimal(0)
    >>> is_delivered([Ordered(two, two), Ordered(one, none, is_awaited=False)])
    True
    >>> is_delivered([Ordered(two, one)])
    False

    An order of services alone is delivered when it is confirmed:

    >>> is_delivered([Ordered(one, none, is_awaited=False)])
    True
    """
    return all(line.delivered >= line.quantity for line in lines if line.is_awaited)
