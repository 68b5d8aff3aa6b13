"""How many points an order is worth, and how many of them a refund takes back."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

#: One rounding rule per program, applied once to the sum of the lines.
ROUNDINGS = {"down": ROUND_DOWN, "half_up": ROUND_HALF_UP, "up": ROUND_UP}


def rounded(points: Decimal, rounding: str, digits: int) -> Decimal:
    """``points`` by the program's rule.

    >>> [str(rounded(Decimal("12.345"), rule, 2)) for rule in ROUNDINGS]
    ['12.34', '12.35', '12.35']
    >>> rounded(Decimal("12.345"), "down", 0)
    Decimal('12')
    """
    # Amounts come out of floats: 0.29 * 100 must be 29 and not 28.999999999999996.
    clean = points.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return clean.quantize(Decimal(1).scaleb(-digits), ROUNDINGS[rounding])


def kept_amount(lines: list[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    """What the customer has kept of an order's eligible amount.

    Each line is (ordered, invoiced, refunded). What was invoiced, refunded and then also taken off the
    order is not taken back twice.

    >>> D = Decimal
    >>> kept_amount([(D(100), D(100), D(20))]), kept_amount([(D(80), D(100), D(20))])
    (Decimal('80'), Decimal('80'))
    >>> kept_amount([(D(100), D(100), D(100)), (D(-10), D(-10), D(-10))])
    Decimal('0')
    """
    return sum((_kept(*line) for line in lines), Decimal(0))


def _kept(ordered, invoiced, refunded):
    sign = -1 if ordered < 0 else 1
    ordered, invoiced, refunded = sign * ordered, sign * invoiced, sign * refunded
    return sign * max(Decimal(0), min(ordered, max(ordered, invoiced) - refunded))


def share(kept: Decimal, base: Decimal) -> Decimal:
    """``kept`` as a share of ``base``; more than one where an order has grown, never less than nothing.

    >>> share(Decimal(50), Decimal(200)), share(Decimal(0), Decimal(0))
    (Decimal('0.25'), Decimal('1'))
    """
    return max(Decimal(0), kept / base) if base else Decimal(1)


def after_refunds(points: Decimal, kept: Decimal, rounding: str, digits: int) -> Decimal:
    """What remains of ``points`` when the share ``kept`` of the order remains; it may have grown.

    The points taken back are rounded, not those that remain: ``target = round(E * cumF)``, so many
    partial refunds add up to exactly what was earned.

    >>> E = Decimal(10)
    >>> [str(after_refunds(E, 1 - Decimal(k) / 3, "down", 0)) for k in (1, 2, 3)]
    ['7', '4', '0']
    """
    return points - rounded(points * (1 - kept), rounding, digits)


def after_change(
    points: Decimal, fixed: Decimal, kept: Decimal, kept_of_fixed: Decimal, rounding: str, digits: int
) -> Decimal:
    """:func:`after_refunds`, of an order that may have grown: of its ``points``, the ``fixed`` ones do not grow with it.

    Three times as much, of which half is refunded then:

    >>> D = Decimal
    >>> [str(after_change(D(150), D(50), *kept, "down", 0)) for kept in ((D(3), D(1)), (D("1.5"), D("0.5")))]
    ['350', '175']
    >>> after_change(D(50), D(80), D(3), D(1), "down", 0)
    Decimal('50')
    """
    fixed = min(fixed, points)
    lost = (points - fixed) * (1 - kept) + fixed * (1 - min(kept, kept_of_fixed, Decimal(1)))
    return points - rounded(lost, rounding, digits)
