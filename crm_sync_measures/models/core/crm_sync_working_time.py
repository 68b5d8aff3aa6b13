from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ...rules.working_time import Shift, WorkingTime

_NOON = 12 * 3600


class CrmSyncWorkingTime(models.AbstractModel):
    """Working hours of the departments that answer customers, as Odoo's calendars say them.

    The calendar is that of the department, else that of the company. Days off of the calendar and of the whole
    company count, those of single employees do not. Moments are UTC, amounts are seconds.
    """

    _name = "crm.sync.working.time"
    _description = "Working Time"

    @api.model
    def _clocks(self, pairs):
        """``{(department id or False, company id): WorkingTime}``, in a constant number of queries.

        Departments with the same calendar in the same company share one clock.
        """
        # sudo: opening hours, which hold for everybody; no record is returned.
        env = self.sudo().with_context(active_test=False).env
        pairs = set(pairs)
        departments = env["crm.sync.department"].browse({pair[0] for pair in pairs if pair[0]})
        departments.fetch(["resource_calendar_id"])
        env["res.company"].browse({pair[1] for pair in pairs}).fetch(["resource_calendar_id"])
        calendars = {}
        for department_id, company_id in pairs:
            department, company = departments.browse(department_id or ()), env["res.company"].browse(company_id)
            calendars[department_id, company_id] = department.resource_calendar_id or company.resource_calendar_id
        shifts = self._shifts(env["resource.calendar"].union(*calendars.values()))
        off = self._days_off(env["resource.calendar"].union(*calendars.values()))
        clocks = {}
        for (_department_id, company_id), calendar in calendars.items():
            if (calendar, company_id) not in clocks:
                of_company = [
                    interval
                    for key, company_of_leave, *interval in off
                    if (key == calendar.id or (not key and company_of_leave in (company_id, False)))
                ]
                clocks[calendar, company_id] = WorkingTime(shifts[calendar.id], calendar.tz or "UTC", of_company)
        return {pair: clocks[calendar, pair[1]] for pair, calendar in calendars.items()}

    def _shifts(self, calendars):
        """``{calendar id: [Shift]}``"""
        shifts = defaultdict(list)
        attendances = calendars.env["resource.calendar.attendance"].search_fetch(
            [("calendar_id", "in", calendars.ids), ("display_type", "=", False), ("day_period", "!=", "lunch")],
            ["calendar_id", "dayofweek", "hour_from", "hour_to", "week_type"],
            order="id",
        )
        calendars.fetch(["two_weeks_calendar", "flexible_hours", "hours_per_day", "full_time_required_hours", "tz"])
        for calendar in calendars.filtered("flexible_hours"):
            shifts[calendar.id] = list(self._flexible_week(calendar))
        for attendance in attendances:
            calendar = attendance.calendar_id
            if not calendar.flexible_hours:
                week = int(attendance.week_type) if calendar.two_weeks_calendar else None
                hours = (round(hour * 3600) for hour in (attendance.hour_from, attendance.hour_to))
                shifts[calendar.id].append(Shift(int(attendance.dayofweek), *hours, week))
        return shifts

    def _flexible_week(self, calendar):
        """Where only an amount of hours is known: around noon, from Monday until the week's hours are used up."""
        day, left = round(calendar.hours_per_day * 3600), round(calendar.full_time_required_hours * 3600)
        for weekday in range(7):
            worked = min(day, left)
            left -= worked
            yield Shift(weekday, _NOON - worked // 2, _NOON + worked // 2)

    def _days_off(self, calendars):
        """``[(calendar id or False, company id or False, start, end)]`` of all time off that is not one person's."""
        domain = Domain("resource_id", "=", False) & Domain("time_type", "=", "leave")
        domain &= Domain("calendar_id", "in", [*calendars.ids, False])
        leaves = calendars.env["resource.calendar.leaves"].search_fetch(
            domain, ["calendar_id", "company_id", "date_from", "date_to"], order="id"
        )
        return [(off.calendar_id.id, off.company_id.id, off.date_from, off.date_to) for off in leaves]
