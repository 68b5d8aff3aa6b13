import json
import logging

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .case_core_common import CaseCase


class AnswersCase(CaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Answer = cls.env["crm.sync.case.answer"]
        cls.Answer.search([]).active = False
        cls.saturday = cls.answer(
            "Do you deliver on Saturdays?", "<p>Yes, from nine to one.</p>", other_words="weekend"
        )
        cls.edges = cls.answer("Are the edges safe for children?", "<p>Covers are in the box.</p>")
        cls.weekend = cls.answer("周六可以送货吗？", "<p>可以，上午九点到下午一点。</p>", lang="zh_CN")

    @classmethod
    def answer(cls, question, answer, **values):
        values = {"question": question, "answer": answer, "lang": "en_US", "is_published": True, **values}
        return cls.Answer.create(values)

    def told(self, text, lang="en_US", company=None, **options):
        return [one["question"] for one in self.Answer._suggest(text, lang, company or self.company, **options)]


@tagged("post_install", "-at_install")
class TestCaseAnswers(AnswersCase):
    """Known answers: who writes them, and who is told which."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def test_the_answer_to_what_is_asked_is_told(self):
        self.assertEqual(self.told("Could you deliver the table this Saturday?"), [self.saturday.question])
        self.assertEqual(self.told("Open at the weekend?"), [self.saturday.question], "by another word for it")
        self.assertEqual(self.told("My invoice is wrong"), [])

    def test_it_is_told_in_the_language_of_the_customer(self):
        self.assertEqual(self.told("请问你们周六送货吗", "zh_CN"), [self.weekend.question])
        self.assertEqual(self.told("请问你们周六送货吗", "en_US"), [])
        self.assertEqual(self.told("deliver on Saturday", "en_GB"), [self.saturday.question])
        self.assertEqual(self.told("deliver on Saturday", "zh_CN"), [])

    def test_in_a_long_text_a_question_is_found_too(self):
        text = (
            "I bought a table last week and it is wonderful. " * 20 + "My twins are small children, are its edges safe?"
        )
        self.assertIn(self.edges.question, self.told(text))

    def test_nothing_is_told_that_is_not_published_or_of_another_company(self):
        company, _user = self.other_company()
        for values in ({"is_published": False}, {"active": False}, {"company_id": company.id}):
            before = self.saturday.read(list(values), load=False)[0]
            self.saturday.write(values)
            self.assertEqual(self.told("deliver on Saturday"), [], values)
            self.saturday.write({name: before[name] for name in values})
        self.assertTrue(self.told("deliver on Saturday"))

    def test_an_answer_is_told_for_the_kinds_it_is_for(self):
        self.saturday.is_for_complaint = False
        self.assertEqual(self.told("deliver on Saturday", kind="complaint"), [])
        self.assertTrue(self.told("deliver on Saturday", kind="question"))
        self.assertTrue(self.told("deliver on Saturday", kind="'; DROP"))

    def test_three_at_most_are_told_the_best_first(self):
        for number in range(4):
            self.answer(f"Do you deliver abroad, case {number}?", "<p>Yes</p>")
        told = self.told("Do you deliver on Saturdays")
        self.assertEqual((len(told), told[0]), (3, self.saturday.question))

    def test_what_would_run_is_taken_out(self):
        self.saturday.answer = '<p onclick="x()">Yes<script>alert(1)</script><img src="x" onerror="x()"><a href="javascript:x()">a</a></p><form><input/></form>'
        [told] = self.Answer._suggest("deliver on Saturday", "en_US", self.company)
        for bad in ("script", "onclick", "onerror", "<form", "<input"):
            self.assertNotIn(bad, told["answer"])

    # ---------------------------------------------------------------- who writes them

    def test_department_managers_write_them_and_colleagues_read_them(self):
        self.assertTrue(self.saturday.with_user(self.agent).question)
        with self.assertRaises(AccessError):
            self.saturday.with_user(self.agent).answer = "<p>No</p>"
        self.saturday.with_user(self.head).answer = "<p>No</p>"
        _company, user = self.other_company()
        with self.assertRaises(AccessError):
            self.saturday.with_user(user).read(["question"])

    def test_what_says_nothing_is_not_published_or_not_found(self):
        with self.assertRaises(ValidationError):
            self.answer("Do you deliver?", "<p><br></p>")
        with self.assertRaises(ValidationError):
            self.answer("???", "<p>Yes</p>")

    def test_an_answer_from_a_case_is_a_draft_that_is_read_before_it_is_saved(self):
        case = self.closed(name="Lens of Mrs Li is scratched", lang="en_US")
        count = self.Answer.search_count([])
        action = case.with_user(self.head).action_make_answer()
        self.assertEqual(self.Answer.search_count([]), count, "nothing is saved by the button")
        form = Form(self.Answer.with_user(self.head).with_context(**action["context"]))
        self.assertEqual((form.question, form.is_published, form.case_id), ("Lens of Mrs Li is scratched", False, case))
        self.assertIn("You get a new lens.", form.answer)
        form.question = "My lens is scratched"
        answer = form.save()
        self.assertFalse(answer.is_published)
        self.assertNotIn("Li", answer.search_words)
        self.assertFalse(self.told("scratched lens"))

    def test_only_what_was_solved_makes_an_answer_and_only_for_who_may_write_one(self):
        with self.assertRaises(UserError):
            self.case().with_user(self.head).action_make_answer()
        with self.assertRaises(AccessError):
            self.closed().with_user(self.agent).action_make_answer()

    def test_what_helped_is_counted(self):
        self.saturday._judge(True)
        self.saturday._judge(True)
        self.saturday._judge(False)
        self.assertEqual((self.saturday.helped_count, self.saturday.not_helped_count), (2, 1))
        self.assertAlmostEqual(self.saturday.helped_share, 2 / 3)


@tagged("post_install", "-at_install")
class TestCaseAnswersRoute(AnswersCase, HttpCase):
    """What a browser is told while somebody writes to us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).sync_feedback_form = False
        cls.company.sync_feedback_form = True
        cls.portal_user = new_test_user(cls.env, "t_portal", "base.group_portal", partner_id=cls.contact.id)

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def post(self, path="", **values):
        self.env.flush_all()
        values = {
            "company": str(self.company.id),
            "lang": "en_US",
            "text": "deliver on Saturday",
            "csrf_token": Request.csrf_token(self),
            **values,
        }
        values = {name: value for name, value in values.items() if value is not None}
        return self.url_open(f"/feedback/answers{path}", data=values, allow_redirects=False)

    def questions(self, **values):
        page = self.post(**values)
        self.assertEqual(page.status_code, 200, page.text)
        return [one["question"] for one in json.loads(page.text)["answers"]]

    def test_who_writes_is_told_and_no_case_is_opened(self):
        cases = self.env["crm.sync.case"].search_count([])
        self.assertEqual(self.questions(), [self.saturday.question])
        self.assertEqual(self.questions(lang="zh_CN", text="周六送货吗"), [self.weekend.question])
        self.assertEqual(self.questions(text=""), [])
        self.assertEqual(self.env["crm.sync.case"].search_count([]), cases)

    def test_the_form_has_a_place_for_them_and_works_without(self):
        page = self.url_open(f"/feedback/{self.company.id}")
        self.assertIn("o_sync_known_answers", page.text)
        self.assertNotIn(self.saturday.question, page.text)

    def test_a_customer_is_told_what_his_company_published(self):
        company, _user = self.other_company()
        company.sync_feedback_form = True
        self.saturday.company_id = company
        self.authenticate("t_portal", "t_portal")
        self.assertEqual(self.questions(company=str(company.id)), [], "whatever he asks for")
        self.portal_user.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        self.assertEqual(self.questions(company=""), [self.saturday.question])

    def test_companies_without_a_form_tell_strangers_nothing(self):
        company, _user = self.other_company()
        for value in (str(company.id), "", None, "x", "-1", "9" * 30, "١", "1 OR 1=1"):
            page = self.post(company=value)
            self.assertEqual(page.status_code, 404, value)
        self.company.sync_feedback_form = False
        self.assertEqual(self.post().status_code, 404)

    def test_what_helped_is_counted_once_in_a_visit(self):
        path = f"/{self.saturday.id}/judge"
        self.assertTrue(json.loads(self.post(path, helped="1").text)["counted"])
        self.assertFalse(json.loads(self.post(path, helped="1").text)["counted"])
        self.assertFalse(json.loads(self.post(path, helped="0").text)["counted"])
        self.assertEqual((self.saturday.helped_count, self.saturday.not_helped_count), (1, 0))

    def test_what_is_not_published_is_not_there(self):
        draft = self.answer("Draft about delivery", "<p>Soon</p>", is_published=False)
        company, _user = self.other_company()
        other = self.answer("Delivery elsewhere", "<p>Soon</p>", company_id=company.id)
        for answer_id in (draft.id, other.id, 999_999, 2**31, 2**70):
            self.assertEqual(self.post(f"/{answer_id}/judge", helped="1").status_code, 404)
        self.assertEqual((draft.helped_count, other.helped_count), (0, 0))
        self.assertEqual(self.post(f"/{self.saturday.id}/judge", helped="2").status_code, 422)

    def test_nothing_is_done_by_get_or_without_the_token_of_the_form(self):
        for path in ("/feedback/answers", f"/feedback/answers/{self.saturday.id}/judge"):
            self.assertIn(self.url_open(path).status_code, (404, 405))
        logging.getLogger("odoo.http").setLevel(logging.ERROR)
        self.addCleanup(logging.getLogger("odoo.http").setLevel, logging.NOTSET)
        self.assertEqual(self.post(csrf_token="no").status_code, 400)
        self.assertEqual(self.post(f"/{self.saturday.id}/judge", csrf_token=None, helped="1").status_code, 400)
        self.assertEqual(self.saturday.helped_count, 0)

    def test_hostile_words_are_words(self):
        for text in (
            "\x00",
            "x" * 300_000,
            "' | & ! \\ :*",
            "%_",
            "<script>alert(1)</script>",
            "{{7*7}}",
            "\u202e",
            "😀" * 500,
        ):
            self.assertEqual(self.questions(text=text), [])
            self.env["crm.sync.attempt"].search([]).unlink()
        self.assertEqual(self.post(text=None).status_code, 422)
        page = self.url_open(
            "/feedback/answers",
            data={"company": str(self.company.id), "csrf_token": Request.csrf_token(self)},
            files={"text": ("a.txt", b"x")},
        )
        self.assertEqual(page.status_code, 422)
        self.assertEqual(self.questions(lang="xx_XX"), [self.saturday.question])
        self.assertEqual(self.questions(kind="'"), [self.saturday.question])

    def test_who_asks_without_end_has_to_wait(self):
        for _number in range(20):
            self.assertEqual(self.post().status_code, 200)
        page = self.post()
        self.assertEqual((page.status_code, page.headers["Retry-After"].isdigit()), (429, True))
        self.assertEqual(self.post(f"/{self.saturday.id}/judge", helped="1").status_code, 429)
        self.assertEqual(self.saturday.helped_count, 0)
