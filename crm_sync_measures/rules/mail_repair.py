"""A mail that its reader stumbles over, put into words that every reader understands. Never writes, never raises."""

import base64
import codecs
import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import suppress
from email.header import Header, decode_header
from email.message import Message
from email.utils import formataddr, getaddresses, parsedate_to_datetime

from .case_intake import TEXT, clean_email, clean_line, clean_text

#: Headers with addresses, with ids of mails, and those by which a machine is known.
_ADDRESSES = ("From", "Reply-To", "To", "Cc", "Delivered-To", "X-Original-To")
_IDS = ("Message-ID", "In-Reply-To", "References")
_SIGNS = ("Auto-Submitted", "Precedence", "List-Id", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients")
_ID = re.compile(
    r"<[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)*>", re.ASCII | re.IGNORECASE
)
_MOST_ADDRESSES = 50
_MOST_IDS = 30
_MACHINES = ("mailer-daemon", "postmaster")


def readable(raw: bytes) -> bytes:
    """The same mail, plain: who writes to whom, about what, its text, and the mail itself as a file.

    >>> raw = b"From: Li <li@example.com>\\r\\nTo: <help@example.com>\\r\\nSubject: Broken\\x00\\r\\nContent-Type: text/plain; charset=zlib\\r\\n\\r\\nMy lens"
    >>> readable(raw).decode().splitlines()[:3]
    ['From: Li <li@example.com>', 'To: help@example.com', 'Subject: =?utf-8?q?Broken?=']
    >>> base64.b64decode(readable(raw).split(b"\\r\\n\\r\\n")[2].split(b"--")[0])
    b'My lens'

    What a machine could not deliver stays what it is:

    >>> b"auto-replied" in readable(b"From: Mailer-Daemon@example.com\\r\\n\\r\\n")
    True
    >>> len(readable(b"")) > 100
    True
    """
    try:
        mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    except Exception:
        mail = Message()
    lines = [f"{name}: {value}" for name, value in _heads(mail)]
    mark = "=-plain"
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{mark}"', ""]
    for kind, content in (
        ("text/plain; charset=utf-8", _text(mail).encode()),
        ('application/octet-stream\r\nContent-Disposition: attachment; filename="mail.eml"', raw),
    ):
        lines += [f"--{mark}", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", ""]
        lines.append(base64.encodebytes(content).decode().replace("\n", "\r\n"))
    return "\r\n".join([*lines, f"--{mark}--", ""]).encode("ascii", "replace")


def _heads(mail: Message) -> Iterator[tuple[str, str]]:
    """``(name, value)`` of what is known of the mail, in ASCII, each on one line."""
    for name in _ADDRESSES:
        pairs = getaddresses([_word(value) for value in mail.get_all(name, [])])
        known = [(clean_line(word, 100), clean_email(address)) for word, address in pairs]
        known = [formataddr(pair, "utf-8") for pair in known if pair[1] and pair[1].isascii()][
            : 1 if name == "From" else _MOST_ADDRESSES
        ]
        if known:
            yield name, ", ".join(known)
    for name in _IDS:
        ids = [found for found in _ID.findall(_word(mail.get(name))) if len(found) < 250][:_MOST_IDS]
        if ids:
            yield name, " ".join(ids[:1] if name == "Message-ID" else ids)
    if subject := clean_line(_word(mail.get("Subject"))):
        yield "Subject", Header(subject, "utf-8", maxlinelen=10_000).encode()
    if date := _date(mail.get("Date")):
        yield "Date", date
    for name in _SIGNS:
        if value := clean_line(_word(mail.get(name))).encode("ascii", "ignore").decode():
            yield name, value
    if _word(mail.get("Return-Path")).strip() == "<>":
        yield "Return-Path", "<>"
    sender = _word(mail.get("From")).lower()
    if any(machine in sender for machine in _MACHINES) or mail.get_content_type() == "multipart/report":
        yield "Auto-Submitted", "auto-replied"


def _word(value: object) -> str:
    """A header in letters, whatever it says it is written in.

    >>> _word("=?utf-8?b?6ZWc54mH?="), _word("=?x-unknown?q?caf=E9?="), _word("=?utf-8?b?***?="), _word(None)
    ('镜片', 'café', '', '')
    """
    text = str(value or "")[:20_000]
    try:
        return "".join(
            part if isinstance(part, str) else _letters(part, charset) for part, charset in decode_header(text)
        )
    except Exception:
        return text


def _letters(content: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8"):
        with suppress(LookupError, ValueError):
            if codecs.lookup(name)._is_text_encoding:
                return content.decode(name)
    return content.decode("latin-1")


def _date(value: object) -> str:
    try:
        return parsedate_to_datetime(str(value)).strftime("%a, %d %b %Y %H:%M:%S %z").strip()
    except Exception:
        return ""


def _text(mail: Message) -> str:
    """What is written: the first plain text, else the first text without its markup, else what can be read of the body."""
    parts = []
    for part in mail.walk():
        if not part.is_multipart():
            try:
                content = part.get_payload(decode=True) or b""
            except Exception:
                content = b""
            parts.append((part.get_content_type(), _letters(content[: 8 * TEXT], _charset(part))))
        if len(parts) >= _MOST_IDS:
            break
    plain = [text for kind, text in parts if kind == "text/plain" and text.strip()]
    markup = [re.sub(r"<[^<>]*>", " ", text) for kind, text in parts if kind == "text/html"]
    return clean_text(next(iter([*plain, *markup, *(text for _kind, text in parts)]), ""), 2 * TEXT)


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except Exception:
        return None
