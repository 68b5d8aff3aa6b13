from odoo import fields

from ..common import SyncCase


class SurveyCase(SyncCase):
    """A questionnaire with a score of each kind, and programs and invitations made of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env["survey.survey"].create({"title": "How are we doing?", "access_mode": "token"})
        cls.questions = {metric: cls.new_question(metric) for metric in ("nps", "csat", "ces")}
        cls.Program = cls.env["crm.sync.survey.program"]
        cls.Invitation = cls.env["crm.sync.survey.invitation"]
        cls.serial = 0

    @classmethod
    def new_question(cls, metric, **values):
        lowest, highest = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}[metric]
        return cls.env["survey.question"].create(
            {
                "survey_id": cls.survey.id,
                "title": f"What do you say, from {lowest} to {highest}?",
                "question_type": "scale",
                "scale_min": lowest,
                "scale_max": highest,
                "scale_min_label": "Bad",
                "scale_max_label": "Good",
                "sync_metric": metric,
                **values,
            }
        )

    @classmethod
    def program(cls, user=None, **values):
        """A draft by default; ``running=True`` starts it."""
        running = values.pop("running", False)
        program = cls.Program.with_user(user or cls.manager).create(
            {
                "name": "How are we doing?",
                "survey_id": cls.survey.id,
                "metric": "nps",
                "trigger": "manual",
                "department_id": cls.service.id,
                **values,
            }
        )
        if running:
            program.action_start()
        return program

    @classmethod
    def invite(cls, program=None, partner=None, state=None, **values):
        """An invitation that has gone all the way to ``state``."""
        cls.serial += 1
        partner = partner or cls.contact
        program = program or cls.program(running=True)
        invitation = cls.Invitation.create(
            {
                "program_id": program.id,
                "partner_id": partner.id,
                "email": partner.email,
                "lang": partner.lang,
                "origin_key": f"test:{cls.serial}",
                **values,
            }
        )
        ways = {
            "queued": ("queued",),
            "sent": ("queued", "sent"),
            "bounced": ("queued", "sent", "bounced"),
            "opened": ("queued", "sent", "opened"),
            "started": ("queued", "sent", "opened", "started"),
            "done": ("queued", "sent", "opened", "started", "done"),
        }
        for step in ways.get(state, (state,) if state else ()):
            invitation._set_state(step)
        return invitation

    @classmethod
    def now(cls):
        return fields.Datetime.now()
