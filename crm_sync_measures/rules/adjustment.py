"""When a person's change of points needs a second person, and what is a quantity that a person may enter.

Two people are asked for where one could enrich himself or his friends: above a limit, whether at once or
in small steps, on one's own or a colleague's card, and where a card would be left in arrears.
"""

from decimal import Decimal
from math import isfinite

from .ledger import exact

#: More than this is a slip of the hand.
LARGEST = Decimal(10) ** 9
#: Steps within so many days count together.
WINDOW_DAYS = 30


def entered(quantity: object) -> Decimal:
    """``quantity`` as a person or another system gave it, or a ValueError with the code of what is wrong.

    >>> entered(-2.5), entered(100), entered(0.1)
    (Decimal('-2.5000'), Decimal('100.0000'), Decimal('0.1000'))
    >>> for wrong in ("1", True, None, [1], float("nan"), float("inf"), 1e18, 10**400, 0, 0.0, 0.00001, 1.00005):
    ...     try:
    ...         entered(wrong)
    ...     except ValueError as error:
    ...         print(error)
    type
    type
    type
    type
    type
    type
    size
    size
    zero
    zero
    digits
    digits
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int | float):
        raise ValueError("type")
    if isinstance(quantity, float) and not isfinite(quantity):
        raise ValueError("type")
    if abs(quantity) > LARGEST:
        raise ValueError("size")
    if not quantity:
        raise ValueError("zero")
    points = exact(quantity)
    if points != Decimal(repr(quantity)):
        raise ValueError("digits")
    return points


def why_approval(quantity: Decimal, limit: Decimal, before: Decimal, *, own_card: bool, overdraws: bool) -> str | None:
    """Why a second person has to decide, or None: own card, arrears, above the limit, or above it in small steps.

    ``before`` is what the requester has moved on this card within the window, on his own authority.

    >>> D = Decimal
    >>> asked = lambda quantity, before=0, limit=500, **case: why_approval(
    ...     D(quantity), D(limit), D(before), **{"own_card": False, "overdraws": False, **case})
    >>> asked(500), asked(-500), asked(501), asked(-501)
    (None, None, 'limit', 'limit')
    >>> asked(200, before=300), asked(201, before=300)
    (None, 'steps')
    >>> asked(1, limit=0), asked(1, own_card=True), asked(-1, overdraws=True)
    ('limit', 'own_card', 'arrears')
    """
    if own_card:
        return "own_card"
    if overdraws:
        return "arrears"
    if abs(quantity) > limit:
        return "limit"
    return "steps" if abs(quantity) + before > limit else None
