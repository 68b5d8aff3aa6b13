"""What the before-you-contact card says: lights, decisions, prices that contradict each other, channels, budgets."""

from collections.abc import Iterable
from dataclasses import dataclass

#: How serious a finding is. ``info`` is told and changes nothing.
LEVELS = ("info", "yellow", "red")
#: What a company wants to happen when somebody contacts the customer all the same, mildest first.
DECISIONS = ("inform", "ask", "block")
#: For what the customer did not ask, and may be held back from. What he is owed never is.
COMMERCIAL = ("marketing", "survey")
#: Days after which an overdue invoice is serious.
SERIOUSLY_OVERDUE = 30
#: Two prices in different currencies contradict each other from this share on: rates move between two days.
_ACROSS_CURRENCIES = 0.02


def light(levels: Iterable[str]) -> str:
    """The colour of the traffic light: that of the most serious finding.

    >>> light([]), light(["info"]), light(["info", "yellow"]), light(["yellow", "red", "info"])
    ('green', 'green', 'yellow', 'red')
    """
    worst = max((LEVELS.index(level) for level in levels), default=0)
    return ("green", "yellow", "red")[worst]


def decide(findings: Iterable[tuple[str, str]], purpose: str | None = None) -> str:
    """What happens, of ``(level, decision of the company)`` of each finding: the strictest that was earned.

    What is only told asks for nothing, and a contact that the customer himself started is never stopped.

    >>> decide([("red", "ask"), ("yellow", "inform")]), decide([("info", "block")]), decide([])
    ('ask', 'inform', 'inform')
    >>> decide([("yellow", "block"), ("red", "ask")]), decide([("red", "block")], purpose="transactional")
    ('block', 'inform')
    """
    if purpose == "transactional":
        return "inform"
    ranks = [DECISIONS.index(decision) for level, decision in findings if level != "info"]
    return DECISIONS[max(ranks, default=0)]


@dataclass(frozen=True)
class Quoted:
    """The price of a product in one quotation: ``price`` for one unit of the product, in the quotation's currency.

    ``rate`` is how much of that currency one unit of the company's currency was worth.
    """

    order: int
    product: int
    seller: int | None
    price: float
    currency: int
    rate: float = 1.0
    digits: int = 2


def difference(mine: Quoted, other: Quoted) -> float | None:
    """By which share the other price differs from mine; None where both are the same to the customer.

    >>> a = Quoted(1, 7, 3, 100.0, currency=1)
    >>> difference(a, Quoted(2, 7, 4, 95.0, currency=1))
    -0.05
    >>> difference(a, Quoted(2, 7, 4, 100.004, currency=1)) is None
    True

    The same price in dollars, at 1.10 dollars for a euro, is no other price; a tenth less is:

    >>> difference(a, Quoted(2, 7, 4, 110.0, currency=2, rate=1.10)) is None
    True
    >>> round(difference(a, Quoted(2, 7, 4, 99.0, currency=2, rate=1.10)), 3)
    -0.1

    Something that was free has no share; it counts as wholly different:

    >>> difference(Quoted(1, 7, 3, 0.0, 1), a), difference(a, Quoted(1, 7, 3, 0.0, 1))
    (1.0, -1.0)
    """
    if mine.currency == other.currency:
        if round(mine.price, mine.digits) == round(other.price, mine.digits):
            return None
        base, compared = mine.price, other.price
    else:
        base, compared = mine.price / (mine.rate or 1.0), other.price / (other.rate or 1.0)
    share = (compared - base) / base if base else (1.0 if compared else 0.0)
    if mine.currency != other.currency and abs(share) < _ACROSS_CURRENCIES:
        return None
    return share


