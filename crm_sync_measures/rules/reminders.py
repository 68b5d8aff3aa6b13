"""What a reminder tells, and when it is due."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

#: What ends in the days after the period of notice is told along with it: who earns every day gets a mail a week.
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Ending:
    """Points of one card that end on the same day: the lots, and how far their owner was told of them."""

    card_id: int
    expires_on: date
    points: Decimal
    lots: tuple[int, ...]
    is_reminded: bool = False
    is_warned: bool = False
    notice_days: int = 30
    last_chance_days: int = 3


@dataclass(frozen=True)
class Reminder:
    """A mail to one customer: the lots it speaks of, and those for which it is the last one."""

    kind: str
    told: tuple[Ending, ...]
    warned: frozenset[int] = frozenset()

    @property
    def lots(self) -> list[int]:
        return [lot for ending in self.told for lot in ending.lots]


def reminder(endings: list[Ending], today: date) -> Reminder | None:
    """The one mail that is due today, or none. Less than a whole point is never mentioned.

    >>> today = date(2026, 3, 1)
    >>> near = Ending(1, date(2026, 3, 3), Decimal(40), (7,), is_reminded=True)
    >>> far = Ending(1, date(2026, 3, 30), Decimal("12.5"), (8,))
    >>> reminder([near, far], today).kind, reminder([far], today).kind
    ('last_chance', 'reminder')
    >>> reminder([near, far], today).lots, sorted(reminder([near, far], today).warned)
    ([7, 8], [7])
    >>> reminder([Ending(1, date(2026, 3, 3), Decimal("0.9"), (9,))], today) is None
    True

    What ends a few days after the period of notice is no occasion for a mail, but is told along with one:

    >>> later = Ending(1, date(2026, 4, 3), Decimal(5), (9,))
    >>> reminder([later], today) is None, reminder([far, later], today).lots
    (True, [8, 9])
    """
    whole = sorted((e for e in endings if e.points >= 1), key=lambda e: (e.expires_on, e.card_id))

    def within(ending, days, ahead=timedelta(0)):
        return days > 0 and today <= ending.expires_on <= today + timedelta(days=days) + ahead

    is_last = any(within(e, e.last_chance_days) and not e.is_warned for e in whole)
    if not is_last and not any(within(e, e.notice_days) and not e.is_reminded for e in whole):
        return None
    told = tuple(e for e in whole if within(e, max(e.notice_days, e.last_chance_days), AHEAD))
    warned = {lot for e in told if is_last and within(e, e.last_chance_days, AHEAD) for lot in e.lots}
    return Reminder("last_chance" if is_last else "reminder", told, frozenset(warned))
