import re

from odoo.tests import tagged

from .answer_common import AnswerCase


@tagged("-at_install", "post_install")
class TestAnswerAnonymous(AnswerCase):
    """Of an anonymous answer nothing leads to who gave it, and nothing leads back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wave = cls.program(
            running=True, is_anonymous=True, low_score_opens_case=False, min_answers=5, promoter_action="none"
        )

    def setUp(self):
        super().setUp()
        self.invitation = self.invite(self.wave, state="sent")
        self.url = self.link(self.invitation)

    def test_the_score_names_nobody_and_no_moment(self):
        self.send(self.url, score="0", why="I am afraid to say so")
        score = self.scores(program_id=self.wave.id)
        self.assertEqual((score.value, score.comment), (0, "I am afraid to say so"))
        self.assertFalse(score.partner_id or score.commercial_partner_id or score.invitation_id or score.user_input_id)
        for moment in (score.answered_at, score.create_date, score.write_date):
            self.assertEqual((moment.hour, moment.minute, moment.second, moment.microsecond), (0, 0, 0, 0))
        self.assertEqual(self.invitation.state, "done")
        self.assertFalse(self.invitation.done_at or self.invitation.score_id or self.invitation.user_input_id)
        self.assertNotIn("done", self.invitation.event_ids.mapped("new_state"))
        self.assertFalse(self.env["survey.user_input"].search([("partner_id", "=", self.contact.id)]))

    def test_no_address_of_a_page_tells_the_number(self):
        self.assertFalse([choice for choice in self.invitation._choices() if "score" in choice["url"]])

    def test_what_counts_posts_does_not_tell_when_a_link_was_used(self):
        self.send(self.url, score="0")
        Attempt = self.env["crm.sync.attempt"]
        self.assertFalse(Attempt._ages("survey_link", str(self.invitation.id)))

    def test_the_page_says_so_and_offers_no_change(self):
        self.assertIn("Your answer is anonymous", self.see(self.url).text)
        self.send(self.url, score="4")
        self.assertNotIn("Change your answer", self.see(self.url).text)
        self.assertEqual(self.send(self.url, score="9").status_code, 409)
        self.assertEqual(self.scores(program_id=self.wave.id).value, 4)

    def test_a_replay_names_neither_the_invitation_nor_what_it_said(self):
        self.send(self.url, "human", score="4")
        self.send(self.url, "scanner", score="4")
        replay = self.env["crm.sync.survey.replay"].search([("program_id", "=", self.wave.id)])
        self.assertEqual(len(replay), 1)
        self.assertFalse(replay.invitation_id or replay.what)
        self.assertEqual((replay.at.hour, replay.at.minute, replay.at.second), (0, 0, 0))

    def test_who_wishes_to_be_called_reveals_himself_and_not_his_number(self):
        self.assertIn("not the number you chose", self.see(self.url).text)
        self.send(self.url, score="1", why="Please explain", call="1")
        case = self.env["crm.sync.case"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(len(case), 1)
        self.assertIn("Please explain", case.description)
        self.assertNotIn("Score", case.description)

    def test_nobody_keeps_that_the_page_was_opened(self):
        page = self.see(self.link(self.invitation))
        self.assertNotIn("<script", page.text)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
        self.ask("POST", f"{self.link(self.invitation)}/seen", data={"csrf_token": token, "what": "opened"})
        self.assertEqual(self.invitation.state, "sent")
