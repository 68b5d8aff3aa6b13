import math

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from ...rules.score_statistics import figure, votes_of
from .score_common import ScoreCase


class ResultsCase(ScoreCase):
    """Two waves of an NPS, and a program that follows orders; Monday 2 March 2026, 9:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.waves = cls.program(trigger="wave", min_answers=5, running=True)
        cls.waves._record({"wave": 2})
        cls.orders = cls.program(metric="csat", trigger="order_confirmed", min_answers=3, running=True)

    def page(self, program=None, user=None, **arguments):
        return (program or self.waves).with_user(user or self.manager).results_page(**arguments)

    def assert_numbers_open(self, page, user=None):
        """Every number of a page is how many rows its domain finds."""
        Score, Invitation = (
            model.with_user(user or self.manager) for model in (self.Score, self.env["crm.sync.survey.invitation"])
        )
        scores = [*page["bands"], *page["values"], *page["trend"], *page["themes"]]
        scores += [page["score"], *(row for segment in page["segments"] for row in segment["rows"])]
        checked = 0
        for row in scores:
            number = row["answers"] if "answers" in row else row["count"]
            self.assertEqual(Score.search_count(row["domain"]), number, row)
            checked += 1
        asked = [(row["value"], row["domain"]) for row in page["response"]["numbers"]]
        asked += [(row["count"], row["domain"]) for row in page["suppressed"]]
        for side in page["silent"]:
            asked += [(row["delivered"], row["domain"]) for row in side["rows"]]
            asked += [(row["done"], row["done_domain"]) for row in side["rows"]]
        for number, domain in asked:
            self.assertEqual(Invitation.search_count(domain), number, domain)
            checked += 1
        return checked


class TestResults(ResultsCase):
    """What the page of results tells, and to whom."""

    def play(self):
        """A wave of 12 answers in two departments, one before it, and people who were not asked or said nothing."""
        self.given({10: 4, 7: 2, 3: 2}, self.waves, wave=1, is_relational=True)
        self.given({10: 5, 9: 1, 8: 2}, self.waves, wave=2, is_relational=True, lang="en_US", comment="Kind people")
        self.given({2: 4}, self.waves, wave=2, is_relational=True, lang="zh_CN", department_id=self.sales.id)
        for state, count in (("sent", 3), ("bounced", 2), ("done", 4)):
            for partner in self.people(count):
                self.invite(self.waves, partner, state, wave=2)
        for reason in ("quota", "open_complaint", "quota"):
            self.invite(self.waves, self.people(1), wave=2)._suppress(reason)

    def test_the_score_is_what_a_plain_loop_over_its_answers_says(self):
        self.play()
        scores = self.Score.search([("program_id", "=", self.waves.id), ("wave", "=", 2)])
        values = scores.mapped("value")
        promoters, detractors = sum(value >= 9 for value in values), sum(value <= 6 for value in values)
        p, d, n = promoters / len(values), detractors / len(values), len(values)
        score = self.page()["score"]
        self.assertEqual(score["answers"], 12)
        self.assertEqual(score["figure"], round(100 * (p - d), 1))
        self.assertAlmostEqual(score["margin"], 196 * math.sqrt((p + d - (p - d) ** 2) / n), delta=0.1)
        self.assertEqual((score["previous"], score["previous_answers"]), (25.0, 8))
        self.assertFalse(score["is_signal"])

    def test_every_number_opens_as_many_records_as_it_says(self):
        self.play()
        self.assertGreater(self.assert_numbers_open(self.page()), 30)
        self.assertGreater(self.assert_numbers_open(self.page(wave=0)), 30)
        for user in (self.agent, self.head, self.seller, self.auditor):
            self.assert_numbers_open(self.page(user=user), user)

    def test_parts_of_the_scale_add_up_to_all_answers(self):
        self.play()
        page = self.page()
        self.assertEqual(
            [(band["code"], band["count"], band["share"]) for band in page["bands"]],
            [("high", 6, 50.0), ("middle", 2, 16.7), ("low", 4, 33.3)],
        )
        self.assertEqual([row["count"] for row in page["values"]], [0, 0, 4, 0, 0, 0, 0, 0, 2, 1, 5])

    def test_below_the_minimum_there_is_no_number(self):
        self.given({10: 4}, self.waves, wave=2, is_relational=True)
        page = self.page()
        self.assertEqual((page["score"]["figure"], page["score"]["text"]), (False, "Not enough answers: 4 of 5"))
        [department] = [one for one in page["segments"] if one["code"] == "department_id"]
        self.assertEqual([row["figure"] for row in department["rows"]], [False])

    def test_without_an_answer_the_page_says_so(self):
        page = self.page()
        self.assertEqual(page["score"]["text"], "Not enough answers: 0 of 5")
        self.assertEqual((page["trend"], page["segments"], page["silent"], page["suppressed"]), ([], [], [], []))
        self.assertEqual(page["response"]["rate"], False)

    def test_a_trend_of_waves_has_them_in_their_order_each_with_the_one_before(self):
        self.waves._record({"wave": 10})
        for wave, values in ((1, {10: 10}), (2, {0: 10}), (10, {10: 10})):
            self.given(values, self.waves, wave=wave, is_relational=True)
        trend = self.page()["trend"]
        self.assertEqual([row["label"] for row in trend], ["Wave 1", "Wave 2", "Wave 10"])
        self.assertEqual([row["previous"] for row in trend], [False, 100.0, -100.0])
        self.assertEqual([row["is_signal"] for row in trend], [False, True, True])

    def test_a_month_begins_at_midnight_of_who_looks(self):
        self.manager.tz = "Asia/Shanghai"
        self.given({5: 3}, self.orders, answered_at="2026-01-31 15:59:59")
        self.given({1: 4}, self.orders, answered_at="2026-01-31 16:00:00")
        page = self.page(self.orders.with_context(tz="Asia/Shanghai"))
        self.assertEqual(
            [(row["label"], row["answers"], row["figure"]) for row in page["trend"]],
            [("Jan 2026", 3, 100.0), ("Feb 2026", 4, 0.0)],
        )
        self.assert_numbers_open(page)

    def test_what_follows_events_is_compared_with_as_many_days_before(self):
        self.given({5: 8, 1: 2}, self.orders, answered_at="2026-02-20 09:00:00")
        self.given({5: 3, 1: 7}, self.orders, answered_at="2026-01-15 09:00:00")
        score = self.page(self.orders, days=30)["score"]
        self.assertEqual((score["figure"], score["previous"], score["is_signal"]), (80.0, 30.0, True))
        everything = self.page(self.orders, days=0)["score"]
        self.assertEqual((everything["answers"], everything["previous"]), (20, False))

    def test_one_vote_for_each_account(self):
        for partner in self.people(10, self.customer):
            self.answer(10, program=self.waves, partner=partner, wave=2)
        for partner in self.people(4):
            self.answer(2, program=self.waves, partner=partner, wave=2)
        plain, accounts = self.page(), self.page(by_account=True)
        self.assertEqual((plain["score"]["answers"], plain["score"]["figure"]), (14, 42.9))
        self.assertEqual((accounts["score"]["answers"], accounts["score"]["figure"]), (5, -60.0))
        self.assertTrue(accounts["filter"]["by_account"])
        self.assertEqual(accounts["trend"][-1]["answers"], 5)

    def test_segments_are_what_a_plain_loop_finds(self):
        self.play()
        found = {segment["code"]: segment for segment in self.page()["segments"]}
        self.assertEqual(sorted(found), ["department_id", "lang"])
        for code, segment in found.items():
            scores = self.Score.search([("program_id", "=", self.waves.id), ("wave", "=", 2)])
            for row in segment["rows"]:
                own = scores.filtered(
                    lambda score, code=code, row=row: getattr(score[code], "id", score[code]) == row["group"]
                )
                counts = {value: len(members) for value, members in own.grouped("value").items()}
                wanted = figure(votes_of("nps", counts), "nps", 5)
                self.assertEqual((row["answers"], row["figure"]), (len(own), wanted.value or False), row["label"])
            self.assertEqual(sum(row["answers"] for row in segment["rows"]), 12)

    def test_invited_and_by_a_code_on_paper_are_told_apart(self):
        self.answer(9, program=self.waves, partner=self.people(1), wave=2)
        self.given({3: 2}, self.waves, wave=2, is_relational=True)
        [channel] = [one for one in self.page()["segments"] if one["code"] == "channel"]
        self.assertEqual(
            [(row["label"], row["answers"]) for row in channel["rows"]], [("Invitation", 1), ("QR Code", 2)]
        )

    def test_a_room_that_knows_tiers_adds_them(self):
        # Here the industry of a customer stands for his tier.
        industries = self.env["res.partner.industry"].create([{"name": "Gold"}, {"name": "Silver"}])
        self.patch(type(self.waves), "_results_tier_field", lambda _self: "industry_id")
        for industry, states in zip(industries, (["done"] * 40, ["done"] * 5 + ["sent"] * 35), strict=True):
            for partner, state in zip(self.people(40), states, strict=True):
                partner.industry_id = industry
                invitation = self.invite(self.waves, partner, state, wave=2)
                if state == "done":
                    self.Score._answer(self.waves, 9, invitation=invitation)
        page = self.page()
        [tier] = [one for one in page["segments"] if one["code"] == "tier"]
        self.assertEqual([(row["label"], row["answers"]) for row in tier["rows"]], [("Gold", 40), ("Silver", 5)])
        [side] = [one for one in page["silent"] if one["code"] == "tier"]
        self.assertEqual(
            [(row["label"], row["delivered"], row["done"], row["bias"]) for row in side["rows"]],
            [("Silver", 40, 5, -1), ("Gold", 40, 40, 1)],
        )
        self.assert_numbers_open(page)

    def test_who_did_not_answer_is_counted_by_the_department_in_charge_of_the_customer(self):
        sales = self.people(2)
        sales.write({"user_id": self.seller.id})
        service = self.people(3)
        service.write({"sync_department_id": self.service.id, "user_id": self.seller.id})
        for partner, state in zip(
            sales | service | self.people(1), ["done", "sent", "done", "bounced", "sent", "done"], strict=True
        ):
            self.invite(self.waves, partner, state, wave=2)
        page = self.page()
        [side] = page["silent"]
        self.assertEqual(
            {row["label"]: (row["delivered"], row["done"]) for row in side["rows"]},
            {"Sales": (2, 1), "Service": (2, 1), "Not known": (1, 1)},
        )
        self.assert_numbers_open(page)

    def test_the_rate_is_of_those_delivered_and_reasons_are_told_in_words(self):
        self.play()
        page = self.page()
        self.assertEqual(
            {row["code"]: row["value"] for row in page["response"]["numbers"]},
            {"suppressed": 3, "sent": 9, "bounced": 2, "delivered": 7, "done": 4},
        )
        self.assertEqual(page["response"]["rate"], 57.1)
        self.assertEqual(
            [(row["label"], row["count"]) for row in page["suppressed"]],
            [("Not in the sample.", 2), ("An open complaint comes first.", 1)],
        )

    # ---------------------------------------------------------------- rights

    def test_each_reads_the_figures_of_what_he_may_read(self):
        self.play()
        theirs = self.page(user=self.agent)
        self.assertEqual((theirs["score"]["answers"], theirs["sees_all"]), (8, False))
        self.assertTrue(self.page(user=self.auditor)["sees_all"])

    def test_who_may_not_read_the_program_is_told_so(self):
        company, other = self.other_company()
        portal = new_test_user(self.env, "t_results_portal", "base.group_portal")
        for user in (self.employee, other, portal):
            for name in ("results_page", "results_comments"):
                with self.assertRaisesRegex(AccessError, "may not read the results"):
                    getattr(self.waves.with_user(user), name)()
        self.manager.company_ids = [Command.link(company.id)]
        with self.assertRaisesRegex(AccessError, "Choose that company above"):
            self.page(self.waves.with_context(allowed_company_ids=company.ids))

    def test_what_is_gone_and_nonsense_is_refused_in_words(self):
        gone = self.program()
        ids = gone.id, 2**40, -1
        gone.unlink()
        for number in ids:
            with self.assertRaisesRegex(UserError, "does not exist any more"):
                self.page(self.Program.browse(number))
        for arguments in ({"wave": 3}, {"wave": "1"}, {"wave": True}, {"wave": -1}):
            with self.assertRaisesRegex(UserError, "wave"):
                self.page(**arguments)
        for days in (31, "30", 1.5):
            with self.assertRaisesRegex(UserError, "days"):
                self.page(self.orders, days=days)

    # ---------------------------------------------------------------- comments

    def comments(self, user=None, **arguments):
        return self.waves.with_user(user or self.manager).results_comments(**arguments)

    def test_comments_come_newest_first_and_page_by_page(self):
        for day in range(1, 8):
            self.given({day: 1}, self.waves, wave=2, comment=f"Day {day}", answered_at=f"2026-02-0{day} 09:00:00")
        first, second = self.comments(limit=5), self.comments(limit=5, offset=5)
        self.assertEqual(first["total"], 7)
        self.assertEqual(
            [one["text"] for one in first["comments"] + second["comments"]], [f"Day {day}" for day in range(7, 0, -1)]
        )
        self.assertEqual((first["comments"][0]["band"], second["comments"][0]["band"]), ("middle", "low"))

    def test_comments_are_found_by_words_part_of_the_scale_and_theme(self):
        theme = self.env["crm.sync.survey.theme"].create(
            {"name": "Late", "word_ids": [Command.create({"lang": "en_US", "words": "late"})]}
        )
        self.given({2: 1, 9: 1}, self.waves, wave=2, comment="Deliveries are always late", lang="en_US")
        self.given({3: 1}, self.waves, wave=2, comment="镜片刮花了", lang="zh_CN")
        self.assertEqual(self.comments(search="delivery")["total"], 2)
        self.assertEqual(self.comments(search="刮花")["total"], 1)
        self.assertEqual(self.comments(band="low")["total"], 2)
        found = self.comments(theme=theme.id, band="high")
        self.assertEqual([one["value"] for one in found["comments"]], [9])
        self.assertIn("Late", [one["name"] for one in found["comments"][0]["themes"]])
        themes = {row["id"]: row["count"] for row in self.page()["themes"]}
        self.assertEqual(themes[theme.id], 2)

    def test_comments_of_others_are_not_read(self):
        self.given({2: 1}, self.waves, wave=2, comment="Ours")
        self.given({2: 1}, self.waves, wave=2, comment="Theirs", department_id=self.sales.id)
        self.assertEqual([one["text"] for one in self.comments(self.agent)["comments"]], ["Ours"])

    def test_nonsense_about_comments_is_refused(self):
        for arguments in ({"search": 3}, {"search": "x" * 201}, {"band": "best"}, {"theme": "1"}, {"offset": -1},
                          {"limit": 101}, {"limit": True}):  # fmt: skip
            with self.assertRaises(UserError):
                self.comments(**arguments)

    # ---------------------------------------------------------------- how much it costs

    def test_a_page_of_many_answers_costs_as_many_statements_as_one_of_few(self):
        page = self.waves.with_user(self.manager).with_context(lang="en_US")

        def statements(name, **arguments):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            getattr(page, name)(**arguments)
            return self.cr.sql_log_count - before

        self.play()
        for arguments in ({}, {"by_account": True}):
            statements("results_page", **arguments)
            few = statements("results_page", **arguments)
            self.assertLess(few, 40)
            departments = self.env["crm.sync.department"].create(
                [{"name": f"D{number} {arguments}"} for number in range(10)]
            )
            for department, partner in zip(departments, self.people(10), strict=True):
                partner.sync_department_id = department
                self.invite(self.waves, partner, "sent", wave=2)
                self.given({10: 2, 3: 1}, self.waves, wave=2, department_id=department.id, comment="Kind")
            self.assertEqual(statements("results_page", **arguments), few, arguments)

    def test_a_page_of_comments_costs_as_many_statements_as_one_comment(self):
        page = self.waves.with_user(self.manager)
        for partner in self.people(2):
            self.given({5: 1}, self.waves, wave=2, comment="Kind", partner_id=partner.id)

        def statements():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            page.results_comments()
            return self.cr.sql_log_count - before

        statements()
        few = statements()
        for partner in self.people(30):
            self.given({5: 1}, self.waves, wave=2, comment="Kind", partner_id=partner.id)
        self.assertEqual(statements(), few)

    def test_the_button_of_the_program_opens_its_page(self):
        action = self.waves.with_user(self.manager).action_results()
        self.assertEqual((action["type"], action["params"]), ("ir.actions.client", {"program_id": self.waves.id}))
        self.assertEqual(action["path"], "survey-results")
