from odoo import api, fields, models


class CrmSyncJobPeriod(models.Model):
    """How far a job has come in one calendar period. Read by the runner only.

    ``position`` is the highest id whose work is committed, written in the same transaction as the
    work itself: whoever is killed resumes exactly behind it.
    """

    _name = "crm.sync.job.period"
    _description = "Worked Period"
    _order = "date_start desc"

    job_id = fields.Many2one("crm.sync.job", required=True, index=True, ondelete="cascade")
    date_start = fields.Date(string="Period Start", required=True)
    position = fields.Integer()
    is_done = fields.Boolean()

    _job_period_uniq = models.UniqueIndex("(job_id, date_start)", "This period is already listed.")

    @api.model
    def _reopen_latest(self, job):
        """Have the latest period worked once more from its beginning; work may be done twice by its contract."""
        self.search([("job_id", "=", job.id)], limit=1).write({"is_done": False, "position": 0})
