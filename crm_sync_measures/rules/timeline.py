"""The timeline's page cursor, its filters, and the plain text of a message."""

import html
import re
from dataclasses import dataclass
from datetime import date, datetime

MAX_PAGE = 200
MAX_SEARCH = 100
MAX_SKIP = 100_000

_TAG = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]*>?", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"\w[\w .-]{0,63}", re.ASCII)
#: No text can be stored or looked for with these: NUL, and halves of characters.
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_LIKE = re.compile(r"([\\%_])")


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: at the moment ``at``, of which ``skip`` events were already given.

    It names no event, so it tells nothing of an event that the reader may not see.
    """

    at: datetime
    skip: int

    def dump(self) -> str:
        """
        >>> Cursor(datetime(2026, 3, 1, 9, 30, 0, 5), 1).dump()
        '2026-03-01T09:30:00.000005|1'
        """
        return f"{self.at.isoformat(timespec='microseconds')}|{self.skip}"

    @classmethod
    def load(cls, text: str) -> "Cursor":
        """The inverse of :meth:`dump`; ValueError for anything else.

        >>> Cursor.load("2026-03-01T09:30:00.000005|1").skip
        1
        >>> Cursor.load("yesterday")
        Traceback (most recent call last):
        ...
        ValueError: not a timeline cursor
        """
        try:
            at, skip = text.split("|")
            moment, count = datetime.fromisoformat(at), int(skip)
            if moment.tzinfo is not None or not 0 < count < MAX_SKIP:
                raise ValueError
            return cls(moment, count)
        except (AttributeError, TypeError, ValueError):
            raise ValueError("not a timeline cursor") from None


def advance(cursor: Cursor | None, moments: list[datetime]) -> Cursor | None:
    """The cursor after a page with events at ``moments``, newest first.

    >>> noon, eleven = datetime(2026, 3, 1, 12), datetime(2026, 3, 1, 11)
    >>> advance(None, [noon, eleven, eleven]).dump()
    '2026-03-01T11:00:00.000000|2'
    >>> advance(Cursor(eleven, 2), [eleven]).skip
    3
    """
    if not moments:
        return cursor
    last = moments[-1]
    before = cursor.skip if cursor and cursor.at == last else 0
    return Cursor(last, before + moments.count(last))


@dataclass(frozen=True)
class Filters:
    """What a reader asked to see; an empty member means "all"."""

    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    search: str = ""

    #: Filters that look at the content of an event. An event whose content the reader may not see
    #: must not answer to them, or the answer would tell what the content is.
    @property
    def look_inside(self) -> bool:
        return bool(self.kinds or self.channels or self.person_ids or self.search)


@dataclass
class FilterError(ValueError):
    """A filter that cannot be used; ``name`` is the key the caller sent."""

    name: str
    expected: str

    def __str__(self) -> str:
        return f"{self.name}: expected {self.expected}"


def parse_filters(raw: object) -> Filters:
    """Filters from what an API client sent; FilterError names the key that is wrong.

    >>> parse_filters({"kinds": ["order"], "date_from": "2026-03-01"}).date_from
    datetime.date(2026, 3, 1)
    >>> parse_filters({"person_ids": ["1; DROP"]})
    Traceback (most recent call last):
    ...
    rules.timeline.FilterError: person_ids: expected a list of ids
    >>> parse_filters({"colour": "red"})
    Traceback (most recent call last):
    ...
    rules.timeline.FilterError: colour: expected no such filter
    """
    if not raw:
        return Filters()
    if not isinstance(raw, dict):
        raise FilterError("filters", "a dictionary")
    unknown = set(raw) - set(Filters.__dataclass_fields__)
    if unknown:
        raise FilterError(str(sorted(map(str, unknown))[0]), "no such filter")
    return Filters(
        kinds=_words(raw, "kinds"),
        channels=_words(raw, "channels"),
        department_ids=_ids(raw, "department_ids"),
        person_ids=_ids(raw, "person_ids"),
        date_from=_date(raw, "date_from"),
        date_to=_date(raw, "date_to"),
        search=_text(raw, "search"),
    )


def _words(raw, name):
    values = raw.get(name) or []
    if not isinstance(values, (list, tuple)) or not all(isinstance(v, str) and _WORD.fullmatch(v) for v in values):
        raise FilterError(name, "a list of words")
    return tuple(values)


def _ids(raw, name):
    values = raw.get(name) or []
    if not isinstance(values, (list, tuple)) or not all(type(v) is int and 0 < v < 2**31 for v in values):
        raise FilterError(name, "a list of ids")
    return tuple(values)


def _date(raw, name):
    value = raw.get(name)
    if not value:
        return None
    try:
        parsed = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise FilterError(name, "a date like 2026-03-01") from None
    # The database and the time zones know no day before the first or after the last midnight.
    if not date(1900, 1, 1) <= parsed <= date(9000, 1, 1):
        raise FilterError(name, "a date between 1900 and 9000")
    return parsed


def _text(raw, name):
    value = raw.get(name) or ""
    if not isinstance(value, str):
        raise FilterError(name, "a text")
    return _UNUSABLE.sub("", value).strip()[:MAX_SEARCH]


def like_pattern(text: str) -> str:
    r"""A LIKE pattern that finds ``text`` literally, wherever it stands.

    >>> like_pattern("50%_")
    '%50\\%\\_%'
    """
    return "%" + _LIKE.sub(r"\\\1", text) + "%"


def plain_text(markup: str | None, length: int = 160) -> str:
    """The readable beginning of an HTML fragment on one line, cut at a word.

    >>> plain_text("<p>Dear&nbsp;Li,<br/>the <b>offer</b>&hellip;</p>")
    'Dear Li, the offer…'
    >>> plain_text("one two three", length=8)
    'one two…'
    """
    text = _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup or ""))).replace(" ,", ",").replace(" …", "…").strip()
    if len(text) <= length:
        return text
    cut = text[:length]
    head, _space, _tail = cut.rpartition(" ")
    return (cut if text[length] == " " else head or cut).rstrip(" ,;.") + "…"
