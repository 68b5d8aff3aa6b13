"""The pure ledger under random bookings: whatever is booked, no point is made, lost or counted twice."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ledger

TODAY = date(2026, 11, 22)
points = st.decimals(min_value="0.0001", max_value=500, places=4)
days = st.none() | st.integers(0, 60).map(lambda number: TODAY + timedelta(days=number))
step = st.one_of(
    st.tuples(st.sampled_from(["earn", "bonus", "goodwill"]), points, days),
    st.tuples(st.sampled_from(["redeem", "reverse_earn", "expire", "hold"]), points, st.none()),
    st.tuples(st.sampled_from(["reverse_redeem", "release"]), points, st.none()),
)


class Card:
    """A card in memory, that keeps what plans say as the database does."""

    def __init__(self):
        self.balance, self.number = Decimal(0), 0
        self.lots, self.owed, self.drawn, self.entries = {}, {}, {}, {}

    def account(self, undoes):
        kinds = [kind for kind in (undoes,) if kind]
        debits = tuple(
            ledger.Debit(entry, -self.entries[entry].quantity, tuple(self._net(entry)))
            for entry in self.entries
            if self.entries[entry].kind in kinds
        )
        return ledger.Account(
            self.balance,
            lots=tuple(self.lots.values()),
            arrears=tuple((entry, owed) for entry, owed in self.owed.items() if owed),
            debits=debits,
        )

    def _net(self, entry):
        net = {}
        for lot, quantity in self.drawn.get(entry, ()):
            net[lot] = net.get(lot, Decimal(0)) + quantity
        return [(lot, quantity) for lot, quantity in net.items() if quantity > 0]

    def book(self, parts):
        plan = ledger.plan(self.account(parts[0].undoes), parts)
        name = {}
        for index, (part, balance) in enumerate(plan.entries):
            self.number += 1
            name[-1 - index] = self.number
            self.entries[self.number] = part
            self.balance = balance
        for entry, (quantity, remaining) in plan.new_lots.items():
            assert 0 <= remaining <= quantity
            part = plan.entries[-1 - entry][0]
            self.lots[name[entry]] = ledger.Lot(name[entry], remaining, part.expires_on, part.earned_on, own=True)
        for lot, remaining in plan.remaining.items():
            old = self.lots[lot]
            self.lots[lot] = ledger.Lot(lot, remaining, old.expires_on, old.earned_on, own=True)
        for debit, lot, _cause, quantity in plan.drawn:
            self.drawn.setdefault(name.get(debit, debit), []).append((name.get(lot, lot), quantity))
        self.owed.update({name.get(entry, entry): owed for entry, owed in {**plan.new_arrears, **plan.arrears}.items()})
        return plan

    def check(self):
        left = sum((lot.remaining for lot in self.lots.values()), Decimal(0))
        assert all(lot.remaining >= 0 for lot in self.lots.values())
        assert all(owed >= 0 for owed in self.owed.values())
        assert self.balance == left - sum(self.owed.values())
        assert self.balance == sum((part.quantity for part in self.entries.values()), Decimal(0))
        assert not (left and any(self.owed.values())), "nothing is owed while something is there"
        for entry, drawn in self.drawn.items():
            # What a debit drew, less what was given back, and what it owes, is at most what it took.
            assert sum(quantity for _lot, quantity in drawn) + self.owed.get(entry, 0) <= -self.entries[entry].quantity


def part_of(kind, quantity, expires_on):
    if kind in ("earn", "bonus", "goodwill"):
        return ledger.Part(kind, quantity, expires_on=expires_on, earned_on=TODAY)
    if kind in ("reverse_redeem", "release"):
        undoes = "redeem" if kind == "reverse_redeem" else "hold"
        return ledger.Part(kind, quantity, undoes=undoes, earned_on=TODAY)
    return ledger.Part(kind, -quantity, own_first=kind in ("reverse_earn", "hold"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(step, min_size=1, max_size=3), max_size=12))
def test_whatever_is_booked_the_balance_is_what_is_left_less_what_is_owed(bookings):
    card = Card()
    for booking in bookings:
        # One booking undoes debits of one kind, as an order's settlement does.
        undoing = {kind for kind, _quantity, _expires in booking if kind in ("reverse_redeem", "release")}
        if len(undoing) > 1:
            continue
        booking.sort(key=lambda item: item[0] not in undoing)
        card.book([part_of(*item) for item in booking])
        card.check()


@settings(max_examples=200, deadline=None)
@given(st.lists(points, min_size=1, max_size=4), points, points)
def test_what_is_given_back_goes_to_the_lots_it_came_from_and_never_more_than_was_drawn(earned, spent, returned):
    card = Card()
    for quantity in earned:
        card.book([ledger.Part("earn", quantity, earned_on=TODAY)])
    before = {number: lot.remaining for number, lot in card.lots.items()}
    card.book([ledger.Part("redeem", -spent)])
    covered = min(spent, sum(earned))
    card.book([ledger.Part("reverse_redeem", min(returned, spent), undoes="redeem", earned_on=TODAY)])
    card.check()
    assert all(lot.remaining <= before[number] for number, lot in card.lots.items() if number in before)
    back = sum(lot.remaining for number, lot in card.lots.items() if number in before) - (sum(earned) - covered)
    assert back == max(Decimal(0), min(returned, spent) - (spent - covered))
    assert set(card.lots) == set(before), "no new lot for points that had one"


def test_what_expires_first_is_drawn_first_and_of_the_same_day_what_was_earned_first():
    soon, later = TODAY + timedelta(days=1), TODAY + timedelta(days=9)
    lots = (
        ledger.Lot(1, Decimal(10), None, TODAY - timedelta(days=99)),
        ledger.Lot(2, Decimal(10), later, TODAY),
        ledger.Lot(3, Decimal(10), later, TODAY - timedelta(days=5)),
        ledger.Lot(4, Decimal(10), soon, TODAY),
    )
    plan = ledger.plan(ledger.Account(Decimal(40), lots), [ledger.Part("redeem", Decimal(-35))])
    assert [(lot, quantity) for _debit, lot, _cause, quantity in plan.drawn] == [(4, 10), (3, 10), (2, 10), (1, 5)]


def test_the_next_credit_repays_what_is_owed_longest():
    account = ledger.Account(Decimal(-50), arrears=((3, Decimal(20)), (7, Decimal(30))))
    plan = ledger.plan(account, [ledger.Part("earn", Decimal(25), earned_on=TODAY)])
    assert plan.arrears == {3: 0, 7: 25}
    assert [(part.kind, balance) for part, balance in plan.entries] == [("earn", -25), ("arrears_settle", -25)]
    assert plan.new_lots == {-1: (25, 0)}


def test_what_was_drawn_last_is_given_back_first():
    """So the points that are left to be given back are those that expire first."""
    soon, later = ledger.Lot(4, Decimal(0), TODAY), ledger.Lot(3, Decimal(0), TODAY + timedelta(days=9))
    first = ledger.Debit(7, Decimal(-20), ((4, Decimal(10)), (3, Decimal(10))), kind="redeem")
    second = ledger.Debit(8, Decimal(-5), ((3, Decimal(5)),), kind="redeem")
    account = ledger.Account(Decimal(0), (soon, later), debits=(first, second))
    plan = ledger.plan(account, [ledger.Part("reverse_redeem", Decimal(17), undoes="redeem", earned_on=TODAY)])
    assert [(debit, lot, quantity) for debit, lot, _cause, quantity in plan.drawn] == [
        (8, 3, -5),
        (7, 3, -10),
        (7, 4, -2),
    ]
    assert plan.remaining == {3: 15, 4: 2}
