from odoo import api, fields, models

#: The plan of activities that comes with the addon; managers of Odoo change it, or make others.
_PLAN = "crm_sync_measures.activity_plan_improvement"


class CrmSyncImprovementTasks(models.Model):
    """What has to be done: activities of the action. The usual ones come from a plan when the work begins."""

    _inherit = "crm.sync.improvement"

    has_usual_tasks = fields.Boolean(
        "Begin with the Usual Tasks", default=True, help="The activities of the plan for improvement actions."
    )
    task_count = fields.Integer("Tasks", compute="_compute_tasks")
    task_done_count = fields.Integer("Tasks Done", compute="_compute_tasks")
    task_progress = fields.Integer("Done (%)", compute="_compute_tasks")

    @api.depends("activity_ids", "phase")
    def _compute_tasks(self):
        """Done ones are archived activities. Reminders are no tasks."""
        # sudo: how many there are, for who may read the action
        groups = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "not in", self._reminder_types().ids),
                ],
                ["res_id", "active"],
                ["__count"],
            )
        )
        counts = {(res_id, active): count for res_id, active, count in groups}
        for action in self:
            done, left = counts.get((action.id, False), 0), counts.get((action.id, True), 0)
            action.task_count = done + left
            action.task_done_count = done
            action.task_progress = round(100 * done / (done + left)) if done + left else 0

    def _plan_tasks(self):
        """The activities of the usual plan, due before the day on which the change is to be in place."""
        plan = self.env.ref(_PLAN, raise_if_not_found=False)
        for action in self.filtered("has_usual_tasks"):
            today = action._today()
            for template in plan.template_ids if plan and plan.active else ():
                found = template._determine_responsible(action.owner_id, action)["responsible"] or action.owner_id
                # sudo: tasks of an action that the caller may work on, whoever is to do them
                action.sudo().activity_schedule(
                    activity_type_id=template.activity_type_id.id,
                    automated=False,
                    summary=template.summary,
                    note=template.note,
                    user_id=found.id,
                    date_deadline=max(today, template._get_date_deadline(action.due_on)),
                )

    def action_plan_tasks(self):
        """Odoo's own dialog of plans, for this action."""
        self.ensure_one()
        self._check_work()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tasks"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids, "active_id": self.id, "plan_mode": True},
        }
