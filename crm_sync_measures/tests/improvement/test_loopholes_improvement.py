from odoo.exceptions import AccessError, UserError

from .improvement_common import ImprovementCase


class TestLoopholesImprovement(ImprovementCase):
    """What an action keeps, and where it belongs, is not changed by the way that somebody asks."""

    def case(self, **values):
        return self.env["crm.sync.case"].create(
            {"name": "Lens scratched", "kind": "complaint", "partner_id": self.contact.id, **values}
        )

    def planned(self, cases):
        opened = cases.with_user(self.manager).action_improve()
        return self.Improvement.browse(opened["res_id"])

    def test_of_who_is_forgotten_the_words_of_all_his_cases_go(self):
        cases = self.case(name="Li Na's lens") | self.case(name="Li Na's box")
        cases[0].action_make_improvement("Li Na says: wrap it")
        cases[1].action_make_improvement("Li Na says: a larger box")
        action = self.planned(cases)
        self.assertIn("wrap it", action.problem)
        self.assertIn("a larger box", action.problem)
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.env.invalidate_all()
        self.assertNotIn("Li Na", f"{action.name} {action.problem}")

    def test_long_words_that_were_cut_go_too(self):
        case = self.case(name="Li Na's lens")
        case.action_make_improvement("Li Na says: " + "wrap it " * 1000)
        action = self.planned(case)
        self.assertEqual(len(action.problem), 5000)
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.env.invalidate_all()
        self.assertNotIn("Li Na", f"{action.name} {action.problem}")

    def test_nobody_moves_an_action_into_a_company_that_he_is_not_in(self):
        company, colleague = self.other_company()
        team = self.env["crm.team"].create({"name": "Of all companies", "company_id": False})
        action = self.action(user=self.manager, scope_key=f"team:{team.id}")
        with self.assertRaises(AccessError):
            action.write({"company_id": company.id, "owner_id": colleague.id})
        self.env.invalidate_all()
        self.assertEqual(action.company_id, self.company)

    def test_a_day_that_is_none_is_refused_with_a_sentence(self):
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        action = self.begun(kpi)
        for day in ({"day": 1}, [2026, 7, 1], 20260701, True, "tomorrow", "2026-13-01"):
            with self.assertRaisesRegex(UserError, "Give a day like", msg=str(day)):
                action.action_done(day)
        self.assertEqual(action.phase, "do")
