from odoo.tests import tagged

from .answer_common import AnswerCase

_EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


@tagged("post_install", "-at_install")
class TestLoopholesAnswer(AnswerCase):
    """Strangers, machines and forwarded mails on the pages of surveys."""

    def test_who_gets_a_forwarded_link_learns_nothing_of_the_customer(self):
        self.contact.write({"phone": "+1 202 555 0177", "email": "secret@northern.example.com"})
        invitation = self.invite(self.running, state="sent")
        secrets = ("Li Na", "Northern Optics", "0177", "secret@", "0188", "Never again")
        fresh = self.see(self.link(invitation), "stranger")
        self.assertEqual(
            self.send(self.link(invitation), score=2, why="Never again", call=1, phone="+1 202 555 0188").status_code,
            303,
        )
        answered = self.see(self.link(invitation, edit=1), "stranger")
        replayed = self.send(self.link(invitation), "stranger", score=9)
        for page in (fresh, answered, replayed):
            for secret in secrets:
                self.assertNotIn(secret, page.text)
        self.assertNotIn("checked", answered.text)
        self.assertEqual((answered.status_code, replayed.status_code), (200, 409))

    def test_what_managers_write_is_text_on_the_page(self):
        self.questions["nps"].write({"title": _EVIL, "scale_min_label": _EVIL, "scale_max_label": _EVIL})
        self.company.name = _EVIL
        page = self.see(self.link(self.invite(self.running, state="sent"))).text
        self.assertIn("&lt;script&gt;alert(1)", page)
        for raw in ("<script>alert", "<img src=x", "49}}"):
            self.assertNotIn(raw, page)

    def test_other_methods_languages_and_parameters_change_nothing(self):
        invitation = self.invite(self.running, state="sent")
        link = self.link(invitation)
        self.see(link)
        before = self.rows()
        for method in ("OPTIONS", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"):
            for url in (link, f"{link}/seen"):
                with self.subTest(method, url=url[-5:]):
                    self.assertIn(self.ask(method, url, "machine").status_code, (200, 204, 400, 404, 405))
        for query in (
            "score=9&score=3",
            "score[]=9",
            "lang=zh_CN",
            "edit=1",
            "sent=1",
            "debug=1",
            "redirect=//evil.example.com",
            "db=other",
        ):
            with self.subTest(query):
                self.assertIn(self.see(f"{link}?{query}", "machine").status_code, (200, 302, 303, 404))
        self.assertEqual(self.rows(), before)
        self.assertEqual(invitation.state, "sent")

    def test_nothing_that_is_sent_leads_away(self):
        invitation = self.invite(self.running, state="sent")
        response = self.send(
            self.link(invitation), score=9, redirect="//evil.example.com", next="http://evil.example.com"
        )
        self.assertTrue(response.headers["Location"].endswith(self.link(invitation)), response.headers["Location"])
        self.assertNotIn("evil", response.headers["Location"])
