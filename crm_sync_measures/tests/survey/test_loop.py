from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError

from .loop_common import LoopCase

_LOG = "odoo.addons.crm_sync_measures.models.core.crm_sync_job_sets"


class TestLoop(LoopCase):
    """Who is unhappy, or wishes to be called, has a case with the owner of the customer as soon as his answer stands."""

    # ---------------------------------------------------------------- from an answer to a case

    def test_a_low_answer_is_a_complaint_of_the_customers_owner_within_an_hour(self):
        loop = self.unhappy(3, "Nobody called me back")
        case = loop.case_id
        self.assertEqual((case.kind, case.channel, case.partner_id), ("complaint", "survey", self.contact))
        self.assertEqual((case.user_id, case.department_id), (self.seller, self.sales))
        self.assertIn("Nobody called me back", case.description)
        self.assertTrue(loop.is_low)
        self.assertLess(case.first_opened_at - loop.answered_at, timedelta(hours=1))
        self.assertFalse(case.receipt_at, "he has sent no case; somebody calls him")

    def test_who_gives_neither_a_low_nor_a_high_answer_is_left_in_peace(self):
        for value in (7, 8, 9, 10):
            invitation = self.answered(value, partner=self.people(1))
            self.follow()
            self.assertFalse(self.loop_of(invitation))
            self.assertFalse(invitation.follow_at)
        self.assertFalse(self.Case.search([("intake_key", "like", "survey-answer:")]))

    def test_each_scale_has_its_own_idea_of_low(self):
        for metric, low, better in (("nps", 6, 7), ("csat", 2, 3), ("ces", 3, 4)):
            program = self.program(running=True, metric=metric)
            people = self.people(2)
            self.assertTrue(self.unhappy(low, program=program, partner=people[0]), metric)
            self.assertFalse(self.unhappy(better, program=program, partner=people[1]), metric)

    def test_a_program_says_what_is_low(self):
        self.asker.with_user(self.manager).low_to = 2
        self.assertFalse(self.unhappy(3))
        self.assertTrue(self.unhappy(2, partner=self.people(1)))
        with self.assertRaises(ValidationError):
            self.asker.low_to = 9
        with self.assertRaises(ValidationError):
            self.asker.high_from = 11

    def test_nothing_follows_as_long_as_the_answer_can_be_put_right(self):
        invitation = self.answered(2, "Bad")
        self.follow(30)
        self.assertFalse(self.loop_of(invitation))
        invitation._correct(9, "I meant the other one", fields.Datetime.now())
        self.follow(1)
        self.assertFalse(self.loop_of(invitation))
        self.assertFalse(self.Case.search([("partner_id", "=", self.contact.id)]))

    def test_what_was_put_right_is_what_the_case_says(self):
        invitation = self.answered(9, "Fine")
        self.pass_hours(0.4)
        invitation._correct(1, "It broke", fields.Datetime.now())
        self.follow(10)
        case = self.loop_of(invitation).case_id
        self.assertIn("It broke", case.description)
        self.assertNotIn("Fine", case.description)
        self.assertEqual(self.loop_of(invitation).value, 1)

    def test_it_is_done_once_however_often_the_job_runs(self):
        invitation = self.answered(2, call=True)
        for _run in range(3):
            self.follow()
        self.assertEqual(len(self.loop_of(invitation)), 1)
        self.assertEqual(len(self.Case.search([("partner_id", "=", self.contact.id)])), 1)
        self.assertEqual(len(self.tasks(self.loop_of(invitation).case_id)), 1)

    def test_a_program_that_opens_no_cases_opens_none(self):
        self.asker.with_user(self.manager).low_score_opens_case = False
        self.assertFalse(self.unhappy(0))

    def test_a_zero_is_low(self):
        self.assertTrue(self.unhappy(0))

    def test_of_one_that_cannot_be_done_the_others_are(self):
        first, second = (self.answered(1, partner=partner) for partner in self.people(2))
        opening = type(self.Case)._open_case

        def broken(cases, facts):
            if facts.get("partner_id") == first.partner_id.id:
                raise ValueError("no")
            return opening(cases, facts)

        self.pass_hours(1)
        with patch.object(type(self.Case), "_open_case", broken), self.assertLogs(_LOG, "WARNING"):
            self.Loop._cron_follow()
        self.env.invalidate_all()
        self.assertTrue(self.loop_of(second))
        self.assertTrue(first.follow_at)
        self.assertEqual(self.env["crm.sync.job.failure"].search([("state", "!=", "resolved")]).key, str(first.id))
        self.pass_hours(1)
        self.follow()
        self.assertTrue(self.loop_of(first))

    # ---------------------------------------------------------------- whose it is

    def test_without_an_owner_the_rules_of_the_department_say_who(self):
        stranger = self.people(1)
        loop = self.unhappy(partner=stranger)
        self.assertEqual(loop.case_id.department_id, self.service)

    def test_who_has_left_or_works_elsewhere_or_has_no_role_is_no_owner(self):
        other, elsewhere = self.other_company()
        self.assertTrue(other)
        gone = self.new_user("t_gone", "group_user", self.sales)
        people = self.people(3)
        for partner, user in zip(people, (elsewhere, gone, self.employee), strict=True):
            partner.user_id = user
        gone.active = False
        for partner in people:
            loop = self.unhappy(partner=partner)
            self.assertEqual(loop.case_id.department_id, self.service)
            self.assertNotEqual(loop.case_id.user_id, partner.user_id)

    def test_the_owner_has_an_activity_and_whoever_takes_over_gets_it(self):
        case = self.unhappy().case_id
        task = self.tasks(case)
        self.assertEqual((task.user_id, task.date_deadline), (self.seller, fields.Date.to_date("2026-03-05")))
        self.assertIn("Northern Optics", task.summary)
        case.with_user(self.manager).action_assign(self.colleague.id)
        self.assertEqual(self.tasks(case).user_id, self.colleague)

    # ---------------------------------------------------------------- please call me

    def test_who_is_content_and_wishes_to_be_called_has_a_case_that_is_no_complaint(self):
        invitation = self.answered(10, "A question", call=True, phone="+86 138 0000 0000")
        self.follow()
        loop = self.loop_of(invitation)
        self.assertEqual((loop.case_id.kind, loop.is_low, loop.wants_call), ("question", False, True))
        self.assertIn("+86 138 0000 0000", loop.case_id.description)
        self.assertEqual(loop.case_id.user_id, self.seller)
        self.assertTrue(self.tasks(loop.case_id))
        self.assertFalse(loop.follow_up_id)

    def test_who_is_unhappy_and_wishes_to_be_called_has_one_case(self):
        invitation = self.answered(1, "Call me", call=True)
        self.follow()
        case = self.Case.search([("partner_id", "=", self.contact.id)])
        self.assertEqual((len(case), case.kind), (1, "complaint"))
        self.assertEqual(self.loop_of(invitation).case_id, case)

    # ---------------------------------------------------------------- nobody knows, or nobody may

    def test_anonymous_answers_have_no_loop(self):
        program = self.program(
            running=True, is_anonymous=True, low_score_opens_case=False, min_answers=5, promoter_action="none"
        )
        invitation = self.invite(program, state="sent")
        invitation._answer(0, "Secret", fields.Datetime.now())
        self.assertFalse(invitation.follow_at)
        self.follow()
        self.assertFalse(self.Loop.search([("program_id", "=", program.id)]))
        self.assertEqual(program.loop_figures()["low"], 0)

    def test_tests_of_native_surveys_open_nothing(self):
        self.survey.sync_case_below = 70
        answer = self.survey._create_answer(partner=self.contact, check_attempts=False, test_entry=True)
        answer._save_lines(self.questions["nps"], "0")
        answer._mark_done()
        self.follow()
        self.assertFalse(self.Case.search([("partner_id", "=", self.contact.id)]))

    def test_one_answer_is_one_case_also_where_odoos_questionnaire_opens_one(self):
        survey = self.survey.copy({"title": "One question", "sync_case_below": 70})
        (survey.question_ids - survey.question_ids.filtered(lambda one: one.sync_metric == "nps")).unlink()
        program = self.program(running=True, survey_id=survey.id)
        invitation = self.answered(2, "Bad", program=program)
        self.assertEqual(invitation.user_input_id.state, "done")
        self.assertFalse(self.Case.search([("partner_id", "=", self.contact.id)]), "it may be put right")
        self.follow()
        case = self.Case.search([("partner_id", "=", self.contact.id)])
        self.assertEqual((len(case), case), (1, self.loop_of(invitation).case_id))
        invitation.user_input_id._mark_done()
        self.assertEqual(len(self.Case.search([("partner_id", "=", self.contact.id)])), 1)

    def test_what_is_native_and_low_opens_a_case_where_the_program_opens_none(self):
        survey = self.survey.copy({"title": "One question", "sync_case_below": 70})
        (survey.question_ids - survey.question_ids.filtered(lambda one: one.sync_metric == "nps")).unlink()
        program = self.program(running=True, survey_id=survey.id, low_score_opens_case=False)
        self.answered(2, "Bad", program=program)
        self.follow()
        self.assertEqual(len(self.Case.search([("partner_id", "=", self.contact.id)])), 1)

    # ---------------------------------------------------------------- until when

    def test_he_is_contacted_within_48_hours_by_the_clock_of_the_case(self):
        loop = self.unhappy()
        self.assertEqual(loop.contact_due_at, fields.Datetime.to_datetime("2026-03-05 10:00:00"))
        clock = self.env["crm.sync.case.clock"].search([("case_id", "=", loop.case_id.id), ("kind", "=", "answer")])
        self.assertLessEqual(clock.due_at, loop.contact_due_at)
        self.env["crm.sync.case.policy"].search([]).write({"answer_hours": 100})
        self.env.cr.precommit.run()
        clock.invalidate_recordset()
        self.assertEqual(clock.due_at, loop.contact_due_at)
        self.env["crm.sync.case.policy"].search([]).write({"answer_hours": 0})
        self.env.cr.precommit.run()
        clock.invalidate_recordset()
        self.assertEqual(clock.due_at, loop.contact_due_at)

    def test_an_answer_on_friday_evening_is_not_late_on_sunday(self):
        self.travel("2026-03-06 16:00:00")
        loop = self.unhappy()
        self.assertEqual(loop.contact_due_at, fields.Datetime.to_datetime("2026-03-09 11:00:00"))

    def test_who_does_the_activity_has_contacted_him(self):
        loop = self.unhappy()
        self.assertFalse(loop.contacted_at)
        self.pass_hours(5)
        self.tasks(loop.case_id).with_user(self.seller).action_feedback("He is waiting for the lens")
        self.assertEqual(loop.contacted_at, fields.Datetime.now())
        self.assertEqual(loop.is_in_time, "yes")

    def test_an_answer_on_the_case_is_a_contact_and_a_note_is_none(self):
        loop = self.unhappy()
        case = loop.case_id.with_user(self.seller)
        case.message_post(body="Whom shall we send?", message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertFalse(loop.contacted_at)
        self.pass_hours(50)
        case.message_post(body="We are sorry", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual((loop.contacted_at, loop.is_in_time), (fields.Datetime.now(), "no"))

    def test_a_call_that_the_owner_logs_with_the_customer_is_a_contact(self):
        loop = self.unhappy()
        self.touch(self.manager, partner_id=self.contact.id)
        self.assertFalse(loop.contacted_at, "somebody else spoke of something else")
        self.touch(self.seller, partner_id=self.contact.id, outcome="not_reached")
        self.assertFalse(loop.contacted_at)
        self.touch(self.seller, partner_id=self.customer.id, outcome="reached")
        self.assertTrue(loop.contacted_at)
        self.assertTrue(loop.case_id.answered_at)

    # ---------------------------------------------------------------- what came of it

    def test_the_owner_says_what_came_of_it_and_the_history_keeps_it_all(self):
        loop = self.unhappy()
        case = loop.case_id.with_user(self.seller)
        case.action_outcome("not_reachable", "Three calls, no answer")
        self.assertEqual((loop.outcome, loop.contacted_at, loop.is_in_time), ("not_reachable", False, "yes"))
        self.pass_hours(20)
        case.action_outcome("recovered", "He called back and is content")
        self.assertEqual((loop.outcome, loop.outcome_by_id), ("recovered", self.seller))
        self.assertEqual(loop.contacted_at, fields.Datetime.now())
        self.assertTrue(loop.is_recovered)
        events = case.event_ids.filtered(lambda event: event.kind == "outcome").sorted("id")
        self.assertEqual(
            events.mapped("note"),
            ["Not Reachable: Three calls, no answer", "Recovered: He called back and is content"],
        )
        self.assertEqual(events.user_id, self.seller)
        self.assertFalse(self.tasks(case))

    def test_a_sentence_and_one_of_three_words_are_asked_for(self):
        case = self.unhappy().case_id.with_user(self.seller)
        for outcome, note in (
            ("recovered", ""),
            ("recovered", "  "),
            ("happy", "Yes"),
            (None, "Yes"),
            ("recovered", 7),
        ):
            with self.assertRaises(UserError):
                case.action_outcome(outcome, note)
        other = self.Case.create({"name": "Scratched", "partner_id": self.contact.id})
        with self.assertRaises(UserError):
            other.action_outcome("recovered", "Fine")

    def test_nobody_without_rights_says_what_came_of_it(self):
        loop = self.unhappy()
        for user in (self.agent, self.auditor, self.employee, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                loop.case_id.with_user(user).action_outcome("recovered", "Fine")
        for user in (self.seller, self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                loop.with_user(user).write({"outcome": "recovered"})
            with self.assertRaises(UserError):
                loop.with_user(user).unlink()
            with self.assertRaises(UserError):
                loop.with_user(user).create({"score_id": loop.score_id.id})
        with self.assertRaises(UserError):
            loop.sudo().write({"outcome": "recovered"})
        self.assertFalse(loop.outcome)

    def test_the_case_is_not_closed_before_somebody_says_what_came_of_it(self):
        loop = self.unhappy()
        case = loop.case_id.with_user(self.seller)
        cause = self.env["crm.sync.case.cause"].search([("kinds", "like", "complaint")], limit=1)
        case.write({"cause_id": cause.id})
        case.action_acknowledge()
        with self.assertRaisesRegex(UserError, "what came of it"):
            case.action_close("upheld", "The lens was sent.")
        dialog = self.env["crm.sync.case.change"].with_user(self.seller)
        dialog = dialog.create(
            {
                "case_ids": [(6, 0, case.ids)],
                "change": "close",
                "decision": "upheld",
                "cause_id": cause.id,
                "outcome": "recovered",
                "outcome_note": "He laughs again",
            }
        )
        self.assertTrue(dialog.is_outcome_missing)
        dialog.action_apply()
        self.assertEqual((case.step, loop.outcome), ("closed", "recovered"))

    def test_who_was_merged_into_another_case_of_his_is_contacted_there(self):
        loop = self.unhappy()
        master = self.Case.create({"name": "Lens broken", "partner_id": self.customer.id, "user_id": self.seller.id})
        loop.case_id.with_user(self.manager).action_merge(master.id)
        master.with_user(self.seller).message_post(
            body="We are sorry", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(loop.contacted_at)
        master.with_user(self.seller).action_outcome("recovered", "Both are settled")
        self.assertEqual(loop.outcome, "recovered")
