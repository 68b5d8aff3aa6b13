"""Who could take over a customer from a colleague: a simple rule that says its reason.

All matters with one customer go to one person. It knows no leave and no skills; where advice knows better, it is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Contacts:
    """How often, and when last, a colleague was in contact with the customer."""

    count: int
    last: date


@dataclass(frozen=True)
class Tie:
    """What binds a customer to colleagues: his salesperson, and who was in contact with him."""

    owner: int | None = None
    contacts: Mapping[int, Contacts] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """``code`` is the reason: owner, contacts, load, manager; ``number`` and ``day`` are its figures."""

    user: int
    code: str
    number: int = 0
    day: date | None = None


def suggest(tie: Tie, able: Iterable[int], load: Mapping[int, int], manager: int | None = None) -> Suggestion | None:
    """Who takes the customer: his salesperson, else who knows him best, else who has the fewest open matters.

    ``able`` are the ids of those who may; where nobody may, the manager is to distribute it.

    >>> from datetime import date
    >>> march, may = date(2026, 3, 1), date(2026, 5, 1)
    >>> load = {1: 40, 2: 12, 3: 12}
    >>> suggest(Tie(owner=3, contacts={1: Contacts(9, may)}), [1, 2, 3], load)
    Suggestion(user=3, code='owner', number=0, day=None)
    >>> suggest(Tie(owner=9, contacts={1: Contacts(4, march), 2: Contacts(4, may)}), [1, 2, 3], load)
    Suggestion(user=2, code='contacts', number=4, day=datetime.date(2026, 5, 1))
    >>> suggest(Tie(), [1, 3, 2], load)
    Suggestion(user=2, code='load', number=12, day=None)
    >>> suggest(Tie(), [], load, manager=7)
    Suggestion(user=7, code='manager', number=0, day=None)
    >>> suggest(Tie(), [], load)
    """
    able = sorted(able)
    if tie.owner in able:
        return Suggestion(tie.owner, "owner")
    known = [user for user in able if user in tie.contacts]
    if known:
        best = max(known, key=lambda user: (tie.contacts[user].count, tie.contacts[user].last, -user))
        return Suggestion(best, "contacts", tie.contacts[best].count, tie.contacts[best].last)
    if able:
        least = min(able, key=lambda user: (load.get(user, 0), user))
        return Suggestion(least, "load", load.get(least, 0))
    return Suggestion(manager, "manager") if manager else None


def share_out(
    groups: Mapping[object, tuple[Tie, Iterable[int], int]], load: Mapping[int, int], manager: int | None = None
) -> dict[object, Suggestion | None]:
    """A suggestion for each group of matters ``{key: (tie, able, size)}``; what is suggested adds to the load.

    The large groups come first, so that the small ones even it out.

    >>> groups = {"a": (Tie(), [1, 2], 3), "b": (Tie(), [1, 2], 5), "c": (Tie(), [1, 2], 1), "d": (Tie(), [2], 1)}
    >>> {key: found.user for key, found in share_out(groups, {1: 0, 2: 0}).items()}
    {'b': 1, 'a': 2, 'c': 2, 'd': 2}
    """
    load = dict(load)
    suggestions = {}
    for key, (tie, able, size) in sorted(groups.items(), key=lambda item: -item[1][2]):
        found = suggestions[key] = suggest(tie, able, load, manager)
        if found:
            load[found.user] = load.get(found.user, 0) + size
    return suggestions
