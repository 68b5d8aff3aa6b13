"""Which KPIs a report tells of, and when the next one is due to a subscriber."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .kpi_period import period_start
from .periods import local_date
from .report_matrix import Span, span_after, span_at, span_before

REPORTS = ("usage", "customer", "sales", "service", "loyalty", "improvement")
#: Words of a KPI's code → reports that tell of it, besides the one of its subject.
_WORDS = {
    "usage": ("active_users", "actions_per_user", "power_users", "override_rate", "on_time", "completeness", "promises"),
    "customer": (
        "neglected", "nps", "csat", "retention", "repeat_purchase", "complaint", "completeness", "bounced",
        "new_customers", "care_bought",
    ),
}  # fmt: skip
_SUBJECTS = {"sales": "sales", "marketing": "sales", "service": "service", "loyalty": "loyalty"}


def reports_of(code: str, subject: str) -> set[str]:
    """The reports that tell of a KPI: the one of its subject, and those that its code speaks of.

    What is of the management and of no other report stands in the one on improvement.

    >>> sorted(reports_of("win_rate", "sales")), sorted(reports_of("nps", "service"))
    (['sales'], ['customer', 'service'])
    >>> sorted(reports_of("power_users", "management")), sorted(reports_of("own_figure", "management"))
    (['usage'], ['improvement'])
    """
    found = {report for report, words in _WORDS.items() if any(word in code for word in words)}
    own = _SUBJECTS.get(subject)
    return found | ({own} if own else set()) or {"improvement"}


def kpis_of(report: str, kpis: Iterable[tuple[int, str, str]]) -> list[int]:
    """Ids of the KPIs, given as ``(id, code, subject)``, that ``report`` tells of, in their order.

    >>> kpis_of("usage", [(1, "win_rate", "sales"), (2, "active_users", "management")])
    [2]
    """
    return [number for number, code, subject in kpis if report in reports_of(code, subject)]


# ---------------------------------------------------------------- subscriptions


def due_at(span: Span, delay: int, hour: int, tz: str) -> datetime:
    """The moment, in naive UTC, at which the report on ``span`` is due: so many days after its end, at that hour.

    >>> str(due_at(span_at(date(2026, 10, 1), "month"), 4, 8, "Asia/Shanghai"))
    '2026-11-05 00:00:00'
    """
    day = span.last + timedelta(days=1 + delay)
    moment = datetime.combine(day, time(hour), tzinfo=ZoneInfo(tz))
    return moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def next_due(now: datetime, kind: str, delay: int, hour: int, tz: str, week_start: int = 1) -> datetime:
    """The first moment after ``now`` (naive UTC) at which a report is due.

    >>> str(next_due(datetime(2026, 11, 5, 0, 0), "month", 4, 8, "Asia/Shanghai"))
    '2026-12-05 00:00:00'
    >>> str(next_due(datetime(2026, 11, 4, 23, 59), "month", 4, 8, "Asia/Shanghai"))
    '2026-11-05 00:00:00'
    """
    span = last_due(now, kind, delay, hour, tz, week_start)
    return due_at(span_after(span), delay, hour, tz)


def last_due(now: datetime, kind: str, delay: int, hour: int, tz: str, week_start: int = 1) -> Span:
    """The last period whose report is due by ``now``: what was missed before is not sent afterwards.

    >>> last_due(datetime(2026, 11, 4, 23, 59), "month", 4, 8, "Asia/Shanghai").label
    '2026-09'
    >>> last_due(datetime(2026, 11, 5, 0, 0), "month", 4, 8, "Asia/Shanghai").label
    '2026-10'
    """
    today = local_date(now, tz)
    span = span_at(period_start(today, kind, week_start), kind, week_start)
    while due_at(span, delay, hour, tz) > now:
        span = span_before(span)
    return span


def default_day(today: date, kind: str, week_start: int = 1) -> date:
    """A day of the last period that is over.

    >>> str(default_day(date(2026, 11, 21), "month"))
    '2026-10-31'
    """
    return period_start(today, kind, week_start) - timedelta(days=1)
