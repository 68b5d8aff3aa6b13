from freezegun import freeze_time

from .survey_common import SurveyCase


class ScoreCase(SurveyCase):
    """Answers to programs; Monday 2 March 2026, 9:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))
        cls.Score = cls.env["crm.sync.score"]
        cls.known = cls.Score.search([]).ids

    @classmethod
    def answer(cls, value, comment=None, program=None, partner=None, at=None, **values):
        """The score of an invitation that is answered."""
        invitation = cls.invite(program, partner, "sent", **values)
        return cls.Score._answer(invitation.program_id, value, comment, at, invitation)

    @classmethod
    def people(cls, count, company=None):
        return cls.env["res.partner"].create(
            [{"name": f"Person {number}", "parent_id": company and company.id} for number in range(count)]
        )

    @classmethod
    def given(cls, counts, program=None, **values):
        """Scores of as many strangers as ``counts`` says for each value."""
        program = program or cls.program(running=True)
        base = {
            "metric": program.metric,
            "program_id": program.id,
            "company_id": program.company_id.id,
            "department_id": cls.service.id,
            "answered_at": "2026-03-01 09:00:00",
            **values,
        }
        return cls.Score.create([{**base, "value": value} for value, count in counts.items() for _one in range(count)])

    @classmethod
    def native(cls, answers, partner=None, survey=None, done=True, **values):
        """An answer of Odoo's own pages: ``{question: answer}``."""
        survey = survey or cls.survey
        answer = survey._create_answer(partner=partner or cls.contact, check_attempts=False, **values)
        for question, value in answers.items():
            answer._save_lines(question, value)
        if done:
            answer._mark_done()
        return answer

    def figures(self, user=None, domain=(), **arguments):
        Score = self.Score.with_user(user or self.manager)
        return Score.score_figures([("id", "not in", self.known), *domain], **arguments)
