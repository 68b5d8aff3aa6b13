"""What follows from a transaction and is never the reason that it fails. Other rooms import it from here.

What the transaction itself has to write is written before, outside: an error in that is raised, for it is no error of what follows.
"""

from contextlib import contextmanager

from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from psycopg2.errors import UniqueViolation

#: Another transaction was at the same: Odoo repeats the whole request.
REPEATED = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
#: The same where a row can be computed again at any time: somebody else may have made it just now.
_COLLISIONS = (*REPEATED, UniqueViolation)
#: Attempts after the commit.
_ATTEMPTS = 5


@contextmanager
def harmless(cr, logger, message, *args):
    """What fails in here is undone and logged as an error, and nothing else is. A collision is raised: Odoo repeats the request."""
    cr.flush()
    try:
        with cr.savepoint():
            yield
    except REPEATED:
        raise
    except Exception:
        logger.exception(message, *args)


def follow_up(model, work, logger, message):
    """At the end of a transaction: ``work(model)``, of rows that a nightly job computes too. Never raises.

    When it collides it is done after the commit, in a transaction of its own. A fetched mail would be lost if the transaction
    failed, and what is stored by then would look as if it was not. All else that fails is logged: the nightly job tries again,
    and lists it.

    :param callable work: gets the model, after the commit with another cursor; keeps nothing of the one it got before
    :param str message: what could not be done, for the log
    """
    cr = model.env.cr
    cr.flush()
    try:
        with cr.savepoint():
            work(model)
    except _COLLISIONS:
        cr.postcommit.add(lambda: _after_commit(model, work, logger, message))
    except Exception:
        logger.warning(message, exc_info=True)


def _after_commit(model, work, logger, message):
    """Once more, a few times; the nightly job does what is still in somebody's way."""
    try:
        for _attempt in range(_ATTEMPTS):
            try:
                with model.env.registry.cursor() as cr:
                    work(model.with_env(model.env(cr=cr)))
                return
            except _COLLISIONS:
                logger.info("%s; somebody else is at it: trying again", message)
    except Exception:
        logger.warning(message, exc_info=True)
