from odoo import fields

from ..survey.loop_common import LoopCase
from ..survey.score_common import ScoreCase
from .measure_common import MeasureMixin

MARCH = ("2026-03-01", "2026-03-31")


class TestLibraryOfScores(MeasureMixin, ScoreCase):
    """Answers of 1 March 2026, counted as the list of scores counts them."""

    def test_half_would_recommend_us_and_a_fifth_advises_against_it(self):
        scores = self.given({10: 25, 7: 15, 3: 10}, is_relational=True)
        [row] = self.figures()
        self.assertEqual(row["figure"], 30.0)
        self.assertEqual(self.figure("nps", *MARCH, scores), 30)

    def test_relationship_and_event_are_never_put_together(self):
        after = self.program(trigger="order_confirmed", running=True)
        scores = self.given({10: 3}, is_relational=True) | self.given({1: 2, 10: 1}, after)
        self.assertEqual(self.figure("nps", *MARCH, scores), 100)
        self.assertEqual(self.figure("nps_event", *MARCH, scores), -33.33)
        told = {row["is_relational"]: row["figure"] for row in self.figures(minimum=1)}
        self.assertEqual(told, {True: 100.0, False: -33.3})

    def test_who_stays_unknown_and_who_is_asked_again_is_no_part_of_it_as_in_the_figures_of_the_room(self):
        scores = self.given({10: 4}, is_relational=True)
        scores |= self.given({0: 9}, is_relational=True, is_follow_up=True)
        scores |= self.given({0: 9}, is_relational=True, is_anonymous=True)
        self.assertEqual(self.figure("nps", *MARCH, scores), 100)
        [row] = self.figures(minimum=1)
        self.assertEqual((row["answers"], row["figure"]), (4, 100.0))

    def test_what_was_put_right_counts_as_it_was_put_right(self):
        invitation = self.invite(state="sent")
        first = self.Score._answer(invitation.program_id, 3, "Slow", invitation=invitation)
        last = self.Score._answer(invitation.program_id, 10, "Quick after all", invitation=invitation)
        self.assertEqual(self.figure("nps", *MARCH, first | last), 100)

    def test_satisfied_are_four_and_five_stars_and_easy_is_five_to_seven(self):
        csat = self.program(metric="csat", trigger="order_confirmed", running=True)
        ces = self.program(metric="ces", trigger="onboarding_day", running=True)
        scores = self.given({5: 2, 4: 1, 3: 1}, csat) | self.given({7: 50, 5: 30, 1: 20}, ces)
        self.assertEqual(self.figure("csat", *MARCH, scores), 75)
        self.assertEqual(self.figure("ces", *MARCH, scores), 80)
        told = {row["metric"]: row["figure"] for row in self.figures(minimum=1)}
        self.assertEqual(told, {"csat": 75.0, "ces": 80.0})
        related = self.given({5: 1, 1: 1}, self.program(metric="csat", running=True), is_relational=True)
        self.assertEqual(self.figure("csat_relationship", *MARCH, scores | related), 50)

    def test_departments_are_told_apart_as_in_the_room(self):
        scores = self.given({10: 3}, is_relational=True)
        scores |= self.given({10: 1, 0: 1}, is_relational=True, department_id=self.sales.id)
        found = self.figures_by("department", "nps", *MARCH, scores)
        self.assertEqual(found, {self.service.id: 100, self.sales.id: 0})
        told = {row["group"]: row["figure"] for row in self.figures(group="department_id", minimum=1)}
        self.assertEqual(told, {self.service.id: 100.0, self.sales.id: 0.0})

    def test_without_an_answer_there_is_no_figure_and_not_a_nought(self):
        self.assertIsNone(self.figure("nps", "2026-01-01", "2026-01-31", self.given({10: 1}, is_relational=True)))

    def test_the_response_rate_is_of_those_whom_it_reached(self):
        program = self.program(running=True)
        for state, count in (("done", 2), ("opened", 1), ("sent", 5), ("bounced", 2), ("suppressed", 3), (None, 1)):
            for partner in self.people(count):
                self.invite(program, partner, state)
        invitations = self.Invitation.search([("program_id", "=", program.id)])
        [row] = self.Invitation.with_user(self.manager).response_figures([("id", "in", invitations.ids)])
        self.assertEqual((row["delivered"], row["rate"]), (8, 25.0))
        self.assertEqual(self.figure("response_rate", *MARCH, invitations), 25)
        self.assertEqual(len(self.documents("response_rate", *MARCH, invitations)), 8)
        opened = invitations.filtered(lambda one: one.state == "opened")
        opened._record({"follow_up_of_id": (invitations - opened)[:1].id})
        self.assertEqual(len(self.documents("response_rate", *MARCH, invitations)), 7)


class TestLibraryOfLoops(MeasureMixin, LoopCase):
    """Unhappy customers of 3 March 2026, and what became of them."""

    def test_one_of_two_was_won_back_until_he_says_himself_that_he_was_not(self):
        loops = self.unhappy()
        self.assertIsNone(self.figure("recovery_rate", *MARCH, loops), "nobody knows yet")
        other = self.unhappy(partner=self.people(1))
        loops.case_id._note_outcome("recovered", "He has got his lamp")
        other.case_id._note_outcome("not_reachable", "Nobody answers")
        both = loops | other
        self.assertEqual(self.figure("recovery_rate", *MARCH, both), 50)
        told = self.asker.with_user(self.manager).loop_figures()["outcomes"]
        self.assertEqual((told["recovered"], told["not_reachable"], told["open"]), (1, 1, 0))
        again = self.asked_again(loops)
        again._set_state("sent")
        self.pass_hours(1)
        again._answer(2, "It broke again", fields.Datetime.now())
        self.follow()
        self.assertTrue(loops.is_still_low)
        self.assertEqual(self.figure("recovery_rate", *MARCH, both), 0)
        self.assertEqual(len(self.documents("recovery_rate", *MARCH, both)), 2, "in the month it was first known")

    def test_a_wish_to_be_called_of_a_happy_customer_is_no_unhappy_one(self):
        invitation = self.answered(10, call=True, phone="+1 202 555 0100")
        self.follow()
        loop = self.loop_of(invitation)
        loop.case_id._note_outcome("recovered", "He only had a question")
        self.assertFalse(self.documents("recovery_rate", *MARCH, loop))
