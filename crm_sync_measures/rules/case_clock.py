"""The clocks of a case: working time that was used up, and when a target will be, is, or was missed.

A clock runs, pauses while we wait for others, is planned anew when its target or the hours change, and stops. Time that
was used up is kept whatever happens, and what was once late stays late. Moments are naive UTC, amounts are whole seconds
of working time. Every step takes the hours in which the clock ran so far; none knows what time it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .working_time import WorkingTime

#: In the order in which a case meets them.
KINDS = ("acknowledge", "answer", "resolve")
#: States of clocks that may still change.
OPEN = ("running", "paused", "breached_open", "none")


@dataclass(frozen=True)
class Terms:
    """What is to be kept: a target of 0 means none; ``warn`` and ``escalate`` are seconds since the start, 0: never."""

    target: int = 0
    warn: int = 0
    escalate: int = 0

    @classmethod
    def of(cls, hours: float, warn_percent: int = 75, escalate_hours: float = 0) -> "Terms":
        """Terms of a target in hours; who is told after the deadline, is told so many working hours after it.

        >>> Terms.of(8, 75, 4)
        Terms(target=28800, warn=21600, escalate=43200)
        >>> Terms.of(0)
        Terms(target=0, warn=0, escalate=0)
        """
        target = round(hours * 3600)
        if target <= 0:
            return cls()
        return cls(target, -(-target * warn_percent // 100), target + round(escalate_hours * 3600))


@dataclass(frozen=True)
class Clock:
    """One clock at one moment. Moments that are None have not come, or are not planned."""

    terms: Terms = Terms()
    #: Working time used up until ``since``.
    consumed: int = 0
    #: Since when it runs; None while it is paused and when it has stopped.
    since: datetime | None = None
    #: When the target is used up, if it goes on running; when it stopped, the last plan.
    due: datetime | None = None
    warn: datetime | None = None
    escalate: datetime | None = None
    #: When the warning was reached. A clock that gets enough new time is warned of once more.
    warned: datetime | None = None
    #: When it became late. Stays, whatever happens.
    breached: datetime | None = None
    stopped: datetime | None = None
    state: str = "running"


def start(terms: Terms, hours: WorkingTime, at: datetime) -> Clock:
    """A new clock that runs from ``at``.

    >>> from .working_time import Shift
    >>> office = WorkingTime([Shift(day, 9 * 3600, 17 * 3600) for day in range(5)], "UTC")
    >>> friday = datetime(2026, 11, 20, 15)
    >>> clock = start(Terms.of(8), office, friday)
    >>> clock.due, clock.warn, clock.state
    (datetime.datetime(2026, 11, 23, 15, 0), datetime.datetime(2026, 11, 23, 13, 0), 'running')

    Without hours, or without a target, there is no deadline:

    >>> [start(terms, hours, friday).state for terms, hours in ((Terms(), office), (Terms.of(8), WorkingTime([], "UTC")))]
    ['none', 'none']
    """
    return _planned(Clock(terms, since=at), hours, at)


def seen(clock: Clock, hours: WorkingTime, at: datetime) -> Clock:
    """The clock as it stands at ``at``: time counted until then, and whether a warning was reached or it is late.

    >>> from .working_time import Shift
    >>> always = WorkingTime([Shift(day, 0, 86400) for day in range(7)], "UTC")
    >>> clock = start(Terms.of(4), always, datetime(2026, 11, 20, 8))

    At the very second it is in time:

    >>> [seen(clock, always, datetime(2026, 11, 20, 12, 0, second)).state for second in (0, 1)]
    ['running', 'breached_open']
    """
    if clock.since is None or at < clock.since:
        return clock
    warned = clock.warned or (clock.warn if clock.warn and at >= clock.warn else None)
    breached = clock.breached or (clock.due if clock.due and at > clock.due else None)
    consumed = clock.consumed + hours.seconds(clock.since, at)
    return _judged(replace(clock, consumed=consumed, since=at, warned=warned, breached=breached))


def pause(clock: Clock, hours: WorkingTime, at: datetime) -> Clock:
    """We wait for somebody else: time stands still, and there is no deadline until it goes on.

    >>> from .working_time import Shift
    >>> always = WorkingTime([Shift(day, 0, 86400) for day in range(7)], "UTC")
    >>> waits = pause(start(Terms.of(4), always, datetime(2026, 11, 20, 8)), always, datetime(2026, 11, 20, 9))
    >>> waits.state, waits.consumed, waits.due
    ('paused', 3600, None)
    >>> resume(waits, always, datetime(2026, 11, 24, 9)).due
    datetime.datetime(2026, 11, 24, 12, 0)
    """
    if clock.stopped or clock.since is None:
        return clock
    return _planned(replace(seen(clock, hours, at), since=None), hours, at)


def resume(clock: Clock, hours: WorkingTime, at: datetime) -> Clock:
    """It is our turn again, with the time that is left."""
    if clock.stopped or clock.since is not None:
        return clock
    return _planned(replace(clock, since=at), hours, at)


def replan(clock: Clock, hours: WorkingTime, at: datetime, terms: Terms, new_hours: WorkingTime) -> Clock:
    """From ``at`` on, other terms or other hours hold; what was used up in the old ones is kept.

    >>> from .working_time import Shift
    >>> always = WorkingTime([Shift(day, 0, 86400) for day in range(7)], "UTC")
    >>> clock = start(Terms.of(8), always, datetime(2026, 11, 20, 8))
    >>> ten = datetime(2026, 11, 20, 10)
    >>> replan(clock, always, ten, Terms.of(4), always).due
    datetime.datetime(2026, 11, 20, 12, 0)

    Who has used up more than the new target is late from the next second on, and not before:

    >>> hurry = replan(clock, always, ten, Terms.of(1), always)
    >>> hurry.due, hurry.state, seen(hurry, always, datetime(2026, 11, 20, 10, 1)).state
    (datetime.datetime(2026, 11, 20, 10, 0), 'running', 'breached_open')

    More time does not undo that it was late:

    >>> late = seen(clock, always, datetime(2026, 11, 20, 17))
    >>> more = replan(late, always, datetime(2026, 11, 20, 17), Terms.of(80), always)
    >>> more.state, more.due
    ('breached_open', datetime.datetime(2026, 11, 23, 16, 0))
    """
    if clock.stopped:
        return clock
    clock = replace(seen(clock, hours, at), terms=terms)
    if clock.consumed < terms.warn:
        clock = replace(clock, warned=None)
    return _planned(clock, new_hours, at)


def stop(clock: Clock, hours: WorkingTime, at: datetime) -> Clock:
    """What the clock waited for has happened.

    >>> from .working_time import Shift
    >>> always = WorkingTime([Shift(day, 0, 86400) for day in range(7)], "UTC")
    >>> clock = start(Terms.of(4), always, datetime(2026, 11, 20, 8))
    >>> [stop(clock, always, datetime(2026, 11, 20, hour)).state for hour in (12, 13)]
    ['met', 'breached_done']
    """
    if clock.stopped:
        return clock
    clock = seen(clock, hours, at)
    due = clock.due if clock.since else _due(clock, hours, at)
    state = "breached_done" if clock.breached else "met" if due else "none"
    return replace(clock, since=None, stopped=at, warn=None, escalate=None, state=state)


def cancel(clock: Clock, hours: WorkingTime, at: datetime) -> Clock:
    """Nobody is to be measured by this clock: the case was a duplicate, or none at all. That it was late is kept."""
    return clock if clock.stopped else replace(stop(clock, hours, at), state="cancelled")


def _planned(clock: Clock, hours: WorkingTime, at: datetime) -> Clock:
    """With the moments that come if it runs on from ``at``; there are none while it is paused."""
    if clock.since is None:
        return _judged(replace(clock, due=None, warn=None, escalate=None))
    warn = None if clock.warned else _moment(clock, clock.terms.warn, hours, at)
    escalate = _moment(clock, clock.terms.escalate, hours, at)
    return _judged(replace(clock, due=_due(clock, hours, at), warn=warn, escalate=escalate))


def _due(clock: Clock, hours: WorkingTime, at: datetime) -> datetime | None:
    """The deadline; what was late before, and has no time left, is due since then."""
    if clock.breached and clock.consumed >= clock.terms.target > 0:
        return clock.breached
    return _moment(clock, clock.terms.target, hours, at)


def _moment(clock: Clock, amount: int, hours: WorkingTime, at: datetime) -> datetime | None:
    """When ``amount`` will be used up: at once, where it is so already; None for no amount, or without hours."""
    return hours.due(at, amount - clock.consumed) if amount else None


def _judged(clock: Clock) -> Clock:
    if clock.stopped:
        return clock
    if clock.breached:
        state = "breached_open"
    elif clock.since is None:
        state = "paused"
    else:
        state = "running" if clock.due else "none"
    return replace(clock, state=state)


def outlook(clocks: Iterable[Clock]) -> tuple[datetime | None, str | None]:
    """``(deadline, state)`` that a case with these clocks shows: the next deadline, and red for good once one was missed.

    >>> noon, night = datetime(2026, 11, 20, 12), datetime(2026, 11, 20, 22)
    >>> answer, resolve = Clock(since=noon, due=noon), Clock(since=noon, due=night)
    >>> outlook([answer, resolve]), outlook([replace(answer, warned=noon), resolve])[1]
    ((datetime.datetime(2026, 11, 20, 12, 0), 'on_time'), 'warning')
    >>> outlook([replace(answer, since=None, stopped=night, breached=noon, state="breached_done"), resolve])
    (datetime.datetime(2026, 11, 20, 22, 0), 'breached')
    >>> outlook([replace(resolve, since=None, due=None, state="paused")]), outlook([])
    ((None, 'paused'), (None, None))
    """
    clocks = list(clocks)
    running = [clock for clock in clocks if clock.since and clock.due and not clock.stopped]
    deadline = min((clock.due for clock in running), default=None)
    if any(clock.breached and clock.state != "cancelled" for clock in clocks):
        return deadline, "breached"
    if any(clock.state == "paused" for clock in clocks):
        return deadline, "paused"
    if running:
        return deadline, "warning" if any(clock.warned for clock in running) else "on_time"
    return deadline, None
