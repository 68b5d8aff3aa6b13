from odoo import Command, models


class CrmSyncHandoverMeetings(models.Model):
    """Meetings get another organiser, who attends in the holder's stead. No invitation is sent."""

    _inherit = "crm.sync.handover"

    def _give_meetings(self, source, lines):
        partner = self.user_id.partner_id
        gone = Command.unlink(partner.id)
        extras = {}
        for user, group in lines.grouped("user_id").items():
            meetings = self.env["calendar.event"].browse(group.mapped("res_id"))
            called = meetings.filtered(lambda meeting: meeting.user_id == self.user_id)
            states = {
                attendee.event_id.id: attendee.state
                for attendee in meetings.attendee_ids
                if attendee.partner_id == partner
            }
            there = meetings.filtered(lambda meeting, user=user: user.partner_id in meeting.partner_ids)
            for line in group:
                extras[line.id] = {
                    "attended": states.get(line.res_id),
                    "joined": line.res_id in states and line.res_id not in there._ids,
                }
            attended = meetings.filtered(lambda meeting, states=states: meeting.id in states)
            # Odoo looks at all attendees of a set at once: whoever is in one of its meetings would not join the others.
            (attended & there).write({"partner_ids": [gone]})
            (attended - there).write({"partner_ids": [gone, Command.link(user.partner_id.id)]})
            called.write({"user_id": user.id})
        return extras

    def _take_back_meetings(self, source, lines, old):
        partner = self.user_id.partner_id
        for user, group in lines.grouped("user_id").items():
            states = {line.res_id: line.old_values["attended"] for line in group if line.old_values.get("attended")}
            attended = self.env["calendar.event"].browse(states)
            joined = attended.browse(line.res_id for line in group if line.old_values.get("joined"))
            back = Command.link(partner.id)
            joined.write({"partner_ids": [Command.unlink(user.partner_id.id), back]})
            (attended - joined).write({"partner_ids": [back]})
            for attendee in attended.attendee_ids.filtered(lambda one: one.partner_id == partner):
                attendee.state = states[attendee.event_id.id]
        activities = self.env["calendar.event"].browse(lines.mapped("res_id")).activity_ids
        documents = {
            activity: self.env[activity.res_model].browse(activity.res_id)
            for activity in activities
            if activity.res_model in self.env
        }
        with self._without_new_followers(partner, documents):
            self._take_back_owner(source, lines, old)
