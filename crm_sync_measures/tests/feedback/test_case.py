import re
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .case_core_common import CaseCase


class TestCase(CaseCase):
    # ---------------------------------------------------------------- opening

    def test_a_complaint_needs_who_and_what_and_gets_a_number(self):
        case = self.case()
        self.assertTrue(re.fullmatch(r"C/2026/\d{6}", case.number), case.number)
        self.assertEqual((case.kind, case.step, case.cycle, case.is_open), ("complaint", "new", 1, True))
        self.assertEqual(case.stage_id, self.stage("new"))
        self.assertEqual(case.commercial_partner_id, self.customer)
        self.assertEqual((case.email_from, case.partner_name), ("li.na@northern.example.com", "Li Na"))
        self.assertEqual(str(case.opened_at), "2026-03-02 09:00:00")
        self.assertEqual(case.first_opened_at, case.opened_at)
        self.assertEqual(self.history(case), ["opened"])
        self.assertFalse(case.acknowledged_at or case.answered_at or case.closed_at)

    def test_two_cases_have_two_numbers_and_each_company_counts_its_own(self):
        first, second = self.case(), self.case()
        self.assertEqual(int(second.number[-6:]), int(first.number[-6:]) + 1)
        company, other = self.other_company()
        foreign = (
            self.env["crm.sync.case"]
            .with_user(other)
            .with_context(allowed_company_ids=company.ids)
            .create({"name": "A question", "kind": "question", "partner_name": "Somebody"})
        )
        self.assertEqual((foreign.company_id, foreign.number), (company, "C/2026/000001"))

    def test_what_cannot_be_told_when_a_case_is_opened_is_refused(self):
        for values, words in (
            ({"name": "  "}, "Subject: say in a few words"),
            ({"number": "C/2026/999999"}, "kept by the case itself"),
            ({"cycle": 7}, "kept by the case itself"),
            ({"verdict": "5"}, "kept by the case itself"),
            ({"closed_at": "2026-03-01 09:00:00"}, "kept by the case itself"),
            ({"intake_key": "stolen"}, "kept by the case itself"),
            ({"opened_at": "2020-01-01 09:00:00"}, "kept by the case itself"),
            ({"description": "<p>" + "x" * 200_001 + "</p>"}, "at most 200000 characters"),
        ):
            with self.subTest(words=words, values=list(values)), self.assertRaisesRegex(UserError, words):
                self.case(**values)

    def test_the_clients_context_cannot_open_a_case_that_is_closed_already(self):
        case = (
            self.env["crm.sync.case"]
            .with_user(self.agent)
            .with_context(
                default_number="C/2026/1",
                default_stage_id=self.stage("closed").id,
                default_cycle=9,
                default_verdict="5",
                default_closed_at="2026-03-01 09:00:00",
                default_raised_to="3",
                default_kind="question",
            )
            .create({"name": "When do you open?", "partner_id": self.contact.id})
        )
        self.assertEqual((case.kind, case.step, case.cycle, case.priority), ("question", "new", 1, "0"))
        self.assertFalse(case.verdict or case.closed_at)
        self.assertNotEqual(case.number, "C/2026/1")

    def test_what_comes_in_twice_under_one_key_is_one_case(self):
        values = {"name": "Again", "partner_name": "Somebody", "intake_key": "mail:4711"}
        self.env["crm.sync.case"].create(values)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env["crm.sync.case"].create(values)

    def test_a_script_in_the_customers_words_is_text(self):
        case = self.case(description="<p>Hello<script>alert(1)</script><img src=x onerror=alert(2)></p>")
        self.assertNotIn("script", case.description)
        self.assertNotIn("onerror", case.description)

    def test_control_characters_are_left_out_and_a_subject_is_one_line(self):
        case = self.case(name="Broken\x00\n  lens ", lot_name=" A\x00 17 ")
        self.assertEqual((case.name, case.lot_name), ("Broken lens", "A 17"))

    # ---------------------------------------------------------------- priority

    def test_priority_comes_from_how_bad_it_is_and_for_how_many(self):
        case = self.case(severity="1", impact="0")
        self.assertEqual(case.priority, "0")
        case.write({"severity": "2", "impact": "2"})
        self.assertEqual(case.priority, "2")
        case.is_safety = True
        self.assertEqual(case.priority, "3")
        self.assertEqual(self.history(case), ["opened", "changed", "changed"])

    def test_priority_is_raised_by_hand_with_a_reason_and_never_lowered(self):
        case = self.case(severity="2", impact="2")
        with self.assertRaisesRegex(UserError, "Reason: say in a few words"):
            case.action_raise_priority("3", " ")
        case.action_raise_priority("1", "Looks small")
        self.assertEqual(case.priority, "2")
        case.action_raise_priority("3", "The press has called")
        self.assertEqual(case.priority, "3")
        self.assertEqual(self.history(case)[-1], "raised")
        with self.assertRaisesRegex(UserError, "kept by the case itself"):
            case.write({"priority": "0"})

    # ---------------------------------------------------------------- going

    def test_a_complaint_goes_its_way_and_every_step_is_in_its_history(self):
        case = self.case()
        case.action_acknowledge()
        case.action_move(self.stage("assessed"))
        case.action_move(self.stage("investigating").id)
        with freeze_time("2026-03-02 12:00:00"):
            case.action_wait("third", "The manufacturer looks at it")
            self.assertEqual(case.step, "waiting_third")
        case.action_move(self.stage("investigating"))
        case.action_propose("We send you a new lens on Friday.")
        self.assertEqual(case.proposal, "We send you a new lens on Friday.")
        case.action_accept()
        case.cause_id = self.defect
        with freeze_time("2026-03-06 15:00:00"):
            case.action_close("upheld", "The new lens was sent.")
        self.assertEqual((case.step, case.is_open, str(case.closed_at)), ("closed", False, "2026-03-06 15:00:00"))
        # Resolved when the customer agreed, four days before.
        self.assertEqual(str(case.resolved_at), "2026-03-02 09:00:00")
        self.assertEqual(
            [kind for kind in self.history(case) if kind != "changed"],
            [
                "opened",
                "acknowledged",
                "moved",
                "moved",
                "moved",
                "moved",
                "proposed",
                "answered",
                "accepted",
                "closed",
            ],
        )

    def test_a_case_goes_only_where_it_may_and_is_told_where(self):
        case = self.case()
        with self.assertRaises(UserError) as caught:
            case.action_move(self.stage("accepted"))
        self.assertIn("cannot go from “New” to “Solution Accepted”", str(caught.exception))
        self.assertIn("Acknowledged, Assessed, Investigating", str(caught.exception))
        with self.assertRaisesRegex(UserError, "no stage for cases of this kind"):
            case.action_move(self.stage("triaged"))

    def test_dragging_is_moving(self):
        case = self.case()
        case.write({"stage_id": self.stage("investigating").id})
        self.assertEqual((case.step, self.history(case)), ("investigating", ["opened", "moved"]))
        self.assertTrue(case.acknowledged_at)
        with self.assertRaisesRegex(UserError, "It can go to: "):
            case.write({"stage_id": self.stage("accepted").id})
        with self.assertRaisesRegex(UserError, "before it is closed, fill in Decision, Cause"):
            case.write({"stage_id": self.stage("closed").id})
        with self.assertRaisesRegex(UserError, "Use “Reject”"):
            case.write({"stage_id": self.stage("rejected").id})
        self.assertEqual(case.step, "investigating")

    def test_a_question_is_answered_and_closed_at_once(self):
        case = self.case(kind="question", name="When do you open?")
        case.action_close(note="At nine.")
        self.assertEqual((case.step, case.answered_at, case.closed_at), ("closed", case.opened_at, case.opened_at))
        self.assertEqual(self.told(case), ["At nine."])

    def test_a_suggestion_is_planned_done_and_told(self):
        case = self.case(kind="suggestion", name="Longer cables")
        self.assertEqual(case.stage_id, self.stage("received"))
        case.action_move(self.stage("planned"))
        case.action_move(self.stage("done"))
        self.assertTrue(case.is_open)
        self.assertTrue(case.resolved_at)
        case.action_close(note="Our cables are two metres long now.")
        self.assertEqual((case.step, case.is_open), ("told", False))
        self.assertEqual(self.told(case), ["Our cables are two metres long now."])

    def test_a_suggestion_is_declined_with_a_reason_that_the_customer_reads(self):
        case = self.case(kind="suggestion", name="Free lenses")
        case.action_reject("We could not live from it.")
        self.assertEqual((case.step, case.reject_reason), ("declined", "We could not live from it."))
        self.assertEqual(self.told(case), ["We could not live from it."])

    def test_a_complaint_that_is_a_question_keeps_its_number_and_goes_on(self):
        case = self.case()
        number = case.number
        case.action_move(self.stage("investigating"))
        case.kind = "question"
        self.assertEqual((case.number, case.step, case.kind), (number, "investigating", "question"))
        case.kind = "suggestion"
        self.assertEqual((case.number, case.stage_id), (number, self.stage("received")))
        self.assertEqual(case.event_ids.sudo().sorted("id")[-2:].mapped("new_step"), ["new", False])

    def test_what_is_resolved_becomes_no_other_kind(self):
        case = self.case(cause_id=self.defect.id)
        case.action_propose("You get a new lens.")
        case.action_accept()
        with self.assertRaisesRegex(UserError, "is over. Reopen it first"):
            case.kind = "suggestion"
        case.action_reopen("Not yet")
        case.kind = "suggestion"
        self.assertEqual((case.step, case.resolved_at), ("new", False))

    def test_who_the_customer_is_counts_anew_when_it_is_another_one_and_when_it_begins_anew(self):
        weights = {self.contact: 0, self.customer: 2}
        weigh = lambda case: weights[case.partner_id]  # noqa: E731
        with patch.object(self.env.registry["crm.sync.case"], "_tier_weight", weigh):
            case = self.case(severity="1", impact="1")
            self.assertEqual((case.tier_weight, case.priority), (0, "1"))
            case.partner_id = self.customer
            self.assertEqual((case.tier_weight, case.priority), (2, "2"))
            case.action_reject("No")
            weights[self.customer] = 0
            case.action_reopen("Again")
            self.assertEqual((case.tier_weight, case.priority), (0, "1"))

    def test_waiting_names_for_whom(self):
        case = self.case()
        with self.assertRaisesRegex(UserError, "whom: give customer or third"):
            case.action_wait("nobody")
        case.action_wait("customer", "Which lens is it?")
        self.assertEqual(case.step, "waiting_customer")

    def test_who_sees_to_it_is_noted(self):
        case = self.case()
        case.action_assign(self.head)
        case.with_user(self.head).write({"user_id": self.agent.id})
        case.action_take()
        events = case.event_ids.sudo().filtered(lambda event: event.kind == "assigned").sorted("id")
        self.assertEqual(events.new_user_id, self.head | self.agent)
        self.assertEqual(len(events), 2)
        portal = self.env["res.users"].search([("share", "=", True)], limit=1)
        with self.assertRaisesRegex(UserError, "Owner: choose a colleague"):
            case.action_assign(portal or self.env.ref("base.public_user"))

    def test_an_owner_of_another_company_is_refused(self):
        _company, other = self.other_company()
        with self.assertRaisesRegex(UserError, "does not work for"):
            self.case().action_assign(other)

    def test_a_colleague_who_leaves_does_not_lock_his_cases(self):
        case = self.case(user_id=self.agent.id)
        self.agent.sudo().active = False
        case.with_user(self.head).write({"name": "The lens is broken"})
        self.assertEqual(case.name, "The lens is broken")

    def test_nothing_that_is_kept_by_the_case_is_written_from_outside_not_even_by_the_superuser(self):
        case = self.case()
        for name, value in (
            ("number", "X"),
            ("step", "closed"),
            ("is_open", False),
            ("cycle", 2),
            ("closed_at", "2026-03-02 09:00:00"),
            ("master_id", case.id),
            ("verdict", "5"),
            ("proposal", "x"),
            ("reject_reason", "x"),
            ("company_id", self.company.id),
        ):
            for user in (self.agent, self.manager, self.env.ref("base.user_root")):
                with self.subTest(name=name, user=user.login), self.assertRaisesRegex(UserError, "kept by the case"):
                    case.with_user(user).write({name: value})

    def test_a_case_is_never_deleted_and_archived_only_when_it_is_over(self):
        case = self.case()
        with self.assertRaisesRegex(UserError, "not deleted"):
            case.sudo().unlink()
        with self.assertRaisesRegex(UserError, "not archived"):
            case.action_archive()
        over = self.closed()
        over.action_archive()
        self.assertFalse(over.active)
        over.action_unarchive()
        self.assertEqual(self.history(over)[-2:], ["archived", "restored"])

    def test_the_history_is_never_changed(self):
        event = self.case().sudo().event_ids
        with self.assertRaisesRegex(UserError, "not changed or deleted"):
            event.write({"note": "x"})
        with self.assertRaisesRegex(UserError, "not changed or deleted"):
            event.unlink()

    def test_a_copy_is_a_new_case_with_a_number_of_its_own(self):
        case = self.closed()
        copy = case.copy()
        self.assertNotEqual(copy.number, case.number)
        self.assertEqual((copy.step, copy.cycle, copy.decision), ("new", 1, False))

    def test_relations_hold_both_ways(self):
        first, second = self.case(), self.case()
        first.write({"related_ids": [fields.Command.link(second.id)]})
        self.assertEqual(second.related_ids, first)
        second.write({"related_ids": [fields.Command.clear()]})
        self.assertFalse(first.related_ids)

    def test_cases_are_found_by_number_and_by_subject(self):
        case = self.case(name="Unmistakable zebra")
        Case = self.env["crm.sync.case"].with_user(self.agent)
        self.assertEqual(Case.name_search(case.number)[0][0], case.id)
        self.assertEqual([found for found, _name in Case.name_search("zebra")], [case.id])
        self.assertEqual(case.display_name, f"{case.number} Unmistakable zebra")
