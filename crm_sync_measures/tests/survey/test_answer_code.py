from datetime import timedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .answer_common import AnswerCase


@tagged("-at_install", "post_install")
class TestAnswerCode(AnswerCase):
    """A code on paper: each device answers once a day, and nobody is known by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.running.with_user(cls.manager).has_code = True
        cls.path = f"/s/q/{cls.running._public_token()}"

    def by_code(self):
        return self.scores(program_id=self.running.id)

    def test_looking_keeps_nothing_but_a_number_in_the_browser(self):
        before = self.rows()
        for method in ("GET", "HEAD", "OPTIONS"):
            self.ask(method, f"{self.path}?score=0", "scanner")
        page = self.see(f"{self.path}?score=3")
        self.assertRegex(page.text, r'id="sync_score_3"[^>]*checked')
        self.assertEqual(self.rows(), before)
        opener, _session = self.browsers["human"]
        self.assertTrue([cookie for cookie in opener.cookies if cookie.name == "sync_survey_device"])

    def test_each_device_answers_once_a_day(self):
        self.assertEqual(self.send(self.path, "one", score="0", why="No chairs").status_code, 303)
        self.assertEqual(self.send(self.path, "two", score="10").status_code, 303)
        self.assertEqual(sorted(self.by_code().mapped("value")), [0, 10])
        self.assertFalse(self.by_code().partner_id)
        self.assertIn("We have your answer", self.see(self.path, "one").text)
        tomorrow = fields.Datetime.now() + timedelta(days=1, minutes=1)
        with freeze_time(tomorrow):
            self.assertEqual(self.send(self.path, "one", score="5").status_code, 303)
        self.assertEqual(sorted(self.by_code().mapped("value")), [0, 5, 10])

    def test_the_same_browser_puts_it_right_and_a_later_post_of_the_device_changes_nothing(self):
        start = fields.Datetime.now().replace(hour=9, minute=0)
        with freeze_time(start):
            self.send(self.path, score="2")
        with freeze_time(start + timedelta(minutes=20)):
            self.assertEqual(self.send(self.path, score="8").status_code, 303)
        with freeze_time(start + timedelta(minutes=40)):
            self.assertEqual(self.send(self.path, score="1").status_code, 409)
        self.assertEqual(self.by_code().mapped("value"), [8])
        replay = self.env["crm.sync.survey.replay"].search([("program_id", "=", self.running.id)])
        self.assertEqual((len(replay), replay.invitation_id.id), (1, False))

    def test_a_browser_that_keeps_nothing_is_told_so(self):
        self.see(self.path)
        opener, _session = self.browsers["human"]
        opener.cookies.clear_expired_cookies()
        before = self.rows()
        for cookie in [one for one in opener.cookies if one.name == "sync_survey_device"]:
            opener.cookies.clear(cookie.domain, cookie.path, cookie.name)
        token = self.csrf()
        response = self.ask("POST", self.path, data={"csrf_token": token, "score": "9"})
        self.assertEqual(response.status_code, 422)
        self.assertIn("cookies", response.text)
        response = self.ask(
            "POST", self.path, data={"csrf_token": token, "score": "9"}, cookies={"sync_survey_device": "a.b"}
        )
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.rows(), before)

    def test_one_address_sends_five_answers_a_minute_by_one_code(self):
        statuses = [self.send(self.path, f"phone {number}", score="9").status_code for number in range(7)]
        self.assertEqual(statuses, [303] * 5 + [429] * 2)
        self.assertEqual(len(self.by_code()), 5)

    @mute_logger("odoo.http")
    def test_wrong_codes_and_those_that_are_switched_off_leave_no_row(self):
        off = self.program(running=True)
        draft = self.program(has_code=True)
        invitation = self.invite(self.running, state="sent")
        wrong = (
            f"/s/q/{off._public_token()}", f"/s/q/{draft._public_token()}", f"/s/q/{self.running.id}-{'0' * 32}",
            f"/s/q/{invitation.sudo()._token()}", "/s/q/x", "/s/q/%00", f"/s/q/{'9' * 3000}",
        )  # fmt: skip
        self.see(self.path)
        before = self.rows()
        for path in wrong:
            with self.subTest(path=path[:60]):
                self.assertEqual(self.see(path).status_code, 404)
                response = self.ask("POST", path, data={"csrf_token": self.csrf(), "score": "1"})
                self.assertEqual(response.status_code, 404)
        self.running.with_user(self.manager).action_pause()
        self.assertEqual(self.see(self.path).status_code, 410)
        self.assertEqual(self.send(self.path, score="1").status_code, 410)
        self.assertEqual(self.rows(), before)

    def test_who_wishes_to_be_called_says_whom_and_where(self):
        for values, words in (
            ({}, "telephone number"),
            ({"phone": "138 0000 0000"}, "your name"),
        ):
            response = self.send(self.path, score="1", call="1", **values)
            self.assertEqual(response.status_code, 422)
            self.assertIn(words, response.text)
        self.assertFalse(self.by_code())
        self.send(self.path, score="1", why="No chairs", call="1", phone="138 0000 0000", name="Wu Fang")
        case = self.env["crm.sync.case"].search([("partner_name", "=", "Wu Fang")])
        self.assertEqual(len(case), 1)
        self.assertIn("138 0000 0000", case.description)
        self.assertIn("to call me", case.consent_text)
        self.assertEqual(case.kind, "complaint")

    def test_what_is_put_right_afterwards_is_told_to_who_looks_into_it(self):
        wish = {"call": "1", "phone": "138 0000 0000", "name": "Wu Fang"}
        self.send(self.path, score="1", why="No chairs", **wish)
        self.send(self.path, score="9", why="I had not seen the chairs")
        case = self.env["crm.sync.case"].search([("partner_name", "=", "Wu Fang")])
        self.assertEqual(len(case), 1)
        notes = case.message_ids.filtered(lambda one: "I had not seen the chairs" in (one.body or ""))
        self.assertEqual((len(notes), notes.subtype_id), (1, self.env.ref("mail.mt_note")))
        self.assertIn("Score: 9", notes.body)

    def test_the_poster_shows_the_code_and_only_where_it_is_switched_on(self):
        report = "crm_sync_measures.report_survey_poster"
        html, _kind = self.env["ir.actions.report"].with_user(self.manager)._render_qweb_html(report, self.running.ids)
        text = html.decode()
        self.assertIn("data:image/png;base64,", text)
        self.assertIn(self.running.public_url, text)
        self.assertIn("What do you say, from 0 to 10?", text)
        picture = self.see(self.running.action_qr()["url"], "office")
        self.assertEqual((picture.status_code, picture.headers["Content-Type"]), (200, "image/png"))
        self.assertEqual(self.running.action_poster()["report_name"], report)

    def test_days_that_are_over_are_forgotten(self):
        self.send(self.path, score="9")
        Participation = self.env["crm.sync.survey.participation"]
        self.assertEqual(len(Participation.search([])), 1)
        Participation._clean()
        self.assertEqual(len(Participation.search([])), 1)
        self.env.cr.execute("UPDATE crm_sync_survey_participation SET day = day - 3")
        Participation._clean()
        self.assertFalse(Participation.search([]))

    def csrf(self):
        return Request.csrf_token(self)
