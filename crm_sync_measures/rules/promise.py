"""When a promise counts as kept, and what is due to happen to it by itself."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .periods import local_date

#: What ends a sentence, but not a short abbreviation like "Mr."; the marks of Chinese and Japanese need no space behind.
_SENTENCE_END = re.compile(r"(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)(?<=[.!?…])\s+|(?<=[。！？])|\n")
#: How a line ends that only greets.
_GREETING_END = (",", "，", ":", "：")


def verdict(binding_due: datetime, fulfilled: datetime, broken: datetime | None) -> str:
    """How a promise was kept that is fulfilled at ``fulfilled``.

    In time is up to the very moment that was agreed. What was broken once is never kept in time any more, whatever was
    agreed afterwards.

    >>> due = datetime(2026, 3, 6, 15)
    >>> verdict(due, datetime(2026, 3, 6, 15), None), verdict(due, datetime(2026, 3, 6, 15, 1), None)
    ('kept', 'kept_late')
    >>> verdict(datetime(2026, 3, 20), datetime(2026, 3, 12), broken=due)
    'kept_late'
    """
    return "kept" if not broken and fulfilled <= binding_due else "kept_late"


@dataclass(frozen=True)
class Clock:
    """What the clock of an unfulfilled promise runs by. The last three name the date for which something was done already.

    ``due`` is when we mean to do it, ``binding_due`` the last date the customer agreed to, ``set_at`` when the date was
    last chosen.
    """

    due: datetime
    binding_due: datetime
    set_at: datetime
    reminded_for: datetime | None = None
    alarmed_for: datetime | None = None
    escalated_for: datetime | None = None


def agenda(clock: Clock, remind_hours: int, escalate_hours: int) -> list[tuple[datetime, str]]:
    """``[(moment, step)]`` of what is still to happen, earliest first. Steps are remind, alarm and escalate.

    >>> due = datetime(2026, 3, 6, 15)
    >>> fresh = Clock(due, due, datetime(2026, 3, 1))
    >>> [(f"{at:%d %H}", step) for at, step in agenda(fresh, 24, 48)]
    [('05 15', 'remind'), ('06 15', 'alarm'), ('08 15', 'escalate')]

    Nobody is reminded of a date he has chosen within the time of notice, nor where the company wants no reminders:

    >>> [step for _at, step in agenda(Clock(due, due, datetime(2026, 3, 6, 9)), 24, 48)]
    ['alarm', 'escalate']
    >>> [step for _at, step in agenda(fresh, 0, 0)]
    ['alarm', 'escalate']

    A date that was moved without the customer's consent has a reminder of its own, but alarm and escalation go by what
    he agreed to:

    >>> moved = Clock(datetime(2026, 3, 20), due, datetime(2026, 3, 6), reminded_for=due)
    >>> [(f"{at:%d %H}", step) for at, step in agenda(moved, 24, 48)]
    [('06 15', 'alarm'), ('08 15', 'escalate'), ('19 00', 'remind')]

    What was done for a date is done once:

    >>> agenda(Clock(due, due, fresh.set_at, due, due, due), 24, 48)
    []
    """
    remind_at = clock.due - timedelta(hours=remind_hours)
    steps = []
    if remind_hours and clock.reminded_for != clock.due and remind_at > clock.set_at:
        steps.append((remind_at, "remind"))
    if clock.alarmed_for != clock.binding_due:
        steps.append((clock.binding_due, "alarm"))
    if clock.escalated_for != clock.binding_due:
        steps.append((clock.binding_due + timedelta(hours=escalate_hours), "escalate"))
    # By moment; of two at the same one, the alarm comes before the escalation.
    return sorted(steps, key=lambda step: step[0])


def due_steps(steps: list[tuple[datetime, str]], now: datetime) -> tuple[list[str], list[str]]:
    """``(steps that are due, those of them that are told)``. A reminder that comes with the alarm is told to nobody.

    >>> day = lambda number: datetime(2026, 3, number)
    >>> due_steps([(day(5), "remind"), (day(6), "alarm"), (day(8), "escalate")], day(6))
    (['remind', 'alarm'], ['alarm'])
    >>> due_steps([(day(5), "remind")], day(5)), due_steps([(day(5), "remind")], day(4))
    ((['remind'], ['remind']), ([], []))
    """
    due = [step for at, step in steps if at <= now]
    return due, [step for step in due if not (step == "remind" and "alarm" in due)]


def proposed_due(now: datetime, tz: str) -> datetime:
    """Five in the afternoon of the next weekday in time zone ``tz``. Both are naive UTC.

    >>> proposed_due(datetime(2026, 3, 27, 16), "Europe/Berlin")
    datetime.datetime(2026, 3, 30, 15, 0)
    """
    day = local_date(now, tz) + timedelta(days=1)
    day += timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
    return datetime.combine(day, time(17), tzinfo=ZoneInfo(tz)).astimezone(UTC).replace(tzinfo=None)


def first_sentence(text: str, limit: int = 120) -> str:
    """The first sentence of a text that says something, on one line and not longer than ``limit``.

    >>> first_sentence("  I will call you on Friday.  Best regards, Anna")
    'I will call you on Friday.'
    >>> first_sentence("我周五给您打电话。谢谢！")
    '我周五给您打电话。'
    >>> first_sentence("Hello Mr. Chen,\\nthe offer for Mr. Wu comes tomorrow. Until then!")
    'the offer for Mr. Wu comes tomorrow.'
    >>> first_sentence("word " * 40, 20), first_sentence(" \\n "), first_sentence("Hello,")
    ('word word word word…', '', 'Hello,')
    """
    lines = [line for part in _SENTENCE_END.split(text.strip()) if (line := " ".join(part.split()))]
    line = next((line for line in lines if not line.endswith(_GREETING_END)), lines[0] if lines else "")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
