from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..activity.response_common import FRIDAY, ResponseCase


class TestACustomersMessageOnACaseWaits(ResponseCase):
    """Once the case was answered; until then its own clock runs about the same words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.env["crm.sync.case"]._open_case(
            {
                "subject": "The lens is scratched",
                "partner_id": cls.contact.id,
                "department_id": cls.service.id,
                "user_id": cls.agent.id,
                "opened_at": FRIDAY,
            }
        )

    def answer(self, at):
        """A colleague's first answer, which stops the clock of the case."""
        message = self.mail_out(self.case, at, user=self.agent)
        self.case._note_message(message)
        return message

    def waiting(self):
        return self.responses(res_model="crm.sync.case", state="waiting")

    def test_what_he_came_with_is_the_affair_of_the_cases_own_clock(self):
        self.mail_in(self.case)
        self.assertFalse(self.responses(res_model="crm.sync.case"))
        self.answer(self.hours_later(1))
        self.mail_in(self.case, self.hours_later(0.5))
        self.assertFalse(self.responses(res_model="crm.sync.case"))

    def test_what_he_writes_afterwards_waits_for_the_owner_and_his_answer_ends_it(self):
        self.answer(self.hours_later(1))
        self.mail_in(self.case, self.hours_later(2))
        waiting = self.waiting()
        self.assertEqual((waiting.user_id, waiting.department_id, waiting.kind), (self.agent, self.service, "rolling"))
        self.assertEqual(waiting.partner_id, self.contact)
        self.mail_out(self.case, self.hours_later(3), user=self.agent)
        self.assertEqual((waiting.state, waiting.answered_by_id), ("answered", self.agent))

    def test_a_note_and_an_automatic_message_are_no_answers(self):
        self.answer(self.hours_later(1))
        self.mail_in(self.case, self.hours_later(2))
        note = self.env.ref("mail.mt_note").id
        self.said(
            self.case, self.hours_later(3), author_id=self.agent.partner_id.id, message_type="comment", subtype_id=note
        )
        self.said(self.case, self.hours_later(3), author_id=self.agent.partner_id.id, message_type="auto_comment")
        self.assertEqual(len(self.waiting()), 1)

    def test_it_follows_the_case_to_its_next_owner_and_without_one_to_the_head(self):
        self.answer(self.hours_later(1))
        self.mail_in(self.case, self.hours_later(2))
        self.case.action_assign(self.head)
        self.settle()
        self.assertEqual(self.waiting().user_id, self.head)
        self.case.action_assign(self.agent)
        self.settle()
        self.agent.action_archive()
        self.settle()
        self.assertEqual(self.waiting().user_id, self.head)

    def test_when_the_case_is_over_nobody_waits(self):
        self.answer(self.hours_later(1))
        self.mail_in(self.case, self.hours_later(2))
        waiting = self.waiting()
        self.case.write({"cause_id": self.env.ref("crm_sync_measures.case_cause_product_defect").id})
        self.case.action_move(self.env.ref("crm_sync_measures.case_stage_investigating").id)
        self.case.action_close("not_upheld")
        self.settle()
        self.assertEqual((waiting.state, waiting.close_reason), ("closed", "over"))

    def test_the_nightly_statement_comes_to_the_same(self):
        self.mail_in(self.case)
        self.answer(self.hours_later(1))
        self.mail_in(self.case, self.hours_later(2))
        self.mail_out(self.case, self.hours_later(3), user=self.agent)
        self.mail_in(self.case, self.hours_later(4))
        read = ["state", "started_at", "answered_at", "user_id", "kind"]
        live = self.responses(res_model="crm.sync.case").sorted("started_at").read(read)
        self.assertEqual([row["state"] for row in live], ["answered", "waiting"])
        self.responses(res_model="crm.sync.case").sudo().unlink()
        self.env["crm.sync.response.clock"].sudo()._reconcile(lambda _document: SQL("TRUE"))
        again = self.responses(res_model="crm.sync.case").sorted("started_at").read(read)
        for row in live + again:
            row.pop("id")
        self.assertEqual(again, live)


class TestAnOldCaseIsBroughtIn(ResponseCase):
    """From another program: nobody is called for what was late years ago, and no customer is written to."""

    def opened(self, **ago):
        moment = fields.Datetime.now() - timedelta(**ago)
        case = self.env["crm.sync.case"]._open_case(
            {
                "text": "The lens is broken",
                "partner_id": self.contact.id,
                "department_id": self.service.id,
                "channel": "email",
                "user_id": self.agent.id,
                "opened_at": moment,
            }
        )
        # Whoever watches, watches at an hour when people work.
        self.env["crm.sync.case.clock"].sudo()._watch()
        return case

    def receipts(self, case):
        return case.message_ids.filtered(lambda message: message.message_type == "auto_comment")

    def test_years_old_it_is_late_and_calls_nobody(self):
        case = self.opened(days=800)
        self.assertTrue(case.is_breached)
        self.assertFalse(case.activity_ids)
        self.assertFalse(self.receipts(case))
        self.assertFalse(self.env["crm.sync.case.clock"].search([("case_id", "=", case.id), ("check_at", "!=", False)]))

    def test_a_few_days_old_it_is_everybodys_business(self):
        case = self.opened(days=6)
        self.assertTrue(case.is_breached)
        self.assertIn(self.agent, case.activity_ids.user_id)
        self.assertTrue(self.receipts(case))
