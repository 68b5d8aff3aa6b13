from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .case_core_common import CaseCase


class TestScore(CaseCase):
    """What customers' verdicts become: one score for each case and cycle."""

    def scores(self, case, **context):
        return self.env["crm.sync.score"].with_context(**context).search([("case_id", "=", case.id)])

    def judged(self, stars, note=None, **values):
        case = self.closed(**values)
        case._give_verdict(stars, note)
        return case

    def test_a_verdict_is_a_score_with_all_that_is_known_of_the_case(self):
        lead = self.env["crm.lead"].create({"name": "Lenses", "partner_id": self.customer.id})
        product = self.env["product.product"].create({"name": "Lens"})
        case = self.closed(self.agent, product_id=product.id)
        case.sudo().write({"user_id": self.agent.id})
        case._record({"lead_id": lead.id})
        case._give_verdict(4, "Quick")
        score = self.scores(case)
        self.assertEqual((score.metric, score.value, score.comment), ("csat", 4, "Quick"))
        self.assertEqual((score.partner_id, score.commercial_partner_id), (self.contact, self.customer))
        self.assertEqual((score.department_id, score.user_id, score.product_id), (self.service, self.agent, product))
        self.assertEqual((score.lead_id, score.team_id, score.cycle), (lead, lead.team_id, 1))
        self.assertEqual(str(score.answered_at), "2026-03-02 09:00:00")

    def test_put_right_within_a_day_the_last_answer_counts_and_the_first_is_kept(self):
        case = self.judged(2)
        with freeze_time("2026-03-03 08:59:00"):
            case._give_verdict(5, "Now it is right")
        self.assertEqual(case.verdict, "5")
        self.assertEqual(self.scores(case).mapped("value"), [5])
        both = self.scores(case, active_test=False)
        self.assertEqual(sorted(both.mapped("value")), [2, 5])
        self.assertEqual(both.filtered(lambda score: score.value == 2).replaced_by_id, self.scores(case))
        self.assertEqual(self.history(case).count("verdict"), 2)

    def test_after_a_day_the_verdict_stands(self):
        case = self.judged(2)
        with freeze_time("2026-03-03 09:00:01"), self.assertRaisesRegex(UserError, "You have told us already"):
            case._give_verdict(5)
        self.assertEqual((case.verdict, self.scores(case).value), ("2", 2))

    def test_the_same_answer_sent_twice_is_one(self):
        case = self.judged(2, "Slow")
        case._give_verdict(2, "Slow")
        self.assertEqual(len(self.scores(case, active_test=False)), 1)
        self.assertEqual(self.history(case).count("verdict"), 1)

    def test_each_cycle_has_a_score_of_its_own(self):
        case = self.judged(1)
        with freeze_time("2026-03-05 09:00:00"):
            case.action_reopen("Scratched again")
            case.action_close("upheld", "Another one")
            case._give_verdict(5)
        self.assertEqual([(score.cycle, score.value) for score in self.scores(case).sorted("cycle")], [(1, 1), (2, 5)])

    @mute_logger("odoo.sql_db")
    def test_the_database_takes_one_answer_for_a_case_and_cycle(self):
        case = self.judged(3)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["crm.sync.score"]._give(case._score_values(4, False, case.verdict_at))

    def test_a_number_that_is_not_on_the_scale_is_refused(self):
        values = {"metric": "nps", "company_id": self.company.id, "answered_at": "2026-03-02 09:00:00"}
        self.assertEqual(self.env["crm.sync.score"]._give({**values, "value": 0}).value, 0, "a zero is an answer")
        for value in (-1, 11):
            with self.assertRaisesRegex(UserError, "not on the scale"):
                self.env["crm.sync.score"]._give({**values, "value": value})

    def test_nobody_changes_or_deletes_an_answer(self):
        score = self.scores(self.judged(1))
        for user in (self.env.user, self.manager, self.head, self.agent):
            for values in ({"value": 5}, {"active": False}, {"comment": "Fine"}):
                with self.assertRaises(UserError):
                    score.with_user(user).write(values)
            with self.assertRaises(UserError):
                score.with_user(user).unlink()
        self.assertEqual(score.value, 1)

    def test_who_reads_the_case_reads_its_score(self):
        case = self.judged(4)
        stranger = self.new_user("t_stranger_sales", "group_user", self.sales)
        _company, other = self.other_company()
        other.group_ids += self.env.ref("crm_sync_measures.group_manager")
        portal = new_test_user(self.env, "t_score_portal", "base.group_portal")
        for user, reads in (
            (self.agent, True),
            (self.head, True),
            (self.manager, True),
            (self.auditor, True),
            (self.seller, True),
            (self.colleague, False),
            (stranger, False),
            (other, False),
        ):
            with self.subTest(user=user.login):
                Score = self.env["crm.sync.score"].with_user(user)
                self.assertEqual(bool(Score.search([("case_id", "=", case.id)])), reads)
                found = self.env["crm.sync.case"].with_user(user).search([("id", "=", case.id)])
                self.assertEqual(bool(found), reads)
        for user in (portal, self.employee):
            self.assertFalse(self.env["crm.sync.score"].with_user(user).has_access("read"))

    def test_each_reason_to_read_a_score_is_enough_by_itself(self):
        boss = self.new_user("t_boss", "group_department_manager", None)
        repairs = self.env["crm.sync.department"].create({"name": "Repairs", "manager_id": boss.id})
        worker = self.new_user("t_worker", "group_user", repairs)
        loner = self.new_user("t_loner", "group_user", None)
        nobodys, theirs, anothers = self.env["res.partner"].create(
            [
                {"name": "Nobody's"},
                {"name": "The Worker's", "user_id": worker.id},
                {"name": "Another's", "user_id": self.manager.id},
            ]
        )

        def case(opened_by=self.manager, **values):
            made = self.case(opened_by, partner_id=nobodys.id)
            made._record({"department_id": self.sales.id, "user_id": self.manager.id, **values})
            return made

        def score(case=None, **values):
            always = {"metric": "csat", "value": 4, "company_id": self.company.id, "answered_at": "2026-03-02 09:00:00"}
            return self.env["crm.sync.score"]._give({**always, "case_id": case and case.id, **values})

        for reason, one, readers in (
            ("scored himself, before it was another's", score(case(), user_id=worker.id), worker),
            ("his customer", score(partner_id=theirs.id), worker),
            ("his department", score(department_id=repairs.id), worker | boss),
            ("his case", score(case(user_id=worker.id)), worker),
            ("he opened the case", score(case(worker)), worker),
            ("the case is his customer's", score(case(partner_id=theirs.id)), worker),
            ("the case is his department's", score(case(department_id=repairs.id)), worker | boss),
            ("nobody's case", score(case(user_id=False, department_id=False)), worker | boss | loner),
            ("none: it is another's, of no department", score(case(department_id=False)), worker.browse()),
            ("none: it is nobody's, of another department", score(case(user_id=False)), worker.browse()),
            ("none: it is of no case, and another's customer", score(partner_id=anothers.id), worker.browse()),
        ):
            with self.subTest(reason):
                found = [user for user in (worker, boss, loner) if one.with_user(user).search([("id", "=", one.id)])]
                self.assertEqual(self.env["res.users"].union(*found), readers)

    def test_figures_are_told_from_enough_answers_on(self):
        self.company.sync_score_minimum = 3
        mine = [("department_id", "=", self.service.id)]
        Score = self.env["crm.sync.score"].with_user(self.agent)
        known = Score.search(mine)
        domain = [*mine, ("id", "not in", known.ids)]
        self.judged(5)
        self.judged(4)
        figures = Score.csat_figures(domain)
        self.assertEqual((figures["answers"], figures["is_enough"], figures["average"]), (2, False, False))
        self.assertEqual(figures["text"], "Not enough answers: 2 of 3")
        self.judged(1)
        figures = Score.csat_figures(domain)
        self.assertEqual((figures["average"], figures["satisfied"]), (3.33, 66.7))
        self.assertEqual(figures["text"], "3.33 of 5, 66.7 % satisfied, 3 answers")

    def test_figures_count_what_the_caller_may_read_and_the_last_answer_alone(self):
        self.company.sync_score_minimum = 1
        domain = [("id", "not in", self.env["crm.sync.score"].search([]).ids)]
        case = self.judged(1)
        case._give_verdict(5)
        values = {"metric": "nps", "value": 0, "company_id": self.company.id, "answered_at": "2026-03-02 09:00:00"}
        self.env["crm.sync.score"]._give({**values, "department_id": self.service.id})
        self.assertEqual(self.env["crm.sync.score"].with_user(self.agent).csat_figures(domain)["average"], 5.0)
        self.assertEqual(self.env["crm.sync.score"].with_user(self.colleague).csat_figures(domain)["answers"], 0)

    def test_scores_follow_customers_and_opportunities_that_are_merged(self):
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        leads = self.env["crm.lead"].create([{"name": name, "type": "opportunity"} for name in ("One", "Two")])
        cases = self.closed(partner_id=twin.id) | self.closed(partner_id=twin.id)
        for case, lead in zip(cases, leads, strict=True):
            case._record({"lead_id": lead.id})
            case._give_verdict(3)
        scores = self.scores(cases[0]) | self.scores(cases[1])
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [Command.set((self.customer | twin).ids)]}
        )
        wizard._merge((self.customer | twin).ids, self.customer)
        merged = leads.merge_opportunity()
        self.env.invalidate_all()
        for score in scores:
            self.assertEqual((score.partner_id, score.commercial_partner_id), (self.customer, self.customer))
            self.assertEqual(score.lead_id, merged)

    def test_of_who_is_forgotten_the_number_stays(self):
        case = self.judged(2, "Li Na is angry")
        values = {"metric": "csat", "value": 1, "company_id": self.company.id, "answered_at": "2026-03-02 09:00:00"}
        without_case, of_an_earlier_contact = (
            self.env["crm.sync.score"]._give({**values, "comment": "Li Na is angry", **whose})
            for whose in ({"partner_id": self.contact.id}, {"case_id": case.id, "cycle": 7})
        )
        self.env["crm.sync.erasure"]._erase(self.contact)
        score = self.scores(case) - of_an_earlier_contact
        self.assertEqual((score.value, score.comment), (2, False))
        self.assertEqual((without_case | of_an_earlier_contact).mapped("comment"), [False, False])
