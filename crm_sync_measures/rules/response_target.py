"""How fast a customer is to be answered, by the most specific of several policies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: What waits unanswered for longer than this when it is first found is history, and nobody's task any more.
FOUND_LATE = timedelta(days=90)
#: What is late for longer than this when it is first found is on the list, but no alarm is raised any more.
ALARM_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Policy:
    """Targets in seconds of working time. What is None holds for any."""

    first: int
    rolling: int
    escalate: int
    department: int | None = None
    channel: str | None = None
    priority: str | None = None
    company: int | None = None

    def fits(self, company: int, department: int | None, channel: str, priority: str) -> bool:
        return all(
            wanted is None or wanted == found
            for wanted, found in (
                (self.company, company),
                (self.department, department),
                (self.channel, channel),
                (self.priority, priority),
            )
        )

    @property
    def weight(self) -> tuple:
        """The more a policy says, the more it counts; of two that say as much, department goes before channel, before
        priority, before company."""
        said = [self.department is not None, self.channel is not None, self.priority is not None]
        said.append(self.company is not None)
        return (sum(said), *said)


def policy_for(
    policies: Iterable[Policy], company: int, department: int | None, channel: str, priority: str
) -> Policy | None:
    """The most specific policy that fits, the first of equals; None when there is none.

    >>> general, mail = Policy(4, 8, 0), Policy(2, 4, 0, channel="email")
    >>> service, urgent = Policy(1, 2, 0, department=3), Policy(9, 9, 0, channel="email", priority="3")
    >>> all_of_them = [general, mail, service, urgent]
    >>> [policy_for(all_of_them, 1, *facts).first for facts in ((7, "web", "0"), (7, "email", "0"), (3, "email", "0"))]
    [4, 2, 1]

    Two words outweigh one, whatever they are:

    >>> policy_for(all_of_them, 1, 3, "email", "3").first
    9
    >>> print(policy_for([service], 1, 7, "web", "0"))
    None
    """
    fitting = [policy for policy in policies if policy.fits(company, department, channel, priority)]
    return max(fitting, key=lambda policy: policy.weight, default=None)


def is_late(due: datetime | None, answered: datetime | None, now: datetime) -> bool:
    """Whether an answer came, or is still missing, after its time. At its very second it is in time.

    >>> due = datetime(2026, 11, 23, 10)
    >>> is_late(due, due, due), is_late(due, None, due + timedelta(seconds=1)), is_late(None, None, due)
    (False, True, False)
    """
    return due is not None and (answered or now) > due


def is_cold(due: datetime | None, now: datetime) -> bool:
    """Whether it is too late to raise an alarm about what is found only ``now``: a database that is opened has many such.

    >>> now = datetime(2026, 11, 23)
    >>> is_cold(datetime(2026, 11, 20), now), is_cold(datetime(2026, 11, 1), now), is_cold(None, now)
    (False, True, False)
    """
    return due is not None and now - due > ALARM_WITHIN


def is_history(started: datetime, now: datetime) -> bool:
    """Whether what is unanswered since ``started`` and found only ``now`` is too old to be put on anybody's list.

    >>> is_history(datetime(2026, 1, 1), datetime(2026, 3, 1)), is_history(datetime(2026, 1, 1), datetime(2026, 5, 1))
    (False, True)
    """
    return now - started > FOUND_LATE
