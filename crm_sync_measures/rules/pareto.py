"""Which few causes make most of the cases: bars in falling order with their cumulated share. Never writes, never raises."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

#: The mark at which the vital few end (Juran: 80 % of the effects come from 20 % of the causes).
MARK = 80.0
#: Bars that a screen shows; what is smaller is one bar.
BARS = 20


@dataclass(frozen=True)
class Bar:
    """``key``: of what; None for what has none yet, which has no share. ``others``: the smaller ones in this bar."""

    key: Hashable
    name: str
    count: int
    cumulated: float | None
    is_vital: bool
    others: tuple = ()


def pareto(counts: Iterable[tuple[Hashable, str, int]], bars: int = BARS) -> list[Bar]:
    """``counts`` of ``(key, name, count)``, in falling order; equal ones by name, and nothing has no bar.

    >>> rows = pareto([(1, "Transport", 10), (2, "Defect", 70), (3, "Manual", 10), (4, "Price", 0), (5, "Late", 10)])
    >>> [(bar.name, bar.count, bar.cumulated, bar.is_vital) for bar in rows]
    [('Defect', 70, 70.0, True), ('Late', 10, 80.0, True), ('Manual', 10, 90.0, False), ('Transport', 10, 100.0, False)]

    What is too small for a bar of its own is in one bar. What nobody has said the cause of is counted and named, and stands
    at the end, whatever its size: it is no cause, and shares are of what is known.

    >>> rows = pareto([(None, "Not Known Yet", 9), (1, "A", 3), (2, "B", 1), (3, "C", 1)], bars=1)
    >>> [(bar.key, bar.count, bar.cumulated, bar.others) for bar in rows]
    [(1, 3, 60.0, ()), ('other', 2, 100.0, (2, 3)), (None, 9, None, ())]
    >>> [bar.is_vital for bar in rows]
    [True, False, False]

    >>> pareto([]), pareto([(1, "A", 0)])
    ([], [])
    """
    known = [row for row in counts if row[2] > 0]
    coded = sorted((row for row in known if row[0] is not None), key=lambda row: (-row[2], row[1]))
    shown, small = coded[:bars], coded[bars:]
    rows = [(*row, ()) for row in shown]
    if small:
        rows.append(("other", "", sum(row[2] for row in small), tuple(row[0] for row in small)))
    total, reached, result = sum(row[2] for row in rows), 0, []
    for key, name, count, others in rows:
        is_vital = not others and 100 * reached < MARK * total
        reached += count
        result.append(Bar(key, name, count, round(100 * reached / total, 1), is_vital, others))
    return result + [Bar(*row, None, False) for row in known if row[0] is None]
