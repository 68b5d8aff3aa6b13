from datetime import timedelta

from freezegun import freeze_time
from odoo import Command, fields

from .case_core_common import CaseCase


class CaseRoutingCase(CaseCase):
    """The service works in two people, agent and second, from 9 to 17 UTC; head leads them. It is Monday, 9:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Route = cls.env["crm.sync.case.route"]
        cls.Route.with_context(active_test=False).search([]).unlink()
        cls.env["crm.sync.case"].search([("user_id", "!=", False)])._record({"active": False})
        cls.service.resource_calendar_id = cls.new_calendar()
        cls.sales.resource_calendar_id = cls.service.resource_calendar_id
        (cls.service.member_ids - cls.agent).sync_department_id = False
        cls.second = cls.new_user("t_second", "group_user", cls.service)
        cls.company.sync_case_department_id = False

    @classmethod
    def new_calendar(cls):
        return cls.env["resource.calendar"].create(
            {
                "name": "9 to 17",
                "tz": "UTC",
                "company_id": False,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create({"name": day, "dayofweek": day, "hour_from": 9, "hour_to": 17})
                        for day in "01234"
                    ),
                ],
            }
        )

    @classmethod
    def rule(cls, name="The service takes it", **values):
        return cls.Route.create({"name": name, "department_id": cls.service.id, **values})

    @classmethod
    def leave(cls, user, days=5):
        """He is away from this morning on."""
        resource = cls.env["resource.resource"].create(
            {"name": user.name, "user_id": user.id, "calendar_id": cls.service.resource_calendar_id.id, "tz": "UTC"}
        )
        start = fields.Datetime.now() - timedelta(hours=2)
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "calendar_id": cls.service.resource_calendar_id.id,
                "date_from": start,
                "date_to": start + timedelta(days=days),
            }
        )

    @classmethod
    def comes_in(cls, text="The lens is broken", **facts):
        """What somebody writes on the website, for no department in particular."""
        facts = {"text": text, "channel": "web", "email": "wu@example.com", "is_quiet": True, **facts}
        return cls.env["crm.sync.case"]._open_case(facts)

    def why(self, case):
        """Why it came where it is, as its history tells."""
        return case.event_ids.filtered(lambda event: event.kind == "routed").sorted("id").mapped("note")

    def told(self, case):
        """Who was told that a case has no owner."""
        kind = self.env.ref("crm_sync_measures.activity_type_case_queue")
        return case.activity_ids.filtered(lambda activity: activity.activity_type_id == kind).user_id

    @staticmethod
    def at(hour, day=2):
        return freeze_time(f"2026-03-{day:02} {hour:02}:30:00")
