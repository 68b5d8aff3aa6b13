"""The addon's pages and forms, asked by each role with nonsense in the address, the query and the form."""

from __future__ import annotations

import random
import re
from urllib.parse import quote, urlencode

from access_matrix import MISSING, ROLES
from hostile import WORDS

_PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_NUMBERS = (1, 2, 3, 0, MISSING, 2**31, 2**63, 10**30)
_NAMES = (
    "p", "page", "saved", "score", "edit", "sent", "wave", "days", "accounts", "sortby", "filterby", "search", "access_token", "reason", "stars", "words",
    "text", "kind", "email", "name", "key", "company", "company_id", "what", "birthday", "month", "day", "x",
)  # fmt: skip
_TRIES = 2
_PUBLIC_TOKEN = "/web/login"


class Routes:
    """Cells of statuses: ``200``, ``303`` (to another page), ``login``, ``404``; never from 500 on."""

    def __init__(self, matrix):
        self.matrix = matrix
        self.lines: dict[tuple[str, str], dict[str, str]] = {}
        self.crashes: list[str] = []
        self._tokens: dict[str, str] = {}

    def ask_everything(self) -> None:
        for path, verb, _auth in self.matrix.catalogue["routes"]:
            for role in ROLES:
                cells = {self._ask(path, verb, role, turn) for turn in range(_TRIES)}
                self.lines.setdefault((path, verb), {})[role] = " ".join(sorted(cells))

    def _ask(self, path, verb, role, turn) -> str:
        chance = random.Random(f"{path} {verb} {role} {turn}")
        sent = {name: chance.choice(WORDS)[:2_000] for name in chance.sample(_NAMES, chance.randint(0, 6))}
        address = _PLACE.sub(lambda found: _junk(chance, found[1]), path)
        heads, body = {}, None
        if verb == "POST":
            self._with_session(role)
            body = _encoded({**sent, "csrf_token": self._tokens[role]})
            heads = {"Content-Type": "application/x-www-form-urlencoded"}
        elif sent:
            address += "?" + _encoded(sent).decode()
        status, headers, text = self.matrix.callers[role].send(verb, address, body, **heads)
        if status >= 500:
            self.crashes.append(f"{verb} {address} as {role} with {sent}: {status} {text[-300:]!r}")
        if 300 <= status < 400:
            return "login" if "/web/login" in headers.get("Location", "") else str(status)
        return str(status)

    def _with_session(self, role) -> None:
        """A form needs a token, and the public a session for it."""
        if role in self._tokens:
            return
        caller = self.matrix.callers[role]
        _status, headers, text = caller.send("GET", "/my/cases/new" if caller.cookie else _PUBLIC_TOKEN)
        if not caller.cookie:
            caller.cookie = headers["Set-Cookie"].partition(";")[0]
        self._tokens[role] = re.search(rb'csrf_token[="\s:]+(?:value=")?([0-9a-f]{20,}o?\d*)', text)[1].decode()


def _junk(chance, kind) -> str:
    if kind == "int":
        return str(chance.choice(_NUMBERS))
    # Of an address that is no page, Odoo asks the database; NUL it does not take.
    return quote(_bytes(chance.choice(WORDS)[:60].replace("\x00", "") or "x"), safe="")


def _encoded(values) -> bytes:
    return urlencode({name: _bytes(value) for name, value in values.items()}).encode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
