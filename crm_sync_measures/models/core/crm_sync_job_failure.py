from odoo import api, fields, models

from ...rules.backoff import ALARM_AFTER, next_try


class CrmSyncJobFailure(models.Model):
    """A piece of work that a job could not do: what, why, how often, and when it is tried again.

    One row per piece; the others of its batch are done regardless. A row belongs to the company of its record. What belongs to
    none is read by the managers of all companies: it names nobody and tells of the error its kind alone.
    """

    _name = "crm.sync.job.failure"
    _description = "Failed Work"
    _order = "last_failed_at desc, id desc"
    _rec_name = "subject"

    job_id = fields.Many2one("crm.sync.job", required=True, readonly=True, index=True, ondelete="cascade")
    key = fields.Char(required=True, readonly=True, help="Names the piece of work within its job.")
    company_id = fields.Many2one(
        "res.company", readonly=True, index="btree_not_null", ondelete="cascade", help="Empty: all companies see it."
    )
    subject = fields.Char(string="Record", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    error = fields.Text(readonly=True)
    tries = fields.Integer(readonly=True)
    first_failed_at = fields.Datetime(string="First Failure", readonly=True)
    last_failed_at = fields.Datetime(string="Last Failure", readonly=True)
    next_try = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("retry", "Will be tried again"), ("given_up", "Given up"), ("resolved", "Resolved")],
        required=True,
        readonly=True,
        default="retry",
        index=True,
    )

    _job_key_uniq = models.UniqueIndex("(job_id, key)", "This piece of work is already listed.")

    @api.model
    def _record_failure(self, job, key, error, record=None):
        """Count one more failure of ``key``; the owner is told after the third.

        :param record: what could not be done, if it is one record
        """
        now = fields.Datetime.now()
        failure = self.search([("job_id", "=", job.id), ("key", "=", key)], limit=1)
        tries = (failure.tries if failure.state != "resolved" else 0) + 1
        retry_at = next_try(tries, now)
        values = {
            **self._told(error, record),
            "tries": tries,
            "last_failed_at": now,
            "next_try": retry_at,
            "state": "retry" if retry_at else "given_up",
        }
        if failure:
            failure.write(values)
        else:
            failure = self.create({**values, "job_id": job.id, "key": key, "first_failed_at": now})
        if tries == ALARM_AFTER:
            job._alarm()
        return failure

    def _told(self, error, record):
        """What a row says of ``error``, and to which company. The server's log has all of it."""
        company = self._company_of(record)
        kind = type(error).__name__
        values = {"company_id": company.id, "error": f"{kind}: {error}"[:2000] if company else kind}
        if record is not None:
            name = self._safe(lambda: record.display_name) if company else None
            values.update(res_model=record._name, res_id=record.id, subject=name or f"{record._name},{record.id}")
        return values

    def _company_of(self, record):
        """The company that ``record`` belongs to, or the only one there is; otherwise none."""
        companies = self.env["res.company"].with_context(active_test=False).search([], limit=2)
        if len(companies) == 1:
            return companies
        if record is None or "company_id" not in record._fields:
            return companies.browse()
        # sudo: whose it is decides who is told
        return self._safe(lambda: record.sudo().company_id) or companies.browse()

    def _safe(self, read):
        """What ``read()`` returns, None when it raises: the record may be what is broken."""
        try:
            with self.env.cr.savepoint():
                return read()
        except Exception:
            return None

    @api.model
    def _resolve(self, job, keys):
        self.search(
            [("job_id", "=", job.id), ("key", "in", list(keys)), ("state", "!=", "resolved")]
        ).state = "resolved"

    @api.model
    def _waiting(self, job):
        """Keys that must not be worked now: given up, or their next try is still to come."""
        return set(
            self.search(
                [
                    ("job_id", "=", job.id),
                    "|",
                    ("state", "=", "given_up"),
                    "&",
                    ("state", "=", "retry"),
                    ("next_try", ">", fields.Datetime.now()),
                ]
            ).mapped("key")
        )

    @api.model
    def _due(self, job):
        """The failures whose next try has come."""
        return self.search(
            [("job_id", "=", job.id), ("state", "=", "retry"), ("next_try", "<=", fields.Datetime.now())], order="id"
        )

    # ---------------------------------------------------------------- actions

    def action_try_again(self):
        """Try the pieces again in the next run, which is asked for at once; managers only."""
        self._check_may_decide()
        # sudo: the right was checked; the rows are read-only for everybody else.
        self.sudo().filtered(lambda failure: failure.state != "resolved").write(
            {"state": "retry", "tries": 0, "next_try": fields.Datetime.now()}
        )
        return self.job_id.action_run_now()

    def action_dismiss(self):
        """Take the pieces off the list without doing them; managers only."""
        self._check_may_decide()
        self.sudo().state = "resolved"  # sudo: the right was checked

    def action_open_record(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def _check_may_decide(self):
        """Refuse whoever is no manager, and what is another company's."""
        self.check_access("read")
        self.job_id._check_manager()
