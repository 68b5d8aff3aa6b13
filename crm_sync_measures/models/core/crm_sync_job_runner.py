import logging
import random
import time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from ...rules.periods import due_periods, local_date

_logger = logging.getLogger(__name__)

#: Attempts at a batch that another transaction got in the way of; Odoo's own requests have as many.
_ATTEMPTS = 5


class CrmSyncJobRunner(models.AbstractModel):
    """How every scheduled action of this addon works through its records.

    Odoo's scheduler repeats nothing when transactions collide, stops at the first record that
    raises, and remembers no missed day. This does: work goes in batches by id, each committed
    together with the mark that says it is done; a collision repeats the batch; a record that raises
    is set aside in ``crm.sync.job.failure`` and tried again later. Killing it anywhere, or running
    it twice, changes nothing.

    Shapes of work; the third one, :meth:`_run_sets`, is in ``crm_sync_job_sets.py``:

    * :meth:`_run_records`: a named private method is called on one record at a time and must leave it outside
      the domain.
    * :meth:`_run_ranges`: ``work(day, lowest_id, highest_id)`` does a whole range of ids in a few SQL
      statements; missed periods are caught up one by one.
    """

    _name = "crm.sync.job.runner"
    _description = "Runner of Scheduled Work"

    # ---------------------------------------------------------------- record by record

    @api.model
    def _run_records(self, code, model_name, domain, method, batch_size=100):
        """Call ``method`` on every record of ``domain`` that nobody else holds.

        :return: number of records done in this run
        """
        job = self._start(code)
        waiting = [int(key) for key in self.env["crm.sync.job.failure"].sudo()._waiting(job)]  # sudo: bookkeeping
        todo = Domain(domain) & Domain("id", "not in", waiting)
        Model = self.env[model_name]
        self._commit(job, remaining=Model.search_count(todo))
        last_id, total = 0, 0
        while ids := Model.search(todo & Domain("id", ">", last_id), order="id", limit=batch_size).ids:
            done, failed = self._repeat_on_collision(self._work_records, job, model_name, ids, todo, method)
            total += done
            last_id = ids[-1]
            if not self._commit(job, done, failed):
                break
        self._finish(job)
        return total

    def _work_records(self, job, model_name, ids, todo, method):
        """One transaction's worth of records, a savepoint each. Returns (done, failed)."""
        records = self.env[model_name].browse(ids).try_lock_for_update().filtered_domain(todo)
        done, errors = [], {}
        for record in records:
            try:
                with self.env.cr.savepoint():
                    getattr(record, method)()
                done.append(str(record.id))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                _logger.warning("%s: %s failed", job.code, record, exc_info=True)
                errors[record] = error
        Failure = self.env["crm.sync.job.failure"].sudo()  # sudo: bookkeeping of the run itself
        for record, error in errors.items():
            Failure._record_failure(job, str(record.id), error, record)
        if done:
            Failure._resolve(job, done)
        return len(done), len(errors)

    # ---------------------------------------------------------------- range by range

    @api.model
    def _run_ranges(self, code, model_name, work, batch_size=5000, unit="day", catch_up=True):
        """Call ``work(day, lowest_id, highest_id)`` over all ids of a model, for every due period.

        Days are those of the job's time zone, that of the scheduled action's user.

        :param bool catch_up: work every missed period; otherwise only the current one
        :return: number of periods finished in this run
        """
        job = self._start(code)
        finished = 0
        self._retry_ranges(job, work)
        for period in self._open_periods(job, unit, catch_up):
            if not self._work_period(job, period, model_name, work, batch_size):
                break
            finished += 1
        self._finish(job)
        return finished

    def _open_periods(self, job, unit, catch_up):
        """Periods to be worked, oldest first: those begun and not finished, then the due ones."""
        Period = self.env["crm.sync.job.period"].sudo()  # sudo: bookkeeping of the run itself
        known = Period.search([("job_id", "=", job.id)], limit=1)
        today = local_date(fields.Datetime.now(), self.env.user.tz or "UTC")
        due = due_periods(known.date_start or None, today, unit)
        if not catch_up:
            due = due[-1:]
            Period.search([("job_id", "=", job.id), ("is_done", "=", False)]).is_done = bool(due)
        Period.create([{"job_id": job.id, "date_start": start} for start in due])
        self._commit(job)
        return Period.search([("job_id", "=", job.id), ("is_done", "=", False)], order="date_start")

    def _work_period(self, job, period, model_name, work, batch_size):
        """Work the rest of ``period``; False when the scheduler's time is up."""
        while True:
            bounds = self._next_range(model_name, period.position, batch_size)
            if not bounds:
                period.is_done = True
                return self._commit(job)
            done, failed = self._repeat_on_collision(self._work_range, job, period, work, *bounds)
            if not self._commit(job, done, failed, remaining=self._count_beyond(model_name, period.position)):
                return False

    def _work_range(self, job, period, work, count, lowest, highest):
        period.position = highest
        is_done = self._try_range(job, work, period.date_start, lowest, highest)
        return (count, 0) if is_done else (0, count)

    def _try_range(self, job, work, day, lowest, highest):
        """Do one range of one day; a failure is listed, and taken off the list once the range is done."""
        Failure = self.env["crm.sync.job.failure"].sudo()  # sudo: bookkeeping of the run itself
        key = f"{day}:{lowest}-{highest}"
        try:
            with self.env.cr.savepoint():
                work(day, lowest, highest)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.warning("%s: range %s failed", job.code, key, exc_info=True)
            Failure._record_failure(job, key, error)
            return False
        Failure._resolve(job, [key])
        return True

    def _retry_ranges(self, job, work):
        """Try the ranges again whose next try is due, whatever day they belong to."""
        due = self.env["crm.sync.job.failure"].sudo()._due(job)  # sudo: bookkeeping of the run itself
        for key in due.mapped("key"):
            day, _colon, bounds = key.partition(":")
            lowest, _dash, highest = bounds.partition("-")
            arguments = fields.Date.to_date(day), int(lowest), int(highest)
            self._repeat_on_collision(self._try_range, job, work, *arguments)
            self._commit(job)

    def _next_range(self, model_name, after, batch_size):
        """(records, lowest, highest id) of the next range; ranges touch, as ids of other tables may lie in their gaps."""
        table = SQL.identifier(self.env[model_name]._table)
        [[count, highest]] = self.env.execute_query(
            SQL(
                "SELECT count(*), max(id) FROM (SELECT id FROM %s WHERE id > %s ORDER BY id LIMIT %s) batch",
                table,
                after,
                batch_size,
            )
        )
        return (count, after + 1, highest) if count else None

    def _count_beyond(self, model_name, position):
        """Roughly what is left, for the progress bar; counting it exactly would cost more than a batch."""
        [[left]] = self.env.execute_query(
            SQL("SELECT GREATEST(0, max(id) - %s) FROM %s", position, SQL.identifier(self.env[model_name]._table))
        )
        return left or 0

    # ---------------------------------------------------------------- common

    def _repeat_on_collision(self, work, *args):
        """Call ``work`` again in a new transaction when another one got in its way.

        A savepoint would not do: under REPEATABLE READ the snapshot stays the old one.
        """
        for attempt in range(1, _ATTEMPTS):
            try:
                return work(*args)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                # Spread the contenders.
                time.sleep(random.uniform(0, 0.05 * 2**attempt))
        return work(*args)

    @api.model
    def _in_one(self, work, *args):
        """Call ``work`` in a transaction of its own, repeated like a batch: what a job does before its batches, or after them."""

        def written():
            result = work(*args)
            # Here and not by the commit, which nobody repeats.
            self.env.flush_all()
            return result

        result = self._repeat_on_collision(written)
        self._commit_and_follow()
        return result

    def _start(self, code):
        job = self.env["crm.sync.job"]._get_job(code)
        job.write({"last_start": fields.Datetime.now(), "last_end": False, "last_done": 0, "last_failed": 0})
        return job

    def _commit(self, job, done=0, failed=0, remaining=None):
        """Commit what was done so far; returns the seconds left for this run."""
        if done or failed:
            job.write({"last_done": job.last_done + done, "last_failed": job.last_failed + failed})
        return self._commit_and_follow(done + failed, remaining)

    def _commit_and_follow(self, done=0, remaining=None):
        """Commit, and whatever Odoo does after a commit: it sends mails then, in a transaction of its own that nobody repeats.

        What raises there is in the outbox, from where it is sent; it is no reason to leave the other records for tomorrow.
        """
        cr, cron = self.env.cr, self.env["ir.cron"]
        try:
            return cron._commit_progress(done, remaining=remaining)
        except Exception:
            if cr.connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
                raise
            _logger.warning("What follows a commit failed", exc_info=True)
        while cr.postcommit:
            try:
                cr.postcommit.run()
            except Exception:
                _logger.warning("What follows a commit failed", exc_info=True)
        return cron._commit_progress()

    def _finish(self, job):
        job.last_end = fields.Datetime.now()
        self._commit(job)
