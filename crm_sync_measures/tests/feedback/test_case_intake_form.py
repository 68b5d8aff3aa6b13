import re

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .case_common import IntakeCase

_GOOD = {
    "kind": "complaint",
    "text": "The lens is broken",
    "name": "Wu Fang",
    "email": "wu@example.com",
    "consent": "1",
}


@tagged("-at_install", "post_install")
class TestCaseIntakeForm(IntakeCase, HttpCase):
    """The forms of customers: for everybody, and in three fields for who is logged in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).sync_feedback_form = False
        cls.company.sync_feedback_form = True
        cls.portal_user = new_test_user(cls.env, "t_portal", "base.group_portal", partner_id=cls.contact.id)
        cls.url = f"/feedback/{cls.company.id}"

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def send(self, url=None, files=(), csrf=True, **values):
        self.env.flush_all()
        values = {**_GOOD, **values}
        if csrf:
            values["csrf_token"] = Request.csrf_token(self)
        files = [("files", file) for file in files]
        return self.url_open(url or self.url, data=values, files=files or None, allow_redirects=False)

    def cases(self):
        return self.Case.search([("channel", "in", ("web", "portal"))], order="id")

    def sentence(self, page):
        return " ".join(re.search(r'role="alert">([^<]*)<', page.text)[1].split())

    # ---------------------------------------------------------------- for everybody

    def test_anybody_can_send_and_has_a_number_and_no_link(self):
        page = self.send(files=[("lens.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "image/png")])
        self.assertEqual(page.status_code, 303)
        [case] = self.cases()
        thanks = self.url_open("/feedback/thanks")
        self.assertIn(case.number, thanks.text)
        self.assertNotIn(case.access_token, page.text + thanks.text, "who sent it is not known to be who he says")
        self.assertEqual((case.partner_name, case.email_from, case.channel), ("Wu Fang", "wu@example.com", "web"))
        self.assertIn("to answer me", case.consent_text)
        [message] = self.conversation(case)
        self.assertEqual(message.attachment_ids.mapped("name"), ["lens.png"])
        self.assertEqual(len(self.receipts(case)), 1)

    def test_the_words_of_consent_are_those_that_were_shown(self):
        self.company.sync_feedback_consent = "You may write to me."
        self.env.flush_all()
        self.assertIn("You may write to me.", self.url_open(self.url).text)
        self.send()
        self.assertEqual(self.cases().consent_text, "You may write to me.")

    def test_the_same_form_twice_is_one_case(self):
        key = "a" * 36
        self.send(key=key)
        self.send(key=key)
        self.assertEqual(len(self.cases()), 1)
        self.send(key=key, email="li@example.com")
        self.assertEqual(len(self.cases()), 2, "a key alone tells nothing of somebody else's case")

    def test_where_the_company_has_no_form_there_is_none(self):
        self.company.sync_feedback_form = False
        self.env.flush_all()
        for url in (self.url, "/feedback", "/feedback/999999", "/feedback/99999999999"):
            self.assertEqual(self.url_open(url).status_code, 404, url)
            self.assertEqual(self.send(url).status_code, 404, url)
        self.assertFalse(self.cases())

    def test_reading_changes_nothing(self):
        for method in ("GET", "HEAD", "OPTIONS"):
            self.opener.request(method, self.base_url() + self.url, params=_GOOD, timeout=30)
        self.assertFalse(self.cases())
        self.assertFalse(self.env["crm.sync.attempt"].search([]))

    def test_a_form_of_another_site_is_refused(self):
        self.assertEqual(self.send(csrf=False).status_code, 400)
        self.assertFalse(self.cases())

    def test_a_machine_is_told_that_all_went_well(self):
        page = self.send(website="http://spam.example.com")
        self.assertEqual(page.status_code, 303)
        self.assertFalse(self.cases())
        self.assertNotRegex(self.url_open("/feedback/thanks").text, "o_sync_number")

    def test_each_problem_has_one_sentence_and_what_was_written_stays(self):
        big = b"%PDF-" + b"0" * (10 * 1024 * 1024)
        for values, files, words in (
            ({"text": " "}, (), "Please tell us"),
            ({"text": "x" * 10_001}, (), "10000 characters"),
            ({"text": "x" * 1_000_000}, (), "10000 characters"),
            ({"email": "wu"}, (), "e-mail address"),
            ({"email": "a@example.com, b@example.com"}, (), "e-mail address"),
            ({"consent": ""}, (), "Please agree"),
            ({}, [("a.pdf", big, "application/pdf")], "10 MB"),
            ({}, [("a.exe", b"MZ", "image/png")], "cannot be taken"),
            ({}, [("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/jpeg")], "cannot be taken"),
            ({}, [("a.txt", b"<html><script>alert(1)</script></html>", "text/plain")], "cannot be taken"),
            ({}, [("a.pdf", b"", "application/pdf")], "is empty"),
            ({}, [(f"{number}.pdf", b"%PDF-1.4", "application/pdf") for number in range(6)], "at most 5 files"),
            ({}, [(f"{number}.pdf", big[:-9], "application/pdf") for number in range(3)], "20 MB together"),
        ):
            with self.subTest(words=words, values=str(values)[:40]):
                page = self.send(files=files, name="Wu <b>Fang", **values)
                self.assertEqual(page.status_code, 422)
                self.assertIn(words, self.sentence(page))
                self.assertIn("Wu &lt;b&gt;Fang", page.text)
        self.assertFalse(self.cases())

    def test_who_sends_without_end_has_to_wait_and_others_need_not(self):
        statuses = [self.send(email=f"wu{number}@example.com").status_code for number in range(5)]
        self.assertEqual(statuses, [303, 303, 303, 429, 429])
        page = self.send()
        self.assertTrue(0 < int(page.headers["Retry-After"]) <= 60)
        self.assertIn("Please wait 1 minutes", self.sentence(page))
        self.env.cr.execute("UPDATE crm_sync_attempt SET at = at - interval '61 seconds'")
        self.assertEqual(self.send().status_code, 303)

    def test_one_address_of_mail_is_limited_wherever_it_is_sent_from(self):
        Attempt = self.env["crm.sync.attempt"]
        for _number in range(2):
            Attempt._note(email="wu@example.com")
        self.assertEqual(self.send().status_code, 429)
        self.assertEqual(self.send(email="li@example.com").status_code, 303)

    def test_hostile_values_are_text(self):
        page = self.send(
            text="<script>alert(1)</script>\x00{{7*7}}", name="Wu\r\nBcc: x@example.com", kind="';--", key="x"
        )
        self.assertEqual(page.status_code, 303)
        [case] = self.cases()
        self.assertEqual(case.kind, "complaint")
        self.assertEqual(case.partner_name, "Wu Bcc: x@example.com")
        self.assertNotIn("<script", case.description + self.conversation(case).body + self.receipts(case).body)
        self.assertIn("{{7*7}}", self.conversation(case).body)

    # ---------------------------------------------------------------- who is logged in

    def test_a_customer_who_is_logged_in_has_three_fields(self):
        self.authenticate("t_portal", "t_portal")
        self.assertEqual(self.url_open("/feedback", allow_redirects=False).status_code, 303)
        page = self.url_open("/my/cases/new")
        names = set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page.text))
        self.assertEqual(names - {"csrf_token", "key", "search"}, {"kind", "text", "files"})
        page = self.send("/my/cases/new", email="mallory@example.com", name="Mallory", partner_id=self.customer.id)
        [case] = self.cases()
        self.assertEqual(page.headers["Location"].split("?")[0].rpartition("/my/")[2], f"cases/{case.id}")
        self.assertEqual((case.partner_id, case.email_from, case.channel), (self.contact, self.contact.email, "portal"))
        self.assertEqual(self.conversation(case).author_id, self.contact)

    def test_who_is_logged_in_has_to_wait_too(self):
        self.authenticate("t_portal", "t_portal")
        self.assertEqual([self.send("/my/cases/new").status_code for _number in range(4)], [303, 303, 303, 429])
