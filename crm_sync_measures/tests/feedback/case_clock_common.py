from datetime import timedelta

from freezegun import freeze_time
from odoo import Command

from ..activity.response_common import FRIDAY
from ..common import SyncCase


class CaseClockCase(SyncCase):
    """Service works from 9 to 17 in Berlin, Monday to Friday; acknowledged in 2, answered in 4, resolved in 16 hours.

    Friday, 20 November 2026, 15:00 UTC is 16:00 in Berlin: an hour before the end of the week.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.sync.case.clock"].sudo().search([]).unlink()
        cls.nine_to_five = cls.new_calendar("9 to 17", "01234", 9, 17)
        cls.service.resource_calendar_id = cls.nine_to_five
        cls.policies = cls.env["crm.sync.case.policy"]
        cls.policies.search([]).unlink()
        cls.policy = cls.policies.create(
            {"acknowledge_hours": 2, "answer_hours": 4, "resolve_hours": 16, "autoclose_days": 14}
        )
        cls.company.write({"sync_case_escalate_hours": 4, "sync_case_notice_days": 3})
        cls.cause = cls.env["crm.sync.case.cause"].search([], limit=1)

    @classmethod
    def new_calendar(cls, name, days, start, end):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": "Europe/Berlin",
                "company_id": False,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create({"name": day, "dayofweek": day, "hour_from": start, "hour_to": end})
                        for day in days
                    ),
                ],
            }
        )

    @staticmethod
    def later(hours):
        """So many hours after Friday 16:00 in Berlin; Monday 9:00 is 65 hours later."""
        return FRIDAY + timedelta(hours=hours)

    def at(self, hours):
        return freeze_time(self.later(hours))

    def open_case(self, hours=0, **values):
        """A complaint of Northern Optics, owned by the agent of the service."""
        values = {
            "name": "Lamp flickers",
            "kind": "complaint",
            "partner_id": self.contact.id,
            "department_id": self.service.id,
            "user_id": self.agent.id,
            "channel": "email",
            **values,
        }
        with self.at(hours):
            case = self.env["crm.sync.case"].create(values)
            self.settle()
        return case

    def do(self, hours, method, *args, **kwargs):
        """What the agent does, so many hours after Friday 16:00."""
        with self.at(hours):
            result = method(*args, **kwargs)
            self.settle()
        return result

    def settle(self):
        """The end of the transaction."""
        self.env.cr.precommit.run()
        self.env.flush_all()

    def watch(self, hours):
        """What the job does then; (done, held)."""
        with self.at(hours):
            clocks = self.env["crm.sync.case.clock"].sudo()
            result = clocks._watch_set(clocks._next_due(0, 1000))
            self.settle()
        return result

    def clock(self, case, kind, cycle=1):
        return case.clock_ids.sudo().filtered(lambda clock: clock.kind == kind and clock.cycle == cycle)

    def states(self, case):
        return {clock.kind: clock.state for clock in case.clock_ids.filtered(lambda clock: clock.cycle == case.cycle)}
