"""How points go over from one card to another: lot by lot, so that nothing about them changes but the card."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .ledger import ZERO, Part


@dataclass(frozen=True)
class Moved:
    """Points of one lot that go over; ``origin_id`` is the lot they were first credited to."""

    lot_id: int
    origin_id: int
    quantity: Decimal
    expires_on: date | None = None
    earned_on: date | None = None
    company_id: int | None = None


def outgoing(lots: Iterable[Moved], owed: Decimal = ZERO) -> list[Part]:
    """What is booked on the card that is emptied; what is ``owed`` on it goes over too.

    >>> lot = Moved(7, 3, Decimal(40), date(2026, 12, 31), date(2026, 1, 5))
    >>> [(part.kind, str(part.quantity), part.lot_id) for part in outgoing([lot], Decimal(5))]
    [('transfer_out', '-40', 7), ('transfer_out', '5', None)]
    """
    parts = [Part("transfer_out", -lot.quantity, lot_id=lot.lot_id) for lot in lots]
    return [*parts, Part("transfer_out", owed)] if owed else parts


def incoming(lots: Iterable[Moved], owed: Decimal = ZERO) -> list[Part]:
    """What is booked on the card that is filled: the same sum, with the same days.

    >>> lot = Moved(7, 3, Decimal(40), date(2026, 12, 31), date(2026, 1, 5))
    >>> [part] = incoming([lot])
    >>> part.kind, str(part.quantity), part.expires_on.isoformat(), part.earned_on.isoformat(), part.origin_lot_id
    ('transfer_in', '40', '2026-12-31', '2026-01-05', 3)
    """
    parts = [
        Part(
            "transfer_in",
            lot.quantity,
            expires_on=lot.expires_on,
            earned_on=lot.earned_on,
            origin_lot_id=lot.origin_id,
        )
        for lot in lots
    ]
    return [*parts, Part("transfer_in", -owed)] if owed else parts


def returned_by(part: Part, here: Decimal, former: list[tuple[int, Decimal]]) -> tuple[Part, list[tuple[int, Decimal]]]:
    """Where points that are given back belong: (the part to be booked here, [(former card, quantity)]).

    The debits on this card are the later ones, so they are given back first; then those on cards whose
    points have gone over here, the last one first. What belongs nowhere is booked here.

    >>> D = Decimal
    >>> part, there = returned_by(Part("reverse_redeem", D(100), undoes="redeem"), D(30), [(8, D(50)), (9, D(40))])
    >>> str(part.quantity), [(card, str(quantity)) for card, quantity in there]
    ('30', [(8, '50'), (9, '20')])
    >>> part, there = returned_by(Part("reverse_redeem", D(60), undoes="redeem"), D(0), [(8, D(50))])
    >>> str(part.quantity), [(card, str(quantity)) for card, quantity in there]
    ('10', [(8, '50')])
    """
    left, there = max(ZERO, part.quantity - here), []
    for card_id, drawn in former:
        quantity = min(left, drawn)
        if quantity > 0:
            there.append((card_id, quantity))
            left -= quantity
    return replace(part, quantity=part.quantity - sum(quantity for _card, quantity in there)), there
