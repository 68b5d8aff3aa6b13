from collections import defaultdict
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_datetime

from ...rules.advice import Point, wait_value
from ...rules.presence import collides, is_free, presence
from .advice_request import advice_criterion, people_of

#: How far ahead somebody's return from leave is looked for.
_AHEAD = timedelta(days=30)
#: Appointments further ahead than this: nobody's leave is known yet.
_HORIZON = timedelta(days=180)
#: An appointment outside of working hours can be taken, but nobody should have to.
_OFF_HOURS = 0.2


class CrmSyncAdvisorHours(models.AbstractModel):
    """Who is at work: working hours, leaves, and for an appointment other meetings of the same time."""

    _inherit = "crm.sync.advisor"

    @advice_criterion(40, "hours", weight=15)
    def _advise_hours(self, requests):
        """One query for leaves, one for meetings, and one for each working schedule that is in use."""
        latest = fields.Datetime.now() + _HORIZON
        requests = [request for request in requests if request.people and request.at <= latest]
        if not requests:
            return {}
        start = min(request.at for request in requests)
        stop = max(request.until or request.at for request in requests) + _AHEAD
        plans = self._plans(people_of(requests), start, stop)
        meetings = self._meetings(requests)
        points = {}
        for request in requests:
            people = [user_id for user_id in request.people if user_id in plans]
            if request.until:
                points[request.key] = {
                    user_id: self._appointment_point(request, *plans[user_id], meetings[request.key, user_id])
                    for user_id in people
                }
            else:
                waiting = {user_id: self._waiting_point(request, *plans[user_id]) for user_id in people}
                points[request.key] = self._telling(waiting)
        return points

    @staticmethod
    def _telling(points):
        """Without a sentence that holds for all who are not away, as on a Sunday: it is no reason for anybody."""
        texts = [point.text for point in points.values() if not point.blocks]
        if len(set(texts)) != 1 or len(texts) == 1:
            return points
        return {user_id: point if point.blocks else Point(point.value) for user_id, point in points.items()}

    def _waiting_point(self, request, hours, leaves):
        told = presence(hours, leaves, request.at)
        if told.is_away:
            text = (
                self.env._("On leave, back on %s", format_date(self.env, self._local(told.back_at)))
                if told.back_at
                else self.env._("On leave")
            )
            return Point(0.0, text, blocks=True)
        text = (
            self.env._("Next at work on %s", format_datetime(self.env, told.back_at, dt_format="short"))
            if told.back_at
            else self.env._("At work now")
        )
        return Point(wait_value(told.wait), text)

    def _appointment_point(self, request, hours, leaves, meetings):
        start, stop = request.at, request.until
        if collides(leaves, start, stop):
            return Point(0.0, self.env._("On leave at that time"), blocks=True)
        if collides(meetings, start, stop):
            return Point(0.0, self.env._("Has another meeting at that time"), blocks=True)
        if is_free(hours, (), start, stop):
            return Point(1.0, self.env._("Free at that time"))
        return Point(_OFF_HOURS, self.env._("Not within the working hours"))

    def _local(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date()

    # ---------------------------------------------------------------- for the rooms

    @api.model
    def _at_work(self, user_ids, at):
        """Ids of those of the users who are at work at a moment, and of those who are on leave, or have no hours in sight.

        One query for leaves, and one for each working schedule that is in use. Whose hours nobody knows is at work.
        """
        plans = self._plans(list(user_ids), at, at + _AHEAD)
        told = {user_id: presence(*plans[user_id], at) for user_id in user_ids if user_id in plans}
        away = {user_id for user_id, one in told.items() if one.is_away}
        return {user_id for user_id in user_ids if user_id not in told or told[user_id].back_at is None} - away, away

    # ---------------------------------------------------------------- schedules

    def _plans(self, user_ids, start, stop):
        """``{user id: (working hours, leaves)}`` as spans; who has no working hours anywhere is left out.

        The hours are those of the person's resource, else of his department, else of his company.
        """
        # sudo: when colleagues work and are away, without the reason.
        users = self.env["res.users"].sudo().browse(user_ids)
        resources = self.env["resource.resource"].sudo().search([("user_id", "in", user_ids)])  # sudo: as above
        resource_of = {resource.user_id.id: resource for resource in reversed(resources)}
        calendars, plans = {}, {}
        for user in users:
            calendar = self._calendar_of(user, resource_of.get(user.id))
            if calendar:
                calendars[user.id] = calendar
        hours = {calendar: self._hours_of(calendar, start, stop) for calendar in set(calendars.values())}
        leaves = self._leaves(resources, self.env["resource.calendar"].union(*calendars.values()), start, stop)
        for user in users:
            if calendar := calendars.get(user.id):
                common = leaves["calendar", calendar.id] + leaves["company", user.company_id.id]
                plans[user.id] = (hours[calendar], common + leaves["user", user.id])
        return plans

    @staticmethod
    def _calendar_of(user, resource):
        if resource and resource.calendar_id:
            return resource.calendar_id
        department = user.sync_department_id
        return (department and department.resource_calendar_id) or user.company_id.resource_calendar_id

    @staticmethod
    def _hours_of(calendar, start, stop):
        """Working hours of a schedule without leaves, in naive UTC."""
        spans = calendar._attendance_intervals_batch(start.replace(tzinfo=UTC), stop.replace(tzinfo=UTC))[False]
        return [
            (first.astimezone(UTC).replace(tzinfo=None), last.astimezone(UTC).replace(tzinfo=None))
            for first, last, _attendance in spans
        ]

    def _leaves(self, resources, calendars, start, stop):
        """Spans by ``("user", id)``; by ``("calendar", id)`` and ``("company", id)`` for public holidays."""
        # sudo: when colleagues are away, without the reason.
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search_fetch(
                [
                    ("time_type", "=", "leave"),
                    ("date_from", "<", stop),
                    ("date_to", ">", start),
                    "|",
                    ("resource_id", "in", resources.ids),
                    "&",
                    ("resource_id", "=", False),
                    ("calendar_id", "in", [*calendars.ids, False]),
                ],
                ["date_from", "date_to", "resource_id", "calendar_id", "company_id"],
            )
        )
        spans = defaultdict(list)
        for leave in leaves:
            if leave.resource_id:
                key = ("user", leave.resource_id.user_id.id)
            elif leave.calendar_id:
                key = ("calendar", leave.calendar_id.id)
            else:
                key = ("company", leave.company_id.id)
            spans[key].append((leave.date_from, leave.date_to))
        return spans

    def _meetings(self, requests):
        """``{(key, user id): spans}`` of meetings at the time of appointments; what they are about is not asked."""
        spans = defaultdict(list)
        appointments = [request for request in requests if request.until]
        if not appointments:
            return spans
        for model in ("calendar.event", "calendar.attendee"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT r.key, u.id, e.start, e.stop
                     FROM unnest(%s, %s::timestamp[], %s::timestamp[], %s::int[]) r (key, at, until, event_id)
                     JOIN calendar_event e ON e.active AND e.start < r.until AND e.stop > r.at AND e.id != r.event_id
                      AND e.show_as = 'busy'
                     JOIN calendar_attendee a ON a.event_id = e.id AND a.state IS DISTINCT FROM 'declined'
                     JOIN res_users u ON u.partner_id = a.partner_id
                    WHERE u.id = ANY(%s)""",
                [request.key for request in appointments],
                [request.at for request in appointments],
                [request.until for request in appointments],
                [request.event_id or 0 for request in appointments],
                people_of(appointments),
            )
        )
        for key, user_id, start, stop in rows:
            spans[key, user_id].append((start, stop))
        return spans
