"""What a customer wants to be written to for, and the keys of the pages on which he says so. Never writes, never raises."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from .attempt import Limit

#: What a customer may choose, in the order of the page. What he asked for himself always reaches him.
PURPOSES = ("loyalty", "care", "survey", "marketing")

#: What one address of the network may send: a whole office has one together.
PER_PREFERENCE_ADDRESS = (Limit(60, 20), Limit(3600, 200), Limit(86_400, 1_000))
#: Posts to one customer's page, or for him by the button of a mail program.
PER_PREFERENCE_CUSTOMER = (Limit(60, 10), Limit(3600, 30), Limit(86_400, 60))

#: What a mail program sends when its button is pressed (RFC 8058).
ONE_CLICK = ("List-Unsubscribe", "One-Click")

#: So long a link in a mail shows what is known of a customer. His preferences it opens for ever.
SHOWN_DAYS = 90

_LARGEST = 2**31 - 1
_KEY = re.compile(r"([1-9][0-9]{0,9})-([0-9a-f]{32})", re.ASCII)
_LINKS = re.compile(r"(/[cm]/)[0-9]{1,10}-(?:[0-9]{8}-)?[0-9a-f]{32}", re.ASCII)
_DATED_KEY = re.compile(r"([1-9][0-9]{0,9})-([0-9]{8})-([0-9a-f]{32})", re.ASCII)


def parse_key(key: object) -> tuple[int | None, str | None]:
    """The id and the signature that a key names; nothing for what is no key.

    >>> parse_key("17-" + "a" * 32) == (17, "a" * 32)
    True
    >>> [parse_key(key)[0] for key in ("17-" + "A" * 32, "0-" + "a" * 32, "9999999999-" + "a" * 32, "17", "", None, 17, "١-" + "a" * 32)]
    [None, None, None, None, None, None, None, None]
    """
    match = _KEY.fullmatch(key) if isinstance(key, str) else None
    if not match or int(match[1]) > _LARGEST:
        return None, None
    return int(match[1]), match[2]


def parse_dated_key(key: object, today: date) -> tuple[int | None, date | None, str | None]:
    """The id, the day it was mailed and the signature of a key that shows something, while it does.

    >>> today = date(2026, 3, 31)
    >>> parse_dated_key("17-20260331-" + "a" * 32, today)[:2]
    (17, datetime.date(2026, 3, 31))
    >>> parse_dated_key("17-20251231-" + "a" * 32, today)[:2]
    (17, datetime.date(2025, 12, 31))
    >>> [parse_dated_key(f"17-{day}-" + "a" * 32, today)[0] for day in ("20251230", "20260402", "20260230", "00000000", "x")]
    [None, None, None, None, None]
    """
    match = _DATED_KEY.fullmatch(key) if isinstance(key, str) else None
    if not match or int(match[1]) > _LARGEST:
        return None, None, None
    try:
        day = date(int(match[2][:4]), int(match[2][4:6]), int(match[2][6:]))
    except ValueError:
        return None, None, None
    # A day ahead: it is tomorrow already where the mail was made.
    if not -timedelta(days=1) <= today - day <= timedelta(days=SHOWN_DAYS):
        return None, None, None
    return int(match[1]), day, match[3]


def without_keys(text: str) -> str:
    """A text without the keys of links, which open nothing then.

    >>> without_keys("See https://x.example/c/17-" + "a" * 32 + "/stop?p=survey or /m/17-20260331-" + "b" * 32 + ".")
    'See https://x.example/c//stop?p=survey or /m/.'
    >>> without_keys("/c/17-abc and /contact/17")
    '/c/17-abc and /contact/17'
    """
    return _LINKS.sub(r"\1", text)


def chosen(values: Mapping[str, str]) -> dict[str, bool]:
    """What the page's form says: a box that is not ticked is not sent at all.

    >>> chosen({"allow_loyalty": "1", "allow_survey": "1", "other": "1"})
    {'loyalty': True, 'care': False, 'survey': True, 'marketing': False}
    >>> chosen({"allow_loyalty": "1", "none": "1"}) == dict.fromkeys(PURPOSES, False)
    True
    """
    if values.get("none") == "1":
        return dict.fromkeys(PURPOSES, False)
    return {purpose: values.get(f"allow_{purpose}") == "1" for purpose in PURPOSES}


def is_form(values: Mapping[str, str], names: Collection[str] = ("preferences",)) -> bool:
    """Whether this is our form at all. An empty post would otherwise say no to everything.

    >>> is_form({"preferences": "1"}), is_form({}), is_form({"allow_survey": "1"})
    (True, False, False)
    """
    return all(values.get(name) == "1" for name in names)


def changes(before: Mapping[str, bool], wanted: Mapping[str, bool]) -> dict[str, bool]:
    """What has to be written down: what nobody has said anything about is allowed.

    >>> changes({}, {"survey": True, "care": False})
    {'care': False}
    >>> changes({"care": False, "survey": True}, {"care": False, "survey": False})
    {'survey': False}
    """
    return {
        purpose: is_allowed for purpose, is_allowed in wanted.items() if before.get(purpose, True) is not is_allowed
    }
