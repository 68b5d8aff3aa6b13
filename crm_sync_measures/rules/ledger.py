"""How points are booked: which lots a debit draws from, what it leaves in arrears, what a return gives back.

A *lot* is what one credit brought and is left of it. A *debit* draws from lots, those that expire first
first. What no lot covers is *arrears*, repaid by the next credit. At every moment
``balance = sum of lots - sum of arrears``. Quantities are decimals of points, exact to 4 digits.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

#: Kinds of entries, with the sign their quantity must have (0: either).
KINDS = {
    "opening": 0,
    "earn": +1,
    "bonus": +1,
    "goodwill": +1,
    "adjust": 0,
    "redeem": -1,
    "expire": -1,
    "reverse_earn": -1,
    "reverse_redeem": +1,
    "hold": -1,
    "release": +1,
    "transfer_in": 0,
    "transfer_out": 0,
    "arrears_settle": 0,
}
#: Beyond this a quantity is a mistake, and a float would not hold it exactly.
LARGEST = Decimal(10) ** 11
ZERO = Decimal(0)
_EXACT = Decimal("0.0001")


def exact(points: float | Decimal) -> Decimal:
    """``points`` as the ledger books them: 4 decimals, half up.

    >>> exact(0.1 + 0.2), exact(-12.00005), exact(7)
    (Decimal('0.3000'), Decimal('-12.0001'), Decimal('7.0000'))

    What is no quantity of points is refused:

    >>> exact(float("nan"))
    Traceback (most recent call last):
    ValueError: not a quantity of points: nan
    """
    quantity = Decimal(repr(points)) if isinstance(points, float) else Decimal(points)
    if not quantity.is_finite() or abs(quantity) > LARGEST:
        raise ValueError(f"not a quantity of points: {points}")
    return quantity.quantize(_EXACT, ROUND_HALF_UP) + 0


@dataclass(frozen=True)
class Lot:
    """A lot as it stands; ``own`` when the source of the booking also brought this lot."""

    id: int
    remaining: Decimal
    expires_on: date | None = None
    earned_on: date | None = None
    own: bool = False


@dataclass(frozen=True)
class Debit:
    """An earlier debit that a return of its ``kind`` may give back: ``drawn`` lists (lot id, quantity) in the order drawn."""

    entry_id: int
    quantity: Decimal
    drawn: tuple[tuple[int, Decimal], ...] = ()
    arrears: Decimal = ZERO
    kind: str | None = None


@dataclass(frozen=True)
class Part:
    """One entry to be booked.

    ``lot_id`` is drawn first by a debit; ``own_first`` draws first from lots of the same source.
    ``undoes`` names the kind of debits of the same source that a credit gives back before it makes a lot.
    """

    kind: str
    quantity: Decimal
    lot_id: int | None = None
    own_first: bool = False
    undoes: str | None = None
    expires_on: date | None = None
    earned_on: date | None = None
    origin_lot_id: int | None = None
    base: Decimal | None = None
    base_currency_id: int | None = None
    reverses_id: int | None = None


@dataclass(frozen=True)
class Account:
    """What is known of a card before a booking: its open lots, and those that ``debits`` were drawn from."""

    balance: Decimal
    lots: tuple[Lot, ...] = ()
    arrears: tuple[tuple[int, Decimal], ...] = ()  # (debit's entry id, quantity still owed), oldest first
    debits: tuple[Debit, ...] = ()


@dataclass
class Plan:
    """What a booking writes.

    Lots and entries that do not exist yet are named by a negative number: ``-1 - index`` in ``entries``.
    """

    entries: list[tuple[Part, Decimal]] = field(default_factory=list)  # (part, balance after it)
    new_lots: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)  # entry -> (quantity, what remains)
    remaining: dict[int, Decimal] = field(default_factory=dict)  # lot -> what remains
    drawn: list[tuple[int, int, int, Decimal]] = field(default_factory=list)  # (debit, lot, cause, quantity)
    new_arrears: dict[int, Decimal] = field(default_factory=dict)  # debit -> owed
    arrears: dict[int, Decimal] = field(default_factory=dict)  # earlier debit -> what is still owed


def plan(account: Account, parts: list[Part]) -> Plan:
    """Book ``parts`` in their order.

    100 points, 30 of them spent from the lot that expires first:

    >>> D = Decimal
    >>> account = Account(D(100), lots=(Lot(7, D(60)), Lot(8, D(40), date(2026, 12, 31))))
    >>> p = plan(account, [Part("redeem", D(-50))])
    >>> [(lot, str(quantity)) for _debit, lot, _cause, quantity in p.drawn]
    [(8, '40'), (7, '10')]

    More than there is leaves arrears, and the next credit repays them before it makes a lot:

    >>> p = plan(Account(D(10), lots=(Lot(1, D(10)),)), [Part("reverse_earn", D(-30)), Part("earn", D(25))])
    >>> [(part.kind, str(balance)) for part, balance in p.entries]
    [('reverse_earn', '-20'), ('earn', '5'), ('arrears_settle', '5')]
    >>> p.new_lots[-2], p.new_arrears[-1]
    ((Decimal('25'), Decimal('5')), Decimal('0'))
    """
    return _Booking(account).book(parts)


class _Booking:
    """The lots and arrears of one account while parts are booked on it."""

    def __init__(self, account: Account):
        self.balance = account.balance
        self.left = {lot.id: lot.remaining for lot in account.lots}
        self.lots = {lot.id: lot for lot in account.lots}
        self.owed = dict(account.arrears)
        self.debits = list(account.debits)
        self.undone = {}
        self.plan = Plan()

    def book(self, parts):
        for part in parts:
            if part.kind == "hold":
                # Points still owed are repaid even by points that are pending: only the rest can be held.
                part = replace(part, quantity=max(part.quantity, -self._own_left()))  # noqa: PLW2901
                if not part.quantity:
                    continue
            entry = self._enter(part)
            if part.quantity < 0:
                self._draw(entry, part)
            elif part.quantity > 0:
                self._credit(entry, part)
        self.plan.remaining = {
            lot: left for lot, left in self.left.items() if lot > 0 and left != self.lots[lot].remaining
        }
        self.plan.new_lots = {entry: (self.lots[entry].remaining, self.left[entry]) for entry in self.plan.new_lots}
        self.plan.new_arrears = {entry: self.owed[entry] for entry in self.plan.new_arrears}
        return self.plan

    def _enter(self, part):
        if not part.quantity and part.kind != "arrears_settle":
            raise ValueError("an entry moves something")
        if part.quantity * KINDS[part.kind] < 0:
            raise ValueError(f"{part.kind} cannot move {part.quantity} points")
        self.balance += part.quantity
        self.plan.entries.append((part, self.balance))
        return -len(self.plan.entries)

    def _draw(self, entry, part):
        missing = -part.quantity
        for lot in self._in_order(part):
            if not missing:
                break
            taken = min(missing, self.left[lot])
            if taken:
                self.left[lot] -= taken
                missing -= taken
                self.plan.drawn.append((entry, lot, entry, taken))
        if missing:
            self.owed[entry] = self.plan.new_arrears[entry] = missing

    def _own_left(self):
        return sum(left for lot, left in self.left.items() if self.lots[lot].own)

    def _in_order(self, part):
        def rank(lot_id):
            lot = self.lots[lot_id]
            asked = lot_id == part.lot_id or (part.own_first and lot.own)
            # New lots have negative numbers: they come after those that are there, in their order.
            return (not asked, lot.expires_on or date.max, lot.earned_on or date.max, lot_id < 0, abs(lot_id))

        return sorted(self.left, key=rank)

    def _credit(self, entry, part):
        amount = self._give_back(entry, part) if part.undoes else part.quantity
        if amount:
            # A credit makes one lot of its whole quantity; earlier arrears draw from it at once.
            self.lots[entry] = Lot(entry, amount, part.expires_on, part.earned_on, own=True)
            self.left[entry] = amount
            self.plan.new_lots[entry] = (amount, amount)
        self._settle()

    def _give_back(self, entry, part):
        """Return points to the lots they came from, last drawn first; the rest is returned as a number."""
        amount = part.quantity
        for debit in reversed(self.debits):
            if debit.kind not in (None, part.undoes):
                # What was pending is not given back where points were spent.
                continue
            owed = self.owed.get(debit.entry_id, ZERO)
            cancelled = min(amount, owed)
            if cancelled:
                # Points that were never covered are no longer owed.
                self._owe(debit.entry_id, owed - cancelled)
                amount -= cancelled
            for lot, quantity in reversed(debit.drawn):
                back = min(amount, quantity - self.undone.get((debit.entry_id, lot), ZERO))
                if back > 0:
                    self.left[lot] += back
                    amount -= back
                    self.undone[debit.entry_id, lot] = self.undone.get((debit.entry_id, lot), ZERO) + back
                    self.plan.drawn.append((debit.entry_id, lot, entry, -back))
        return amount

    def _settle(self):
        """Repay what is owed from what came in."""
        owed = [(debit, quantity) for debit, quantity in self.owed.items() if quantity]
        if not owed or not any(self.left.values()):
            return
        settle = self._enter(Part("arrears_settle", ZERO))
        for debit, quantity in owed:
            missing = quantity
            for lot in self._in_order(Part("arrears_settle", ZERO)):
                taken = min(missing, self.left[lot])
                if taken:
                    self.left[lot] -= taken
                    missing -= taken
                    self.plan.drawn.append((debit, lot, settle, taken))
            self._owe(debit, missing)

    def _owe(self, debit, quantity):
        self.owed[debit] = quantity
        if debit > 0:
            self.plan.arrears[debit] = quantity


def seal(previous: str, content: str) -> str:
    """The link of the chain after ``previous``: SHA-256 of both, in hexadecimal.

    The database computes the same in ``crm_sync_chain``.

    >>> seal("", "1|1|earn")[:16]
    'c1c7859044919a91'
    """
    return hashlib.sha256((previous + content).encode()).hexdigest()
