from datetime import datetime, timedelta
from random import Random

from odoo import Command

from ..common import SyncCase

#: From the change of clocks in spring to that in autumn and beyond.
_FIRST = datetime.fromisoformat("2026-03-20 00:00:00")
_DAYS = 260


class TestWorkingTime(SyncCase):
    """Our counting of hours agrees with Odoo's own calendars, which ask the database at every step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hours = cls.env["crm.sync.working.time"]

    def clock(self, department=None):
        """That of a department, or of the company."""
        [clock] = self.hours._clocks([(department.id if department else False, self.company.id)]).values()
        return clock

    def calendar(self, tz="Europe/Berlin", **values):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Test hours",
                "tz": tz,
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {"name": day, "dayofweek": day, "hour_from": start, "hour_to": end, "day_period": period}
                        )
                        for day in "01234"
                        for start, end, period in ((8, 12, "morning"), (12, 13, "lunch"), (13, 17.5, "afternoon"))
                    ),
                ],
                **values,
            }
        )
        calendar.tz = tz
        self.service.resource_calendar_id = calendar
        return calendar

    def assert_as_odoo(self, calendar, seed, rounds=60):
        dice, clock = Random(seed), self.clock(self.service)
        for _round in range(rounds):
            start = _FIRST + timedelta(seconds=dice.randrange(_DAYS * 86400))
            end = start + timedelta(seconds=dice.randrange(20 * 86400))
            with self.subTest(start=start, end=end):
                self.assertAlmostEqual(clock.seconds(start, end) / 3600, calendar.get_work_hours_count(start, end), 2)
                worked = dice.randrange(1, 60 * 3600)
                due = calendar.plan_hours(worked / 3600, start, compute_leaves=True)
                self.assertAlmostEqual((clock.due(start, worked) - due).total_seconds(), 0, delta=2)

    def test_sixty_random_spans_and_due_times_in_berlin_shanghai_and_new_york(self):
        for tz in ("Europe/Berlin", "Asia/Shanghai", "America/New_York"):
            self.assert_as_odoo(self.calendar(tz), tz)

    def test_days_off_of_the_calendar_and_of_the_company_count_and_those_of_one_person_do_not(self):
        calendar = self.calendar()
        resource = self.env["resource.resource"].create({"name": "Somebody", "calendar_id": calendar.id})
        for number, values in enumerate(
            (
                {"calendar_id": calendar.id},
                {"calendar_id": False, "company_id": self.company.id},
                {"calendar_id": calendar.id, "time_type": "other"},
                {"calendar_id": calendar.id, "resource_id": resource.id},
            )
        ):
            start = _FIRST + timedelta(days=40 * number + 10, hours=9)
            self.env["resource.calendar.leaves"].create(
                {"name": "Off", "date_from": start, "date_to": start + timedelta(days=6, hours=3), **values}
            )
        self.assert_as_odoo(calendar, "off", 120)

    def test_two_weeks_that_take_turns(self):
        calendar = self.calendar()
        calendar.switch_calendar_type()
        calendar.attendance_ids.filtered(lambda line: line.week_type == "1" and line.dayofweek == "2").unlink()
        self.assert_as_odoo(calendar, "turns")

    def test_a_department_without_a_calendar_works_the_hours_of_the_company(self):
        self.company.resource_calendar_id = self.calendar()
        self.service.resource_calendar_id = False
        self.assert_as_odoo(self.company.resource_calendar_id, "company", 20)
        start = _FIRST + timedelta(hours=9)
        self.assertEqual(self.clock().due(start, 36000), self.clock(self.service).due(start, 36000))

    def test_a_flexible_calendar_counts_its_hours_around_noon(self):
        calendar = self.calendar("UTC")
        calendar.write({"schedule_type": "flexible", "hours_per_day": 8, "full_time_required_hours": 36})
        monday = datetime.fromisoformat("2026-11-23 00:00:00")
        clock = self.clock(self.service)
        self.assertEqual(clock.seconds(monday, monday + timedelta(days=7)), 36 * 3600)
        self.assertEqual(clock.due(monday, 3600), monday + timedelta(hours=9))

    def test_without_hours_nothing_is_due_and_nothing_is_worked(self):
        calendar = self.calendar()
        calendar.attendance_ids.unlink()
        clock = self.clock(self.service)
        self.assertIsNone(clock.due(_FIRST, 60))
        self.assertEqual(clock.seconds(_FIRST, _FIRST + timedelta(days=30)), 0)

    def test_fifty_departments_cost_the_queries_of_one(self):
        departments = self.env["crm.sync.department"].create(
            [{"name": f"Department {number}", "resource_calendar_id": self.calendar().id} for number in range(50)]
        )
        counted = []
        for chosen in (departments[:1], departments):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.hours._clocks({(department_id, self.company.id) for department_id in chosen._ids})
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counted)), 1, counted)
