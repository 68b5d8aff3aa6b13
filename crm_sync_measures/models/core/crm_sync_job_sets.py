import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

#: When work comes back for what somebody else was holding.
_COME_BACK = timedelta(minutes=10)


class CrmSyncJobRunner(models.AbstractModel):
    """The third shape of work: set by set, where what is due is known by a query and not by a period."""

    _inherit = "crm.sync.job.runner"

    @api.model
    def _run_sets(self, code, next_ids, work, batch_size=5000, record_of=None):
        """Call ``work`` on one set of ids after the other, each in a transaction of its own, until nothing is due.

        When a set raises, its halves are tried, down to the one id that cannot be done: that one is set aside
        in ``crm.sync.job.failure`` and tried again later. Work must be such that what it has done is due no more.

        :param next_ids: ``next_ids(after, limit)``: the lowest ids above ``after`` that are due, in order
        :param work: ``work(ids)`` does them in a constant number of statements and returns
            ``(done, held)``: how many it did, and how many it left out because another transaction holds them.
            For those the job comes back in some minutes.
        :param record_of: ``record_of(id)``: the record that an id stands for; what failed is told to its company alone
        :return: number of ids done in this run
        """
        job = self._start(code)
        self._commit(job)
        Failure = self.env["crm.sync.job.failure"].sudo()  # sudo: bookkeeping of the run itself
        waiting = Failure._waiting(job)
        known = set(Failure._due(job).mapped("key"))
        after = total = left = 0
        while ids := next_ids(after, batch_size):
            after = ids[-1]
            todo = [number for number in ids if str(number) not in waiting]
            done, failed, held = (
                self._repeat_on_collision(self._work_set, job, work, todo, known, record_of) if todo else (0, 0, 0)
            )
            total += done
            left += held
            # Nobody knows what is left without counting it; that there may be another set is enough for the scheduler.
            if not self._commit(job, done, failed, remaining=batch_size):
                break
        else:
            self._commit(job, remaining=0)
            if left:
                job.cron_id.sudo()._trigger(fields.Datetime.now() + _COME_BACK)  # sudo: the job's own schedule
        self._finish(job)
        return total

    def _work_set(self, job, work, ids, known, record_of):
        """(done, failed, held) of one set; a set that raises is halved."""
        Failure = self.env["crm.sync.job.failure"].sudo()  # sudo: bookkeeping of the run itself
        try:
            with self.env.cr.savepoint():
                done, held = work(ids)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(ids) > 1:
                middle = len(ids) // 2
                halves = [self._work_set(job, work, half, known, record_of) for half in (ids[:middle], ids[middle:])]
                return tuple(map(sum, zip(*halves, strict=True)))
            _logger.warning("%s: %s failed", job.code, ids, exc_info=True)
            Failure._record_failure(job, str(ids[0]), error, record_of and record_of(ids[0]))
            return 0, 1, 0
        solved = known & set(map(str, ids)) if known else ()
        if solved:
            Failure._resolve(job, solved)
        return done, 0, held
