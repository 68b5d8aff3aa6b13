from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.base.models.ir_cron import _intervalTypes
from odoo.exceptions import AccessError, ValidationError

from ...rules.backoff import ALARM_AFTER
from ...rules.job_health import JobFacts, health

#: Written by the addon alone.
_PROTECTED = {"code", "cron_id", "last_start", "last_end", "last_done", "last_failed"}


class CrmSyncJob(models.Model):
    """A scheduled action of this addon as managers see it: when it ran, what it did, what failed.

    The work itself goes through ``crm.sync.job.runner``.
    """

    _name = "crm.sync.job"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Scheduled Work"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True, help="The name under which the work is registered.")
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    cron_id = fields.Many2one(
        "ir.cron", string="Scheduled Action", required=True, readonly=True, ondelete="cascade", index=True
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Receives an activity when work keeps failing. Empty: the administrator.",
    )
    last_start = fields.Datetime(string="Last Run", readonly=True)
    last_end = fields.Datetime(string="Finished", readonly=True)
    last_done = fields.Integer(string="Records Done", readonly=True, help="Records worked in the last run.")
    last_failed = fields.Integer(string="Failed", readonly=True, help="Records that failed in the last run.")
    next_run = fields.Datetime(compute="_compute_cron")
    is_enabled = fields.Boolean(compute="_compute_cron", string="On")
    failure_ids = fields.One2many("crm.sync.job.failure", "job_id", string="Failures")
    open_failure_count = fields.Integer(compute="_compute_open_failure_count", string="Open Failures")
    health = fields.Selection(
        [("ok", "In order"), ("failing", "Failing"), ("overdue", "Overdue"), ("off", "Switched off")],
        compute="_compute_health",
    )

    _code_uniq = models.UniqueIndex("(code)", "A job with this code already exists.")

    # ---------------------------------------------------------------- compute

    @api.depends("cron_id")
    def _compute_cron(self):
        for job in self:
            # sudo: managers may know when a job runs without being allowed to edit scheduled actions.
            cron = job.cron_id.sudo()
            job.next_run = cron.nextcall
            # Odoo refuses to run the jobs of an archived user, but for the superuser, who is archived for good.
            job.is_enabled = cron.active and (cron.user_id.active or cron.user_id._is_superuser())

    @api.depends("failure_ids.state")
    def _compute_open_failure_count(self):
        counts = dict(
            self.env["crm.sync.job.failure"]._read_group(
                [("job_id", "in", self.ids), ("state", "!=", "resolved")], ["job_id"], ["__count"]
            )
        )
        for job in self:
            job.open_failure_count = counts.get(job, 0)

    @api.depends("open_failure_count", "cron_id")
    def _compute_health(self):
        now = fields.Datetime.now()
        for job in self:
            cron = job.cron_id.sudo()  # sudo: as in _compute_cron
            job.health = health(
                JobFacts(
                    enabled=job.is_enabled,
                    next_run=cron.nextcall,
                    interval=now + _intervalTypes[cron.interval_type](cron.interval_number) - now,
                    open_failures=job.open_failure_count,
                    failed_in_a_row=cron.failure_count,
                ),
                now,
            )

    # ---------------------------------------------------------------- protection

    def write(self, vals):
        """Which scheduled action a job stands for, and what it did, is written by the addon alone.

        Otherwise whoever may switch a job could point it to any scheduled action of the server first.
        """
        protected = vals.keys() & _PROTECTED
        if protected and not self.env.su:
            raise AccessError(self.env._("%s: this is set by the system.", ", ".join(sorted(protected))))
        return super().write(vals)

    @api.constrains("owner_id")
    def _check_owner(self):
        if any(job.owner_id.share for job in self):
            raise ValidationError(self.env._("Responsible: choose a colleague."))

    # ---------------------------------------------------------------- actions

    def action_run_now(self):
        """Ask the scheduler to run the jobs, today's period once more, as soon as a worker is free; managers only."""
        self._check_manager()
        for job in self:
            # sudo: the right was checked, and nobody but the addon says which scheduled action belongs to a job.
            self.env["crm.sync.job.period"].sudo()._reopen_latest(job)
            job.cron_id.sudo()._trigger()  # sudo: as above
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The work was handed to the scheduler. It starts within a minute."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_switch(self):
        """Switch the jobs on or off; managers only."""
        self._check_manager()
        for job in self:
            cron = job.cron_id.sudo()  # sudo: as in action_run_now
            cron.active = not cron.active
            job.message_post(
                body=self.env._("Switched on.") if cron.active else self.env._("Switched off."),
                subtype_xmlid="mail.mt_note",
            )

    def action_view_failures(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_job_failure_action")
        action["domain"] = [("job_id", "=", self.id)]
        action["context"] = {"search_default_open": 1}
        return action

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager can start or stop scheduled work."))

    # ---------------------------------------------------------------- used by the runner

    @api.model
    def _get_job(self, code):
        """The job of that code; the runner works on behalf of the scheduler's user."""
        return self.sudo().search([("code", "=", code)], limit=1)  # sudo: bookkeeping of the run itself

    def _alarm(self):
        """One open activity for the owner, however many records keep failing."""
        self.ensure_one()
        summary = self.env._("Scheduled work keeps failing")
        if self.activity_search(["mail.mail_activity_data_warning"], additional_domain=[("automated", "=", True)]):
            return
        owner = self.owner_id.filtered("active") or self.env.ref("base.user_admin")
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            date_deadline=fields.Date.context_today(self) + timedelta(days=1),
            summary=summary,
            note=self.env._(
                "Something has failed %(count)s times in a row. Open the failures of this job, mend the cause, and try again.",
                count=ALARM_AFTER,
            ),
            user_id=owner.id,
        )
