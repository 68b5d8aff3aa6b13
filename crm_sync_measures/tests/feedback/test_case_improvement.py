from odoo.exceptions import AccessError, UserError

from .case_core_common import CaseCase


class TestCaseImprovement(CaseCase):
    """A case that shows what should become better for everybody."""

    def test_a_case_that_is_over_is_marked_with_what_should_become_better(self):
        case = self.closed()
        case.with_user(self.agent).action_make_improvement("Wrap each lens by itself")
        self.assertTrue(case.improvement_wanted)
        self.assertEqual(
            (case.improvement_note, case.improvement_user_id, str(case.improvement_at)),
            ("Wrap each lens by itself", self.agent, "2026-03-02 09:00:00"),
        )
        self.assertEqual(self.history(case)[-1], "improvement")
        self.assertEqual((case.step, case.cycle), ("closed", 1), "it stays over")

    def test_it_is_taken_back_and_the_history_knows(self):
        case = self.closed()
        with self.assertRaisesRegex(UserError, "No improvement was wanted"):
            case.action_undo_improvement()
        case.action_make_improvement("Wrap each lens by itself")
        case.action_undo_improvement()
        self.assertFalse(case.improvement_wanted or case.improvement_note or case.improvement_user_id)
        self.assertEqual(self.history(case)[-2:], ["improvement", "no_improvement"])
        self.assertIn("Wrap each lens by itself", case.sudo().event_ids.mapped("note"))

    def test_it_needs_words_and_the_right_to_change_the_case(self):
        case = self.closed()
        for note in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "say in a few words why"):
                case.action_make_improvement(note)
        for user in (self.auditor, self.seller):
            with self.assertRaises(AccessError):
                case.with_user(user).action_make_improvement("x")
            with self.assertRaises(AccessError):
                case.with_user(user).action_undo_improvement()
        with self.assertRaisesRegex(UserError, "kept by the case itself"):
            case.write({"improvement_wanted": True})
        self.assertFalse(case.improvement_wanted)

    def test_by_the_dialog_for_several_cases(self):
        cases = self.case() | self.closed()
        change = self.env["crm.sync.case.change"].with_user(self.agent).with_context(active_ids=cases.ids)
        change.create({"change": "improve", "text": "Wrap each lens"}).action_apply()
        self.assertEqual(cases.mapped("improvement_note"), ["Wrap each lens"] * 2)

    def test_of_who_is_forgotten_the_words_go(self):
        case = self.closed()
        case.action_make_improvement("Li Na says: wrap it")
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.assertTrue(case.improvement_wanted)
        self.assertFalse(case.improvement_note)
