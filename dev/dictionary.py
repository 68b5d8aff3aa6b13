"""The data dictionary: ``dev/launch dictionary`` writes ``docs/data-dictionary.md`` from the models of an installed addon.

``tests/client/test_dictionary.py`` compares the file with this.
"""

from __future__ import annotations

import re

from . import addon_dbs, environment, odoo_run
from .paths import BRIDGES, ROOT, setup_lock

FILE = ROOT / "docs" / "data-dictionary.md"
_HEAD = """# Data dictionary

Every model of `crm_sync_measures` by room, with its fields, and every field it adds to Odoo's models. Written by `dev/launch
dictionary` from the models themselves; do not edit it.

* **Type**: with an arrow, the model a field leads to; of a selection its values. *Computed*: found when it is read, not a column.
* **Read by**: roles that may read. *By rules*: not all rows, see [who may what](guide.md#roles). What only the addon itself touches
  is read by nobody. A *view* is computed by the database, a *mixin* has no rows; rows of dialogs are gone after an hour, and are read by
  who has opened them.
* Moments are UTC, days those of the company or as said, amounts in the currency beside them, `seconds` are of working time.
* What every model of Odoo has (`id`, `create_date` …) and what mixins of Odoo bring (conversation, activities) is not repeated.
* [Bridges](guide.md#bridges) have no model of their own, and of fields these: {bridges}.

"""
_MODEL = re.compile(r'^    _inherit = "([\w.]+)"', re.MULTILINE)
_FIELD = re.compile(r"^    (sync_\w+) = fields\.", re.MULTILINE)


def text(database: str) -> str:
    """The dictionary of a database with the addon and nothing besides."""
    printed = odoo_run.inside(database, "dictionary.py", "data dictionary")
    head = _HEAD.format(bridges=", ".join(_bridge_fields()))
    return head + printed.partition("BEGIN\n")[2].partition("END")[0].strip() + "\n"


def _bridge_fields() -> list[str]:
    """What bridges add, read from their files: they are in no database that has the addon alone."""
    files = [file for name in BRIDGES for file in sorted((ROOT / name).glob("models/*.py"))]
    return [
        f"`{model}.{field}` (`{file.relative_to(ROOT).parts[0]}`)"
        for file in files
        for model in _MODEL.findall(file.read_text())
        for field in _FIELD.findall(file.read_text())
    ]


def main(_arguments: list[str]) -> int:
    with environment.ready():
        with setup_lock():
            database = addon_dbs.ensure("system")
        FILE.write_text(text(database))
    return 0
