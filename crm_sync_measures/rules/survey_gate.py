"""Who is asked, and why not: the order of the reasons, the sample, and the words of a plan. Never writes, never raises."""

from collections.abc import Iterable, Mapping
from hashlib import md5

#: The first that holds is the reason. What is not in the list comes after an open complaint: rules of other rooms.
ORDER = (
    "neutralized",
    "deceased",
    "archived",
    "opted_out",
    "preference",
    "bounced",
    "no_address",
    "open_complaint",
    "held",
    "asked_recently",
    "company_cap",
    "quota",
    "quiet_hours",
    "duplicate",
)
#: It passes by itself: who is refused for it is asked later, everybody else is dropped.
PASSING = "quiet_hours"
#: How the rules of the contact gate are called here.
_NAMES = {"complaint": "open_complaint", "budget": "company_cap"}


def name_of(code: str) -> str:
    """The reason that is stored, for a rule of the contact gate.

    >>> name_of("complaint"), name_of("budget"), name_of("bounced"), name_of("promise_broken")
    ('open_complaint', 'company_cap', 'bounced', 'promise_broken')
    """
    return _NAMES.get(code, code)


def first_reason(reasons: Iterable[str]) -> str | None:
    """The reason that is told, of all that hold.

    >>> first_reason({"quiet_hours", "company_cap", "open_complaint"})
    'open_complaint'
    >>> first_reason({"asked_recently", "promise_broken"}), first_reason({"promise_broken", "open_complaint"})
    ('promise_broken', 'open_complaint')
    >>> first_reason({"deceased", "opted_out"}), first_reason({"neutralized", "deceased"})
    ('deceased', 'neutralized')
    >>> first_reason({"duplicate", "quiet_hours"}), first_reason([]) is None
    ('quiet_hours', True)
    """
    return min(reasons, key=_rank, default=None)


def _rank(reason: str) -> tuple[int, str]:
    return ORDER.index(reason if reason in ORDER else "held"), reason


def is_dropped(reason: str | None) -> bool:
    """Whether who is refused for this is not asked at all.

    >>> is_dropped("asked_recently"), is_dropped("quiet_hours"), is_dropped(None)
    (True, False, False)
    """
    return reason is not None and reason != PASSING


def lot(program_id: int, key: str) -> int:
    """A number from 0 to 99, always the same for the same question to the same customer; evenly spread.

    The first 32 bits of an MD5 digest: PostgreSQL draws the same, as ``('x' || left(md5(…), 8))::bit(32)::bigint % 100``.

    >>> lot(7, "wave:1:42") == lot(7, "wave:1:42"), lot(7, "wave:1:42") == lot(7, "wave:2:42")
    (True, False)
    >>> drawn = [lot(7, f"wave:1:{partner}") for partner in range(10_000)]
    >>> min(drawn), max(drawn), abs(sum(number < 20 for number in drawn) - 2000) < 120
    (0, 99, True)
    """
    return int(md5(f"{program_id}:{key}".encode(), usedforsecurity=False).hexdigest()[:8], 16) % 100


def is_sampled(program_id: int, key: str, percent: int) -> bool:
    """Whether this one is in the sample.

    Who is in a small sample is in a larger one too, so that a sample can be enlarged:

    >>> keys = [f"wave:1:{partner}" for partner in range(1000)]
    >>> small, large = ({key for key in keys if is_sampled(7, key, percent)} for percent in (10, 30))
    >>> small < large, len({key for key in keys if is_sampled(7, key, 100)})
    (True, 1000)
    """
    return lot(program_id, key) < percent


def skipped(counts: Mapping[str | None, int]) -> list[tuple[str, int]]:
    """The reasons of those who are dropped, the most frequent first; equal ones in the order of the gate.

    >>> skipped({None: 816, "open_complaint": 71, "asked_recently": 96, "opted_out": 71, "quiet_hours": 4, "bounced": 0})
    [('asked_recently', 96), ('opted_out', 71), ('open_complaint', 71)]
    """
    dropped = [(reason, count) for reason, count in counts.items() if is_dropped(reason) and count]
    return sorted(dropped, key=lambda told: (-told[1], _rank(told[0])))
