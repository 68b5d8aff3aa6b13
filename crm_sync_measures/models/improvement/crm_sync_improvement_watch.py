from odoo import api, fields, models

_ACTIVITY = "crm_sync_measures.activity_type_improvement_check"


class CrmSyncImprovementWatch(models.Model):
    """The one thing that happens by itself: owners are reminded when their action can be checked. Once."""

    _inherit = "crm.sync.improvement"

    @api.model
    def _cron_remind(self):
        """Called daily. What nobody checks is not checked: a verdict is looked at by people when it is made."""
        domain = [("phase", "=", "check"), ("is_reminded", "=", False), ("check_on", "<=", fields.Date.today())]
        return self.env["crm.sync.job.runner"]._run_records("improvement_check", self._name, domain, "_remind")

    def _remind(self):
        self.ensure_one()
        owner = self.owner_id
        self.with_context(lang=owner.lang or self.env.lang).activity_schedule(
            _ACTIVITY, date_deadline=self.check_on, user_id=owner.id
        )
        self._record({"is_reminded": True})

    def _forget_reminders(self):
        """The check was made, or is not needed any more."""
        # sudo: a reminder of the system, whoever has made the check
        self.sudo().activity_unlink([_ACTIVITY])
