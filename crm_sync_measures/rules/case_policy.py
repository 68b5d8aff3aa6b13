"""Within how many working hours a case is acknowledged, answered and resolved, by the most specific of several policies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .case_clock import KINDS, Clock, Terms
from .response_target import is_cold

_TICK = timedelta(seconds=1)


@dataclass(frozen=True)
class Policy:
    """Hours for each kind of clock, 0 for none. What is None holds for any; ``tier`` is the least weight of a customer."""

    hours: tuple[float, float, float] = (0, 0, 0)
    warn_percent: int = 75
    autoclose_days: int = 0
    company: int | None = None
    department: int | None = None
    kind: str | None = None
    priority: str | None = None
    tier: int | None = None

    def fits(self, case: "Facts") -> bool:
        return (
            all(
                wanted is None or wanted == found
                for wanted, found in (
                    (self.company, case.company),
                    (self.department, case.department),
                    (self.kind, case.kind),
                    (self.priority, case.priority),
                )
            )
            and (self.tier or 0) <= case.tier
        )

    @property
    def weight(self) -> tuple:
        """The more a policy says, the more it counts; of two that say as much, department goes before tier, before kind,
        before priority, before company."""
        said = [self.department is not None, self.tier or 0, self.kind is not None, self.priority is not None]
        said.append(self.company is not None)
        return (sum(map(bool, said)), *said)

    def terms(self, kind: str, escalate_hours: float = 0) -> Terms:
        """What a clock of this kind has to keep."""
        return Terms.of(self.hours[KINDS.index(kind)], self.warn_percent, escalate_hours)


#: Where there is no policy at all, nothing is due.
NOTHING = Policy()


@dataclass(frozen=True)
class Facts:
    """What a policy looks at."""

    company: int
    department: int | None
    kind: str
    priority: str
    tier: int = 0


def policy_for(policies: Iterable[Policy], case: Facts) -> Policy:
    """The most specific policy that fits, the first of equals.

    >>> general, complaint = Policy((4, 8, 40)), Policy((2, 4, 24), kind="complaint")
    >>> urgent, gold = Policy((1, 2, 8), kind="complaint", priority="3"), Policy((1, 4, 16), kind="complaint", tier=2)
    >>> all_of_them = [general, complaint, urgent, gold]
    >>> facts = Facts(1, 7, "question", "0"), Facts(1, 7, "complaint", "0"), Facts(1, 7, "complaint", "3")
    >>> [policy_for(all_of_them, case).hours[2] for case in facts]
    [40, 24, 8]

    A good customer goes before an urgent case where both say as much, and a better tier before a good one:

    >>> policy_for(all_of_them, Facts(1, 7, "complaint", "3", tier=2)).hours[2]
    16
    >>> policy_for([Policy((1, 1, 1), tier=1), Policy((2, 2, 2), tier=2)], Facts(1, None, "praise", "0", tier=3)).hours[0]
    2
    >>> policy_for([urgent], Facts(1, 7, "praise", "3")) == NOTHING
    True
    """
    fitting = [policy for policy in policies if policy.fits(case)]
    return max(fitting, key=lambda policy: policy.weight, default=NOTHING)


@dataclass(frozen=True)
class Told:
    """What people were told about a clock, and when; None: not yet."""

    warning: datetime | None = None
    alarm: datetime | None = None
    escalation: datetime | None = None


def to_tell(clock: Clock, told: Told, now: datetime) -> list[str]:
    """What is to be told now about a clock as it was seen at ``now``: each thing once, and no warning about what is late.

    >>> due, now = datetime(2026, 11, 23, 12), datetime(2026, 11, 23, 13)
    >>> runs = Clock(Terms.of(4), since=now, due=due, warned=datetime(2026, 11, 23, 11))
    >>> to_tell(runs, Told(), now), to_tell(runs, Told(warning=now), now)
    (['warning'], [])

    >>> from dataclasses import replace
    >>> late = replace(runs, breached=due, escalate=datetime(2026, 11, 23, 12, 30))
    >>> to_tell(late, Told(), now), to_tell(late, Told(alarm=now, escalation=now), now)
    (['alarm', 'escalation'], [])

    Nobody is told of what stands still or is over:

    >>> to_tell(replace(late, since=None), Told(), now)
    []
    """
    if clock.since is None or clock.stopped:
        return []
    found = []
    if clock.breached:
        if not told.alarm:
            found.append("alarm")
        if not told.escalation and clock.escalate and clock.escalate < now:
            found.append("escalation")
    elif clock.warned and not told.warning:
        found.append("warning")
    return found


def is_found_too_late(clock: Clock, told: Told, now: datetime) -> bool:
    """Whether it is too late to call anybody about a clock that is first seen late at ``now``: an old case was brought in.

    >>> late = Clock(Terms.of(4), since=datetime(2024, 1, 2), due=datetime(2024, 1, 5), breached=datetime(2024, 1, 5))
    >>> is_found_too_late(late, Told(), datetime(2024, 1, 6)), is_found_too_late(late, Told(), datetime(2026, 1, 6))
    (False, True)

    Who was called goes on being called:

    >>> is_found_too_late(late, Told(alarm=datetime(2024, 1, 5, 1)), datetime(2026, 1, 6))
    False
    """
    return not told.alarm and is_cold(clock.breached, now)


def next_look(clock: Clock, told: Told) -> datetime | None:
    """When there will be something to tell; None when there will not.

    >>> clock = Clock(Terms.of(4), since=datetime(2026, 11, 23, 8), due=datetime(2026, 11, 23, 12))
    >>> next_look(clock, Told())
    datetime.datetime(2026, 11, 23, 12, 0, 1)
    >>> print(next_look(clock, Told(alarm=datetime(2026, 11, 23, 12, 5))))
    None
    """
    if clock.since is None or clock.stopped:
        return None
    moments = []
    if clock.due and not told.alarm:
        # At its very second it is in time.
        moments.append(clock.due + _TICK)
        if not told.warning and not clock.breached:
            moments.append(clock.warned or clock.warn)
    if not told.escalation and clock.escalate:
        moments.append(clock.escalate + _TICK)
    return min(filter(None, moments), default=None)
