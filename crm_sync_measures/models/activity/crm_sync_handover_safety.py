from odoo import api, fields, models

_ACTIVITY = "crm_sync_measures.activity_type_handover"


class CrmSyncHandoverSafety(models.Model):
    """No activity is lost when a user is archived.

    Odoo deletes the open activities of a user who is archived by the button, without a trace, and leaves them with
    him when he is archived by ``write``. Here they lose nothing but their owner: they stay open on their records,
    keep their dates, and are lines of a pending handover together with everything else the user holds. An activity
    without a record would be seen by nobody, so it goes to whoever is told meanwhile.
    """

    _inherit = "crm.sync.handover"

    @api.model
    def _detain(self, users):
        """Make pending handovers of what the users hold, one for each company; called before they are archived.

        For the superuser only. Calling it twice is as good as once.
        """
        for user in users:
            # Whoever is no colleague holds nothing but, perhaps, an activity.
            matters = self._matters(user, {"activity"} if user.share else None)
            home = user.company_id.id
            companies = dict.fromkeys(matter.company_id or home for matter in matters)
            for company in self.env["res.company"].browse(companies):
                handover = self._pending_of(user, company)
                handover._refresh_lines(matters)
                handover._detain_activities()

    def _pending_of(self, user, company):
        """The handover that is being prepared anyway, else a new one; whose manager is told."""
        handover = self.search(
            [("user_id", "=", user.id), ("company_id", "=", company.id), ("state", "in", ("draft", "pending"))], limit=1
        )
        if not handover:
            handover = self.with_company(company).create(
                {"user_id": user.id, "company_id": company.id, "reason": "archived"}
            )
            handover.flush_recordset()
        handover.state = "pending"
        return handover

    def _detain_activities(self):
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.kind == "activity" and line.state == "pending" and not line.is_detained
        )
        activities = self.env["mail.activity"].browse(lines.mapped("res_id"))
        told = self._told()
        quiet = {"mail_activity_quick_update": True}
        alone = activities.filtered(lambda activity: not activity.res_model)
        alone.with_context(**quiet).write({"user_id": told.id})
        (activities - alone).with_context(**quiet).write({"user_id": False})
        activities.flush_recordset(["user_id"])
        lines.is_detained = True
        lines.filtered(lambda line: line.res_id in alone._ids).keeper_id = told
        self._tell(told)

    # ---------------------------------------------------------------- who is told

    def _told(self):
        """The manager of the department, else a manager of Customer Sync, else whoever archives the user."""
        managers = self.env.ref("crm_sync_measures.group_manager").all_user_ids.sorted("id")
        if self.env.user in managers:
            managers = self.env.user | managers
        for users in (self.department_id.manager_id, managers, self.env.user, self.env.ref("base.user_admin")):
            able = users.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and not user._is_superuser()
                    and user != self.user_id
                    and self.company_id in user.company_ids
                )
            )
            if able:
                return able[0]
        return self.env.ref("base.user_admin")

    def _tell(self, user):
        if self.with_context(active_test=True).activity_search([_ACTIVITY]):
            return
        self.activity_schedule(
            _ACTIVITY,
            date_deadline=fields.Date.context_today(self),
            user_id=user.id,
            summary=self.env._("%s was archived: who takes over?", self.user_id.name),
            note=self.env._("%s matters wait for a new owner.", len(self.line_ids)),
        )

    # ---------------------------------------------------------------- back again

    @api.model
    def _release(self, users):
        """The users are active again: what nobody has taken meanwhile is theirs as before. For the superuser."""
        handovers = self.search([("user_id", "in", users.ids), ("state", "=", "pending")])
        for handover in handovers:
            detained = handover.line_ids.filtered(lambda line: line.is_detained and line.state == "pending")
            activities = self.env["mail.activity"].browse(handover._still_detained(detained).mapped("res_id"))
            activities.with_context(mail_activity_quick_update=True).write({"user_id": handover.user_id.id})
            detained.write({"is_detained": False, "keeper_id": False})
            if handover.reason == "archived":
                handover._close(self.env._("%s was activated again.", handover.user_id.name))

    @api.model
    def _entrust_detained(self):
        """Nobody will hand anything over any more: activities without an owner go to whoever was told of them."""
        for handover in self.search([("state", "=", "pending")]):
            lines = handover.line_ids.filtered(lambda line: line.is_detained and line.state == "pending")
            activities = self.env["mail.activity"].browse(handover._still_detained(lines).mapped("res_id"))
            alone = activities.filtered(lambda activity: not activity.user_id)
            alone.with_context(mail_activity_quick_update=True).write({"user_id": handover._told().id})

    def _close(self, text):
        """Nothing is left to hand over."""
        self.line_ids.filtered(lambda line: line.state == "pending").state = "skipped"
        self.state = "undone"
        self.activity_unlink([_ACTIVITY])
        self.message_post(body=text, subtype_xmlid="mail.mt_note")
