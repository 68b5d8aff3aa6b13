"""What nobody should send: malformed mails and forms by the thousand, the same ones for the same seed. Needs no Odoo."""

from __future__ import annotations

import base64
import json
import random

#: Texts that no field is made for.
WORDS = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "é" * 300, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "{{7*7}}", "${7*7}", "<t t-out='7*7'/>", "%", "_", "%s%n%x", "' OR 1=1 --", "\"; DROP TABLE crm_sync_case; --", "../../etc/passwd",
    "=cmd|'/c calc'!A1", "@SUM(A1)", "a\r\nBcc: x@example.com", "a\nSubject: other", "true", "null", "[]", "{}", "-1", "0", "9" * 40, "1e309",
    "NaN", "﷽" * 50, "\u202egnp.exe", "\ufeff", "\u2028\u2029", "😀" * 2_000, "\x1b[2J", "\x7f\x80\x9f", "C/2026/000001", "镜片碎了", "ａ" * 500,
    "A" * 70_000, "javascript:alert(1)", "file:///etc/passwd", "&#x3c;script&#x3e;", "]]>", "<!--", "-->", "\\", "\\x00", "\\u0000", "'", '"', "`",
)  # fmt: skip
NAMES = (
    "lens.png", "page.html", "picture.svg", "run.exe", "all.zip", "bomb.zip.zip", "a" * 300 + ".pdf", "../../x.png", "lens.jpg.js", "", ".",
    "con", "x\x00.png", "x\r\ny.png", "\u202egnp.exe", "镜片.jpg", "=cmd.csv", "<img src=x onerror=alert(1)>.png", "no ending", "winmail.dat",
)  # fmt: skip
CHARSETS = (
    "utf-8",
    "us-ascii",
    "gb2312",
    "utf-16",
    "utf-7",
    "x-unknown",
    "cp1252; x=y",
    "",
    "idna",
    "rot13",
    "base64",
    "zlib",
    "'",
)
ENCODINGS = ("7bit", "8bit", "base64", "quoted-printable", "binary", "x-unknown", "uuencode", "")
TYPES = (
    "text/plain", "text/html", "text/calendar; method=REQUEST", "message/rfc822", "message/delivery-status", "multipart/mixed", "multipart/report",
    "application/octet-stream", "application/zip", "image/svg+xml", "image/png", "application/ms-tnef", "text/", "/", "", "text/plain; charset",
    "multipart/signed", "multipart/alternative", "application/pkcs7-mime", "x/y; name*=utf-8''%ff",
)  # fmt: skip


# ---------------------------------------------------------------- mails


def mails(seed: int, count: int, to: str, ours: list[str], known: list[str]):
    """``count`` raw mails to ``to``; some say that they come from ``ours``, or answer one of the message ids ``known``."""
    for number in range(count):
        yield mail(random.Random(f"{seed}:{number}"), number, to, ours, known)


def mail(chance: random.Random, number: int, to: str, ours: list[str], known: list[str]) -> bytes:
    """One mail. Each has an own address, so that no limit hides what comes after it."""
    sender = f"hostile{number}@example.net"
    heads = {
        "From": f'"Hostile {number}" <{sender}>',
        "To": to,
        "Subject": chance.choice(WORDS),
        "Message-ID": f"<hostile-{number}@example.net>",
        "Date": "Sun, 22 Nov 2026 10:00:00 +0000",
    }
    for _turn in range(chance.choice((0, 1, 1, 2, 4))):
        chance.choice(_HEADS)(chance, heads, ours, known)
    body = chance.choices(_BODIES, [4 if one in (_plain, _parts) else 1 for one in _BODIES])[0](chance)
    if not isinstance(body, tuple):
        body = ({}, body)
    lines = [_encoded(f"{name}: {value}") for name, value in {**heads, **body[0]}.items() if value is not None]
    raw = b"\r\n".join(lines) + b"\r\n\r\n" + body[1]
    if chance.random() < 0.1:
        raw = _damaged(chance, raw)
    return raw


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _damaged(chance, raw):
    """Cut, doubled, or with some bytes changed; as a line that breaks does."""
    kind, place = chance.randrange(4), chance.randrange(max(1, min(len(raw), 5_000)))
    if kind == 0:
        return raw[:place]
    if kind == 1:
        return raw[:place] + bytes(chance.randrange(256) for _byte in range(20)) + raw[place:]
    if kind == 2:
        return raw.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\r\r\n", b"\x00\r\n")))
    return raw + raw[:5_000]


