from datetime import timedelta

from odoo import fields

from ..common import SyncCase


class PromiseCase(SyncCase):
    """A seller who promises things to Northern Optics, and a head of Sales who is told when he does not keep them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.new_user("t_boss", "group_department_manager", cls.sales)
        cls.sales.manager_id = cls.boss
        cls.company.write({"sync_promise_remind_hours": 24, "sync_promise_escalate_hours": 48})

    @classmethod
    def promise(cls, user=None, hours=72, **values):
        """A promise of today, due in so many hours."""
        values = {
            "name": "Send the offer",
            "partner_id": cls.contact.id,
            "due_at": fields.Datetime.now() + timedelta(hours=hours),
            **values,
        }
        return cls.env["crm.sync.promise"].with_user(user or cls.seller).create(values)

    def history(self, promise):
        """What happened to it, oldest first."""
        return promise.sudo().event_ids.sorted("id").mapped("kind")

    def reminders(self, promise):
        """``{login: summary}`` of what the clock has asked for."""
        activities = promise.sudo()._open_activities()
        return {activity.user_id.login: activity.summary for activity in activities}