def contradictions(quoted: Iterable[Quoted], order: int | None = None) -> list[tuple[Quoted, Quoted, float]]:
    """``[(price, other price, share)]``: where the customer holds two prices for one product, greatest gap first.

    Seen from ``order`` where there is one, each of the other quotations that differs; else, for each product, the
    lowest price and the highest.

    >>> prices = [Quoted(1, 7, 3, 100.0, 1), Quoted(2, 7, 4, 90.0, 1), Quoted(3, 7, 4, 100.0, 1), Quoted(1, 8, 3, 5.0, 1)]
    >>> [(mine.order, other.order, share) for mine, other, share in contradictions(prices, order=1)]
    [(1, 2, -0.1)]
    >>> [(low.order, high.order, round(share, 2)) for low, high, share in contradictions(prices)]
    [(2, 3, 0.11)]
    >>> contradictions(prices, order=9)
    []
    """
    by_product: dict[int, list[Quoted]] = {}
    for price in quoted:
        by_product.setdefault(price.product, []).append(price)
    found = []
    for prices in by_product.values():
        if order:
            pairs = [(m, o) for m in prices if m.order == order for o in prices if o.order != order]
        else:
            ranked = sorted(prices, key=lambda price: (price.price / (price.rate or 1.0), price.order))
            pairs = [(ranked[0], ranked[-1])] if ranked[0].order != ranked[-1].order else []
        found += [(mine, other, share) for mine, other in pairs if (share := difference(mine, other)) is not None]
    return sorted(found, key=lambda pair: (-abs(pair[2]), pair[1].order))


def overdue_level(days: int) -> str:
    """How serious the oldest overdue invoice is.

    >>> overdue_level(1), overdue_level(29), overdue_level(30)
    ('yellow', 'yellow', 'red')
    """
    return "red" if days >= SERIOUSLY_OVERDUE else "yellow"


def budget_left(cap: int | None, used: int) -> int | None:
    """How many contacts are left; None where there is no cap. A cap of 0 means never.

    >>> budget_left(None, 99) is None, budget_left(4, 1), budget_left(4, 9), budget_left(0, 0)
    (True, 3, 0, 0)
    """
    return None if cap is None else max(cap - used, 0)


def is_unhappy(score: float | None) -> bool:
    """Whether a score (share of the best answer, 0 to 1) is under half.

    >>> is_unhappy(0.49), is_unhappy(0.5), is_unhappy(None)
    (True, False, False)
    """
    return score is not None and score < 0.5


@dataclass(frozen=True)
class Work:
    """An open lead or quotation for the customer, and the dealer through whom it goes (None: we deal directly)."""

    document: tuple[str, int]
    dealer: int | None


def channel_conflicts(works: Iterable[Work], served_by: frozenset[int], mine: tuple[str, int] | None = None):
    """``(level, work)`` of each piece of work that goes past somebody who works the same end customer.

    Two channels at work on one customer is serious. Work that goes past the dealer who serves him is told, too.

    >>> direct, via_5, via_6 = Work(("crm.lead", 1), None), Work(("crm.lead", 2), 5), Work(("crm.lead", 3), 6)
    >>> channel_conflicts([direct, via_5], frozenset())
    [('red', Work(document=('crm.lead', 1), dealer=None)), ('red', Work(document=('crm.lead', 2), dealer=5))]
    >>> channel_conflicts([direct], frozenset({5}))
    [('yellow', Work(document=('crm.lead', 1), dealer=None))]
    >>> channel_conflicts([via_5], frozenset({5})), channel_conflicts([via_5], frozenset())
    ([], [])

    Seen from one of them, it is the others that contradict it:

    >>> channel_conflicts([direct, via_5, via_6], frozenset(), mine=("crm.lead", 2))
    [('red', Work(document=('crm.lead', 1), dealer=None)), ('red', Work(document=('crm.lead', 3), dealer=6))]
    """
    works = list(works)
    own = next((work for work in works if work.document == mine), None)
    if own:
        against = [work for work in works if work.dealer != own.dealer]
    else:
        against = works if len({work.dealer for work in works}) > 1 else []
    if against:
        return [("red", work) for work in against]
    past = [own] if own else works
    return [("yellow", work) for work in past if served_by and work.dealer not in served_by]
