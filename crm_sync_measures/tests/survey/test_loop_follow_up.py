from datetime import timedelta

from odoo import fields

from .loop_common import LoopCase


class TestLoopFollowUp(LoopCase):
    """Who was unhappy is asked the same question once more a month later, and his word is the one that counts."""

    def answer_again(self, loop, value, why="", days=30):
        again = self.asked_again(loop, days)
        again._set_state("sent")
        self.pass_hours(1)
        again._answer(value, why, fields.Datetime.now())
        self.follow()
        return again

    # ---------------------------------------------------------------- who is asked

    def test_he_is_asked_once_more_thirty_days_after_his_answer(self):
        loop = self.unhappy()
        again = loop.follow_up_id
        self.assertEqual((again.state, again.partner_id, again.program_id), ("planned", self.contact, self.asker))
        self.assertEqual(again.due_at, fields.Datetime.to_datetime("2026-04-02 10:00:00"))
        self.assertEqual(self.asked_again(loop, 29).state, "planned")
        self.assertEqual(self.asked_again(loop, 30).state, "queued")
        mail = self.mails(again)
        self.assertEqual(len(mail), 1)
        self.assertIn("How is it now?", mail.subject)
        self.assertEqual(mail.body_html.count("/s/"), 11)

    def test_it_is_planned_once_and_never_for_a_follow_up(self):
        loop = self.unhappy()
        loop.invitation_id._plan_follow_ups()
        again = self.answer_again(loop, 1)
        self.assertFalse(self.loop_of(again))
        self.assertEqual(self.Invitation.search_count([("program_id", "=", self.asker.id)]), 2)

    def test_a_program_says_when_or_never(self):
        self.asker.with_user(self.manager).follow_up_days = 0
        self.assertFalse(self.unhappy().follow_up_id)
        self.asker.with_user(self.manager).follow_up_days = 7
        loop = self.unhappy(partner=self.people(1))
        self.assertEqual(loop.follow_up_id.due_at, loop.answered_at + timedelta(days=7))

    def test_that_he_was_asked_the_first_time_is_nothing_against_it(self):
        program = self.asking("order_confirmed")
        self.ordered()
        first = self.run_all(program)
        self.pass_hours(1)
        first._answer(2, "Bad", fields.Datetime.now())
        self.follow()
        sent = self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(sent.purpose, "survey")
        self.assertEqual(self.asked_again(self.loop_of(first)).state, "queued")

    def test_who_was_asked_by_anybody_since_is_left_in_peace(self):
        loop = self.unhappy()
        self.pass_hours(24)
        self.env["crm.sync.contact.sent"]._note(self.contact, "email", "survey", self.company)
        again = self.asked_again(loop)
        self.assertEqual((again.state, again.suppressed_by), ("suppressed", "asked_recently"))

    def test_in_a_wave_that_goes_on_he_is_no_duplicate_of_himself(self):
        self.asker._record({"wave": 1})
        first = self.invite(self.asker, state="sent", wave=1, email=self.contact.email_normalized)
        first._record({"queued_at": fields.Datetime.now()})
        first._answer(2, "Bad", fields.Datetime.now())
        self.follow()
        self.assertEqual(self.asked_again(self.loop_of(first)).state, "queued")

    def test_an_open_complaint_is_what_he_is_asked_about(self):
        loop = self.unhappy()
        self.assertTrue(loop.case_id.is_open)
        self.assertEqual(self.sift(self.asker), "open_complaint")
        self.assertEqual(self.asked_again(loop).state, "queued")

    def test_he_is_asked_whatever_the_sample(self):
        for partner in self.people(8):
            program = self.program(running=True, sample_percent=1)
            loop = self.unhappy(program=program, partner=partner)
            self.assertEqual(self.asked_again(loop).state, "queued")
            self.travel(self.NOW)

    def test_opt_out_bounces_and_lost_addresses_still_count(self):
        people = self.people(3)
        loops = [self.unhappy(partner=partner) for partner in people]
        self.env["mail.blacklist"]._add(people[0].email)
        people[1].message_bounce = self.company.sync_bounce_limit
        people[2].email = False
        reasons = [self.asked_again(loop).suppressed_by for loop in loops]
        self.assertEqual(reasons, ["opted_out", "bounced", "no_address"])

    def test_who_is_asleep_is_asked_when_he_is_awake(self):
        self.contact.tz = "Asia/Shanghai"
        loop = self.unhappy()
        again = self.asked_again(loop)
        self.assertEqual(again.state, "planned")
        self.assertEqual(again.due_at, fields.Datetime.to_datetime("2026-04-03 01:00:00"))

    def test_a_program_that_was_ended_asks_nobody_again(self):
        loop = self.unhappy()
        self.asker.with_user(self.manager).action_end()
        self.assertEqual(loop.follow_up_id.state, "cancelled")

    # ---------------------------------------------------------------- what he says

    def test_who_is_content_by_then_is_recovered_whatever_was_said_of_him(self):
        loop = self.unhappy()
        loop.case_id.with_user(self.seller).action_outcome("not_recovered", "He is still angry")
        self.assertFalse(loop.is_recovered)
        again = self.answer_again(loop, 8, "Much better")
        self.assertEqual((loop.is_still_low, loop.is_recovered), (False, True))
        self.assertEqual(loop.follow_up_score_id.value, 8)
        self.assertEqual((again.follow_at, loop.follow_up_at), (False, again.done_at))

    def test_who_is_still_unhappy_is_not_recovered_and_the_owner_is_told(self):
        loop = self.unhappy()
        loop.case_id.with_user(self.seller).action_outcome("recovered", "He said so")
        self.assertTrue(loop.is_recovered)
        self.answer_again(loop, 4, "Nothing has changed")
        self.assertFalse(loop.is_recovered)
        told = loop.case_id.activity_ids.filtered(lambda one: "Nothing has changed" in (one.note or ""))
        self.assertEqual(told.user_id, self.seller)
        self.assertIn("asked_again", loop.case_id.event_ids.mapped("kind"))
        self.assertEqual(len(self.Case.search([("partner_id", "=", self.contact.id)])), 1)

    def test_it_is_one_question_and_starts_no_questionnaire(self):
        again = self.answer_again(self.unhappy(), 9)
        self.assertTrue(again.score_id)
        self.assertFalse(again.user_input_id)

    def test_it_puts_right_itself_and_never_the_first_answer(self):
        loop = self.unhappy()
        again = self.asked_again(loop)
        again._set_state("sent")
        again._answer(3, "", fields.Datetime.now())
        self.pass_hours(0.1)
        again._correct(9, "", fields.Datetime.now())
        self.assertEqual((loop.score_id.active, loop.score_id.value), (True, 3))
        self.assertEqual((again.score_id.value, again.score_id.active, again.score_id.is_follow_up), (9, True, True))
        self.follow()
        self.assertFalse(loop.is_still_low)

    def test_follow_ups_are_no_part_of_any_figure(self):
        loop = self.unhappy(3)
        scores = self.env["crm.sync.score"].with_user(self.manager)
        domain = [("program_id", "=", self.asker.id)]
        before = scores.score_figures(domain, minimum=1), scores.score_figures(domain, by_account=True, minimum=1)
        answers = self.Invitation.with_user(self.manager).response_figures(domain)
        self.answer_again(loop, 10)
        self.assertEqual(scores.search_count(domain), 2)
        after = scores.score_figures(domain, minimum=1), scores.score_figures(domain, by_account=True, minimum=1)
        self.assertEqual(after, before)
        self.assertEqual(before[0][0]["answers"], 1)
        self.assertEqual(self.Invitation.with_user(self.manager).response_figures(domain), answers)
        self.assertEqual(self.asker.done_count, 1)
        account = self.env["crm.sync.score.account"].search(
            [("commercial_partner_id", "=", self.customer.id), ("metric", "=", "nps")]
        )
        self.assertEqual(account.answers, 1)
        again = scores.score_figures([*domain, ("is_follow_up", "=", True)], minimum=1)
        self.assertEqual((again[0]["answers"], again[0]["figure"]), (1, 100.0))

    def test_who_wishes_to_be_called_the_second_time_is_called(self):
        loop = self.unhappy()
        again = self.asked_again(loop)
        again._set_state("sent")
        again._answer(9, "", fields.Datetime.now())
        again._wish_call("")
        self.follow()
        second = self.loop_of(again)
        self.assertEqual((second.wants_call, second.is_low, second.case_id.kind), (True, False, "question"))
        self.assertNotEqual(second.case_id, loop.case_id)

    # ---------------------------------------------------------------- people come and go

    def test_after_a_merge_of_contacts_everything_is_his(self):
        twin = self.people(1, user_id=self.seller.id)
        loop = self.unhappy(partner=twin)
        self.env["base.partner.merge.automatic.wizard"]._merge((twin | self.customer).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual((loop.partner_id, loop.case_id.partner_id), (self.customer, self.customer))
        self.assertEqual(loop.follow_up_id.partner_id, self.customer)
        self.assertEqual(self.answer_again(loop, 9).partner_id, self.customer)
        self.assertTrue(loop.is_recovered)

    def test_who_was_merged_before_anything_followed_has_one_case(self):
        twin = self.people(1, user_id=self.seller.id)
        invitation = self.answered(2, partner=twin)
        self.env["base.partner.merge.automatic.wizard"]._merge((twin | self.customer).ids, self.customer)
        self.env.invalidate_all()
        self.follow()
        self.assertEqual(self.loop_of(invitation).case_id.partner_id, self.customer)

    def test_of_who_is_deleted_nothing_follows(self):
        stranger = self.people(1)
        invitation = self.answered(1, "Bad", partner=stranger)
        stranger.unlink()
        self.follow()
        self.assertFalse(self.loop_of(invitation))
        self.assertFalse(invitation.follow_at)

    def test_who_is_forgotten_is_neither_called_nor_asked_again_and_counts(self):
        loop = self.unhappy()
        loop.case_id.with_user(self.seller).action_outcome("recovered", "Li Na is happy")
        waiting = self.answered(2, "Bad", call=True, phone="+86 138 0000 0000")
        low = self.asker.loop_figures()["low"]
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.assertFalse(loop.outcome_note)
        self.assertEqual(loop.outcome, "recovered")
        self.assertEqual(loop.follow_up_id.state, "cancelled")
        self.assertFalse(waiting.call_phone)
        self.follow()
        self.assertFalse(self.loop_of(waiting))
        self.assertEqual(self.asker.loop_figures()["low"], low)

    def test_an_archived_contact_is_called_and_not_mailed(self):
        loop = self.unhappy()
        self.contact.active = False
        again = self.asked_again(loop)
        self.assertEqual((again.state, again.suppressed_by), ("suppressed", "archived"))
        self.assertTrue(loop.case_id.is_open)
