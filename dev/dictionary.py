"""The data dictionary: ``dev/launch dictionary`` writes ``docs/data-dictionary.md`` from the models of an installed addon.

``tests/client/test_dictionary.py`` compares the file with this.
"""

from __future__ import annotations

from . import addon_dbs, environment, odoo_run
from .paths import ROOT, setup_lock

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

"""


def text(database: str) -> str:
    """The dictionary of a database with the addon and nothing besides."""
    printed = odoo_run.inside(database, "dictionary.py", "data dictionary")
    return _HEAD + printed.partition("BEGIN\n")[2].partition("END")[0].strip() + "\n"


def main(_arguments: list[str]) -> int:
    with environment.ready():
        with setup_lock():
            database = addon_dbs.ensure("system")
        FILE.write_text(text(database))
    return 0
