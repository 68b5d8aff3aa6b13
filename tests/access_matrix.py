"""The access matrix: what comes of each operation and each public method of the addon, for each role.

The cells of a line, one for each role:

``yes``    on every row there is                    ``own``    on rows that he finds, and on no other
``none``   he may ask, and finds nothing of it      ``no``     refused (no such right, no such row for him)
``error``  refused in words, not by his rights      ``blind``  done on a row that he does not find
``-``      nothing to ask it of                     ``CRASH``  the server has no words for it: never in the table

The cell of a method tells what comes of arguments that it takes; nonsense matters where it is done, or leads to a crash. The
bridges to Odoo's other apps are not asked: installing these costs more than all calls. Of the one public method that a bridge adds,
``res.partner.sync_pos_standing``, ``tests/browser/test_points_at_the_till.py`` says who is told.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from pathlib import Path

from access_arguments import ARGUMENTS
from access_calls import CRASH, ERROR, NO, OK, Answer, Caller

from dev import odoo_run
from dev.odoo_tree import addons_path
from dev.paths import LOGS, ROOT

#: {role: login}; ``elsewhere`` is a manager of another company.
LOGINS = {
    "portal A": "portal_lin",
    "portal B": "portal_acme",
    "employee": "m_employee",
    "user": "ben",
    "head": "dora",
    "manager": "max",
    "auditor": "alex",
    "elsewhere": "m_elsewhere",
}
ROLES = ("public", *LOGINS)
OPERATIONS = ("read", "group", "name_search", "export", "write", "create", "unlink")
MISSING = 2**31 - 2
_CONTEXT = {"active_test": False}
JUNK = (
    None, True, False, 0, -1, 7, 1.5, 2**31, 2**63, -(2**70), 1e300, "", " ", "x", "\x00", "a\x00b", "\ud800", "é" * 300, "1 OR 1=1", "%", "{{7*7}}",
    "2026-13-45", "2026-11-20", "9" * 40, "A" * 70_000, [], {}, [None], ["x"], [[1]], [[6, 0, [1]]], [2**70], [-1], [[["id", "=", 1]]], {"x": {"y": 1}},
    [["nope", "=", 1]], [["id", "in", ["x"]]], ["|"], {"__class__": "x"}, {"ids": [1]}, [True], [{}],
)  # fmt: skip
#: Whole numbers: that other things are no ids, Odoo says itself, in its own way.
JUNK_IDS = ([MISSING], [-1], [], [MISSING, MISSING - 1])


class Matrix:
    """Asks everything, and keeps a cell for each line and role; ``crashes`` tells what was said where."""

    def __init__(self, system, catalogue: dict):
        self.catalogue = catalogue
        self.callers = {role: Caller(system, catalogue["keys"].get(role), LOGINS.get(role)) for role in ROLES}
        self.lines: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
        self.crashes: list[str] = []
        self.calls = 0
        #: {(model, role): (a row that he finds, one that he does not find)}
        self.found: dict[tuple[str, str], tuple[int | None, int | None]] = {}
        #: {(model, role): all that he finds}
        self._seen: dict[tuple[str, str], set[int]] = {}

    def ask_everything(self) -> None:
        models = self.catalogue["models"]
        for name, model in models.items():
            for role in ROLES:
                self._operations(name, model, role)
        for name, rows in self.catalogue["rows"].items():
            for role in ROLES:
                self._rows(name, rows, role)
        for name, method, room, is_models, parameters in self.catalogue["methods"]:
            for role in ROLES:
                cell = self._method(name, method, is_models, parameters, role)
                self._note(room, name, f"{method}()", role, cell)
        for name, added in self.catalogue["fields"].items():
            for role in ROLES:
                told = self._call(role, name, "fields_get", None, allfields=added, attributes=["type"]).result or {}
                for field in added:
                    self._note("fields", name, field, role, "yes" if field in told else "no")

    # ---------------------------------------------------------------- calls

    def _call(self, role: str, model: str, method: str, ids=None, /, **arguments) -> Answer:
        """By turns over both ways, the same for the same call."""
        self.calls += 1
        way = "api" if (ROLES.index(role) + zlib.crc32(f"{model}.{method}".encode())) % 2 else "web"
        answer = self.callers[role].call(way, model, method, ids, **arguments)
        if answer.outcome == CRASH:
            said = json.dumps({"ids": ids, **arguments})[:300]
            self.crashes.append(f"{model}.{method} as {role} over {way} with {said}: {answer.detail}")
        return answer

    def _note(self, room: str, model: str, what: str, role: str, cell: str) -> None:
        self.lines.setdefault(room, {}).setdefault((model, what), {})[role] = cell

    def _rows(self, name, rows, role) -> str:
        """Finds out which rows he finds; returns the cell of reading them."""
        answer = self._call(role, name, "search", None, domain=[], order="id", context=_CONTEXT)
        seen = self._seen[name, role] = set(answer.result or ()) if answer.outcome == OK else set()
        self.found[name, role] = (
            next((row for row in rows if row in seen), None),
            next((row for row in rows if row not in seen), None) if rows else MISSING,
        )
        if answer.outcome != OK:
            return word(answer.outcome)
        return "-" if not rows else "none" if not seen & set(rows) else "yes" if seen >= set(rows) else "own"

    def _each(self, role, name, method, /, **arguments) -> str:
        """The cell of a method of records, on a row that he finds and on one that he does not find."""
        seen, unseen = self.found[name, role]
        with_seen = self._call(role, name, method, [seen], **arguments).outcome if seen else None
        with_unseen = self._call(role, name, method, [unseen], **arguments).outcome if unseen else None
        return cell_of(with_seen, with_unseen)

    # ---------------------------------------------------------------- operations

    def _operations(self, name: str, model: dict, role: str) -> None:
        def note(what, cell):
            self._note(model["room"], name, what, role, cell)

        if model["kind"] == "abstract":
            return
        found = self._rows(name, model["rows"], role)
        note("search", found)
        if role == "public":  # who has neither key nor session gets no further
            for what in OPERATIONS:
                note(what, found)
            return
        _seen, unseen = self.found[name, role]
        note("read", self._each(role, name, "read", fields=[]))
        groups = {"domain": [], "groupby": [], "aggregates": ["__count"], "context": _CONTEXT}
        note("group", counted(self._call(role, name, "formatted_read_group", None, **groups), len(model["rows"])))
        stranger = {"name": "", "domain": [["id", "=", unseen or 0]], "context": _CONTEXT}
        told = self._call(role, name, "name_search", None, **stranger)
        note("name_search", "blind" if told.result else found if told.outcome == OK else word(told.outcome))
        note("export", self._each(role, name, "export_data", fields_to_export=[".id", "display_name"]))
        note("write", self._each(role, name, "write", vals=model["write"]))
        note("create", word(self._call(role, name, "create", None, vals_list=[model["values"]]).outcome))
        note("unlink", self._each(role, name, "unlink"))

    # ---------------------------------------------------------------- methods

    def _method(self, name, method, is_models, parameters, role) -> str:
        chance = random.Random(f"{name}.{method}.{role}")
        with_seen, with_unseen = (self._given(name, method, role, is_seen) for is_seen in (True, False))
        odd = nonsense(chance, parameters) if parameters else None
        if is_models:
            first = self._outcome(role, name, method, None, with_seen)
            # Where no argument is a row, there is no other call.
            second = self._outcome(role, name, method, None, with_unseen) if with_unseen != with_seen else None
            return cell_of(also(first, self._outcome(role, name, method, None, odd)), second)
        seen, unseen = self.found.get((name, role), (None, MISSING))
        given = with_unseen if with_seen is None else with_seen
        first = self._outcome(role, name, method, [seen], given) if seen else None
        second = self._outcome(role, name, method, [unseen], given) if unseen else None
        if seen:  # who finds no row of it would be told no more by nonsense
            first = also(first, self._outcome(role, name, method, [seen], odd))
            if self._outcome(role, name, method, chance.choice(JUNK_IDS), given) == CRASH:
                first = CRASH
        return cell_of(first, second)

    def _outcome(self, role, name, method, ids, arguments: dict | None) -> str | None:
        return None if arguments is None else self._call(role, name, method, ids, **arguments).outcome

    def _given(self, name, method, role, is_seen: bool) -> dict | None:
        """The arguments that a method needs, of rows that he finds, or with one that he does not; None where there are none."""
        if (name, method) not in ARGUMENTS:
            return {}
        chosen = []

        def row(model, kind=None):
            rows = self._all_rows(model)
            if (model, role) not in self.found:
                self._rows(model, rows, role)
            seen = self._seen[model, role]
            found = sorted(self.catalogue[kind] if kind else rows, key=lambda one: ((one in seen) != is_seen, one))[0]
            chosen.append(found in seen)
            return found

        arguments = ARGUMENTS[name, method](row)
        is_wanted = all(chosen) if is_seen else not (chosen and all(chosen))
        return arguments if is_wanted else None

    def _all_rows(self, model) -> list[int]:
        listed = self.catalogue["models"].get(model)
        return listed["rows"] if listed else self.catalogue["rows"][model]


def nonsense(chance: random.Random, parameters: list) -> dict:
    """Values for all arguments that a method needs, and for some that it takes."""
    chosen = {}
    for name, required, is_many in parameters:
        if is_many:
            chosen |= {"x": chance.choice(JUNK), "partner_id": chance.choice(JUNK)}
        elif required or chance.random() < 0.6:
            chosen[name] = chance.choice(JUNK)
    return chosen


def also(outcome: str | None, of_nonsense: str | None) -> str | None:
    """What comes of a call; of nonsense counts only what should not come of it, and a crash before everything."""
    return next((one for one in (CRASH, OK) if one in (outcome, of_nonsense)), outcome)


def word(outcome: str) -> str:
    return {OK: "yes", CRASH: "CRASH"}.get(outcome, outcome)


def cell_of(seen: str | None, unseen: str | None) -> str:
    if CRASH in (seen, unseen):
        return "CRASH"
    if unseen == OK:
        return "blind"
    if seen == OK:
        return "yes" if unseen is None else "own"
    return "error" if ERROR in (seen, unseen) else "no" if NO in (seen, unseen) else "-"


def counted(answer: Answer, all_rows: int) -> str:
    if answer.outcome != OK:
        return word(answer.outcome)
    count = answer.result[0]["__count"] if answer.result else 0
    return "-" if not all_rows else "none" if not count else "yes" if count >= all_rows else "own"


# ---------------------------------------------------------------- the system that is asked, and the table


def catalogue(database: str) -> dict:
    """Prepares the database, and lists what there is to ask."""
    file = LOGS / f"{database}-catalogue.json"
    logins = json.dumps(LOGINS)
    odoo_run.inside(database, "access_matrix.py", "list what may be called", ROLES=logins, CATALOGUE=str(file))
    return json.loads(file.read_text())


def forgetful() -> dict[str, str]:
    """Options of a server that takes back what a request did, when the request is over."""
    path = [*addons_path(), ROOT, ROOT / "tests" / "addons"]
    return {
        "log_handler": ":ERROR",
        "addons_path": ",".join(map(str, path)),
        "server_wide_modules": "base,rpc,web,crm_sync_test_forgetful",
    }


def rendered(lines: dict[tuple[str, str], dict[str, str]]) -> str:
    """One line for each model and operation or method, in columns."""
    rows = [("", "", *ROLES)] + [(*what, *(cells[role] for role in ROLES)) for what, cells in lines.items()]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows
    )


def parsed(text: str) -> dict[tuple[str, str], list[str]]:
    """The cells of a table; how wide its columns are does not matter."""
    rows = [re.split(" {2,}", line) for line in text.splitlines()[1:]]
    return {(model, what): cells for model, what, *cells in rows}


def differences(folder: Path, lines: dict) -> list[str]:
    """What is not as the tables say, in one line each."""
    rooms = sorted({*lines, *(file.stem for file in folder.glob("*.txt"))})
    told = []
    for room in rooms:
        file = folder / f"{room}.txt"
        expected = parsed(file.read_text()) if file.exists() else {}
        found = parsed(rendered(lines.get(room, {})))
        told += [
            f"{room}: {' '.join(key)}: {role}: {was}, now {now}"
            for key in sorted({*expected, *found})
            for role, was, now in zip(
                ROLES,
                expected.get(key) or ["not listed"] * len(ROLES),
                found.get(key) or ["gone"] * len(ROLES),
                strict=True,
            )
            if was != now
        ]
    return told


def write(folder: Path, lines: dict) -> None:
    folder.mkdir(exist_ok=True)
    for file in folder.glob("*.txt"):
        file.unlink()
    for room, its in lines.items():
        (folder / f"{room}.txt").write_text(rendered(its))
