from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .case_common import IntakeCase

_LOG = "odoo.addons.crm_sync_measures.models.feedback.survey_user_input"


@tagged("-at_install", "post_install")
class TestCaseIntakeSurvey(IntakeCase):
    """An unhappy survey answer opens a case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env["survey.survey"].create({"title": "How was it?", "sync_case_below": 70})
        cls.scale = cls.env["survey.question"].create(
            {"survey_id": cls.survey.id, "title": "Would you recommend us?", "question_type": "scale"}
        )
        cls.why = cls.env["survey.question"].create(
            {"survey_id": cls.survey.id, "title": "Why?", "question_type": "text_box"}
        )

    def answer(self, score, **values):
        answer = self.survey._create_answer(partner=self.contact, check_attempts=False)
        answer.write(values)
        answer._save_lines(self.scale, str(score))
        answer._save_lines(self.why, "Nobody called me back")
        answer.with_user(self.env.ref("base.public_user")).sudo()._mark_done()
        return self.Case.search([("survey_input_id", "=", answer.id)])

    def test_a_low_score_opens_a_case_with_what_he_wrote(self):
        case = self.answer(3)
        self.assertEqual((case.partner_id, case.channel, case.kind), (self.contact, "survey", "complaint"))
        self.assertIn("Nobody called me back", case.description)
        self.assertFalse(self.receipts(case), "he has sent no case; somebody calls him")

    def test_zero_is_a_score_too(self):
        self.assertTrue(self.answer(0))

    def test_it_is_opened_once(self):
        case = self.answer(3)
        case.survey_input_id._mark_done()
        self.assertEqual(len(self.Case.search([("survey_input_id", "=", case.survey_input_id.id)])), 1)

    def test_happy_answers_tests_and_surveys_without_a_limit_open_none(self):
        self.assertFalse(self.answer(7))
        self.assertFalse(self.answer(1, test_entry=True))
        self.assertFalse(self.answer(1, partner_id=False, email=False))
        self.survey.sync_case_below = 0
        self.assertFalse(self.answer(0))

    def test_the_case_is_named_in_the_customers_language_whoever_completes_the_answer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        self.survey.with_context(lang="zh_CN").title = "您满意吗？"
        self.contact.lang = "zh_CN"
        self.assertEqual(self.answer(3).name, "不满意的问卷回复：您满意吗？")

    def test_a_collision_is_raised_so_that_odoo_repeats_the_request_and_no_case_is_lost(self):
        answer = self.survey._create_answer(partner=self.contact, check_attempts=False)
        answer._save_lines(self.scale, "1")
        for collision in (SerializationFailure, ConcurrencyError):
            with patch.object(type(self.Case), "_open_case", side_effect=collision), self.assertRaises(collision):
                answer._mark_done()

    def test_the_answer_is_kept_where_the_case_fails(self):
        with patch.object(type(self.Case), "_open_case", side_effect=ValueError), mute_logger(_LOG):
            answer = self.survey._create_answer(partner=self.contact, check_attempts=False)
            answer._save_lines(self.scale, "1")
            answer._mark_done()
        self.assertEqual(answer.state, "done")
