"""Odoo as a request or a scheduled action sees it: a new cursor and a cold cache each time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


def open_registry(config: str):
    """The registry of the database that a configuration file names."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(["-c", config, "--log-level=warn"], setup_logging=True)
    return Registry(odoo.tools.config["db_name"][0])


@contextlib.contextmanager
def session(registry, uid: int = 1, **context: object) -> Iterator:
    """An environment on a cursor of its own; nothing is committed unless the block does it."""
    from odoo import api

    with registry.cursor() as cr:
        yield api.Environment(cr, uid, context)
        cr.rollback()


def be_nice() -> None:
    """Loading data may wait for others; measuring may not, or it would measure the others."""
    os.nice(10)
