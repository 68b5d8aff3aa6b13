"""What an order still has to move on a card: the difference between what it has moved and what it should have."""

from decimal import Decimal

from .ledger import ZERO, Part


def balances(kinds: dict[str, Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """(earned, held, spent) out of the sums by kind of one order on one card.

    >>> D = Decimal
    >>> [str(x) for x in balances({"earn": D(90), "reverse_earn": D(-30), "hold": D(-60), "redeem": D(-100)})]
    ['60', '60', '100']
    """

    def total(*names):
        return sum((kinds.get(name, ZERO) for name in names), ZERO)

    return total("earn", "reverse_earn", "adjust"), -total("hold", "release"), -total("redeem", "reverse_redeem")


def settlement(
    kinds: dict[str, Decimal], earned_target: Decimal, spent_target: Decimal, expired: Decimal = ZERO
) -> list[Part]:
    """The entries that bring what an order has moved on a card to its targets.

    Pending points are released before they are taken back, and spent ones given back before earned ones are taken.

    >>> D = Decimal
    >>> moved = {"earn": D(90), "redeem": D(-100)}
    >>> [(part.kind, str(part.quantity)) for part in settlement(moved, D(0), D(0))]
    [('reverse_redeem', '100'), ('reverse_earn', '-90')]

    What has expired meanwhile is gone, and is not taken a second time:

    >>> [(part.kind, str(part.quantity)) for part in settlement({"earn": D(90)}, D(0), D(0), expired=D(50))]
    [('reverse_earn', '-40')]
    >>> settlement({"earn": D(90)}, D(90), D(0), expired=D(90))
    []
    """
    earned, held, spent = balances(kinds)
    takeable = earned - expired
    parts = []
    if held > earned_target:
        parts.append(Part("release", held - max(earned_target, ZERO), undoes="hold"))
    if spent > spent_target:
        parts.append(Part("reverse_redeem", spent - spent_target, undoes="redeem"))
    if takeable > earned_target:
        parts.append(Part("reverse_earn", earned_target - takeable, own_first=True))
    if earned < earned_target:
        parts.append(Part("earn", earned_target - earned, undoes="reverse_earn"))
    if spent < spent_target:
        parts.append(Part("redeem", spent - spent_target))
    return parts
