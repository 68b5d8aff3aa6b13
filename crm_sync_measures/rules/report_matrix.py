"""A report as a matrix: which value of a KPI belongs to a period, what it is compared with, and how it went on.

Computed once, rendered by the screen, the workbook, the PDF and the mail. Nothing here knows a database, a clock or a
language: texts come ready, numbers stay numbers, and what is not known is None and never 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .kpi_period import period_label, period_next, period_start

#: Periods of a trend, the one of the report included: a year and the same one a year ago.
TREND = {"week": 53, "month": 13, "quarter": 9}
#: Calendar of a KPI → periods of a report that are made of whole ones of it. Weeks make up no month.
_NESTS = {
    "day": ("week", "month", "quarter"),
    "week": ("week",),
    "month": ("month", "quarter"),
    "quarter": ("quarter",),
}


# ---------------------------------------------------------------- what is measured


@dataclass(frozen=True)
class Point:
    """The value of a KPI in one period of its own calendar."""

    start: date
    end: date
    value: float | None
    numerator: float = 0.0
    denominator: float = 0.0
    target: float | None = None
    attainment: float | None = None
    level: str = ""
    is_running: bool = False


@dataclass(frozen=True)
class Span:
    """A period that a report is about, both days included."""

    kind: str
    first: date
    last: date

    @property
    def label(self) -> str:
        return period_label(self.first, self.kind)


def span_at(day: date, kind: str, week_start: int = 1) -> Span:
    """The period of ``kind`` that holds ``day``.

    >>> span_at(date(2026, 11, 21), "quarter").label, str(span_at(date(2026, 11, 21), "month").last)
    ('2026-Q4', '2026-11-30')
    """
    first = period_start(day, kind, week_start)
    return Span(kind, first, period_next(first, kind) - timedelta(days=1))


def span_before(span: Span, steps: int = 1) -> Span:
    """The period so many before ``span``; weeks start on the weekday on which it does.

    >>> span_before(span_at(date(2026, 1, 15), "month")).label, span_before(span_at(date(2026, 3, 1), "quarter"), 2).label
    ('2025-12', '2025-Q3')
    """
    for _step in range(steps):
        span = span_at(span.first - timedelta(days=1), span.kind, span.first.isoweekday())
    return span


def span_after(span: Span) -> Span:
    """
    >>> span_after(span_at(date(2026, 12, 31), "month")).label
    '2027-01'
    """
    return span_at(span.last + timedelta(days=1), span.kind, span.first.isoweekday())


def year_before(span: Span) -> Span:
    """The same period a year ago; of a week the one 52 weeks before, so that weekdays agree.

    >>> year_before(span_at(date(2028, 2, 29), "month")).label, year_before(span_at(date(2026, 11, 21), "week")).label
    ('2027-02', '2025-11-17')
    """
    if span.kind == "week":
        return Span("week", span.first - timedelta(days=364), span.last - timedelta(days=364))
    return span_at(span.first.replace(year=span.first.year - 1, day=1), span.kind)


def nests(calendar: str, kind: str) -> bool:
    """Whether a period of ``kind`` is made of whole periods of ``calendar``.

    >>> nests("day", "month"), nests("month", "quarter"), nests("week", "month"), nests("quarter", "month")
    (True, True, False, False)
    """
    return kind in _NESTS[calendar]


def roll_up(points: Sequence[Point], additivity: str, unit: str = "number") -> Point | None:
    """One value of the values of a longer period: sums are added, ratios divided anew and never averaged.

    Of a stand it is the last one. Distinct customers cannot be added: there is None, as who buys in two months is one.

    >>> january = Point(date(2026, 1, 1), date(2026, 1, 31), 50.0, 1, 2, target=40.0)
    >>> february = Point(date(2026, 2, 1), date(2026, 2, 28), 10.0, 1, 10, target=40.0)
    >>> round(roll_up([january, february], "ratio", "percent").value, 2)
    16.67
    >>> roll_up([january, february], "sum").value, roll_up([january, february], "sum").target
    (60.0, 80.0)
    >>> roll_up([january, february], "last").value, roll_up([january, february], "distinct").value
    (10.0, None)
    >>> roll_up([january], "distinct").value, roll_up([], "sum")
    (50.0, None)
    """
    points = sorted(points, key=lambda point: point.start)
    if len(points) < 2:
        return points[0] if points else None
    last = points[-1]
    numerator = sum(point.numerator for point in points)
    denominator = sum(point.denominator for point in points)
    known = [point.value for point in points if point.value is not None]
    targets = [point.target for point in points]
    target = last.target
    if additivity == "sum":
        value = sum(known) if known else None
        target = sum(targets) if None not in targets else None
    elif additivity == "ratio":
        value = numerator / denominator * (100 if unit == "percent" else 1) if denominator else None
    elif additivity == "last":
        value = last.value
    else:
        value = target = None
    return Point(
        points[0].start, last.end, value, numerator, denominator, target, is_running=any(p.is_running for p in points)
    )


def value_in(span: Span, points: Sequence[Point], calendar: str, additivity: str, unit: str = "number") -> Point | None:
    """What a KPI says of ``span``: all its periods together, or the last one that was over by the end of ``span``.

    >>> weeks = [Point(date(2026, 11, day), date(2026, 11, day + 6), float(day)) for day in (2, 9, 16)]
    >>> value_in(span_at(date(2026, 11, 9), "week"), weeks, "week", "sum").value
    9.0
    >>> value_in(Span("month", date(2026, 11, 1), date(2026, 11, 20)), weeks, "week", "sum").value
    9.0
    >>> value_in(span_at(date(2026, 10, 1), "month"), weeks, "week", "sum") is None
    True
    """
    if nests(calendar, span.kind):
        return roll_up([p for p in points if span.first <= p.start and p.end <= span.last], additivity, unit)
    over = [point for point in points if point.end <= span.last]
    latest = max(over, key=lambda point: point.start, default=None)
    # What was measured long before says nothing of this period.
    return latest if latest and (span.last - latest.end).days <= 92 else None


def trend(
    span: Span, points: Sequence[Point], calendar: str, additivity: str, unit: str = "number"
) -> list[tuple[str, Point | None]]:
    """``[(label, value)]`` of the periods up to ``span``, oldest first; a period without any value is None.

    >>> months = [Point(date(2026, m, 1), span_at(date(2026, m, 1), "month").last, float(m)) for m in (1, 2, 3)]
    >>> found = trend(span_at(date(2026, 3, 1), "month"), months, "month", "sum")
    >>> len(found), [(label, point and point.value) for label, point in found[-4:]]
    (13, [('2025-12', None), ('2026-01', 1.0), ('2026-02', 2.0), ('2026-03', 3.0)])
    """
    if not nests(calendar, span.kind):
        over = sorted((point for point in points if point.end <= span.last), key=lambda point: point.start)
        return [(period_label(point.start, calendar), point) for point in over[-TREND.get(calendar, 13) :]]
    found, at = [], span
    for _step in range(TREND[span.kind]):
        found.append((at.label, value_in(at, points, calendar, additivity, unit)))
        at = span_before(at)
    return found[::-1]


def reach(span: Span) -> date:
    """The first day that a report on ``span`` looks at.

    >>> str(reach(span_at(date(2026, 3, 1), "month")))
    '2024-11-29'
    """
    first = min(span_before(span, TREND[span.kind] - 1).first, year_before(span).first)
    # Of a KPI that is measured by quarters the last one that was over by then.
    return first - timedelta(days=92)


def change(value: float | None, before: float | None) -> float | None:
    """
    >>> change(12.0, 10.0), change(12.0, None), change(None, 3.0)
    (2.0, None, None)
    """
    return None if value is None or before is None else value - before


# ---------------------------------------------------------------- what is told


@dataclass(frozen=True)
class KpiRow:
    """One line of the table of KPIs."""

    code: str
    name: str
    unit: str
    digits: int
    direction: str
    currency: str
    period: str
    actual: float | None
    target: float | None
    attainment: float | None
    previous: float | None
    last_year: float | None
    level: str
    is_running: bool
    documents: int
    trend: tuple = ()
    kpi_id: int = 0

    @property
    def change(self) -> float | None:
        return change(self.actual, self.previous)

    @property
    def tone(self) -> str:
        """Whether the change since the previous period is good news.

        >>> row = KpiRow("c", "Complaints", "number", 0, "lower", "", "2026-03", 7.0, None, None, 9.0, None, "", False, 7)
        >>> row.change, row.tone
        (-2.0, 'success')
        """
        if not self.change or self.direction not in ("higher", "lower"):
            return ""
        return "success" if (self.change > 0) == (self.direction == "higher") else "danger"


@dataclass(frozen=True)
class Column:
    """A column of a list: text, or a number with its unit."""

    label: str
    #: text, number, percent, hours, days, points, money, date, moment
    unit: str = "text"
    digits: int = 0

    @property
    def is_number(self) -> bool:
        return self.unit not in ("text", "date", "moment")


@dataclass(frozen=True)
class ListRow:
    """Cells of a list, as many as it has columns; ``document`` is ``(model, id)`` of what the first one names."""

    cells: tuple
    currency: str = ""
    document: tuple | None = None


@dataclass(frozen=True)
class Listing:
    """A list beneath the KPIs. ``is_masked``: the reader may not see it."""

    code: str
    title: str
    columns: tuple = ()
    rows: tuple = ()
    note: str = ""
    empty: str = ""
    is_masked: bool = False
    #: Whether its first column of numbers is worth a chart.
    is_chart: bool = False


@dataclass(frozen=True)
class Report:
    """Everything that a report says, with what it was made of and for whom."""

    code: str
    title: str
    span: Span
    period: str
    company: str
    scope: str
    reader: str
    made_at: datetime
    tz: str
    kpis: tuple = ()
    listings: tuple = ()
    #: ``[(label, text)]``: period, company, scope, which knowledge.
    filters: tuple = field(default=())
    #: Names of what was read.
    sources: tuple = field(default=())


# ---------------------------------------------------------------- drawn


def polylines(values: Iterable[float | None], width: float = 90, height: float = 22, pad: float = 2) -> list[str]:
    """Points of the lines of a small chart, for SVG: a line breaks where a value is missing.

    >>> polylines([0, 10, None, 5, 10], 40, 20, 0)
    ['0.0,20.0 10.0,0.0', '30.0,10.0 40.0,0.0']
    >>> polylines([3, 3], 10, 20, 0), polylines([None, None])
    (['0.0,10.0 10.0,10.0'], [])
    """
    values = list(values)
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, spread = min(known), max(known) - min(known)
    step = (width - 2 * pad) / max(len(values) - 1, 1)
    lines, line = [], []
    for number, value in enumerate([*values, None]):
        if value is None:
            lines += [" ".join(line)] if line else []
            line = []
            continue
        part = (value - low) / spread if spread else 0.5
        line.append(f"{pad + number * step:.1f},{height - pad - part * (height - 2 * pad):.1f}")
    return lines
