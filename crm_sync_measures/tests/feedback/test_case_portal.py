import json
import re
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .case_common import IntakeCase


@tagged("-at_install", "post_install")
class TestCasePortal(IntakeCase, HttpCase):
    """What a customer sees of his cases and does with them; of somebody else's there is nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(cls.env, "t_portal", "base.group_portal", partner_id=cls.contact.id)
        cls.stranger = cls.env["res.partner"].create({"name": "Mallory", "email": "mallory@example.com"})
        cls.stranger_user = new_test_user(cls.env, "t_stranger", "base.group_portal", partner_id=cls.stranger.id)
        cls.case = cls.open_case(channel="portal")
        cls.case.with_user(cls.manager).message_post(
            body="We look into it", message_type="comment", subtype_xmlid="mail.mt_comment",
            attachments=[("answer.txt", b"secret answer")],
        )  # fmt: skip
        cls.case.with_user(cls.manager).message_post(body="He is always angry", subtype_xmlid="mail.mt_note")
        cls.url = f"/my/cases/{cls.case.id}"
        cls.link = f"{cls.url}?access_token={cls.case.access_token}"

    def get(self, url, login="t_portal"):
        self.env.flush_all()
        self.authenticate(login, login)
        return self.url_open(url, allow_redirects=False)

    def post(self, url, login="t_portal", **values):
        self.env.flush_all()
        self.authenticate(login, login)
        values["csrf_token"] = Request.csrf_token(self)
        response = self.url_open(url, data=values, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def rpc(self, url, login="t_portal", **params):
        self.env.flush_all()
        self.authenticate(login, login)
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.url_open(url, data=body, headers={"Content-Type": "application/json"}).json()

    # ---------------------------------------------------------------- what he sees

    def test_the_list_shows_the_cases_of_his_company(self):
        other = self.open_case(partner_id=self.customer.id, text="The frame is bent")
        theirs = self.open_case(partner_id=self.stranger.id, text="Not his business")
        text = self.get("/my/cases").text
        self.assertIn(self.case.number, text)
        self.assertIn(other.number, text)
        self.assertNotIn(theirs.number, text)
        self.assertNotIn("Not his business", text)

    def test_the_page_tells_in_plain_words_and_nothing_of_what_colleagues_say(self):
        self.case.write({"severity": "3", "cause_id": self.env.ref("crm_sync_measures.case_cause_product_defect").id})
        page = self.get(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("We have received it", page.text)
        self.assertIn("The lens is broken", page.text)
        for secret in ("always angry", "Critical", "Defect", "severity"):
            self.assertNotIn(secret, page.text)
        messages = self.rpc(
            "/mail/chatter_fetch", thread_model="crm.sync.case", thread_id=self.case.id, token=self.case.access_token
        )
        self.assertIn("We look into it", json.dumps(messages))
        self.assertNotIn("always angry", json.dumps(messages))

    def test_what_a_colleague_wrote_down_is_not_shown_as_the_customers_words(self):
        case = self.open_case(channel="call", subject="Lens", text="He shouted at me")
        self.assertNotIn("shouted", self.get(f"/my/cases/{case.id}").text)

    def test_a_decision_is_told_when_it_is_over(self):
        self.case.write({"decision_note": "You get a new lens"})
        self.assertNotIn("You get a new lens", self.get(self.url).text)
        self.close(self.case)
        self.assertIn("You get a new lens", self.get(self.url).text)

    def test_by_its_link_it_opens_without_a_login(self):
        page = self.get(self.link, login=None)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.case.number, page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")

    # ---------------------------------------------------------------- what is not his is not there

    def test_a_stranger_finds_nothing_by_id_token_message_or_attachment(self):
        theirs = self.open_case(partner_id=self.stranger.id)
        message = self.conversation(self.case)[-1]
        attachment = message.attachment_ids
        urls = [
            self.url,
            f"{self.url}?access_token={theirs.access_token}",
            f"{self.url}?access_token=",
            f"{self.url}?access_token=%00%FF",
            f"{self.url}?access_token={'é' * 9}",
            f"{self.url}?pid={self.contact.id}&hash=abc",
            f"/web/content/{attachment.id}",
            f"/web/content/{attachment.id}?access_token={theirs.access_token}",
            f"/web/content/ir.attachment/{attachment.id}/raw",
            f"/web/content/crm.sync.case/{self.case.id}/description",
            "/my/cases/999999999",
            "/my/cases/99999999999999",
        ]
        for login in ("t_stranger", None):
            for url in urls:
                with self.subTest(url=url, login=login):
                    self.assertEqual(self.get(url, login).status_code, 404)
        for login in ("t_stranger", None):
            for name, values in (("reopen", {"reason": "x"}), ("verdict", {"stars": "1"}), ("accept", {})):
                with self.subTest(action=name, login=login):
                    response = self.post(f"{self.url}/{name}", login, access_token=theirs.access_token, **values)
                    self.assertEqual(response.status_code, 404)
        self.assertFalse(self.case.verdict)

    @mute_logger("odoo.http")
    def test_a_stranger_neither_reads_nor_writes_in_the_conversation(self):
        theirs = self.open_case(partner_id=self.stranger.id)
        thread = {"thread_model": "crm.sync.case", "thread_id": self.case.id}
        for token in (None, "", "x", "é", 7, theirs.access_token, ["x"], {"a": 1}):
            for login in ("t_stranger", None):
                with self.subTest(token=token, login=login):
                    fetched = self.rpc("/mail/chatter_fetch", login, **thread, token=token)
                    self.assertNotIn("We look into it", json.dumps(fetched))
                    posted = self.rpc(
                        "/mail/message/post", login, **thread, token=token,
                        post_data={"body": "I was here", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"},
                    )  # fmt: skip
                    self.assertIn("error", posted)
        self.assertNotIn("I was here", str(self.case.message_ids.mapped("body")))

    def test_the_model_is_closed_to_customers(self):
        for user in (self.portal_user, self.env.ref("base.public_user")):
            for model in ("crm.sync.case", "crm.sync.case.event", "crm.sync.case.vote", "crm.sync.case.said"):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(operation), model)

    # ---------------------------------------------------------------- what he does

    def test_reading_and_prefetching_change_nothing(self):
        self.close(self.case)
        self.authenticate("t_portal", "t_portal")
        paths = [self.link, *(f"{self.url}/{action}" for action in ("reopen", "verdict", "accept")), "/my/cases/new"]
        params = {"access_token": self.case.access_token, "stars": "1", "reason": "x", "text": "x", "kind": "praise"}
        for method in ("GET", "HEAD", "OPTIONS"):
            for path in paths:
                self.env.flush_all()
                url = self.base_url() + path
                self.opener.request(method, url, params=params, timeout=30, allow_redirects=False)
        self.env.invalidate_all()
        self.assertFalse(self.case.is_open)
        self.assertFalse(self.case.verdict)
        self.assertEqual(self.Case.search([("partner_id", "=", self.contact.id)]), self.case)

    def test_without_the_token_of_the_form_nothing_happens(self):
        self.close(self.case)
        self.env.flush_all()
        self.authenticate("t_portal", "t_portal")
        response = self.url_open(f"{self.url}/verdict", data={"stars": "5"}, allow_redirects=False)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.case.verdict)

    def test_he_opens_it_again_with_a_reason(self):
        self.close(self.case)
        response = self.post(f"{self.url}/reopen", reason=" ")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Please tell us what is not settled", response.text)
        self.assertEqual(self.post(f"{self.url}/reopen", reason="It broke again").status_code, 303)
        self.assertTrue(self.case.is_open)
        self.assertEqual(self.case.cycle, 2)
        self.assertIn("It broke again", self.conversation(self.case)[-1].body)
        self.assertEqual(self.conversation(self.case)[-1].author_id, self.contact)

    def test_after_the_companys_days_it_is_another_matter(self):
        self.close(self.case, days_ago=15)
        self.assertNotIn("/reopen", self.get(self.url).text)
        self.assertEqual(self.post(f"{self.url}/reopen", reason="It broke again").status_code, 422)
        self.assertFalse(self.case.is_open)

    def test_he_says_how_it_went_by_login_or_link(self):
        self.assertEqual(self.post(f"{self.url}/verdict", stars="5").status_code, 422, "it is not over yet")
        self.close(self.case)
        for stars in ("", "0", "6", "5x", "True"):
            self.assertEqual(self.post(f"{self.url}/verdict", stars=stars).status_code, 422, stars)
        self.assertEqual(self.post(f"{self.url}/verdict", stars="4", words="Quick\x00 help").status_code, 303)
        self.assertEqual((self.case.verdict, self.case.verdict_note), ("4", "Quick help"))
        response = self.post(f"{self.url}/verdict", None, stars="2", access_token=self.case.access_token)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.case.verdict, "2")

    def test_a_link_with_stars_chooses_and_stores_nothing(self):
        self.close(self.case)
        for stars in range(1, 6):
            page = self.get(f"{self.link}&stars={stars}", login=None)
            checked = re.findall(r'<input[^>]*name="stars"[^>]*checked[^>]*>', page.text)
            self.assertEqual([re.search(r'value="(\d)"', one)[1] for one in checked], [str(stars)])
        for stars in ("0", "6", "x", "%00", "٣", "5&stars=1"):
            self.assertEqual(self.get(f"{self.link}&stars={stars}", login=None).status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(self.case.verdict)
        self.assertFalse(self.case.score_ids)
        self.assertEqual(
            self.post(f"{self.url}/verdict", None, stars="4", access_token=self.case.access_token).status_code, 303
        )
        self.assertEqual(self.case.score_ids.value, 4)

    def test_after_a_day_his_verdict_stands_and_in_the_next_cycle_he_gives_another(self):
        self.close(self.case)
        self.case._give_verdict(2, at=fields.Datetime.now() - timedelta(days=2))
        page = self.get(self.url).text
        self.assertNotIn("o_sync_verdict", page)
        self.assertIn("Thank you, we have your answer.", page)
        self.assertEqual(self.post(f"{self.url}/verdict", stars="5").status_code, 422)
        self.case.action_reopen("Again")
        self.case.action_close()
        self.assertIn("o_sync_verdict", self.get(self.url).text)
        self.assertEqual(self.post(f"{self.url}/verdict", stars="5").status_code, 303)
        self.assertEqual(self.case.score_ids.sorted("cycle").mapped("value"), [2, 5])

    def test_he_agrees_to_what_was_proposed(self):
        self.case.with_user(self.manager).action_propose("You get a new lens")
        self.assertIn("You get a new lens", self.get(self.url).text)
        self.assertEqual(self.post(f"{self.url}/accept").status_code, 303)
        self.assertEqual(self.case.step, "accepted")
        self.assertEqual(self.post(f"{self.url}/accept").status_code, 422)

    def write_message(self, login="t_portal", body="And the frame", **post_data):
        return self.rpc(
            "/mail/message/post", login, thread_model="crm.sync.case", thread_id=self.case.id, token=self.case.access_token,
            post_data={"body": body, "message_type": "comment", "subtype_xmlid": "mail.mt_comment", **post_data},
        )  # fmt: skip

    def test_he_writes_by_login_and_by_link(self):
        for login in ("t_portal", None):
            self.assertNotIn("error", self.write_message(login, body=f"From {login}"))
            message = self.conversation(self.case)[-1]
            self.assertIn(f"From {login}", message.body)
            self.assertEqual(message.author_id, self.contact)

    @mute_logger("odoo.http")
    def test_messages_have_limits(self):
        self.assertIn("too long", json.dumps(self.write_message(body="x" * 10_001)))
        answers = [json.dumps(self.write_message(body=str(number))) for number in range(5)]
        self.assertEqual(sum("Please wait" in answer for answer in answers), 2)

    def test_what_kind_of_message_it_is_is_not_his_to_say(self):
        for kind in ("email", "notification", "auto_comment", "user_notification"):
            self.env.cr.execute("DELETE FROM crm_sync_attempt")
            self.write_message(
                body=f"As {kind}", message_type=kind, subtype_xmlid="mail.mt_note", email_from="max@example.com"
            )
        for message in self.conversation(self.case).filtered(lambda one: "As " in one.body):
            self.assertEqual(message.message_type, "comment")
            self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
            self.assertEqual(message.author_id, self.contact)

    def upload(self, name, content):
        self.env.flush_all()
        self.authenticate(None, None)
        data = {
            "thread_id": self.case.id, "thread_model": "crm.sync.case", "token": self.case.access_token, "is_pending": "true",
            "csrf_token": Request.csrf_token(self),
        }  # fmt: skip
        return self.url_open("/mail/attachment/upload", data=data, files=[("ufile", (name, content))]).json()

    def test_a_file_that_is_refused_is_not_stored(self):
        self.assertNotIn("error", self.upload("lens.pdf", b"%PDF-1.4"))
        before = self.env["ir.attachment"].sudo().search_count([])
        for name, content in (("a.svg", b"<svg/>"), ("a.exe", b"MZ"), ("a.pdf", b"%PDF" + b"0" * 10 * 1024 * 1024)):
            self.assertIn("error", self.upload(name, content), name)
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), before)

    # ---------------------------------------------------------------- suggestions

    def suggestion(self):
        case = self.open_case(kind="suggestion", text="Deliver on Saturdays, says Li Na", partner_id=self.stranger.id)
        said = self.env["crm.sync.case.said"].create(
            {"case_id": case.id, "name": "Deliver on Saturdays", "answer": "We try it in May", "is_published": True}
        )
        return case, said

    def test_what_was_published_is_read_by_everybody_in_the_words_chosen_for_it(self):
        _case, said = self.suggestion()
        for login in (None, "t_portal"):
            text = self.get("/feedback/done", login).text
            self.assertIn("We try it in May", text)
            self.assertNotIn("says Li Na", text)
        said.is_published = False
        self.assertNotIn("We try it in May", self.get("/feedback/done", None).text)

    def test_one_vote_for_each_company_or_person(self):
        case, said = self.suggestion()
        colleague = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        new_test_user(self.env, "t_bo", "base.group_portal", partner_id=colleague.id)
        url = f"/my/suggestions/{said.id}/vote"
        self.assertEqual(self.post(url).status_code, 303)
        self.assertEqual(self.post(url, "t_stranger").status_code, 303)
        self.assertEqual(case.vote_count, 2)
        self.assertEqual(self.post(url, "t_bo").status_code, 303)
        self.assertEqual(case.vote_count, 1, "the vote of his company was taken back")
        self.get(url)
        self.assertEqual(case.vote_count, 1)

    def test_nobody_votes_for_what_is_not_shown_or_done(self):
        case, said = self.suggestion()
        for url in (f"/my/suggestions/{case.id + 10**6}/vote", "/my/suggestions/99999999999/vote"):
            self.assertEqual(self.post(url).status_code, 404)
        case.action_reject("It is too dear")
        self.assertEqual(self.post(f"/my/suggestions/{said.id}/vote").status_code, 404)
        self.assertFalse(case.vote_count)

    def test_votes_of_customers_who_become_one_are_one_vote(self):
        case, _said = self.suggestion()
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        case._vote(self.customer)
        case._vote(twin)
        self.assertEqual(case.vote_count, 2)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [Command.set((self.customer | twin).ids)]}
        )
        wizard._merge((self.customer | twin).ids, self.customer)
        self.assertEqual(case.vote_count, 1)
        self.assertEqual(case.vote_ids.commercial_partner_id, self.customer)
