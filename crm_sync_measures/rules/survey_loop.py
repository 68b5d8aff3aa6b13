"""What follows from an answer: who is called, who is thanked, and whether it has helped. Never writes, never raises.

An answer is *low* up to a number and *high* from a number on. Who gives a low one is contacted; some time later he is asked
once more. He is *recovered* when that answer is not low any more; as long as there is none, when whoever has spoken with him
says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .survey_answer import EDIT_WINDOW
from .working_time import WorkingTime

#: Up to here an answer is low, from here on it is high, where the program does not say otherwise.
LOW = {"nps": 6, "csat": 2, "ces": 3}
HIGH = {"nps": 9, "csat": 5, "ces": 6}
#: What may be said of somebody who was unhappy.
OUTCOMES = ("recovered", "not_recovered", "not_reachable")
#: Without having spoken with him nobody knows these.
SPOKEN = ("recovered", "not_recovered")
#: Whoever is to contact a customer has worked at least so long before he is late: an answer may come on Friday evening.
_FEWEST = 4 * 3600
#: Clocks of two servers differ, and a page that was sent at the last second is still on its way.
_MARGIN = timedelta(minutes=1)


def is_low(value: int, low_to: int) -> bool:
    """
    >>> [is_low(value, LOW["nps"]) for value in (0, 6, 7)], [is_low(value, LOW["csat"]) for value in (2, 3)]
    ([True, True, False], [True, False])
    """
    return value <= low_to


def is_high(value: int, high_from: int) -> bool:
    """
    >>> [is_high(value, HIGH["nps"]) for value in (8, 9, 10)], [is_high(value, HIGH["ces"]) for value in (5, 6)]
    ([False, True, True], [False, True])
    """
    return value >= high_from


def follows_at(answered_at: datetime) -> datetime:
    """From when on something may follow from an answer: it cannot be put right any more.

    >>> follows_at(datetime(2026, 3, 2, 12))
    datetime.datetime(2026, 3, 2, 12, 31)
    """
    return answered_at + EDIT_WINDOW + _MARGIN


def contact_due(answered_at: datetime, hours: int, work: WorkingTime) -> datetime:
    """Until when the customer is to be contacted: so many hours after his answer, nights included, and never before somebody
    had four hours of work for it.

    >>> from .working_time import Shift
    >>> office = WorkingTime([Shift(day, 8 * 3600, 17 * 3600) for day in range(5)], "UTC")
    >>> monday, friday = datetime(2026, 3, 2, 12), datetime(2026, 3, 6, 16)
    >>> contact_due(monday, 48, office)
    datetime.datetime(2026, 3, 4, 12, 0)

    On Friday at four, 48 hours end on Sunday; one hour of Friday and three of Monday:

    >>> contact_due(friday, 48, office)
    datetime.datetime(2026, 3, 9, 11, 0)

    Where no hours are known the clock on the wall decides:

    >>> contact_due(friday, 48, WorkingTime([], "UTC"))
    datetime.datetime(2026, 3, 8, 16, 0)
    """
    due = answered_at + timedelta(hours=hours)
    return max(due, work.due(answered_at, _FEWEST) or due)


def work_left(opened_at: datetime, due: datetime, work: WorkingTime) -> int:
    """Working time in seconds from the opening of the case to ``due``, for its clock; an hour where less is left, and 0 where no
    hours are known.

    >>> from .working_time import Shift
    >>> office = WorkingTime([Shift(day, 8 * 3600, 17 * 3600) for day in range(5)], "UTC")
    >>> monday = datetime(2026, 3, 2, 12)
    >>> work_left(monday, monday + timedelta(hours=48), office) // 3600, work_left(monday, monday, office)
    (18, 3600)
    >>> work_left(monday, monday + timedelta(hours=48), WorkingTime([], "UTC"))
    0
    """
    if work.due(opened_at, _FEWEST) is None:
        return 0
    return max(3600, work.seconds(opened_at, due)) if due > opened_at else 3600


def in_time(contacted_at: datetime | None, outcome_at: datetime | None, due: datetime) -> bool | None:
    """Whether what had to be done was done in time: he was contacted, or could not be reached. None: nothing was done yet.

    >>> due = datetime(2026, 3, 4, 12)
    >>> in_time(due, None, due), in_time(None, due + timedelta(hours=1), due), in_time(None, None, due)
    (True, False, None)
    """
    moments = [moment for moment in (contacted_at, outcome_at) if moment]
    return min(moments) <= due if moments else None


def is_recovered(outcome: str | None, is_still_low: bool | None) -> bool:
    """What the customer himself says later is what counts; until he does, what is said of him.

    >>> is_recovered("recovered", None), is_recovered("recovered", True), is_recovered("not_reachable", False)
    (True, False, True)
    >>> is_recovered(None, None)
    False
    """
    return outcome == "recovered" if is_still_low is None else not is_still_low


@dataclass(frozen=True)
class Recovery:
    """Of ``n`` who were asked again and have answered, so many are ``recovered``; ``rate`` is in per cent."""

    n: int = 0
    recovered: int = 0
    rate: float | None = None


def compared(
    contacted: tuple[int, int], not_contacted: tuple[int, int], minimum: int
) -> tuple[Recovery, Recovery, bool]:
    """Both groups, each ``(answered again, recovered)``, and whether enough have answered in both to compare them.

    >>> compared((40, 26), (30, 9), 30)
    (Recovery(n=40, recovered=26, rate=65.0), Recovery(n=30, recovered=9, rate=30.0), True)

    Of too few in one group nothing is said of either, since it is the difference that matters:

    >>> compared((40, 26), (29, 9), 30)
    (Recovery(n=40, recovered=26, rate=None), Recovery(n=29, recovered=9, rate=None), False)
    >>> compared((0, 0), (0, 0), 0)[2]
    False
    """
    is_enough = all(n >= max(minimum, 1) for n, _recovered in (contacted, not_contacted))
    first, second = (
        Recovery(n, recovered, round(100 * recovered / n, 1) if is_enough else None)
        for n, recovered in (contacted, not_contacted)
    )
    return first, second, is_enough
