from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from .loop_common import LoopCase


class TestLoopPromoter(LoopCase):
    """Who gives a high score is thanked, asked to recommend us, or given points: once, and never before his answer stands."""

    def points_program(self, points=50, **values):
        self.club = self.env["loyalty.program"].create(
            {"name": "Club", "program_type": "loyalty", "applies_on": "both", "trigger": "auto"}
        )
        return self.program(
            running=True,
            promoter_action="points",
            promoter_program_id=self.club.id,
            promoter_points=points,
            **values,
        )

    def cards(self, partner=None):
        return self.env["loyalty.card"].search(
            [("program_id", "=", self.club.id), ("partner_id", "=", (partner or self.contact).id)]
        )

    def adjustments(self):
        return self.env["crm.sync.loyalty.adjustment"].search([("card_id.program_id", "=", self.club.id)])

    # ---------------------------------------------------------------- points

    def test_points_come_once_for_each_answer(self):
        program = self.points_program()
        invitation = self.answered(9, "Great", program=program)
        for _run in range(3):
            self.follow()
        self.assertEqual(self.cards().points, 50)
        self.assertEqual(
            (self.adjustments().state, self.adjustments().key), ("posted", f"sync.survey-answer:{invitation.id}")
        )
        self.assertIn(self.adjustments().number, invitation.event_ids.mapped("note"))
        invitation._record({"follow_at": fields.Datetime.now()})
        self.follow()
        self.assertEqual(self.cards().points, 50)
        self.answered(10, program=program)
        self.follow()
        self.assertEqual((len(self.cards()), self.cards().points), (1, 100))

    def test_who_puts_a_high_answer_right_to_a_lower_one_has_no_points(self):
        program = self.points_program()
        invitation = self.answered(10, program=program)
        self.follow(20)
        self.assertFalse(self.cards())
        invitation._correct(8, "", fields.Datetime.now())
        self.follow(11)
        self.assertFalse(self.cards())

    def test_points_above_what_one_person_may_give_cannot_be_a_rule(self):
        self.company.sync_adjust_limit = 100
        with self.assertRaisesRegex(UserError, "100"):
            self.points_program(101)

    def test_above_the_limit_within_a_month_a_person_decides(self):
        self.company.sync_adjust_limit = 100
        program = self.points_program(60, trigger="order_confirmed")
        self.answered(10, program=program)
        self.follow()
        self.answered(10, program=program)
        self.follow()
        self.assertEqual(self.cards().points, 60)
        self.assertEqual(sorted(self.adjustments().mapped("state")), ["posted", "to_approve"])

    def test_where_points_cannot_be_given_the_unhappy_are_called_all_the_same(self):
        program = self.points_program()
        happy = self.answered(10, program=program, partner=self.people(1))
        sad = self.answered(1, program=program)
        self.pass_hours(1)
        give = patch.object(type(self.env["loyalty.card"]), "sync_adjust", side_effect=ValueError("no"))
        with give, self.assertLogs("odoo.addons.crm_sync_measures.models.core.crm_sync_job_sets", "WARNING"):
            self.Loop._cron_follow()
        self.env.invalidate_all()
        self.assertTrue(self.loop_of(sad))
        self.assertTrue(happy.follow_at)
        self.pass_hours(1)
        self.follow()
        self.assertEqual(self.cards(happy.partner_id).points, 50)

    # ---------------------------------------------------------------- mails

    def mailed(self, invitation):
        return self.mails(invitation).mapped("subject")

    def test_thanks_come_by_one_mail(self):
        program = self.program(running=True, promoter_action="thanks")
        invitation = self.answered(9, program=program)
        self.follow(30)
        self.assertFalse(self.mails(invitation))
        for _run in range(3):
            self.follow()
        self.assertEqual(self.mailed(invitation), ["Thank you for your answer"])
        self.assertFalse(self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.contact.id)]))

    def test_to_recommend_us_is_asked_for_as_advertising_is(self):
        referral = self.env.ref("crm_sync_measures.mail_template_survey_referral")
        program = self.program(running=True, promoter_action="referral", thanks_template_id=referral.id)
        invitation = self.answered(10, program=program)
        self.follow()
        self.assertEqual(self.mailed(invitation), ["Who else could we help?"])
        sent = self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(sent.purpose, "marketing")

    def test_who_has_opted_out_gets_no_mail_and_the_history_says_why(self):
        program = self.program(running=True, promoter_action="thanks")
        self.env["mail.blacklist"]._add(self.contact.email)
        invitation = self.answered(10, program=program)
        self.follow()
        self.assertFalse(self.mails(invitation))
        self.assertTrue(any(invitation.event_ids.mapped("note")))

    def test_who_complains_is_not_asked_to_recommend_us(self):
        referral = self.env.ref("crm_sync_measures.mail_template_survey_referral")
        program = self.program(running=True, promoter_action="referral", thanks_template_id=referral.id)
        self.Case.create({"name": "Scratched", "kind": "complaint", "partner_id": self.contact.id})
        invitation = self.answered(10, program=program)
        self.follow()
        self.assertFalse(self.mails(invitation))

    def test_who_wishes_to_be_called_is_called_and_not_thanked_by_a_machine(self):
        program = self.program(running=True, promoter_action="thanks")
        invitation = self.answered(10, program=program, call=True)
        self.follow()
        self.assertFalse(self.mails(invitation))
        self.assertTrue(self.loop_of(invitation))

    def test_a_middling_answer_is_not_thanked_for(self):
        program = self.program(running=True, promoter_action="thanks")
        invitation = self.answered(8, program=program)
        self.follow()
        self.assertFalse(self.mails(invitation))

    def test_a_program_says_what_is_high(self):
        program = self.program(running=True, promoter_action="thanks", high_from=8)
        invitation = self.answered(8, program=program)
        self.follow()
        self.assertTrue(self.mails(invitation))
