"""Loaded beside ``web`` (``server_wide_modules``): what a request does is done whole, and then taken back.

So a test may delete, merge and send whatever it likes, in any order, and each call finds the database as it was.
"""

from odoo.http import request
from odoo.sql_db import Cursor

_commit = Cursor.commit


def commit(cursor):
    """To the end of the request its transaction goes on; closing the cursor then rolls it back."""
    if request:
        cursor.flush()
    else:
        _commit(cursor)


Cursor.commit = commit
