from datetime import timedelta

from odoo.exceptions import AccessError, UserError

from .score_common import ScoreCase


class TestScoreAnonymous(ScoreCase):
    """Who was promised to stay unknown stays it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anonymous = cls.program(
            is_anonymous=True, low_score_opens_case=False, trigger="wave", min_answers=5, running=True
        )

    def answers(self, *values, comment=None, **invitation):
        for value, partner in zip(values, self.people(len(values)), strict=True):
            invited = self.invite(self.anonymous, partner, "sent", wave=1, **invitation)
            self.Score._answer(self.anonymous, value, comment and f"{comment} {value}", invitation=invited)
            invited._set_state("done")

    def told(self, user=None, **arguments):
        return self.Score.with_user(user or self.manager).anonymous_figures(self.anonymous.id, **arguments)

    def rows(self):
        return self.Score.search([("program_id", "=", self.anonymous.id)])

    def test_the_row_names_no_customer_no_invitation_and_no_hour(self):
        self.answers(2, comment="Slow")
        row = self.rows()
        self.assertFalse(row.partner_id | row.commercial_partner_id)
        self.assertFalse(row.invitation_id or row.user_input_id or row.user_id)
        self.assertEqual(str(row.answered_at), "2026-03-02 00:00:00")
        self.env.cr.execute("SELECT create_date, write_date FROM crm_sync_score WHERE id = %s", row.ids)
        for moment in self.env.cr.fetchone():
            self.assertEqual((moment.hour, moment.minute, moment.microsecond), (0, 0, 0))

    def test_nobody_reads_one_whatever_his_role(self):
        self.answers(2, 3)
        for user in (self.agent, self.head, self.manager, self.auditor):
            Score = self.Score.with_user(user)
            self.assertFalse(Score.search([("program_id", "=", self.anonymous.id)]))
            self.assertFalse(Score.score_figures([("program_id", "=", self.anonymous.id)], minimum=1))
            with self.assertRaises(AccessError):
                self.rows().with_user(user).read(["value"])

    def test_of_four_nothing_is_told_and_of_five_the_score(self):
        self.answers(10, 10, 10, 10)
        self.assertEqual((self.told()["answers"], self.told()["figure"]), (0, False))
        self.answers(0)
        self.assertEqual((self.told()["answers"], self.told()["figure"]), (0, False))
        self.anonymous.action_end()
        self.assertEqual((self.told()["answers"], self.told()["figure"]), (5, 60.0))

    def test_looking_again_after_one_more_answer_tells_of_no_one(self):
        self.answers(*[10] * 10)
        before = self.told()
        self.assertEqual((before["answers"], before["figure"]), (5, 100.0))
        self.answers(0)
        self.assertEqual(self.told(), before)
        self.answers(*[0] * 4)
        self.assertEqual(self.told()["answers"], 10)

    def test_segments_are_told_at_the_end_and_leave_nobody_alone(self):
        self.answers(*[9] * 6, lang="en_US")
        self.answers(*[2] * 5, lang="zh_CN")
        self.answers(5, 5, lang="de_DE")
        self.assertEqual(self.told(segment="lang")["segments"], [])
        self.anonymous.action_end()
        rows = self.told(segment="lang")["segments"]
        # Two would be left over beside both; so the smaller one is not told either.
        self.assertEqual([(row["label"], row["answers"]) for row in rows], [("en_US", 6)])

    def test_while_somebody_may_still_answer_it_is_not_over(self):
        self.answers(*[9] * 11)
        self.invite(self.anonymous, None, "sent", wave=1)
        self.anonymous.action_end()
        self.assertEqual(self.told()["answers"], 5)

    def test_words_are_told_from_eight_on_at_the_end_and_in_no_order(self):
        self.answers(*range(7), comment="Words")
        self.anonymous.action_end()
        comments = self.Score.with_user(self.manager).anonymous_comments
        self.assertEqual(comments(self.anonymous.id), [])
        self.answers(7, comment="Words")
        self.assertEqual(comments(self.anonymous.id), [f"Words {number}" for number in range(8)])

    def test_only_what_was_settled_may_be_asked(self):
        for segment in ("partner_id", "answered_at", "team_id", "department_id,lang"):
            with self.assertRaises(UserError):
                self.told(segment=segment)
        other = self.program(running=True)
        with self.assertRaises(UserError):
            self.Score.with_user(self.manager).anonymous_figures(other.id)
        for wrong in ("1", -1, None, True):
            with self.assertRaises(UserError):
                self.Score.with_user(self.manager).anonymous_figures(wrong)

    def test_another_company_is_told_nothing(self):
        _company, other = self.other_company()
        with self.assertRaises(AccessError):
            self.told(other)

    def test_the_day_is_that_of_the_answer(self):
        invited = self.invite(self.anonymous, None, "sent", wave=1)
        self.Score._answer(self.anonymous, 5, at=self.now() - timedelta(days=3), invitation=invited)
        self.assertEqual(str(self.rows().answered_at), "2026-02-27 00:00:00")