def _head(name, values):
    def change(chance, heads, _ours, _known):
        heads[name] = chance.choice(values)

    return change


def _from_us(chance, heads, ours, _known):
    heads["From"] = chance.choice(ours)


def _answer(chance, heads, _ours, known):
    name = chance.choice(("In-Reply-To", "References"))
    heads[name] = chance.choice([*known, "<>", "<nowhere@example.net>", "x" * 5_000, "<a>" * 500, "\ud800"])


def _many(chance, heads, _ours, _known):
    heads[chance.choice(("Cc", "To", "Reply-To"))] = (
        heads["To"] + ", " + ", ".join(f"c{n}@example.net" for n in range(chance.choice((3, 2_000))))
    )


def _big(chance, heads, _ours, _known):
    heads[f"X-Big-{chance.randrange(9)}"] = "x" * chance.choice((998, 10_000, 300_000))


def _lots(_chance, heads, _ours, _known):
    heads.update({f"X-Head-{n}": "y" for n in range(2_000)})


def _word(chance, heads, _ours, _known):
    heads[chance.choice(("Subject", "Message-ID", "Date", "Sender", "Reply-To", "X-Any", "MIME-Version", "Cc"))] = (
        chance.choice(WORDS)
    )


def _encoded_word(chance, heads, _ours, _known):
    word = base64.b64encode(chance.choice(WORDS).encode("utf-8", "replace")).decode()
    heads["Subject"] = chance.choice(
        (
            f"=?{chance.choice(CHARSETS)}?b?{word}?=",
            "=?utf-8?q?=ff=fe=00?=",
            "=?utf-8?b?***?=",
            "=?utf-8?q?" + "=41" * 9_000 + "?=",
        )
    )


_HEADS = (
    _from_us, _answer, _many, _big, _lots, _word, _word, _encoded_word,
    _head("From", ("", "@", "<>", "x", "a@b@c", "\x00@example.net", "A <a@example.net>, B <b@example.net>", "undisclosed-recipients:;",
                   "MAILER-DAEMON@example.net", '"<script>alert(1)</script>" <x1@example.net>', "=?utf-8?q?=00?= <x2@example.net>",
                   "x" * 300 + "@example.net", "ü@exämple.net", "x3@example.net\r\nBcc: all@example.net", "'\"' <x4@example.net>", "\ud800@example.net")),
    _head("Auto-Submitted", ("auto-replied", "auto-generated", "no", "\x00", "x" * 5_000)),
    _head("Precedence", ("bulk", "auto_reply", "junk", "list", "")),
    _head("Return-Path", ("<>", "<x@example.net>", "MAILER-DAEMON", "")),
    _head("List-Id", ("<list.example.net>", "")),
    _head("X-Failed-Recipients", ("x@example.net",)),
    _head("Message-ID", (None, "", "<>", "x" * 3_000, "<same@example.net>", "<same@example.net>", "<\x00@example.net>", "no brackets")),
    _head("Date", (None, "", "never", "Sun, 99 Nov 9999 99:99:99 +9999", "Thu, 01 Jan 1970 00:00:00 -0000", "1", "Mon, 1 Jan 0001 00:00:00 +2400")),
    _head("Content-Type", TYPES),
    _head("Content-Transfer-Encoding", ENCODINGS),
)  # fmt: skip


def _plain(chance):
    text = chance.choice((*WORDS, "The lens is broken.\n\nPlease help.")) * chance.choice((1, 1, 1, 3))
    charset = chance.choice(CHARSETS)
    return {"Content-Type": f"{chance.choice(('text/plain', 'text/html'))}; charset={charset}"}, _encoded(text)


