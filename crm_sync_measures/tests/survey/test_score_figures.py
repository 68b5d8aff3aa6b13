from odoo.exceptions import AccessError, UserError

from .score_common import ScoreCase


class TestScoreFigures(ScoreCase):
    """Scores with all that it takes to believe them."""

    def test_half_would_recommend_us_and_a_fifth_advises_against_it(self):
        self.given({10: 25, 7: 15, 3: 10})
        [row] = self.figures()
        self.assertEqual((row["figure"], row["margin"], row["answers"]), (30.0, 21.7, 50))
        self.assertEqual(row["text"], "NPS 30.0 ± 21.7, 50 answers")
        self.assertEqual(row["distribution"], {"3": 10, "7": 15, "10": 25})

    def test_one_too_few_is_too_few_and_no_number_is_told(self):
        self.given({10: 29})
        [row] = self.figures()
        self.assertEqual((row["is_enough"], row["figure"], row["mean"], row["z"]), (False, False, False, False))
        self.assertEqual((row["text"], row["distribution"]), ("Not enough answers: 29 of 30", {}))

    def test_metrics_are_not_mixed_and_relationship_is_told_apart(self):
        nps = self.program(running=True)
        self.given({10: 30}, nps, is_relational=True)
        self.given({1: 30}, nps)
        self.given({5: 30}, self.program(metric="csat", trigger="order_confirmed", running=True))
        rows = self.figures()
        self.assertEqual(
            [(row["metric"], row["is_relational"], row["figure"]) for row in rows],
            [("csat", False, 100.0), ("nps", True, 100.0), ("nps", False, -100.0)],
        )

    def test_from_20_to_30_with_a_hundred_answers_each_is_noise(self):
        self.given({10: 50, 7: 30, 3: 20})
        self.given({10: 45, 7: 30, 3: 25}, answered_at="2025-12-15 09:00:00")
        [row] = self.figures(days=60)
        self.assertEqual((row["figure"], row["previous"], row["previous_answers"]), (30.0, 20.0, 100))
        self.assertEqual((row["z"], row["is_signal"]), (0.89, False))

    def test_a_trend_compares_each_month_with_the_one_before(self):
        self.given({10: 200, 3: 100})
        self.given({10: 100, 3: 200}, answered_at="2026-02-10 09:00:00")
        rows = self.Score.with_user(self.manager).score_trend([("id", "not in", self.known)])
        self.assertEqual(
            [(row["label"], row["previous"]) for row in rows], [("2026-02-01", False), ("2026-03-01", -33.3)]
        )
        self.assertTrue(rows[1]["is_signal"])

    def test_one_company_with_many_voices_does_not_drown_two_others(self):
        program = self.program(running=True)
        big = self.people(10, self.customer)
        small = self.people(2)
        for partner in big:
            self.answer(10, program=program, partner=partner, wave=1)
        for partner in small:
            self.answer(2, program=program, partner=partner, wave=1)
        [plain], [accounts] = self.figures(minimum=1), self.figures(minimum=1, by_account=True)
        self.assertEqual((plain["answers"], plain["figure"]), (12, 66.7))
        self.assertEqual((accounts["answers"], accounts["figure"]), (3, -33.3))

    def test_the_account_view_has_a_row_for_each_customer(self):
        program = self.program(running=True)
        for partner, value in zip(self.people(3, self.customer), (10, 10, 2), strict=True):
            self.answer(value, program=program, partner=partner, wave=1)
        row = (
            self.env["crm.sync.score.account"]
            .with_user(self.seller)
            .search([("commercial_partner_id", "=", self.customer.id)])
        )
        self.assertEqual((row.answers, row.people, round(row.figure, 1), row.worst), (3, 3, 33.3, 2))
        others = self.env["crm.sync.score.account"].with_user(self.agent)
        self.assertFalse(others.search([("commercial_partner_id", "=", self.customer.id)]))

    def test_figures_count_what_the_caller_may_read(self):
        self.given({10: 3})
        self.assertEqual([row["answers"] for row in self.figures(self.agent, minimum=1)], [3])
        self.assertEqual(self.figures(self.colleague, minimum=1), [])
        with self.assertRaises(AccessError):
            self.figures(self.employee)

    def test_groups_are_those_that_were_settled(self):
        self.given({10: 2})
        [row] = self.figures(group="department_id", minimum=1)
        self.assertEqual((row["group"], row["label"]), (self.service.id, "Service"))
        for group in ("comment", "partner_id.email", "answered_at:hour", "1; DROP TABLE x"):
            with self.assertRaisesRegex(UserError, "group"):
                self.figures(group=group)

    def test_nonsense_is_refused(self):
        for arguments in ({"days": -1}, {"days": "90"}, {"minimum": 1.5}, {"population": 60, "group": "lang"}):
            with self.assertRaises(UserError):
                self.figures(**arguments)

    def test_with_few_customers_left_to_ask_we_are_surer(self):
        self.given({10: 25, 7: 15, 3: 10})
        self.assertEqual(self.figures(population=60)[0]["margin"], 8.9)

    def test_ease_has_a_mean_too(self):
        self.given({7: 50, 5: 30, 1: 20}, self.program(metric="ces", trigger="onboarding_day", running=True))
        [row] = self.figures()
        self.assertEqual((row["figure"], row["mean"], row["mean_margin"]), (80.0, 5.2, 0.45))

    def test_figures_of_many_departments_cost_as_many_statements_as_of_one(self):
        departments = self.env["crm.sync.department"].create([{"name": f"D{number}"} for number in range(10)])

        def statements():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.figures(group="department_id", days=90)
            return self.cr.sql_log_count - before

        self.given({10: 2})
        statements()
        few = statements()
        for department in departments:
            self.given({10: 2, 3: 1}, department_id=department.id)
        self.assertEqual(statements(), few)

    # ---------------------------------------------------------------- on what scores are about

    def test_forms_tell_how_many_and_what_they_come_to(self):
        self.company.sync_score_minimum = 2
        product = self.env["product.product"].create({"name": "Lens"})
        lead = self.env["crm.lead"].create({"name": "Lenses"})
        team = self.env["crm.team"].create({"name": "North"})
        self.given({10: 2, 3: 1}, product_id=product.id, lead_id=lead.id, team_id=team.id, partner_id=self.contact.id)
        for one in (product, product.product_tmpl_id, lead, team, self.customer, self.contact):
            record = one.with_user(self.manager)
            self.assertEqual(record.sync_score_count, 3, record)
            self.assertRegex(record.sync_score_text, r"^NPS 33.3 ± [\d.]+, 3 answers$")
            domain = record.action_open_sync_scores()["domain"]
            self.assertEqual(self.Score.search_count([*domain, ("id", "not in", self.known)]), 3)
        self.assertEqual(self.customer.with_user(self.colleague).sync_score_count, 0)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.employee).read(["sync_score_count"])

    def test_scores_of_many_customers_cost_one_statement(self):
        partners, program = self.people(50), self.program(running=True)
        for partner in partners:
            self.given({9: 1}, program, partner_id=partner.id)
        self.env.flush_all()
        partners.invalidate_recordset()
        partners.mapped("commercial_partner_id.name")
        self.company.sync_score_minimum  # noqa: B018 the setting is read
        with self.assertQueryCount(2):
            partners.mapped("sync_score_text")

    # ---------------------------------------------------------------- who has answered

    def test_the_response_rate_is_of_those_whom_it_reached(self):
        program = self.program(running=True)
        for state, count in (("done", 2), ("opened", 1), ("sent", 5), ("bounced", 2), ("suppressed", 3), (None, 1)):
            for partner in self.people(count):
                self.invite(program, partner, state)
        [row] = self.Invitation.with_user(self.manager).response_figures(
            [("program_id", "=", program.id)], "program_id"
        )
        self.assertEqual((row["invited"], row["suppressed"], row["sent"], row["bounced"]), (14, 3, 10, 2))
        self.assertEqual((row["delivered"], row["done"], row["rate"]), (8, 2, 25.0))
        self.assertTrue(row["low"] < 25 < row["high"])
