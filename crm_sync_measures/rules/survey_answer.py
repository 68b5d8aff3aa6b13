"""What a customer's answer to a survey may be, and which of several posts is his answer. Never writes, never raises.

A link in a mail is opened by machines too, and some send again what they saw a person send. So opening shows and chooses,
sending stores, the first answer stands, and only the browser that sent it may put it right, for a short time.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from .attempt import Limit
from .score import in_range

#: So long who has answered may put it right, in the same browser.
EDIT_WINDOW = timedelta(minutes=30)
#: What a hand on the page says, and which states that means. Looking says nothing: machines look too.
SEEN = {"opened": ("opened",), "started": ("opened", "started")}
#: Longest “why”.
WHY = 2_000

#: What one address of the network may send: a whole office, or the guests of a hotel, have one together.
PER_SURVEY_ADDRESS = (Limit(60, 10), Limit(3600, 100), Limit(86_400, 500))
#: Posts to one link: his answer, what he puts right, and what machines send again.
PER_SURVEY_LINK = (Limit(60, 6), Limit(3600, 20), Limit(86_400, 40))
#: What comes by one code on paper, from everybody.
PER_SURVEY_CODE = (Limit(60, 60), Limit(3600, 600), Limit(86_400, 3_000))
#: Of one code, how many answers one address of the network may send.
PER_SURVEY_CODE_ADDRESS = (Limit(60, 5), Limit(3600, 40), Limit(86_400, 150))


# ---------------------------------------------------------------- what was sent


def score_of(value: object, metric: str) -> int | None:
    """The number somebody chose, if it is on the scale. A zero is an answer.

    >>> score_of("0", "nps"), score_of("10", "nps"), score_of("5", "csat"), score_of("7", "ces")
    (0, 10, 5, 7)
    >>> [score_of(value, "nps") for value in ("", "11", "-1", "1.0", " 1", "٣", "1e1", "00", "9" * 5_000, None, 7, ["7"], True)]
    [None, None, None, None, None, None, None, None, None, None, None, None, None]
    >>> score_of("0", "csat"), score_of("6", "csat")
    (None, None)
    """
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]|10", value):
        return None
    return int(value) if in_range(metric, int(value)) else None


def is_token(value: object) -> bool:
    """Whether this may be the secret of a link at all; whatever else is not even looked up.

    >>> is_token("a" * 32), is_token("Ab_-" * 8)
    (True, True)
    >>> [is_token(value) for value in ("", "a" * 21, "a" * 129, "a" * 31 + "%", "a" * 31 + "\\n", "é" * 32, None, 7, ["a" * 32])]
    [False, False, False, False, False, False, False, False, False]
    """
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9_-]{22,128}", value))


# ---------------------------------------------------------------- which one counts


def outcome(
    answered_at: datetime | None,
    now: datetime,
    is_same_browser: bool,
    given: tuple[int, str] | None,
    sent: tuple[int, str],
) -> str:
    """What becomes of a post: it is the answer (``first``), it puts it right (``edit``), it says the same again in the
    browser that answered (``same``), or it is somebody else's, a machine's, or late (``replay``).

    >>> noon, later = datetime(2026, 3, 2, 12), datetime(2026, 3, 2, 12, 31)
    >>> outcome(None, noon, False, None, (0, ""))
    'first'
    >>> outcome(noon, noon + EDIT_WINDOW, True, (9, ""), (3, "Too late"))
    'edit'
    >>> outcome(noon, noon, True, (9, "ok"), (9, "ok"))
    'same'

    Another browser with the same words is a machine that repeats what it saw; after the window nobody changes anything:

    >>> outcome(noon, noon, False, (9, "ok"), (9, "ok")), outcome(noon, noon, False, (9, ""), (0, ""))
    ('replay', 'replay')
    >>> outcome(noon, later, True, (9, ""), (0, ""))
    'replay'

    A clock that was put back does not open the window again for ever:

    >>> outcome(noon, noon - timedelta(hours=1), True, (9, ""), (0, ""))
    'replay'
    """
    if answered_at is None:
        return "first"
    if not may_edit(answered_at, now, is_same_browser):
        return "replay"
    return "same" if given == sent else "edit"


def may_edit(answered_at: datetime, now: datetime, is_same_browser: bool) -> bool:
    """Whether this browser may put the answer right now.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> may_edit(noon, noon + EDIT_WINDOW, True), may_edit(noon, noon + EDIT_WINDOW, False)
    (True, False)
    """
    # Clocks of two servers may differ by a moment.
    return is_same_browser and timedelta(minutes=-1) <= now - answered_at <= EDIT_WINDOW


def is_safe(answered_at: datetime, now: datetime) -> bool:
    """Whether the answer stands for good: nobody is thanked with points for what he may still put right.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> is_safe(noon, noon + EDIT_WINDOW), is_safe(noon, noon + EDIT_WINDOW + timedelta(seconds=1))
    (False, True)
    """
    return now - answered_at > EDIT_WINDOW


# ---------------------------------------------------------------- what a browser keeps for us


def sealed(secret: str, purpose: str, *parts: object) -> str:
    """Parts that a browser keeps and cannot change; they are texts without dots, or numbers.

    >>> sealed("key", "edit", 7, 1772452800)
    '7.1772452800.f1c34ba5c7ba39097453b1dd61da7b42'
    """
    value = ".".join(str(part) for part in parts)
    return f"{value}.{_seal(secret, purpose, value)}"


def unsealed(secret: str, purpose: str, value: object, count: int) -> list[str] | None:
    """The ``count`` parts of what :func:`sealed` gave; None for everything else.

    >>> token = sealed("key", "edit", 7, 1772452800)
    >>> unsealed("key", "edit", token, 2)
    ['7', '1772452800']
    >>> unsealed("other", "edit", token, 2), unsealed("key", "device", token, 2), unsealed("key", "edit", token, 1)
    (None, None, None)
    >>> [unsealed("key", "edit", value, 2) for value in ("", "..", "8" + token[1:], token + "\\ud800", None, 7, "x" * 9_999)]
    [None, None, None, None, None, None, None]
    """
    if not isinstance(value, str) or len(value) > 500 or not value.isascii():
        return None
    head, _dot, seal = value.rpartition(".")
    if not hmac.compare_digest(seal, _seal(secret, purpose, head)):
        return None
    parts = head.split(".")
    return parts if len(parts) == count else None


def _seal(secret: str, purpose: str, value: str) -> str:
    return hmac.new(secret.encode(), f"crm_sync_survey:{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def digest(secret: str, *parts: object) -> str:
    """A number that tells whether something was seen before, and nothing else to who has no key.

    >>> digest("key", "wave", 7) == digest("key", "wave", 7), digest("key", "wave", 7) == digest("key", "wave", 8)
    (True, False)
    """
    text = "\x1f".join(str(part) for part in parts)
    return hmac.new(secret.encode(), f"crm_sync_survey:digest:{text}".encode(), hashlib.sha256).hexdigest()


def edit_seal(secret: str, about: str, number: int, first_at: datetime) -> str:
    """What the browser keeps that has answered: which answer, and when it first did. ``about`` is what the number names.

    >>> token = edit_seal("key", "link", 7, datetime(2026, 3, 2, 12))
    >>> read_edit("key", "link", token)
    (7, datetime.datetime(2026, 3, 2, 12, 0))
    >>> read_edit("key", "code", token), read_edit("key", "link", "7.1.x"), read_edit("key", "link", None)
    (None, None, None)
    """
    return sealed(secret, f"edit-{about}", number, int(first_at.replace(tzinfo=UTC).timestamp()))


def read_edit(secret: str, about: str, value: object) -> tuple[int, datetime] | None:
    """See :func:`edit_seal`."""
    parts = unsealed(secret, f"edit-{about}", value, 2)
    return parts and (int(parts[0]), datetime.fromtimestamp(int(parts[1]), UTC).replace(tzinfo=None))


# ---------------------------------------------------------------- what is shown, and what is kept


def coarse(moment: datetime) -> datetime:
    """The day of an anonymous answer: nothing finer is kept.

    >>> coarse(datetime(2026, 3, 2, 23, 59, 59))
    datetime.datetime(2026, 3, 2, 0, 0)
    """
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def page_state(state: str, expires_at: datetime | None, is_answered: bool, program: str, now: datetime) -> str:
    """What a link shows: the ``form``, ``thanks`` for what was answered, ``gone``, or ``none`` as if it were not there.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> [page_state(state, None, False, "running", noon) for state in ("queued", "sent", "bounced", "opened", "started")]
    ['form', 'form', 'form', 'form', 'form']
    >>> page_state("done", None, True, "running", noon), page_state("done", None, True, "ended", noon)
    ('thanks', 'thanks')
    >>> [page_state(state, None, False, "running", noon) for state in ("expired", "cancelled")]
    ['gone', 'gone']
    >>> page_state("sent", noon, False, "running", noon), page_state("sent", noon, False, "running", noon - timedelta(1))
    ('gone', 'form')

    Who was asked may answer, also when nobody else is asked any more. What was never sent has no link:

    >>> page_state("sent", None, False, "paused", noon), page_state("sent", None, False, "ended", noon)
    ('form', 'form')
    >>> page_state("planned", None, False, "running", noon), page_state("suppressed", None, False, "running", noon)
    ('none', 'none')
    """
    if is_answered or state == "done":
        return "thanks"
    if state in ("planned", "suppressed"):
        return "none"
    if state in ("expired", "cancelled") or program == "draft" or (expires_at and expires_at <= now):
        return "gone"
    return "form"


def call_problem(wanted: bool, is_known: bool, name: str, phone: str) -> str | None:
    """What is missing so that we can call somebody back: his ``phone`` or ``name``; None if nothing.

    >>> call_problem(True, True, "", ""), call_problem(False, False, "", "")
    (None, None)
    >>> call_problem(True, False, "Li", ""), call_problem(True, False, "", "138 0000 0000"), call_problem(True, False, "Li", "1" * 9)
    ('phone', 'name', None)
    """
    if not wanted or is_known:
        return None
    if not phone:
        return "phone"
    return None if name else "name"
