import base64
import hashlib
import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ConcurrencyError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .answer_common import AnswerCase

#: What a machine does with the links of a mail.
LOOKS = (
    ("GET", {}),
    ("HEAD", {}),
    ("OPTIONS", {}),
    ("GET", {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"}),
    ("GET", {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks)"}),
)


@tagged("-at_install", "post_install")
class TestAnswer(AnswerCase):
    """Who has the link of an invitation answers once, whatever machines do with it before and after."""

    def setUp(self):
        super().setUp()
        self.invitation = self.invite(self.running, state="sent")
        self.url = self.link(self.invitation)

    # ---------------------------------------------------------------- looking

    def test_looking_chooses_and_changes_nothing(self):
        before = self.rows()
        for score in ("0", "9", "10"):
            page = self.see(self.link(self.invitation, score=score))
            self.assertEqual(page.status_code, 200)
            self.assertRegex(page.text, rf'id="sync_score_{score}"[^>]*checked')
            self.assertEqual(page.text.count("checked="), 1)
        for score in ("", "11", "-1", "x", "%00", "1.0", "9" * 500):
            page = self.see(self.link(self.invitation, score=score))
            self.assertEqual((page.status_code, page.text.count("checked=")), (200, 0), score)
        for method, headers in LOOKS:
            with self.subTest(method=method, headers=headers):
                self.ask(method, self.link(self.invitation, score=0), "scanner", headers=headers)
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.invitation.state, "sent")

    def test_the_page_runs_no_script_but_ours_and_tells_its_address_to_nobody(self):
        page = self.see(self.url)
        [script] = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        self.assertIn(f"script-src 'sha256-{digest}'; connect-src 'self'", page.headers["Content-Security-Policy"])
        self.assertEqual(page.text.count("<script"), 1)
        self.assertEqual(page.text.count('type="radio"'), 11)
        self.assertEqual(page.text.count('<label for="sync_score_'), 11)
        for words in ("What do you say, from 0 to 10?", "Bad", "Good", "Why? (optional)", "Please call me"):
            self.assertIn(words, page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])

    def seen(self, invitation, what, browser="human"):
        """What the script of the page sends, with the token of the page."""
        page = self.see(self.link(invitation), browser)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
        values = {"csrf_token": token, "what": what}
        return self.ask("POST", f"{self.link(invitation)}/seen", browser, data=values)

    def test_a_hand_on_the_page_has_opened_it_and_a_choice_has_begun_it(self):
        self.assertEqual(self.seen(self.invitation, "opened").status_code, 204)
        self.assertEqual((self.invitation.state, bool(self.invitation.opened_at)), ("opened", True))
        self.seen(self.invitation, "started")
        self.seen(self.invitation, "opened")
        self.assertEqual((self.invitation.state, bool(self.invitation.started_at)), ("started", True))
        self.assertEqual(len(self.invitation.event_ids.filtered(lambda event: event.new_state == "opened")), 1)
        self.assertFalse(self.scores(invitation_id=self.invitation.id))
        hasty = self.invite(self.running, self.new_contact(), state="sent")
        self.seen(hasty, "started")
        self.assertEqual((hasty.state, bool(hasty.opened_at)), ("started", True))

    def test_a_hand_on_the_page_changes_no_answer_and_means_nothing_else(self):
        self.seen(self.invitation, "done")
        self.seen(self.invitation, "")
        self.assertEqual(self.invitation.state, "sent")
        expired = self.invite(self.running, self.new_contact(), state="expired")
        self.assertEqual(self.ask("POST", f"{self.link(expired)}/seen", data={"what": "opened"}).status_code, 400)
        self.send(self.url, score="9")
        self.assertNotIn("<script", self.see(self.url).text, "there is nothing to be told any more")
        before = self.rows()
        page = self.see(self.link(self.invitation, edit=1))
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
        self.ask("POST", f"{self.url}/seen", data={"csrf_token": token, "what": "opened"})
        self.assertEqual((self.invitation.state, self.rows()), ("done", before))
        wrong = self.ask("POST", f"{self.url[:-4]}0000/seen", data={"csrf_token": token, "what": "opened"})
        self.assertEqual((wrong.status_code, self.rows()), (404, before))

    def test_the_page_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.questions["nps"].with_context(lang="zh_CN").title = "您会推荐我们吗？"
        invitation = self.invite(self.running, state="sent", lang="zh_CN")
        page = self.see(self.link(invitation))
        self.assertIn("您会推荐我们吗？", page.text)
        self.assertIn('lang="zh-CN"', page.text)

    # ---------------------------------------------------------------- sending

    def test_what_is_sent_is_the_answer_and_a_zero_is_one(self):
        for value in (0, 7, 10):
            invitation = self.invite(self.running, self.new_contact(), state="sent")
            response = self.send(self.link(invitation), f"phone {value}", score=str(value), why=" Late,\r\nagain ")
            self.assertEqual(response.status_code, 303)
            score = self.scores(invitation_id=invitation.id)
            self.assertEqual((score.value, score.metric, score.comment), (value, "nps", "Late,\nagain"))
            self.assertEqual((score.partner_id, score.program_id), (invitation.partner_id, self.running))
            self.assertEqual((invitation.state, invitation.score_id), ("done", score))
            line = invitation.user_input_id.user_input_line_ids.filtered(
                lambda one: one.question_id == self.questions["nps"]
            )
            self.assertEqual((line.value_scale, line.skipped, line.answer_type), (value, False, "scale"))

    def test_after_sending_a_page_of_its_own_says_thanks(self):
        response = self.send(self.url, score="9")
        self.assertEqual(response.headers["Location"].rpartition("/s/")[2], self.url.removeprefix("/s/"))
        page = self.see(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("We have your answer", page.text)
        self.assertIn("Change your answer", page.text)
        self.assertNotIn("Change your answer", self.see(self.url, "another").text)

    def test_a_form_without_a_number_is_shown_again_with_what_was_written(self):
        before = self.rows()
        for wrong in ("", "11", "x", "-1", "9" * 400):
            response = self.send(self.url, score=wrong, why="Too expensive")
            self.assertEqual(response.status_code, 422)
            self.assertIn("Please choose a number.", response.text)
            self.assertIn("Too expensive", response.text)
        response = self.send(self.url, score="3", why="x" * 2001)
        self.assertEqual(response.status_code, 422)
        self.assertIn("too long", response.text)
        self.assertEqual(self.rows(), before)

    @mute_logger("odoo.http")
    def test_a_form_of_a_megabyte_is_not_even_read(self):
        before = self.rows()
        self.assertEqual(self.send(self.url, score="3", why="x" * 1024 * 1024).status_code, 413)
        self.assertEqual(self.rows(), before)

    def test_scripts_and_formulas_in_the_words_are_words(self):
        self.send(self.url, score="3", why="<script>alert(1)</script>{{7*7}}\x00 =1+1")
        self.assertEqual(self.scores(invitation_id=self.invitation.id).comment, "<script>alert(1)</script>{{7*7}} =1+1")
        page = self.see(f"{self.url}?edit=1")
        self.assertNotIn("<script", page.text)
        self.assertIn("&lt;script&gt;", page.text)

    @mute_logger("odoo.http")
    def test_a_post_without_the_token_of_the_form_is_refused(self):
        before = self.rows()
        self.assertEqual(self.ask("POST", self.url, "scanner", data={"score": "0"}).status_code, 400)
        self.assertEqual(self.ask("POST", self.url, "scanner", data={"score": "0", "csrf_token": "x"}).status_code, 400)
        self.assertEqual(self.rows(), before)

    def test_a_machine_that_fills_the_hidden_field_is_thanked_and_nothing_is_kept(self):
        before = self.rows()
        response = self.send(self.url, score="0", website="https://spam.example.com")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Thank you", response.text)
        self.assertEqual(self.rows(), before)

    # ---------------------------------------------------------------- the first answer stands

    @mute_logger("odoo.http")
    def test_scanners_before_and_after_the_human_change_nothing(self):
        for method, headers in LOOKS:
            self.ask(method, self.link(self.invitation, score=0), "scanner", headers=headers)
        # Sent again before he has sent it: what the scanner has is no token of its own session.
        self.ask("POST", self.url, "scanner", data={"score": "0", "csrf_token": "0" * 40 + "o9999999999"})
        self.assertFalse(self.scores(invitation_id=self.invitation.id))
        self.send(self.url, "human", score="9", why="You keep your word")
        for method, headers in LOOKS:
            self.ask(method, self.link(self.invitation, score=0), "scanner", headers=headers)
        for _turn in range(3):
            response = self.send(self.url, "scanner", score="0")
            self.assertEqual(response.status_code, 409)
            self.assertIn("The first answer counts", response.text)
        score = self.scores(invitation_id=self.invitation.id)
        self.assertEqual((score.value, score.comment), (9, "You keep your word"))
        replays = self.env["crm.sync.survey.replay"].search([("invitation_id", "=", self.invitation.id)])
        self.assertEqual(len(replays), 3)
        self.assertEqual(len(set(replays.mapped("what"))), 1)

    def test_the_same_words_from_another_browser_are_a_replay_too(self):
        self.send(self.url, "human", score="9", why="ok")
        response = self.send(self.url, "scanner", score="9", why="ok")
        self.assertEqual(response.status_code, 409)
        self.assertEqual(len(self.env["crm.sync.survey.replay"].search([])), 1)

    def test_sent_twice_by_an_impatient_finger_it_is_one_answer(self):
        self.send(self.url, score="9", why="ok")
        self.assertEqual(self.send(self.url, score="9", why="ok").status_code, 303)
        self.assertEqual(len(self.scores(invitation_id=self.invitation.id)), 1)
        self.assertFalse(self.env["crm.sync.survey.replay"].search([]))

    def test_two_posts_that_have_seen_nothing_of_each_other_are_one_answer(self):
        now = fields.Datetime.now()
        invitation = self.Invitation.sudo()._by_token(self.url.removeprefix("/s/"))
        self.assertTrue(invitation._answer(9, "first", now))
        self.assertFalse(invitation._answer(0, "second", now))
        self.assertEqual(self.scores(invitation_id=self.invitation.id).mapped("value"), [9])

    # ---------------------------------------------------------------- putting it right

    def test_the_same_browser_puts_it_right_for_half_an_hour_and_no_longer(self):
        self.send(self.url, score="2", why="I have mistaken the ends")
        first = self.scores(invitation_id=self.invitation.id)
        page = self.see(f"{self.url}?edit=1")
        self.assertRegex(page.text, r'id="sync_score_2"[^>]*checked')
        self.assertIn("I have mistaken the ends", page.text)
        self.assertEqual(self.send(self.url, score="9").status_code, 303)
        score = self.scores(invitation_id=self.invitation.id)
        self.assertEqual((score.value, first.active, first.replaced_by_id), (9, False, score))
        self.assertEqual(self.invitation.score_id, score)
        line = self.invitation.user_input_id.user_input_line_ids.filtered("value_scale")
        self.assertEqual(line.value_scale, 9)
        self.invitation._record({"done_at": fields.Datetime.now() - timedelta(minutes=31)})
        self.assertEqual(self.send(self.url, score="1").status_code, 409)
        self.assertEqual(self.scores(invitation_id=self.invitation.id).value, 9)

    def test_a_correction_does_not_lengthen_the_time_for_the_next_one(self):
        start = fields.Datetime.now()
        self.send(self.url, score="2")
        with freeze_time(start + timedelta(minutes=29)):
            self.assertEqual(self.send(self.url, score="3").status_code, 303)
        with freeze_time(start + timedelta(minutes=32)):
            self.assertEqual(self.send(self.url, score="4").status_code, 409)
        self.assertEqual(self.scores(invitation_id=self.invitation.id).value, 3)

    def test_what_the_browser_keeps_opens_no_other_answer(self):
        other = self.invite(self.running, self.new_contact(), state="sent")
        self.send(self.link(other), "other", score="5")
        self.send(self.url, "human", score="9")
        opener, _session = self.browsers["human"]
        mine = next(cookie for cookie in opener.cookies if cookie.name == "sync_survey_answer")
        self.assertTrue(mine.has_nonstandard_attr("HttpOnly"))
        response = self.ask("GET", self.link(other), "thief", cookies={"sync_survey_answer": mine.value})
        self.assertNotIn("Change your answer", response.text)

    # ---------------------------------------------------------------- what is not there

    @mute_logger("odoo.http")
    def test_guessed_foreign_and_malformed_links_leave_no_row(self):
        token = self.url.removeprefix("/s/")
        number, signature = token.split("-")
        other = self.invite(self.running, self.new_contact(), state="planned")
        wrong = (
            f"/s/{number}-{'0' * 32}",
            f"/s/{number}-{signature[:-1]}{'0' if signature[-1] != '0' else '1'}",
            f"/s/{int(number) + 1}-{signature}",
            f"/s/{2**31}-{signature}",
            f"/s/0-{signature}",
            f"/s/-1-{signature}",
            f"/s/x-{signature}",
            f"/s/{number}-{signature.upper()}x"[:40],
            f"/s/{signature}",
            f"/s/{number}-{'é' * 32}",
            f"/s/{'9' * 5000}-{signature}",
            f"/s/{self.running._public_token()}",
            self.link(other),
        )
        before = self.rows()
        for path in wrong:
            for method in ("GET", "POST"):
                with self.subTest(path=path[:80], method=method):
                    if method == "GET":
                        response = self.see(path)
                    else:
                        self.see(self.url)
                        response = self.send(path, score="0")
                    self.assertEqual(response.status_code, 404)
        self.assertEqual(self.rows(), before)

    def test_what_is_over_says_so_and_keeps_nothing(self):
        expired = self.invite(self.running, self.new_contact(), state="sent")
        expired._record({"expires_at": fields.Datetime.now() - timedelta(minutes=1)})
        cancelled = self.invite(self.running, self.new_contact(), state="cancelled")
        before = self.rows()
        for invitation in (expired, cancelled):
            page = self.see(self.link(invitation))
            self.assertEqual(page.status_code, 410)
            self.assertIn("This survey is over", page.text)
            self.assertEqual(self.send(self.link(invitation), score="9").status_code, 410)
        self.assertEqual(self.rows(), before)

    def test_an_answer_in_time_is_thanked_for_after_the_deadline_too(self):
        self.send(self.url, score="9")
        self.invitation._record({"expires_at": fields.Datetime.now() - timedelta(minutes=1)})
        self.assertEqual(self.see(self.url).status_code, 200)

    def test_a_pause_and_the_end_of_a_program_leave_who_was_asked_his_answer(self):
        other = self.invite(self.running, self.new_contact(), state="sent")
        self.running.with_user(self.manager).action_pause()
        self.assertEqual(self.send(self.url, score="9").status_code, 303)
        self.running.with_user(self.manager).action_end()
        self.assertEqual(self.send(self.link(other), "other", score="8").status_code, 303)

    def test_a_mail_that_came_back_and_was_read_all_the_same_is_answered(self):
        bounced = self.invite(self.running, self.new_contact(), state="bounced")
        self.assertEqual(self.send(self.link(bounced), score="4").status_code, 303)
        self.assertEqual(bounced.state, "done")

    # ---------------------------------------------------------------- how often

    def test_one_link_is_posted_to_six_times_a_minute(self):
        self.send(self.url, "human", score="9")
        statuses = [self.send(self.url, "scanner", score="0").status_code for _turn in range(7)]
        self.assertEqual(statuses, [409] * 5 + [429] * 2)
        self.assertEqual(len(self.env["crm.sync.survey.replay"].search([])), 5)
        self.env.cr.execute("UPDATE crm_sync_attempt SET at = at - interval '61 seconds'")
        self.assertEqual(self.send(self.url, "scanner", score="0").status_code, 409)

    def test_one_address_answers_ten_invitations_a_minute_and_others_are_not_held_up(self):
        for number in range(10):
            invitation = self.invite(self.running, self.new_contact(), state="sent")
            self.assertEqual(self.send(self.link(invitation), f"phone {number}", score="8").status_code, 303)
        response = self.send(self.url, score="8")
        self.assertEqual(response.status_code, 429)
        self.assertTrue(response.headers["Retry-After"])
        self.env.cr.execute("UPDATE crm_sync_attempt SET at = at - interval '61 seconds'")
        self.assertEqual(self.send(self.url, score="8").status_code, 303)

    # ---------------------------------------------------------------- more questions

    def test_where_there_are_more_questions_odoos_survey_goes_on_after_the_score(self):
        more = self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "What else?", "question_type": "text_box", "sequence": 90}
        )
        self.send(self.url, score="0")
        native = self.invitation.user_input_id
        self.assertEqual(native.state, "in_progress")
        path = f"/survey/{self.survey.access_token}/{native.access_token}"
        self.assertIn(path, self.see(self.url).text)
        self.assertNotIn(native.access_token, self.see(self.url, "another").text)
        # What Odoo's pages send for the score is left: the first answer stands.
        native._save_lines(self.questions["nps"], "10")
        native._save_lines(more, "A bell")
        lines = {line.question_id: line for line in native.user_input_line_ids}
        self.assertEqual(lines[self.questions["nps"]].value_scale, 0)
        self.assertEqual(lines[more].value_text_box, "A bell")
        native._mark_done()
        self.assertEqual(self.scores(invitation_id=self.invitation.id, metric="nps").value, 0)

    def test_what_the_page_has_asked_odoos_survey_does_not_ask_again(self):
        survey = self.env.ref("crm_sync_measures.survey_nps_delivery")
        score, why, topic = survey.question_ids
        program = self.program(survey_id=survey.id, question_id=score.id, running=True)
        invitation = self.invite(program, self.new_contact(), state="sent")
        self.assertIn(why.title, self.see(self.link(invitation)).text)
        self.send(self.link(invitation), score="4", why="Too late")
        native = invitation.user_input_id
        self.assertEqual((native.state, native.last_displayed_page_id), ("in_progress", why))
        page = self.see(f"/survey/{survey.access_token}/{native.access_token}").text
        self.assertIn(topic.title, page)
        self.assertNotIn(score.title, page)
        self.send(self.link(invitation), score="4", why="Two days late")
        words = native.user_input_line_ids.filtered(lambda line: line.question_id == why)
        self.assertEqual(words.value_text_box, "Two days late")
        topic.unlink()
        alone = self.invite(program, self.new_contact(), state="sent")
        self.send(self.link(alone), "other", score="0")
        self.assertEqual(alone.user_input_id.state, "done", "why was asked on our page")

    def test_where_the_score_is_all_odoos_answer_is_complete(self):
        (self.survey.question_ids - self.questions["nps"]).unlink()
        self.send(self.url, score="6")
        self.assertEqual(self.invitation.user_input_id.state, "done")
        self.assertEqual(len(self.scores(invitation_id=self.invitation.id)), 1)

    def test_a_colleague_who_is_logged_in_may_answer_and_go_on(self):
        self.browser("desk", self.agent.login)
        self.assertEqual(self.send(self.url, "desk", score="7").status_code, 303)
        native = self.invitation.user_input_id
        page = self.see(f"/survey/{self.survey.access_token}/{native.access_token}", "desk")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Access Error", page.text)

    @mute_logger("odoo.addons.crm_sync_measures.models.survey.crm_sync_survey_program_answer")
    def test_the_answer_stands_where_odoos_own_cannot_be_made(self):
        with patch.object(type(self.survey), "_create_answer", side_effect=ValueError("no")):
            self.assertEqual(self.send(self.url, score="3").status_code, 303)
        self.assertEqual(self.scores(invitation_id=self.invitation.id).value, 3)
        self.assertFalse(self.invitation.user_input_id)

    def test_a_collision_is_raised_so_that_odoo_repeats_the_request_and_its_own_answer_is_not_lost(self):
        for collision in (SerializationFailure, ConcurrencyError):
            raising = patch.object(type(self.survey), "_create_answer", side_effect=collision)
            with raising, self.assertRaises(collision):
                self.invitation.program_id._begin_native(3, "Why not")

    # ---------------------------------------------------------------- please call me

    def test_who_wishes_to_be_called_has_one_case_after_his_answer(self):
        self.send(self.url, score="2", why="Nobody answers", call="1", phone="+86 138 0000 0000")
        self.send(self.url, score="3", why="Nobody answers")
        self.assertFalse(
            self.env["crm.sync.case"].search([("partner_id", "=", self.contact.id)]), "he may put it right"
        )
        self.env["crm.sync.survey.loop"]._follow_set(self.invitation.ids)
        case = self.env["crm.sync.case"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(len(case), 1)
        self.assertEqual((case.channel, case.user_id, case.company_id), ("survey", self.seller, self.company))
        for words in ("Nobody answers", "+86 138 0000 0000"):
            self.assertIn(words, case.description)
        self.assertEqual(self.scores(invitation_id=self.invitation.id).value, 3)

    @mute_logger("odoo.addons.crm_sync_measures.models.survey.crm_sync_survey_call")
    def test_the_answer_stands_where_no_case_can_be_opened(self):
        program = self.program(running=True, is_anonymous=True, low_score_opens_case=False)
        invitation, wish = self.invite(program, state="sent"), {"call": "1", "phone": "138 0000 0000", "name": "Li Na"}
        with patch.object(type(self.env["crm.sync.case"]), "_open_case", side_effect=ValueError("no")):
            self.assertEqual(self.send(self.link(invitation), score="2", **wish).status_code, 303)
        self.assertEqual(self.scores(program_id=invitation.program_id.id).value, 2)

    def test_a_machine_that_sends_it_again_calls_nobody(self):
        self.send(self.url, "human", score="2")
        self.send(self.url, "scanner", score="2", call="1")
        self.assertFalse(self.invitation.wants_call)

    # ---------------------------------------------------------------- rights

    def test_customers_have_no_right_on_what_is_kept(self):
        for user in (self.env.ref("base.public_user"), self.employee):
            for model in ("crm.sync.survey.replay", "crm.sync.survey.participation", "crm.sync.attempt"):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(operation), (model, operation))

    def new_contact(self):
        self.serial += 1
        self.customer.write(
            {"child_ids": [Command.create({"name": f"Contact {self.serial}", "email": f"c{self.serial}@example.com"})]}
        )
        return self.customer.child_ids.sorted("id")[-1]
