"""What comes in from outside: how it is cleaned, what is too much, what a machine sent, and what belongs to a case.

Everything here was written by a stranger. Nothing is trusted, little is refused: what a customer took the trouble to
write must not be lost for a character that a database does not like.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .attempt import Limit, wait

SUBJECT, TEXT, NAME, EMAIL, PHONE, CODE = 200, 10_000, 100, 254, 40, 64
#: Of one form or message.
FILES, FILE_BYTES, ALL_BYTES = 5, 10 * 1024 * 1024, 20 * 1024 * 1024

#: Names end with one of these. What a browser or a desktop would run is not among them.
FILE_TYPES = {
    "jpg": "image/", "jpeg": "image/", "png": "image/", "gif": "image/", "webp": "image/", "heic": "", "bmp": "image/",
    "pdf": "application/pdf", "txt": "", "csv": "", "log": "", "rtf": "", "eml": "",
    "doc": "", "docx": "", "xls": "", "xlsx": "", "ppt": "", "pptx": "", "odt": "", "ods": "", "odp": "",
    "mp3": "", "m4a": "", "amr": "", "wav": "", "mp4": "", "mov": "", "webm": "",
}  # fmt: skip
#: What a file is never, whatever its name says.
_RUNS = ("html", "svg", "xml", "javascript", "x-executable", "x-sharedlib", "x-dosexec", "x-msdownload", "x-sh")
#: Marks that turn the direction of writing, and so show a name as another one.
_TURNS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


# ---------------------------------------------------------------- cleaning


def clean_text(value: object, limit: int = TEXT) -> str:
    """A text of several lines without what a database or a reader stumbles over, cut at ``limit``.

    >>> clean_text("Broken\\x00 lens\\r\\nsince \\ud800Monday\\t!  \\n\\n\\n\\nPlease help")
    'Broken lens\\nsince Monday !\\n\\nPlease help'
    >>> clean_text("x" * 30, 10), clean_text(None), clean_text({"a": 1})
    ('xxxxxxxxxx', '', '')
    """
    if not isinstance(value, str):
        return ""
    # Twice what is kept is enough to read: a text of megabytes is not looked at to its end.
    text = value[: 2 * limit + 1000].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn"))
    text = unicodedata.normalize("NFC", text).translate(_TURNS)
    # No pattern: one that looks for blanks before the end of a line tries each of a million blanks in a row.
    text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:limit].rstrip()


def clean_line(value: object, limit: int = SUBJECT) -> str:
    """The same on one line: no header of a mail and no column of a list gets a second one.

    >>> clean_line("Hello\\r\\nBcc: all@example.com ")
    'Hello Bcc: all@example.com'
    >>> clean_line("Invoice\\u202efdp.exe")
    'Invoicefdp.exe'
    """
    return " ".join(clean_text(value, 2 * limit).split())[:limit].rstrip()


def clean_email(value: object) -> str:
    """The one address in ``value``, or nothing.

    >>> clean_email(" Li Na <Li.Na@Example.com> "), clean_email("li@example.com, wu@example.com"), clean_email("li@@x")
    ('li.na@example.com', '', '')
    >>> clean_email("li@example.com\\r\\nBcc: wu@example.com"), clean_email("%@%"), clean_email("a" * 300 + "@example.com")
    ('', '', '')
    """
    line = clean_line(value, EMAIL + NAME)
    match = re.fullmatch(
        r"(?:[^<>@]*<)?\s*([^\s<>@,;:\"'()\[\]\\%]+@[^\s<>@,;:\"'()\[\]\\%]+\.[^\s<>@,;:\"'()\[\]\\%.]{2,})\s*>?", line
    )
    return match[1].lower() if match and len(match[1]) <= EMAIL else ""


def clean_phone(value: object) -> str:
    """A telephone number as it was written, without what belongs to none.

    >>> clean_phone("+86 (21) 5555-0100 call me"), clean_phone("ring"), clean_phone("１３８ 0000 0000")
    ('+86 (21) 5555-0100', '', '138 0000 0000')
    """
    line = unicodedata.normalize("NFKC", clean_line(value, 2 * PHONE))
    number = " ".join(re.sub(r"[^\d+()\-./ ]", "", line).split())[:PHONE]
    return number if sum(char.isdigit() for char in number) >= 5 else ""


def intake_key(key: str | None) -> str | None:
    """What an index can hold, of whatever names what came in.

    >>> intake_key("web:1"), intake_key(None), intake_key("mail:" + "x" * 999)
    ('web:1', None, 'mail:417e3ac0511699f48f0948125b24eefe')
    """
    if not key:
        return None
    key = clean_line(key, 10_000)
    if len(key) <= 120:
        return key
    return f"{key.partition(':')[0][:20]}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def subject_of(subject: str, text: str, limit: int = 80) -> str:
    """What a case is called: its subject, else how its text begins.

    >>> subject_of("", "The lens is broken. I bought it in May."), subject_of("Lens", "…"), subject_of("", "")
    ('The lens is broken.', 'Lens', '')
    >>> subject_of("", "镜片碎了。五月买的。"), subject_of("", "word " * 40, 12)
    ('镜片碎了。', 'word word…')
    """
    if subject:
        return subject
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    sentence = re.split(r"(?<=[.!?])\s|(?<=[。！？])", line, maxsplit=1)[0]
    return sentence if len(sentence) <= limit else sentence[: limit - 1].rsplit(" ", 1)[0].rstrip() + "…"


def spoken_language(text: str, installed: Iterable[str]) -> str | None:
    """The language a text is surely in, among those that are installed; None where it may be several.

    >>> spoken_language("镜片碎了，请换一副。", ["en_US", "zh_CN"]), spoken_language("The lens is broken", ["en_US", "zh_CN"])
    ('zh_CN', None)
    >>> spoken_language("レンズが割れました", ["zh_CN"]), spoken_language("镜片碎了", ["en_US"]), spoken_language("", ["zh_CN"])
    (None, None, None)
    """
    letters = [char for char in text if char.isalpha()]
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in letters)
    if not letters or chinese / len(letters) < 0.3 or any("\u3040" <= char <= "\u30ff" for char in letters):
        return None
    return next((code for code in installed if code.startswith("zh")), None)


# ---------------------------------------------------------------- the form


@dataclass(frozen=True)
class File:
    """A file that somebody sends; ``mimetype`` is what its first bytes say."""

    name: str
    size: int
    mimetype: str = ""


def file_problem(file: File) -> str | None:
    """Why a file is not taken: ``big``, ``type``, ``empty``; or None.

    >>> file_problem(File("lens.jpg", 5_000, "image/jpeg")), file_problem(File("Lens.PDF", 5_000, "application/pdf"))
    (None, None)
    >>> file_problem(File("lens.jpg", FILE_BYTES + 1, "image/jpeg")), file_problem(File("lens.jpg", 0))
    ('big', 'empty')

    A name says what it wants, so the first bytes have a word too:

    >>> [file_problem(File(name, 9, kind)) for name, kind in (("a.svg", ""), ("a.jpg", "image/svg+xml"), ("a.txt", "text/html"))]
    ['type', 'type', 'type']
    >>> [file_problem(File(name, 9)) for name in ("a.zip", "a.exe", "lens.jpg.js", "README", "a.jpg ")]
    ['type', 'type', 'type', 'type', None]
    >>> file_problem(File("a.png", 9, "application/pdf"))
    'type'
    """
    if file.size <= 0:
        return "empty"
    if file.size > FILE_BYTES:
        return "big"
    _stem, dot, ending = file.name.strip().rpartition(".")
    begins = FILE_TYPES.get(ending.lower()) if dot else None
    if begins is None or any(sign in file.mimetype for sign in _RUNS if "openxml" not in file.mimetype):
        return "type"
    if begins and file.mimetype and not file.mimetype.startswith(begins):
        return "type"
    return None


def files_problem(files: Iterable[File]) -> tuple[str, str] | None:
    """``(what is wrong, name of the file)`` of the first thing wrong with the files of one message, or None.

    >>> files_problem([File("a.jpg", 9), File("b.exe", 9)]), files_problem([])
    (('type', 'b.exe'), None)
    >>> files_problem([File("a.jpg", 9)] * 6), files_problem([File("a.jpg", FILE_BYTES)] * 3)
    (('many', ''), ('all_big', ''))
    """
    files = list(files)
    if len(files) > FILES:
        return "many", ""
    for file in files:
        if problem := file_problem(file):
            return problem, file.name
    return ("all_big", "") if sum(file.size for file in files) > ALL_BYTES else None


def form_problem(form: Mapping[str, str], is_public: bool) -> str | None:
    """The field of a form that has to be put right first, or None. ``form`` holds what was sent, cleaned but not cut.

    >>> good = {"text": "The lens is broken", "email": "li@example.com", "consent": "1"}
    >>> form_problem(good, True), form_problem({**good, "email": ""}, True), form_problem({**good, "consent": ""}, True)
    (None, 'email', 'consent')
    >>> form_problem({**good, "text": " "}, True), form_problem({**good, "text": "x" * 10_001}, True)
    ('text', 'text_long')

    Who is logged in is known, and has agreed already:

    >>> form_problem({"text": "The lens is broken"}, False)
    """
    text = form.get("text", "")
    if not text.strip():
        return "text"
    if len(text) > TEXT:
        return "text_long"
    if is_public and not clean_email(form.get("email", "")):
        return "email"
    return "consent" if is_public and not form.get("consent") else None


def is_trapped(honeypot: object) -> bool:
    """Whether a machine filled the field that people do not see.

    >>> is_trapped(""), is_trapped(None), is_trapped("http://spam.example.com"), is_trapped(["x"])
    (False, False, True, True)
    """
    return bool(honeypot.strip() if isinstance(honeypot, str) else honeypot)


# ---------------------------------------------------------------- how often

#: What one address of the network, and one e-mail address, may send by the public form.
PER_ADDRESS = (Limit(60, 3), Limit(3600, 20))
PER_EMAIL = (Limit(60, 2), Limit(3600, 5), Limit(86_400, 10))
#: What one customer may send by the portal, and by one case.
PER_CUSTOMER = (Limit(60, 3), Limit(3600, 20))
#: How often one visitor may be told known answers while he writes.
PER_READER = (Limit(60, 20), Limit(3600, 200))
#: Acknowledgements to one address.
PER_ACKNOWLEDGED = (Limit(3600, 5), Limit(86_400, 20))


# ---------------------------------------------------------------- mails


def mail_verdict(headers: Mapping[str, str]) -> str:
    """What to do with a mail by its headers: ``take`` it, take it ``quiet`` (no acknowledgement), or ``ignore`` it.

    Names of headers are in small letters. Ignored is what a machine *answers*, by RFC 3834 and the words that were used
    before it: absences, receipts, and what could not be delivered.

    >>> mail_verdict({}), mail_verdict({"auto-submitted": "no"}), mail_verdict({"auto-submitted": "auto-replied (vacation)"})
    ('take', 'take', 'ignore')
    >>> [mail_verdict({name: "yes"}) for name in ("x-autoreply", "x-autorespond", "x-failed-recipients")]
    ['ignore', 'ignore', 'ignore']
    >>> mail_verdict({"return-path": "<>"}), mail_verdict({"precedence": "auto_reply"})
    ('ignore', 'ignore')

    A form of another website, or a list, sends by a machine what people wrote. It is taken and not answered by one:

    >>> mail_verdict({"auto-submitted": "auto-generated"}), mail_verdict({"precedence": "bulk"}), mail_verdict({"list-id": "<x>"})
    ('quiet', 'quiet', 'quiet')
    >>> mail_verdict({"x-auto-response-suppress": "All"})
    'quiet'
    """
    submitted = headers.get("auto-submitted", "no").strip().lower()
    precedence = headers.get("precedence", "").strip().lower()
    answers = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-failed-recipients")
    if (
        submitted.startswith("auto-replied")
        or precedence in ("auto_reply", "auto-reply")
        or headers.get("return-path", "-").strip() == "<>"
        or any(headers.get(name, "").strip() not in ("", "no") for name in answers)
    ):
        return "ignore"
    if (
        not submitted.startswith("no")
        or precedence in ("bulk", "junk", "list")
        or "list-id" in headers
        or headers.get("x-auto-response-suppress", "").strip().lower() not in ("", "none")
    ):
        return "quiet"
    return "take"


def reply_opens(closed_at: datetime | None, now: datetime, days: int) -> str:
    """Where what a customer writes about his case goes: on (``same``), it is opened again (``reopen``), or ``new``.

    After ``days`` it is another matter, and a new case that names the old one.

    >>> now = datetime(2026, 3, 20)
    >>> reply_opens(None, now, 14), reply_opens(datetime(2026, 3, 6), now, 14), reply_opens(datetime(2026, 3, 5), now, 14)
    ('same', 'reopen', 'new')
    """
    if closed_at is None:
        return "same"
    return "reopen" if now - closed_at <= timedelta(days=days) else "new"


def attached(files: Iterable[File], limit: int = 20) -> tuple[list[int], list[str]]:
    """``(positions of files of a mail that are kept, names of those that are not)``.

    A mail cannot be sent back for its files as a form can, so what is too much is left out and named.

    >>> attached([File("a.jpg", 9), File("b.exe", 9), File("c.pdf", FILE_BYTES + 1), File("d.zip", 9), File("e.html", 9)])
    ([0, 3, 4], ['b.exe', 'c.pdf'])
    >>> attached([File("a.jpg", FILE_BYTES)] * 4)
    ([0, 1], ['a.jpg', 'a.jpg'])
    """
    kept, left, total = [], [], 0
    for position, file in enumerate(files):
        ending = file.name.strip().rpartition(".")[2].lower()
        if len(kept) >= limit or file.size > FILE_BYTES or total + file.size > ALL_BYTES or ending in _PROGRAMS:
            left.append(file.name)
        else:
            kept.append(position)
            total += file.size
    return kept, left


#: Endings of what a desktop starts by a click.
_PROGRAMS = {
    "exe", "com", "bat", "cmd", "scr", "pif", "msi", "js", "jse", "vbs", "vbe", "wsf", "ps1", "jar", "hta", "lnk", "cpl",
}  # fmt: skip


# ---------------------------------------------------------------- answers


def acknowledges(is_quiet: bool, is_acknowledged: bool, ages: Iterable[float]) -> bool:
    """Whether a case is acknowledged by mail now: once, never to a machine, and not without end to one address.

    >>> acknowledges(False, False, []), acknowledges(True, False, []), acknowledges(False, True, [])
    (True, False, False)
    >>> acknowledges(False, False, [10, 20, 30, 40, 50])
    False
    """
    return not is_quiet and not is_acknowledged and not wait(ages, PER_ACKNOWLEDGED)


def is_detractor(score: float | None, below: int) -> bool:
    """Whether a survey answer opens a case: its score, from 0 to 1, is below so many per cent. 0 opens none.

    >>> is_detractor(0.6, 70), is_detractor(0.7, 70), is_detractor(0.0, 70), is_detractor(None, 70), is_detractor(0.1, 0)
    (True, False, True, False, False)
    """
    return score is not None and score * 100 < below
