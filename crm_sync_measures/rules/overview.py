"""What the first page shows of a KPI: whose figure, which period, and whether it has become better. Never reads, never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: So many periods are drawn.
TREND = 13
SUBJECTS = ("sales", "marketing", "service", "loyalty", "management")
#: Departments that come with the addon → the subjects that are theirs.
_OWN = {
    "sales": ("sales",),
    "marketing": ("marketing",),
    "service": ("service",),
    "store": ("loyalty", "sales"),
    "finance": ("management", "loyalty"),
}


@dataclass(frozen=True)
class Figure:
    """One figure of a series: ``end`` is the last day of its period, ``value`` is None where there is nothing to say."""

    start: date
    end: date
    value: float | None
    number: int = 0


@dataclass(frozen=True)
class Shown:
    """Which figures of a series the page shows."""

    main: Figure
    #: The period right before, if it was measured.
    before: Figure | None
    #: The period in progress, when ``main`` is one that is over.
    running: Figure | None
    trend: tuple[Figure, ...]


@dataclass(frozen=True)
class Change:
    """``arrow`` is up, down or flat; ``word`` is better, worse, same, or more and less where neither is known to be good."""

    amount: float
    arrow: str
    word: str


def scopes_of(sees_all: bool, manages: int | None, user: int, department: int | None) -> list[str]:
    """Whose figures somebody looks at, the nearest first; of each KPI the first one that has been measured is shown.

    >>> scopes_of(False, None, 7, 3), scopes_of(False, 4, 7, 3), scopes_of(True, None, 2, 3)
    (['person:7', 'department:3', 'company'], ['department:4', 'company'], ['company'])
    """
    if sees_all:
        return ["company"]
    if manages:
        return [f"department:{manages}", "company"]
    return [f"person:{user}", *([f"department:{department}"] if department else []), "company"]


def own_subjects(sees_all: bool, department: str | None) -> tuple[str, ...]:
    """The subjects of somebody's work. Other ones are shown to him only where the figure is his own or his department's.

    >>> own_subjects(False, "service"), own_subjects(False, "logistics")
    (('service',), ('management',))
    >>> own_subjects(False, None) == own_subjects(True, "service") == SUBJECTS
    True
    """
    return SUBJECTS if sees_all or not department else _OWN.get(department, ("management",))


def subject_order(department: str | None) -> list[str]:
    """All subjects, those of the department first.

    >>> subject_order("service")
    ['service', 'sales', 'marketing', 'loyalty', 'management']
    """
    own = _OWN.get(department or "", ())
    return [*own, *(subject for subject in SUBJECTS if subject not in own)]


def shown(figures: Sequence[Figure], today: date) -> Shown:
    """The last period that is over is what is told: half a month looks like a bad one. It may still await its closing.

    >>> months = [Figure(date(2026, m, 1), date(2026, m, 28), float(m), m) for m in (1, 2)]
    >>> found = shown([*months, Figure(date(2026, 3, 1), date(2026, 3, 31), 9.0, 3)], date(2026, 3, 10))
    >>> found.main.number, found.running.number, [figure.number for figure in found.trend]
    (2, 3, [1, 2])

    A month that is missing in between is not compared over:

    >>> found.before, shown([Figure(date(2026, 1, 1), date(2026, 1, 31), 5.0), months[1]], date(2026, 3, 10)).before.value
    (None, 5.0)

    Before the first one is over, the period in progress is all there is:

    >>> found = shown([Figure(date(2026, 3, 1), date(2026, 3, 31), 9.0)], date(2026, 3, 10))
    >>> found.main.value, found.before, found.running
    (9.0, None, None)
    """
    over = [figure for figure in figures if figure.end < today]
    last = figures[-1]
    if not over:
        return Shown(last, None, None, (last,))
    before = next((figure for figure in over[-2:-1] if figure.end + timedelta(days=1) == over[-1].start), None)
    return Shown(over[-1], before, last if last.end >= today else None, tuple(over[-TREND:]))


def change_of(value: float | None, before: float | None, direction: str, digits: int = 0) -> Change | None:
    """What has changed since the period before, as it is shown: a difference that is rounded away is none.

    >>> change_of(7.0, 9.0, "lower"), change_of(7.0, 9.0, "higher").word, change_of(7.0, 9.0, "range").word
    (Change(amount=2.0, arrow='down', word='better'), 'worse', 'less')
    >>> change_of(43.24, 43.21, "higher", 1).word, change_of(None, 9.0, "lower"), change_of(7.0, None, "lower")
    ('same', None, None)
    """
    if value is None or before is None:
        return None
    difference = round(value - before, digits)
    if not difference:
        return Change(0.0, "flat", "same")
    is_up = difference > 0
    if direction == "range":
        word = "more" if is_up else "less"
    else:
        word = "better" if is_up == (direction == "higher") else "worse"
    return Change(abs(difference), "up" if is_up else "down", word)
