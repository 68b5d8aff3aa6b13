from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .score_common import ScoreCase


class TestNative(ScoreCase):
    """Answers of Odoo's own pages, with all that is odd about them."""

    def scores(self, answer):
        return self.Score.search([("user_input_id", "=", answer.id)])

    def test_a_flagged_question_is_a_score_also_without_a_program(self):
        answer = self.native({self.questions["nps"]: "9", self.questions["csat"]: "2"})
        scores = self.scores(answer).sorted("metric")
        self.assertEqual([(score.metric, score.value) for score in scores], [("csat", 2), ("nps", 9)])
        self.assertEqual(scores.partner_id, self.contact)
        self.assertEqual((scores.user_id, scores.department_id), (self.seller, self.sales))
        self.assertFalse(scores.program_id)

    def test_a_question_from_0_to_10_that_is_not_flagged_is_none(self):
        question = self.new_question("nps", sync_metric=False)
        self.assertFalse(self.scores(self.native({question: "9"})))

    def test_a_zero_is_an_answer_also_as_a_number(self):
        for zero in ("0", 0):
            [score] = self.scores(self.native({self.questions["nps"]: zero}))
            self.assertEqual((score.value, score.vote), (0, -1))

    def test_a_skipped_question_is_none(self):
        self.assertFalse(self.scores(self.native({self.questions["nps"]: ""})))

    def test_a_test_changes_nothing(self):
        answer = self.native({self.questions["nps"]: "0"}, test_entry=True)
        self.assertFalse(self.scores(answer))

    def test_a_colleague_is_no_customer(self):
        self.assertFalse(self.scores(self.native({self.questions["nps"]: "10"}, self.seller.partner_id)))

    def test_completed_twice_it_is_one_answer(self):
        answer = self.native({self.questions["nps"]: "3"})
        answer._mark_done()
        answer.with_user(self.env.ref("base.public_user")).sudo()._mark_done()
        self.assertEqual(len(self.Score.with_context(active_test=False).search([("user_input_id", "=", answer.id)])), 1)

    def test_the_visitor_of_the_page_is_not_its_author(self):
        public = self.env.ref("base.public_user")
        answer = self.native({self.questions["nps"]: "3"}, done=False)
        answer.with_user(public).sudo()._mark_done()
        self.assertEqual(self.scores(answer).create_uid, self.env.ref("base.user_root"))

    def test_after_the_deadline_it_does_not_count(self):
        answer = self.native({self.questions["nps"]: "3"}, deadline=self.now() - timedelta(days=1))
        self.assertFalse(self.scores(answer))

    def test_what_was_said_on_our_page_stands(self):
        invitation = self.invite(state="sent")
        answer = self.native({self.questions["nps"]: "9"}, done=False)
        invitation._record({"user_input_id": answer.id})
        score = self.Score._answer(invitation.program_id, 2, invitation=invitation)
        answer._mark_done()
        self.assertEqual(self.Score.search([("invitation_id", "=", invitation.id)]), score)
        self.assertFalse(self.scores(answer))

    def test_the_question_of_a_program_that_is_answered_on_odoos_page_is_the_programs(self):
        invitation = self.invite(state="sent")
        answer = self.native({self.questions["nps"]: "9", self.questions["ces"]: "7"}, done=False)
        invitation._record({"user_input_id": answer.id})
        answer._mark_done()
        scores = self.scores(answer).sorted("metric")
        self.assertEqual(scores.mapped("metric"), ["ces", "nps"])
        self.assertEqual(scores.program_id, invitation.program_id)
        self.assertEqual(scores[1].invitation_id, invitation)

    def test_why_stands_with_the_score(self):
        why = self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "Why?", "question_type": "text_box", "sequence": 90}
        )
        self.questions["ces"].sequence = 80
        [score] = self.scores(self.native({self.questions["ces"]: "2", why: "The form is long"}))
        self.assertEqual(score.comment, "The form is long")

    def test_the_company_is_that_of_the_customer_or_of_who_asks(self):
        company, other = self.other_company()
        other.group_ids += self.env.ref("survey.group_survey_user")
        self.survey.user_id = other
        theirs = self.people(1)
        theirs.company_id = self.company
        self.assertEqual(self.scores(self.native({self.questions["nps"]: "3"}, theirs)).company_id, self.company)
        self.assertEqual(self.scores(self.native({self.questions["nps"]: "3"})).company_id, company)

    @mute_logger("odoo.addons.crm_sync_measures.models.survey.survey_user_input_score")
    def test_an_answer_is_not_lost_when_its_score_cannot_be_kept(self):
        def broken(*_args):
            raise ValueError("broken")

        self.patch(type(self.Score), "_give", broken)
        answer = self.native({self.questions["nps"]: "3"})
        self.assertEqual(answer.state, "done")
        self.assertFalse(self.scores(answer))

    def test_a_survey_that_is_deleted_leaves_its_scores(self):
        survey = self.env["survey.survey"].create({"title": "Once"})
        question = self.new_question("nps", survey_id=survey.id)
        score = self.scores(self.native({question: "8"}, survey=survey))
        survey.unlink()
        self.env.invalidate_all()
        self.assertEqual(
            (score.value, score.user_input_id, score.question_id.id), (8, score.user_input_id.browse(), False)
        )


@tagged("post_install", "-at_install")
class TestNativeLeads(ScoreCase):
    """Odoo makes opportunities of answers, of tests too (upstream: ``survey_crm``)."""

    def chosen(self, **values):
        question = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "May we call you?",
                "question_type": "simple_choice",
                "suggested_answer_ids": [(0, 0, {"value": "Yes", "generate_lead": True})],
            }
        )
        answer = self.native({question: str(question.suggested_answer_ids.id)}, done=False, **values)
        answer._mark_done()
        return answer

    def test_a_test_makes_no_opportunity_and_an_answer_makes_one(self):
        if "generate_lead" not in self.env["survey.question.answer"]._fields:
            self.skipTest("survey_crm is not installed")
        self.assertFalse(self.chosen(test_entry=True).lead_id)
        answer = self.chosen()
        lead = answer.lead_id
        self.assertTrue(lead)
        answer._mark_done()
        self.assertEqual(answer.lead_id, lead)
        self.assertEqual(self.env["crm.lead"].search_count([("origin_survey_id", "=", self.survey.id)]), 1)
