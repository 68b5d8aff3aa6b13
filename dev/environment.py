"""What every command begins with: Python, Odoo and PostgreSQL, ready to use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from . import databases, odoo_tree, postgres, python_env
from .paths import make_cache, setup_lock
from .steps import together


def python_only() -> None:
    """The virtual environment, for what needs no Odoo."""
    make_cache()
    with setup_lock():
        python_env.ensure()


def tree_only() -> None:
    """The virtual environment and Odoo's files, for what needs no database."""
    make_cache()
    with setup_lock():
        # pip may have to be downloaded first; both downloads at the same time are fine.
        together(python_env.ensure, odoo_tree.ensure)


@contextlib.contextmanager
def ready() -> Iterator[None]:
    """Everything runs inside the block; the databases of killed runs are gone."""
    tree_only()
    with contextlib.ExitStack() as stack:
        with setup_lock():
            stack.enter_context(postgres.serving())
            databases.drop_abandoned_runs()
        yield
