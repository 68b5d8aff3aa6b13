from .score_common import ScoreCase


class TestResultsAnonymous(ScoreCase):
    """The page of an anonymous program tells of no one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anonymous = cls.program(
            is_anonymous=True, low_score_opens_case=False, trigger="wave", min_answers=5, running=True
        )
        cls.anonymous._record({"wave": 1})

    def answers(self, *values, comment=None, department=None, **invitation):
        for value, partner in zip(values, self.people(len(values)), strict=True):
            partner.sync_department_id = department or self.service
            invited = self.invite(self.anonymous, partner, "sent", wave=1, **invitation)
            self.Score._answer(self.anonymous, value, comment and f"{comment} {value}", invitation=invited)
            invited._set_state("done")

    def page(self, user=None, **arguments):
        return self.anonymous.with_user(user or self.manager).results_page(**arguments)

    def domains(self, told):
        """Whatever leads to records, anywhere in a page."""
        if isinstance(told, dict):
            own = [told[name] for name in ("domain", "done_domain", "previous_domain") if told.get(name)]
            return own + [found for value in told.values() for found in self.domains(value)]
        if isinstance(told, list):
            return [found for value in told for found in self.domains(value)]
        return []

    def test_of_four_nothing_is_told_of_five_the_score_and_its_parts_once_each_is_five(self):
        self.answers(10, 10, 10, 10)
        page = self.page()
        self.assertEqual((page["score"]["answers"], page["score"]["figure"], page["bands"]), (0, False, []))
        self.answers(0)
        self.assertEqual((self.page()["score"]["answers"], self.page()["bands"]), (0, []))
        self.anonymous.action_end()
        page = self.page()
        self.assertEqual((page["score"]["figure"], page["bands"]), (60.0, []))
        self.answers(10, 0, 0, 0, 0)
        page = self.page()
        self.assertEqual((page["score"]["figure"], [band["count"] for band in page["bands"]]), (0.0, [5, 0, 5]))

    def test_looking_again_after_one_more_answer_tells_of_no_one(self):
        self.answers(*[10] * 10)
        before = self.page()
        self.assertEqual(before["score"]["answers"], 5)
        self.answers(0)
        after = self.page()
        for part in ("score", "bands", "values", "trend", "segments", "silent", "themes"):
            self.assertEqual(after[part], before[part], part)

    def test_no_number_leads_to_records_and_no_time_or_number_can_be_chosen(self):
        self.answers(*[9] * 8, comment="Kind")
        self.anonymous.action_end()
        for user in (self.manager, self.head, self.agent, self.auditor):
            page = self.page(user)
            self.assertEqual(self.domains(page), [])
            self.assertEqual((page["waves"], page["periods"], page["values"], page["trend"]), ([], [], [], []))
        self.assertEqual(self.page(wave=1), self.page())
        self.assertEqual(self.page(by_account=True), self.page())

    def test_segments_and_who_did_not_answer_leave_nobody_alone(self):
        self.answers(*[9] * 6, department=self.service, lang="en_US")
        self.answers(*[2] * 6, department=self.sales, lang="en_US")
        self.answers(5, 5, department=self.sales, lang="zh_CN")
        lonely = self.env["crm.sync.department"].create({"name": "Lonely"})
        self.answers(1, 1, 1, department=lonely, lang="zh_CN")
        self.assertEqual((self.page()["segments"], self.page()["silent"]), ([], []))
        self.anonymous.action_end()
        page = self.page()
        [side] = page["silent"]
        self.assertEqual([(row["label"], row["delivered"]) for row in side["rows"]], [("Sales", 8)])
        segments = {segment["code"]: [row["label"] for row in segment["rows"]] for segment in page["segments"]}
        self.assertEqual([name.split()[0].strip(",") for name in segments["lang"]], ["English", "Chinese"])

    def test_words_are_told_from_eight_on_at_the_end_without_number_and_name(self):
        self.answers(*range(7), comment="Words")
        self.anonymous.action_end()
        comments = self.anonymous.with_user(self.manager).results_comments
        self.assertEqual(comments(), {"total": 0, "comments": []})
        self.answers(7, comment="Words")
        told = comments(limit=3, offset=6)
        self.assertEqual(told, {"total": 8, "comments": [{"text": "Words 6"}, {"text": "Words 7"}]})
        self.assertEqual(comments(search="words 3")["comments"], [{"text": "Words 3"}])

    def test_many_answers_cost_as_many_statements_as_few(self):
        def statements():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.page()
            return self.cr.sql_log_count - before

        self.answers(*[9] * 6)
        self.anonymous.action_end()
        statements()
        few = statements()
        self.answers(*[8] * 30)
        self.assertEqual(statements(), few)
