from datetime import timedelta

from odoo import Command, models

from ...rules.periods import utc_bounds

#: Login, contact, what the meeting is about, hour of the next working day.
_MEETINGS = (
    ("anna", "northwind_emma", "Roll-out to all shops", 10),
    ("li", "chenguang_lin", "苏州新店方案", 14),
)


class CrmSyncDemo(models.AbstractModel):
    """Meetings of tomorrow, and colleagues who want the customer brief before them."""

    _inherit = "crm.sync.demo"

    def _end_story(self, today):
        result = super()._end_story(today)
        day = today + timedelta(days=1)
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        for login, contact, name, hour in _MEETINGS:
            user = self._demo(f"user_{login}")
            user.sync_brief_hours = 72
            self._plan_meeting(user, self._demo(f"partner_{contact}"), name, day, hour)
        return result

    def _plan_meeting(self, user, contact, name, day, hour):
        """An hour together at the customer's, by the clock of the colleague."""
        midnight, _end = utc_bounds(day, day, user.tz or "UTC")
        start = midnight + timedelta(hours=hour)
        quiet = {"no_mail_to_attendees": True, "dont_notify": True, "tracking_disable": True}
        self.env["calendar.event"].with_user(user).sudo().with_context(**quiet).create(  # sudo: demo data
            {
                "name": name,
                "location": contact.commercial_partner_id.city,
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set((user.partner_id | contact).ids)],
            }
        )
