from freezegun import freeze_time
from odoo.exceptions import UserError

from .case_core_common import CaseCase


class TestCaseClosing(CaseCase):
    """How cases end, are reopened, escalated and judged."""

    def test_a_complaint_is_closed_with_its_cause_and_the_decision(self):
        case = self.case()
        case.action_move(self.stage("investigating"))
        with self.assertRaisesRegex(UserError, "before it is closed, fill in Decision, Cause"):
            case.action_close()
        case.cause_id = self.defect
        with self.assertRaisesRegex(UserError, "fill in Decision"):
            case.action_close()
        with self.assertRaisesRegex(UserError, "decision: give one of"):
            case.action_close("maybe")
        case.action_close("goodwill", "You get ten euros back.")
        self.assertEqual((case.decision, case.decision_note), ("goodwill", "You get ten euros back."))
        self.assertEqual(self.told(case), ["You get ten euros back."])

    def test_a_new_complaint_is_looked_into_before_it_is_closed(self):
        case = self.case(cause_id=self.defect.id)
        with self.assertRaisesRegex(UserError, "cannot go from “New” to “Case Closed”"):
            case.action_close("upheld")
        self.assertFalse(case.decision)

    def test_a_case_that_is_over_is_not_changed_any_more(self):
        case = self.closed()
        for values in ({"name": "Other"}, {"decision": "not_upheld"}, {"severity": "3"}, {"description": "x"}):
            with self.assertRaisesRegex(UserError, "Reopen it"):
                case.write(values)
        for action in (
            case.action_acknowledge,
            lambda: case.action_close("upheld"),
            case.action_accept,
        ):
            with self.assertRaises(UserError):
                action()

    def test_a_reopened_case_is_the_same_one_in_its_next_cycle(self):
        case = self.closed()
        number = case.number
        with freeze_time("2026-03-09 10:00:00"):
            case.action_reopen("The new lens is scratched as well")
        self.assertEqual((case.number, case.cycle, case.step, case.is_open), (number, 2, "investigating", True))
        self.assertEqual(str(case.opened_at), "2026-03-09 10:00:00")
        self.assertEqual(str(case.first_opened_at), "2026-03-02 09:00:00")
        self.assertFalse(case.closed_at or case.resolved_at or case.answered_at)
        self.assertEqual(self.history(case)[-1], "reopened")
        self.assertEqual(case.sudo().event_ids.sorted("id")[-1].cycle, 2)
        with self.assertRaisesRegex(UserError, "still open"):
            case.action_reopen("Again")

    def test_reopening_needs_a_reason_and_tells_the_owner(self):
        case = self.closed(user_id=self.head.id)
        with self.assertRaisesRegex(UserError, "Reason: say in a few words"):
            case.action_reopen("")
        case.action_reopen("Still scratched")
        self.assertEqual(case.sudo().activity_ids.user_id, self.head)

    def test_a_rejected_case_is_escalated_into_a_new_cycle(self):
        case = self.case()
        case.action_reject("You dropped it.")
        self.assertEqual((case.step, case.is_open, self.told(case)), ("rejected", False, ["You dropped it."]))
        case.action_escalate("He insists that it was scratched before")
        self.assertEqual((case.step, case.cycle, case.reject_reason), ("escalated", 2, False))
        self.assertEqual(self.history(case)[-2:], ["reopened", "escalated"])
        self.assertEqual(case.sudo().activity_ids.user_id, self.head)

    def test_dragging_into_the_column_of_what_was_escalated_tells_the_manager(self):
        case = self.case()
        case.write({"stage_id": self.stage("escalated").id})
        self.assertEqual((self.history(case)[-1], case.sudo().activity_ids.user_id), ("escalated", self.head))

    def test_without_a_department_managers_are_told_of_an_escalation(self):
        case = self.env["crm.sync.case"].with_user(self.manager).create({"name": "Late", "partner_id": self.contact.id})
        case.action_escalate("Nobody feels responsible")
        told = case.sudo().activity_ids.user_id
        self.assertTrue(0 < len(told) <= 5)
        self.assertTrue(all(user.has_group("crm_sync_measures.group_manager") for user in told))

    def test_what_is_over_asks_nobody_to_look_into_it(self):
        case = self.case(cause_id=self.defect.id)
        case.action_escalate("Urgent")
        self.assertTrue(case.sudo().activity_ids)
        case.action_close("upheld")
        self.assertFalse(case.sudo().activity_ids)

    def test_the_customers_verdict_is_given_once_it_is_over(self):
        case = self.case()
        with self.assertRaisesRegex(UserError, "still open"):
            case._give_verdict(5)
        case = self.closed()
        for score in (0, 6, "x", None):
            with self.assertRaisesRegex(UserError, "score: give a number from 1 to 5"):
                case._give_verdict(score)
        case._give_verdict(2, "It took a week.")
        self.assertEqual(
            (case.verdict, case.verdict_note, str(case.verdict_at)), ("2", "It took a week.", "2026-03-02 09:00:00")
        )
        self.assertEqual(self.history(case)[-1], "verdict")

    def test_all_of_several_cases_are_closed_or_none(self):
        good, bad = self.case(kind="question"), self.case()
        with self.assertRaises(UserError):
            (good | bad).action_close(note="Done")
        self.env.invalidate_all()
        self.assertTrue(bad.is_open)

    def test_what_is_closed_is_not_told_again_and_what_was_accepted_is_not_rejected(self):
        case = self.closed()
        case.action_close()
        self.assertEqual((self.told(case), self.history(case).count("closed")), (["You get a new lens."], 1))
        case = self.case()
        case.action_propose("You get a new lens.")
        case.action_accept()
        with self.assertRaisesRegex(UserError, "cannot go from"):
            case.action_reject("No")

    def test_an_archived_case_that_is_reopened_is_on_the_board_again(self):
        case = self.closed()
        case.active = False
        case.action_reopen("Scratched again")
        self.assertTrue(case.active)

    def test_who_takes_a_case_of_nobody_takes_it_into_his_department(self):
        case = self.case()
        case._record({"department_id": False, "user_id": False})
        case.sudo().action_assign(self.agent)
        self.assertEqual((case.user_id, case.department_id), (self.agent, self.service))

    def test_a_customer_who_may_not_be_written_to_is_not(self):
        self.contact.sudo().email = False
        case = self.closed()
        self.assertFalse(self.told(case))
        self.assertIn("You get a new lens.", " ".join(case.sudo().message_ids.mapped("body")))
