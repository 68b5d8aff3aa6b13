"""Decisions that everybody reads, and that are kept between requests."""

import functools

from odoo import tools


class _Shelf:
    """What is kept of a model, and from when on (UTC, the database's clock). Whoever clears Odoo's caches throws it away."""

    def __init__(self):
        self.since, self.values = None, {}

    def is_open_to(self, cr):
        """Whether the transaction of ``cr`` began when the shelf was there, and so sees every change before it."""
        if self.since is None:
            cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
            [self.since] = cr.fetchone()
        return cr.now() > self.since


class _Own(dict):
    """What one transaction keeps for itself: gone when it ends, or is rolled back to a savepoint."""

    def __deepcopy__(self, _memo):
        """Odoo's tests copy what waits for a commit; none of this has to be there again."""
        return _Own()


@tools.ormcache()
def _shelf(self):
    return _Shelf()


def kept(method):
    """What ``method`` returns for its arguments is kept for everybody until somebody calls ``forget``, in whatever process.

    By Odoo's ``ormcache`` alone, a transaction that began before a change keeps for everybody what it still sees, though the
    caches were cleared after the commit: of the changes of its own process it is never told again. Here it keeps that for
    itself; for others only who began after the last clearing.
    """

    @functools.wraps(method)
    def lookup(self, *args):
        shelf, key = _shelf(self), (method, args)
        if key in shelf.values:
            return shelf.values[key]
        own = self.env.cr.precommit.data.setdefault(kept, _Own())
        if (shelf, key) not in own:
            own[shelf, key] = method(self, *args)
            if shelf.is_open_to(self.env.cr):
                shelf.values[key] = own[shelf, key]
        return own[shelf, key]

    return lookup


def forget(env):
    """To be called after a change of what is kept: by the transaction itself, and by all others once it is committed."""
    env.registry.clear_cache()
    env.cr.postcommit.add(env.registry.clear_cache)
