"""Whom a value of a KPI is of, as one key that never changes: ``company``, ``team:5``, ``source:12``, ``channel:web``.

A record is told by its id, so that it may be renamed; a channel by a word of small letters.
"""

import re
from typing import NamedTuple

#: Kinds of scopes that are records.
RECORDS = ("department", "team", "person", "tier", "category", "source")
_KEY = re.compile(rf"(company)|({'|'.join(RECORDS)}):([1-9][0-9]{{0,8}})|(channel):([a-z0-9_.-]{{1,60}})")


class Scope(NamedTuple):
    """``which``: id of a record, word of a channel; None of the company."""

    kind: str
    which: int | str | None = None


def scope_of(key: object) -> Scope | None:
    """What a key says, or None where it is no key.

    >>> scope_of("source:12"), scope_of("channel:web"), scope_of("company")
    (Scope(kind='source', which=12), Scope(kind='channel', which='web'), Scope(kind='company', which=None))
    >>> [scope_of(key) for key in ("team", "team:0", "team:x", "company:1", "channel:Search engine", "nobody:3", "", None, 7)]
    [None, None, None, None, None, None, None, None, None]
    """
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    if not found:
        return None
    company, record, number, _channel, word = found.groups()
    if company:
        return Scope(company)
    return Scope(record, int(number)) if record else Scope("channel", word)
