from datetime import timedelta

from odoo import fields

from .asking_common import AskingCase


class LoopCase(AskingCase):
    """Customers have answered, and half an hour passes. It is Tuesday 3 March 2026, 10:00 UTC; we work on weekdays, 8 to 17."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Loop = cls.env["crm.sync.survey.loop"]
        cls.Case = cls.env["crm.sync.case"]
        hours = [
            (
                0,
                0,
                {"name": f"Day {day}", "dayofweek": str(day), "hour_from": 8, "hour_to": 17, "day_period": "morning"},
            )
            for day in range(5)
        ]
        calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "UTC", "attendance_ids": [(5,), *hours]}
        )
        cls.company.resource_calendar_id = calendar
        (cls.sales | cls.service).resource_calendar_id = calendar

    def setUp(self):
        super().setUp()
        self.asker = self.program(running=True, metric="nps", trigger="manual")

    def answered(self, value, why="", program=None, partner=None, call=False, phone=""):
        """An invitation that was answered now."""
        invitation = self.invite(program or self.asker, partner, "sent")
        invitation._record({"expires_at": fields.Datetime.now() + timedelta(days=30)})
        invitation._answer(value, why, fields.Datetime.now())
        if call:
            invitation._wish_call(phone)
        return invitation

    def follow(self, minutes=31):
        """What follows is done, once the answers are safe."""
        if minutes:
            self.pass_hours(minutes / 60)
        self.Loop._cron_follow()
        self.env.invalidate_all()
        self.assertNoFailures()

    def loop_of(self, invitation):
        return self.Loop.search([("invitation_id", "=", invitation.id)])

    def unhappy(self, value=3, why="Nobody called me back", **values):
        """The loop of a low answer of which the case is open."""
        invitation = self.answered(value, why, **values)
        self.follow()
        return self.loop_of(invitation)

    def tasks(self, case, user=None):
        kind = self.env.ref("crm_sync_measures.activity_type_survey_contact")
        return case.activity_ids.filtered(
            lambda one: one.activity_type_id == kind and (not user or one.user_id == user)
        )

    def people(self, count, **values):
        return self.env["res.partner"].create(
            [{"name": f"Person {n}", "email": f"person{n}@example.com", "tz": "UTC", **values} for n in range(count)]
        )

    def asked_again(self, loop, days=30):
        """The follow-up, once the jobs have mailed it."""
        self.travel(loop.answered_at + timedelta(days=days))
        self.env["crm.sync.survey.selection"]._cron_sift()
        self.env["crm.sync.survey.dispatch"]._cron_dispatch()
        self.env.invalidate_all()
        return loop.follow_up_id
