from markupsafe import escape
from odoo import SUPERUSER_ID, api, fields, models

from ...rules.promise import Clock, agenda, due_steps

#: Activities that the clock makes; others on a promise are left alone.
ACTIVITY = "crm_sync_measures.activity_type_promise"


class CrmSyncPromiseWatch(models.Model):
    """What happens to an owed promise by itself: reminder, alarm, escalation. Each once for each date."""

    _inherit = "crm.sync.promise"

    dated_at = fields.Datetime(readonly=True, help="When the date was last chosen.")
    reminded_for = fields.Datetime(readonly=True, help="The date for which there was a reminder.")
    alarmed_for = fields.Datetime(readonly=True, help="The agreed date for which there was an alarm.")
    escalated_for = fields.Datetime(readonly=True, help="The agreed date for which the manager was told.")
    check_at = fields.Datetime(
        compute="_compute_check_at", store=True, index="btree_not_null", help="When something is to happen next."
    )

    @api.depends(
        "outcome_at",
        "due_at",
        "binding_due_at",
        "dated_at",
        "reminded_for",
        "alarmed_for",
        "escalated_for",
        "company_id.sync_promise_remind_hours",
        "company_id.sync_promise_escalate_hours",
    )
    def _compute_check_at(self):
        for promise in self:
            steps = promise._agenda()
            promise.check_at = steps[0][0] if steps else False

    def _agenda(self):
        self.ensure_one()
        if self.outcome_at or not self.due_at:
            return []
        company = self.company_id.sudo()  # sudo: the company's settings hold for whoever reads
        clock = Clock(
            due=self.due_at,
            binding_due=self.binding_due_at,
            set_at=self.dated_at or self.promised_at,
            reminded_for=self.reminded_for or None,
            alarmed_for=self.alarmed_for or None,
            escalated_for=self.escalated_for or None,
        )
        return agenda(clock, company.sync_promise_remind_hours, company.sync_promise_escalate_hours)

    # ---------------------------------------------------------------- job

    @api.model
    def _cron_watch(self):
        """Break, remind, alarm and escalate what is due. Killing it anywhere, or running it twice, changes nothing."""
        domain = [("check_at", "<", fields.Datetime.now())]
        self.env["crm.sync.job.runner"]._run_records("promises", self._name, domain, "_follow_up")

    def _follow_up(self):
        """Do what is due for one promise."""
        self.ensure_one()
        now = fields.Datetime.now()
        self._break_overdue(now)
        due, told = due_steps(self._agenda(), now)
        marks = {"remind": "reminded_for", "alarm": "alarmed_for", "escalate": "escalated_for"}
        self._record(
            {marks[step]: self.due_at if step == "remind" else self.binding_due_at for step in due},
        )
        for step in told:
            getattr(self, f"_tell_{step}")()

    # ---------------------------------------------------------------- telling

    def _tell_remind(self):
        user = self._keeper()
        env = self._words_for(user)
        self._tell(user, env._("Promise due: %s", self.name), "reminded")

    def _tell_alarm(self):
        user = self._keeper()
        env = self._words_for(user)
        self._tell(user, env._("Promise broken: %s", self.name), "reminded")

    def _tell_escalate(self):
        user = self._superior()
        env = self._words_for(user)
        summary = env._("Promise of %(person)s broken: %(promise)s", person=self.user_id.name, promise=self.name)
        self._tell(user, summary, "escalated")

    def _tell(self, user, summary, kind):
        """One activity for ``user``: the one he has is brought up to date. With nobody to tell, only the history knows."""
        robot = self.env["res.users"].browse(SUPERUSER_ID)
        self._log(kind, user=robot, new_user_id=user.id, new_due_at=self.due_at)
        if not user:
            return
        env = self._words_for(user)
        note = env._(
            "%(customer)s was promised this until %(date)s.",
            customer=self.partner_id.display_name,
            date=self.with_env(env)._told(self.binding_due_at),
        )
        day = fields.Datetime.context_timestamp(self.with_context(tz=user.tz), self.due_at).date()
        values = {"summary": summary[:200], "note": escape(note), "date_deadline": day}
        known = self._open_activities().filtered(lambda activity: activity.user_id == user)
        if known:
            known[:1].write(values)
        else:
            # Told in the client, not by one mail each. sudo: the promise tells by itself
            quiet = self.sudo().with_context(mail_activity_quick_update=True)
            quiet.activity_schedule(ACTIVITY, user_id=user.id, **values)

    def _words_for(self, user):
        return self.with_context(lang=user.lang or self.env.lang).env

    def _keeper(self):
        """Who has to keep it; when he has left, who leads his department."""
        return self._first_able(self.user_id) or self._superior()

    def _superior(self):
        """The department's manager, else a manager of Customer Sync; never the person himself."""
        # sudo: who leads is no secret.
        department = self.sudo().department_id.manager_id
        managers = self.env.ref("crm_sync_measures.group_manager").sudo().all_user_ids.sorted("id")  # sudo: as above
        owner = self.user_id
        return self._first_able(department - owner) or self._first_able(managers - owner)

    def _first_able(self, users):
        """The first of ``users`` who is here and may read the promise."""
        for user in users.sudo():  # sudo: only whether they are active, and where
            if user.active and not user.share and user.id != SUPERUSER_ID and self.company_id in user.company_ids:
                seen = self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
                if seen.has_access("read"):
                    return self.env["res.users"].browse(user.id)
        return self.env["res.users"]

    # ---------------------------------------------------------------- activities

    def _open_activities(self):
        """What the clock has made and nobody has done yet."""
        # sudo: activities of whoever has to keep the promise; callers have checked who asks.
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
                    ("automated", "=", True),
                ]
            )
        )

    def _close_activities(self):
        """What the clock has asked for is not to be done any more; the history keeps that it asked."""
        self._open_activities().unlink()
