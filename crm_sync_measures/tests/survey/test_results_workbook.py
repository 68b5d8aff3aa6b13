from io import BytesIO

import openpyxl
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .test_results import ResultsCase

HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "https://example.com/x", "{=1}")


class TestResultsWorkbook(ResultsCase):
    """The results as a workbook."""

    def book(self, program=None, user=None, **chosen):
        file = BytesIO()
        (program or self.waves).with_user(user or self.manager)._write_results(file, **chosen)
        return openpyxl.load_workbook(BytesIO(file.getvalue()))

    def rows(self, sheet):
        return list(sheet.iter_rows(values_only=True))

    def test_sheets_say_what_the_page_says(self):
        self.given({10: 8, 2: 4}, self.waves, wave=2, is_relational=True, comment="Kind", lang="en_US")
        self.given({2: 8}, self.waves, wave=1, is_relational=True)
        page, book = self.page(), self.book()
        self.assertEqual(book.sheetnames, ["Score", "Trend", "Segments", "Comments"])
        told = {row[0]: row[1] for row in self.rows(book["Score"]) if row[0]}
        self.assertEqual(told["Score before"], -100.0)
        self.assertEqual((told["95 % interval, from"], told["Answers"]), (page["score"]["low"], 12))
        self.assertEqual((told["Promoters"], told["Detractors"], told["10"], told["Time"]), (8, 4, 8, "Wave 2"))
        self.assertEqual([row[0] for row in self.rows(book["Trend"])[1:]], ["Wave 1", "Wave 2"])
        segments = self.rows(book["Segments"])[1:]
        wanted = [(segment["label"], row["label"]) for segment in page["segments"] for row in segment["rows"]]
        self.assertEqual([row[:2] for row in segments], wanted)
        self.assertEqual([row[1] for row in self.rows(book["Comments"])[1:]].count(10), 8)
        earlier = {row[0]: row[1] for row in self.rows(self.book(wave=1)["Score"]) if row[0]}
        self.assertEqual((earlier["Time"], earlier["Answers"]), ("Wave 1", 8))

    def test_a_comment_stays_text_whatever_it_begins_with(self):
        for text in HOSTILE:
            self.given({3: 1}, self.waves, wave=2, comment=text)
        cells = [row[2] for row in self.book()["Comments"].iter_rows(min_row=2)]
        self.assertEqual(sorted(cell.value.strip() for cell in cells), sorted(text.strip() for text in HOSTILE))
        for cell in cells:
            self.assertEqual((cell.data_type, cell.hyperlink), ("s", None))

    def test_few_answers_give_a_sentence_and_no_number(self):
        self.given({10: 4}, self.waves, wave=2, is_relational=True)
        told = {row[0]: row[1] for row in self.rows(self.book()["Score"]) if row[0] and row[1]}
        self.assertEqual(told["Score"], "Not enough answers: 4 of 5")

    def test_it_has_what_its_reader_may_read(self):
        self.given({2: 5}, self.waves, wave=2, comment="Ours")
        self.given({2: 5}, self.waves, wave=2, comment="Theirs", department_id=self.sales.id)
        words = {row[2] for row in self.rows(self.book(user=self.agent)["Comments"])[1:]}
        self.assertEqual(words, {"Ours"})
        with self.assertRaises(AccessError):
            self.book(user=self.employee)

    def test_of_an_anonymous_program_it_has_words_alone(self):
        program = self.program(
            is_anonymous=True, low_score_opens_case=False, trigger="wave", min_answers=5, running=True
        )
        for number, partner in enumerate(self.people(8)):
            invited = self.invite(program, partner, "sent", wave=1)
            self.Score._answer(program, 2, f"Words {number}", invitation=invited)
            invited._set_state("done")
        self.assertEqual(len(self.rows(self.book(program)["Comments"])), 1)
        program.action_end()
        self.assertEqual(self.rows(self.book(program)["Comments"])[1:], [(f"Words {number}",) for number in range(8)])


@tagged("post_install", "-at_install")
class TestResultsDownload(HttpCase, ResultsCase):
    """The address of the workbook."""

    def test_who_may_read_the_program_gets_it_and_others_are_told_why_not(self):
        self.given({10: 6}, self.waves, wave=2, is_relational=True)
        _company, other = self.other_company()
        url = f"/crm_sync_measures/survey_results/{self.waves.id}"
        for user in (self.manager, self.agent, self.auditor):
            self.authenticate(user.login, user.login)
            answer = self.url_open(f"{url}?wave=2&days=x&accounts=1")
            self.assertEqual(answer.status_code, 200)
            self.assertIn("survey_results_", answer.headers["Content-Disposition"])
            self.assertEqual(openpyxl.load_workbook(BytesIO(answer.content)).sheetnames[0], "Score")
        for user in (self.employee, other):
            self.authenticate(user.login, user.login)
            answer = self.url_open(url)
            self.assertEqual(answer.status_code, 403)
            self.assertIn("may not read the results", answer.text)
        self.authenticate("t_manager", "t_manager")
        self.assertEqual(self.url_open(f"{url}?wave=7").status_code, 422)
        self.assertEqual(self.url_open("/crm_sync_measures/survey_results/999999999999").status_code, 422)
