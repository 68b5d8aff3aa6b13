"""Decisions that everybody reads, which are kept between requests by Odoo's ``ormcache``."""


def forget(env):
    """To be called after a change of what is kept.

    Once more after the commit: another thread may meanwhile have read, and kept, what was there before. Of processes Odoo
    tells each at its next request, its own threads it does not.
    """
    env.registry.clear_cache()
    env.cr.postcommit.add(env.registry.clear_cache)