def _megabyte(chance):
    kind = chance.choice(("text/plain", "text/html"))
    text = chance.choice(
        (
            "x",
            "The lens is broken. ",
            "\n",
            "<div>",
            "> quoted\n",
            "<b><i>",
            "&amp;",
            "http://x.example.net/ ",
            "镜片",
            "\t ",
        )
    )
    return {"Content-Type": f"{kind}; charset=utf-8"}, _encoded(text * (1_000_000 // len(text)))


def _nested(chance):
    depth, inner = chance.choice((5, 40, 150)), b"Content-Type: text/plain\r\n\r\ndeep"
    for level in range(depth):
        mark = f"b{level}".encode()
        inner = (
            b"Content-Type: multipart/mixed; boundary="
            + mark
            + b"\r\n\r\n--"
            + mark
            + b"\r\n"
            + inner
            + b"\r\n--"
            + mark
            + b"--"
        )
    return {"Content-Type": "multipart/mixed; boundary=top"}, b"--top\r\n" + inner + b"\r\n--top--"


def _parts(chance):
    """Several parts, whose boundary may be missing, wrong, empty or never closed."""
    mark = chance.choice(("mark", "m" * 70, "", "a b", "--"))
    parts = []
    for _part in range(chance.choice((0, 1, 2, 5, 30))):
        kind, encoding = chance.choice(TYPES), chance.choice(ENCODINGS)
        name = chance.choice(NAMES)
        place = chance.choice(
            (
                f'Content-Disposition: attachment; filename="{name}"\r\n',
                f"Content-Disposition: inline; filename*=x''{name}\r\n",
                "",
            )
        )
        content = chance.choice(
            (
                _encoded(chance.choice(WORDS)),
                base64.b64encode(b"\x00\xff" * 50),
                b"=ZZ=\r\n=",
                b"PK\x03\x04" + b"\x00" * 200,
            )
        )
        parts.append(
            _encoded(f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{place}\r\n") + content
        )
    body = b"".join(b"--" + _encoded(mark) + b"\r\n" + part + b"\r\n" for part in parts)
    closed = b"--" + _encoded(mark) + b"--\r\n" if chance.random() < 0.7 else b""
    kind = chance.choice(
        (
            "multipart/mixed",
            "multipart/alternative",
            "multipart/related",
            "multipart/report; report-type=delivery-status",
        )
    )
    said = chance.choice((mark, mark, mark, "other"))
    return {"Content-Type": f'{kind}; boundary="{said}"'}, body + closed


def _files(chance):
    """Many files, or one of 20 MB."""
    big = chance.random() < 0.15
    content = base64.b64encode(b"0" * (20 * 1024 * 1024 if big else chance.choice((0, 1, 5_000))))
    parts = [
        _encoded(
            f"--mark\r\nContent-Type: {chance.choice(TYPES[7:11])}\r\nContent-Transfer-Encoding: base64\r\n"
            f'Content-Disposition: attachment; filename="{chance.choice(NAMES)}"\r\n\r\n'
        )
        + content
        + b"\r\n"
        for _file in range(1 if big else chance.choice((1, 3, 40)))
    ]
    text = b"--mark\r\nContent-Type: text/plain\r\n\r\nSee the files\r\n"
    return {"Content-Type": "multipart/mixed; boundary=mark"}, text + b"".join(parts) + b"--mark--\r\n"


def _calendar(chance):
    lines = (
        "BEGIN:VCALENDAR",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"SUMMARY:{chance.choice(WORDS)}",
        "DTSTART:never",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return {"Content-Type": "text/calendar; method=REQUEST"}, _encoded(
        "\r\n".join(lines[: chance.randrange(len(lines) + 1)])
    )


def _forwarded(chance):
    inner = _encoded(f"From: x@example.net\r\nSubject: {chance.choice(WORDS)}\r\n\r\nForwarded")
    head = b"--mark\r\nContent-Type: message/rfc822\r\n\r\n"
    return {"Content-Type": "multipart/mixed; boundary=mark"}, (head + inner + b"\r\n") * chance.choice(
        (1, 3)
    ) + b"--mark--"


def _markup(chance):
    depth = chance.choice((10, 3_000))
    text = chance.choice(
        ("<div>" * depth + "x" + "</div>" * depth, "<table>" * depth, "<p>" + "<a href='javascript:alert(1)'>x</a>" * depth,
         "<style>*{background:url(javascript:1)}</style>x", "<base href='//evil.example'><form action='/x'><input name=p></form>",
         "<svg><script>alert(1)</script></svg>", "<p>" + "&" * depth, "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "<img src='data:image/png;base64,AAAA'>" * 50,
         "<?xml version='1.0'?>", "<" * depth, "<p style='" + "x:y;" * depth + "'>z</p>", "\x00<p>\x01</p>")
    )  # fmt: skip
    return {"Content-Type": "text/html; charset=utf-8"}, _encoded(text)


def _nothing(_chance):
    return {}, b""


def _noise(chance):
    return bytes(chance.randrange(256) for _byte in range(chance.choice((1, 300, 5_000))))


_BODIES = (_plain, _parts, _megabyte, _nested, _files, _calendar, _forwarded, _markup, _nothing, _noise)


# ---------------------------------------------------------------- forms


def words(chance: random.Random) -> str:
    """One value of a form; now and then a megabyte."""
    return "x" * 1_000_000 if chance.random() < 0.01 else chance.choice(WORDS)


def form(chance: random.Random, names: tuple[str, ...]) -> dict[str, str]:
    """Some of the fields, with nonsense; now and then what a person would write."""
    fields = {name: words(chance) for name in chance.sample(names, chance.randint(0, len(names)))}
    if chance.random() < 0.4:
        fields |= {
            "text": "The lens is broken",
            "email": f"h{chance.randrange(10**9)}@example.net",
            "consent": "1",
            "website": "",
        }
        fields[chance.choice(names)] = words(chance)
    return fields


def files(chance: random.Random) -> list[tuple[str, bytes]]:
    if chance.random() < 0.8:
        return []
    size = 20 * 1024 * 1024 if chance.random() < 0.02 else chance.choice((0, 10, 5_000))
    return [
        (chance.choice(NAMES), b"\x89PNG\r\n\x1a\n"[: chance.randrange(9)] + b"0" * size)
        for _file in range(chance.choice((1, 2, 8)))
    ]


def request(chance: random.Random, fields: dict, sent: list) -> tuple[bytes, str]:
    """``(body, content type)`` of a form in one of the ways that browsers and others send it."""
    kind = chance.randrange(12)
    if kind == 0:
        return json.dumps({"params": fields}).encode(), "application/json"
    if kind == 1:
        return chance.choice(
            (b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"params": 7}', b'{"params": [1]}', b'"x"')
        ), "application/json"
    if kind == 2:
        return b"&".join(
            _quoted(name) + b"=" + _quoted(value) for name, value in fields.items()
        ), "application/x-www-form-urlencoded"
    mark = chance.choice(("mark", "m" * 70)) if kind > 3 else chance.choice(("", "x y", "é"))
    body = b"".join(
        b"--"
        + _encoded(mark)
        + b'\r\nContent-Disposition: form-data; name="'
        + _encoded(name)
        + b'"\r\n\r\n'
        + _encoded(value)
        + b"\r\n"
        for name, value in fields.items()
    )
    body += b"".join(
        b"--"
        + _encoded(mark)
        + b'\r\nContent-Disposition: form-data; name="files"; filename="'
        + _encoded(name)
        + b'"\r\n\r\n'
        + content
        + b"\r\n"
        for name, content in sent
    )
    end = b"--" + _encoded(mark) + b"--\r\n" if kind > 4 else b""
    return body + end, "multipart/form-data; boundary=" + (mark if kind != 3 else "other").encode(
        "ascii", "replace"
    ).decode()


def _quoted(text: str) -> bytes:
    return b"".join(b"%%%02x" % byte for byte in _encoded(text)) if len(text) < 2_000 else _encoded(text)


def facts(chance: random.Random) -> dict:
    """Arguments of ``sync_open_case``."""
    values = (
        *WORDS,
        7,
        -1,
        2**31,
        2**63,
        2**70,
        1.5,
        True,
        False,
        None,
        [],
        {},
        [[6, 0, [1]]],
        {"a": {"b": 1}},
        [None],
        "x" * 20_000,
    )
    names = (
        "text", "subject", "kind", "email", "phone", "name", "lang", "channel", "remedy", "remedy_note", "severity", "impact", "is_safety", "lot", "partner_id",
        "product_id", "order_id", "invoice_id", "lead_id", "touch_id", "department_id", "company_id", "key", "acknowledge", "user_id", "stage_id", "x", "_x", "",
    )  # fmt: skip
    found = {name: chance.choice(values) for name in chance.sample(names, chance.randint(0, 6))}
    return found if chance.random() < 0.3 else {"text": "The lens is broken", **found}
